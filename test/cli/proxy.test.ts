/** The built `fin` behind a proxy: real addresses, a simulator that only the proxy reaches, `fin doctor`. */
import assert from 'node:assert/strict'
import {setTimeout as later} from 'node:timers/promises'
import {after, before, describe, test} from 'node:test'
import {startSimulator, type Simulator} from '../../src/simulator/server.js'
import {fin, postgres, type FinRun, type Postgres} from '../servers.js'
import {testProxy, type ProxyOptions, type TestProxy} from '../servers/proxy.js'
import {loadedBy} from './loaded-modules.js'

/** Resolves once the proxy was asked for `count` tunnels. */
async function askedOf(proxy: TestProxy, count: number): Promise<void> {
  while (proxy.asked.length < count) await later(20)
}

describe('behind a proxy', () => {
  let server: Postgres
  let simulator: Simulator
  const proxies: TestProxy[] = []

  before(async () => {
    ;[server, simulator] = await Promise.all([
      postgres(),
      startSimulator({at: new Date('2026-11-23T06:00:00Z'), rate: 1, hosts: ['Providers.test']}),
    ])
  })
  after(async () => {
    await Promise.all([...proxies.map((proxy) => proxy.close()), simulator.close()])
    await server.stop()
  })

  const opened = async (options: ProxyOptions) => {
    const proxy = await testProxy(options)
    proxies.push(proxy)
    return proxy
  }
  const stream = ['stream', 'produce', 'bithumb', '--target', 'KRW-BTC', '--to', 'stdout']

  function ends({code, stderr}: FinRun, expected: number, message: RegExp): void {
    assert.equal(code, expected, stderr)
    assert.match(stderr, message)
    assert.doesNotMatch(stderr, /unexpected|hunter22/)
  }

  test('a provider is requested through HTTPS_PROXY, and no password is printed', async () => {
    const DATABASE_URL = await server.database('proxy_real')
    assert.equal((await fin(['db', 'init'], {env: {DATABASE_URL}})).code, 0)
    const proxy = await opened({answer: 403})
    const HTTPS_PROXY = `http://me:hunter22@${proxy.host}`
    const run = await fin(['ingest', 'bithumb-markets', '--verbose'], {
      env: {DATABASE_URL, HTTPS_PROXY, DEBUG: '*'},
    })
    ends(run, 2, /the proxy \(HTTPS_PROXY, [\d.:]+\) does not allow a connection to api\.bithumb\.com/)
    ends(
      await fin(stream, {env: {HTTPS_PROXY, DEBUG: '*'}}),
      2,
      /does not allow a connection to ws-api\.bithumb/,
    )
    assert.deepEqual(proxy.asked, ['api.bithumb.com:443', 'ws-api.bithumb.com:443'])

    const asks = await opened({signIn: 'me:other'})
    const wrong = `http://me:hunter22@${asks.host}`
    const refused = await fin(['ingest', 'bithumb-markets'], {env: {DATABASE_URL, https_proxy: wrong}})
    ends(refused, 2, /refuses the user name or the password \(HTTP 407\)\n {2}Set them like https_proxy=/)
    ends(
      await fin(stream, {env: {HTTPS_PROXY: asks.url}}),
      2,
      /requires a user name and a password \(HTTP 407\)/,
    )
    const broken = await fin(['ingest', 'bithumb-markets'], {
      env: {DATABASE_URL, HTTPS_PROXY: 'socks5://me:hunter22@127.0.0.1:9'},
    })
    ends(broken, 2, /HTTPS_PROXY is not the address of an HTTP proxy/)
  })

  test('a proxy that never answers does not keep the process alive', {timeout: 60_000}, async () => {
    const DATABASE_URL = await server.database('proxy_hangs')
    assert.equal((await fin(['db', 'init'], {env: {DATABASE_URL}})).code, 0)
    for (const args of [['ingest', 'bithumb-markets'], stream]) {
      const proxy = await opened({answer: 'nothing'})
      const run = await fin(args, {
        env: {DATABASE_URL, HTTPS_PROXY: proxy.url},
        started: ({kill}) => void askedOf(proxy, 1).then(() => kill('SIGINT')),
      })
      assert.equal(run.code, 130, run.stderr)
    }
  })

  test('a simulator that only the proxy can reach: clock, requests, socket and doctor', async () => {
    const proxy = await opened({to: simulator.url, signIn: 'me:p@ss'})
    const env = {
      DATABASE_URL: await server.database('proxy_simulated'),
      FIN_SIMULATOR_URL: 'http://providers.test:4010',
      HTTP_PROXY: `http://me:p%40ss@${proxy.host}`,
      NO_PROXY: 'other.test',
    }
    const run = await fin(['ingest', 'bithumb-markets', '--ndjson'], {env})
    ends(run, 0, /bithumb-markets/)
    assert.match(run.stdout, /"KRW-BTC"/)
    assert.deepEqual([...new Set(proxy.asked)], ['providers.test:4010'])
    const before = proxy.asked.length
    // The first tunnel is for the clock, the second for the socket.
    const live = await fin(stream, {
      env,
      started: ({kill}) =>
        void askedOf(proxy, before + 2)
          .then(() => later(2_000))
          .then(() => kill('SIGTERM')),
    })
    assert.match(live.stdout.split('\n')[0]!, /KRW-BTC/, live.stderr)
    const doctor = await fin(['doctor', '--ndjson'], {env})
    assert.match(
      doctor.stdout,
      /"check":"proxy","provider":null,"state":"ok","found":"HTTP_PROXY: http:\/\/127\.0\.0\.1:\d+, with a sign-in; not used for other\.test"/,
    )
    assert.match(
      doctor.stdout,
      /"check":"simulator","provider":null,"state":"ok","found":"http:\/\/providers\.test:4010 answers; its clock is at 2026-11-23/,
    )
    assert.doesNotMatch(doctor.stdout + doctor.stderr, /p@ss|p%40ss/)
  })

  test('this machine is reached without the proxy, as is every host of NO_PROXY', async () => {
    const proxy = await opened({answer: 403})
    const own = {HTTP_PROXY: proxy.url, FIN_SIMULATOR_URL: simulator.url}
    const list = await fin(['schedule', 'list', '--json'], {env: own})
    assert.equal(list.code, 0, list.stderr)
    const named = {HTTP_PROXY: proxy.url, FIN_SIMULATOR_URL: 'http://providers.invalid', NO_PROXY: '.invalid'}
    ends(await fin(['schedule', 'list'], {env: named}), 2, /providers\.invalid does not answer: getaddrinfo/)
    assert.deepEqual(proxy.asked, [])
    const asked = {...named, NO_PROXY: ''}
    ends(
      await fin(['schedule', 'list'], {env: asked}),
      2,
      /does not answer through the proxy \(HTTP_PROXY, .*\): HTTP 403/,
    )
    assert.deepEqual(proxy.asked, ['providers.invalid:80'])
  })

  test('doctor names a proxy that cannot be used', async () => {
    const closed = await testProxy()
    await closed.close()
    const {stdout, code} = await fin(['doctor', '--ndjson'], {
      env: {HTTPS_PROXY: `http://me:hunter22@${closed.host}`, http_proxy: 'ftp://me:hunter22@p.test'},
    })
    assert.equal(code, 1)
    assert.match(
      stdout,
      /"check":"proxy","provider":null,"state":"broken","found":"HTTPS_PROXY: http:\/\/127\.0\.0\.1:\d+: it refuses connections"/,
    )
    assert.match(stdout, /"state":"broken","found":"http_proxy is not the address of an HTTP proxy"/)
    assert.doesNotMatch(stdout, /hunter22/)
  })

  test('without a proxy none of its packages is loaded', () => {
    const {packages} = loadedBy(['runs'])
    assert.deepEqual(
      ['undici', 'https-proxy-agent', 'agent-base'].filter((name) => packages.has(name)),
      [],
    )
  })
})
