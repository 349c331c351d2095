/** The debug output of Node and of packages holds no key. */
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import {type Simulator, startSimulator} from '../../src/simulator/server.js'
import {fin, postgres, type Postgres} from '../servers.js'
import {testProxy} from '../servers/proxy.js'

/** Begins with "simulated", so that it is sent to the simulator unchanged. */
const key = 'simulatedcanary0123456789abcdefg'.slice(0, 32)

let server: Postgres
let simulator: Simulator
let env: Record<string, string>

before(async () => {
  ;[server, simulator] = await Promise.all([
    postgres(),
    startSimulator({at: new Date('2026-11-23T06:00:00Z'), rate: 1, hosts: ['providers.test']}),
  ])
  env = {
    DATABASE_URL: await server.withSchema('node_debug', 'simulated'),
    FIN_SIMULATOR_URL: simulator.url,
    FRED_API_KEY: key,
    COINGECKO_API_KEY_1: key,
  }
})
after(async () => {
  await simulator?.close()
  await server?.stop()
})

/** A key in the query, and one in a header. */
const runs = [
  ['ingest', 'cpi', '--dry-run', '--force'],
  ['ingest', 'coingecko-global', '--dry-run', '--force'],
]

test('NODE_DEBUG that prints requests is refused, before a request is sent', async () => {
  const others = ['undici', 'FETCH,net', 'fs,http', 'https', 'http2', '*', 'f*', 'websocket']
  for (const [sections, args] of [
    ...[...runs, ['doctor']].map((args) => ['fetch', args] as const),
    ...others.map((sections) => [sections, runs[0]!] as const),
  ]) {
    const {code, stdout, stderr} = await fin(args, {env: {...env, NODE_DEBUG: sections}})
    assert.equal(code, 2, sections)
    assert.match(stderr, /NODE_DEBUG makes Node print requests.*\n {2}Unset it/)
    assert.doesNotMatch(stdout + stderr, new RegExp(key))
  }
  assert.equal((await fin(['--version'], {env: {NODE_DEBUG: 'fetch'}})).code, 0)
})

test('no other debug output holds a key, with and without a proxy', async (t) => {
  const proxy = await testProxy({to: simulator.url})
  t.after(() => proxy.close())
  const through = {...env, HTTP_PROXY: proxy.url, FIN_SIMULATOR_URL: 'http://providers.test:4010'}
  for (const more of [
    {NODE_DEBUG: 'tls,stream,timer,dns,url,child_process,worker,cluster,diagnostics'},
    {DEBUG: '*'},
  ])
    for (const used of [env, through])
      for (const args of runs) {
        const {code, stdout, stderr} = await fin([...args, '--verbose'], {env: {...used, ...more}})
        assert.equal(code, 0, stderr.slice(-2_000))
        assert.doesNotMatch(stdout + stderr, new RegExp(key))
      }
})
