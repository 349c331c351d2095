/**
 * An invented credential in every variable, and passwords in the addresses of the servers. None of them
 * appears in what fin prints, records or stores, nor in what other users of the machine see.
 */
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createServer, type AddressInfo, type Server} from 'node:net'
import {once} from 'node:events'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {randomBytes} from 'node:crypto'
import {after, afterEach, before, beforeEach, describe, test} from 'node:test'
import {setTimeout as pause} from 'node:timers/promises'
import {startSimulator, type Simulator} from '../../src/simulator/server.js'
import {fin, type FinRun} from '../servers.js'
import {full, inTurn} from '../size.js'
import {canary, everyProvider, filesBelow, leaks, type Canary} from './canaries.js'
import {type Responder, type Hostile, startHostile} from './hostile.js'
import {openStored, type Stored} from './stored.js'

let simulator: Simulator
let hostile: Hostile
let otherOrigin: Hostile
let redis: Server
let stored: Stored
let folder: string
let credentials: Canary[]
let all: Canary[]
let env: Record<string, string>
let address: URL
let role: string
const outputs: {command: string; text: string}[] = []

const commands: readonly (readonly string[])[] = [
  ['sp500-companies'],
  ['bithumb-markets'],
  ['bithumb-tickers'],
  ['coingecko-ids', '--limit', '2'],
  ['coingecko-global'],
  ...['cpi', 'inflation', 'federal-funds-rate', 'treasury-yield'].flatMap((name) => [
    [name],
    [name, '--provider', 'alpha-vantage', '--limit', '1'],
  ]),
]

/** Runs `fin` and keeps all its output. */
async function run(
  args: readonly string[],
  more: Record<string, string | undefined> = {},
  cwd?: string,
): Promise<FinRun> {
  const done = await fin(args, {env: {...env, ...more}, ...(cwd === undefined ? {} : {cwd})})
  outputs.push({command: `fin ${args.join(' ')}`, text: `${done.stdout}\n${done.stderr}`})
  return done
}

before(async () => {
  credentials = (await everyProvider())
    .flatMap(({credentials = {}}) => Object.values(credentials))
    .map((variable) => canary(variable, variable === 'FRED_API_KEY'))
  // Credentials of providers that no job requests yet, and of programs that share the environment.
  const others = [
    'FINNHUB_API_KEY_1',
    'X_BEARER_TOKEN_PRIMARY',
    'SMTP_PASSWORD',
    'AWS_SECRET_ACCESS_KEY',
  ].map((variable) => canary(variable))
  const [database, cache] = [canary('the password in DATABASE_URL'), canary('the password in REDIS_URL')]
  all = [...credentials, ...others, database, cache]

  simulator = await startSimulator({at: new Date('2026-11-23T21:00:00Z'), rate: 0})
  hostile = await startHostile()
  otherOrigin = await startHostile()
  stored = await openStored()
  // A server that repeats the bytes it received in its error.
  redis = createServer((socket) => {
    socket
      .on('error', () => {})
      .on('data', (data: Buffer) => socket.end(`-ERR unknown command ${JSON.stringify(data.toString())}\r\n`))
  }).listen(0, '127.0.0.1')
  await once(redis, 'listening')

  const [tables] = await stored.rows<{all: string}>(
    `select string_agg(format('select %L as name, string_agg(t::text, e''\n'') as text from %I.%I t having count(*) > 0', tablename, schemaname, tablename), ' union all ') as all
    from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
  )
  allTables = tables!.all
  role = `canary_${randomBytes(6).toString('hex')}`
  await stored.rows(`create role ${role} superuser login password '${database.secret}'`)
  address = new URL(stored.url)
  address.username = role
  address.password = encodeURIComponent(database.secret)
  folder = mkdtempSync(join(tmpdir(), 'fin-test-secrets-'))
  mkdirSync(join(folder, 'home'))
  env = {
    ...Object.fromEntries([...credentials, ...others].map(({variable, secret}) => [variable, secret])),
    DATABASE_URL: address.href,
    REDIS_URL: `redis://default:${encodeURIComponent(cache.secret)}@127.0.0.1:${(redis.address() as AddressInfo).port}`,
    FIN_SIMULATOR_URL: simulator.url,
    FIN_CONTACT: 'someone@example.org',
    HOME: join(folder, 'home'),
    FIN_DATA_DIR: join(folder, 'home', 'fin'),
    TERM: 'dumb',
  }
})
after(async () => {
  await stored.rows(`reassign owned by ${role} to current_user`)
  await stored.rows(`drop owned by ${role}`)
  await stored.rows(`drop role ${role}`)
  await Promise.all([simulator.close(), hostile.close(), otherOrigin.close(), stored.close()])
  redis.close()
  rmSync(folder, {recursive: true, force: true})
})

/** Selects the name and the text of every table with rows. */
let allTables: string

beforeEach(async () => {
  await stored.rows('delete from rejected_rows')
  await stored.rows('delete from credential_rests')
})

/** Searches everywhere after each test, so that the test that leaks is the one that fails. */
afterEach(async () => {
  for (const {command, text} of outputs.splice(0))
    assert.deepEqual(leaks(text, all), [], `${command} printed a secret: ${text.slice(0, 3000)}`)
  for (const {file, text} of filesBelow(folder))
    if (!file.endsWith('.env')) assert.deepEqual(leaks(`${file}\n${text}`, all), [], `${file} holds a secret`)
  for (const {name, text} of await stored.rows<{name: string; text: string}>(allTables)) {
    const leaked = leaks(text, all)
    const line = text.split('\n').find((one) => leaks(one, all).length > 0)
    assert.deepEqual(leaked, [], `${name} holds a secret: ${line?.slice(0, 500)}`)
  }
})

test('the search finds a secret in every notation', () => {
  assert.ok(credentials.length >= 10)
  const [one] = credentials as [Canary]
  for (const form of [
    one.secret,
    encodeURIComponent(one.secret),
    `x${Buffer.from(`?api_key=${one.secret}&`).toString('base64')}`,
    JSON.stringify(one.secret),
    one.core.slice(0, 12),
  ])
    assert.deepEqual(leaks(`before ${form} after`, all), [one.variable], form)
  assert.deepEqual(leaks(commands.join(' '), all), [])
})

describe('runs that go well', () => {
  // Every day: without a credential, with one in a header, and with one in the address.
  const ofEveryDay = ['bithumb-markets', 'coingecko-global', 'cpi']
  const ingests = full ? commands : ofEveryDay.map((name) => [name])
  for (const [index, args] of ingests.entries()) {
    test(`fin ingest ${args.join(' ')}`, async () => {
      const records = join(folder, `records-${args[0]}`)
      const without = [
        ['--plan', '--verbose'],
        ['--dry-run', '--verbose', '--ndjson'],
      ]
      for (const extra of [
        ...inTurn(without, index),
        ['--verbose', '--record', records, '--csv', '--force'],
      ]) {
        const done = await run(['ingest', ...args, ...extra])
        assert.ok(done.code === 0, done.stderr)
      }
      assert.ok(filesBelow(records).length > 0, 'nothing was recorded')
    })
  }

  test('fin ingest cpi with the credentials in a .env file', async () => {
    const directory = join(folder, 'directory')
    mkdirSync(directory)
    writeFileSync(
      join(directory, '.env'),
      credentials.map(({variable, secret}) => `${variable}='${secret}'`).join('\n'),
      {mode: 0o600},
    )
    const none = Object.fromEntries(credentials.map(({variable}) => [variable, undefined]))
    hostile.answer((request, response) =>
      response.writeHead(200).end(`{"error_message":"bad key","url":"${request.url}"}`),
    )
    const done = await run(
      ['ingest', 'cpi', '--force', '--verbose', '--record', join(folder, 'records-env')],
      {...none, FIN_SIMULATOR_URL: hostile.url},
      directory,
    )
    assert.ok(
      hostile.asked
        .at(-1)!
        .url.includes(credentials.find(({variable}) => variable === 'FRED_API_KEY')!.secret),
      'the credential was never sent',
    )
    assert.notEqual(done.code, 0)
  })
})

/** The request as an error page shows it: address and headers, and the credential in every notation. */
const echo = (url: string, headers: object) => {
  const secret =
    new URL(url, 'http://x').searchParams.get('apikey') ??
    new URL(url, 'http://x').searchParams.get('api_key') ??
    (headers as Record<string, string>)['x-cg-demo-api-key'] ??
    ''
  return [
    url,
    decodeURIComponent(url),
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    JSON.stringify(headers),
    `your API key as ${secret}`,
  ].join(' | ')
}
const respondWith =
  (status: number, body: (text: string) => string, headers: Record<string, string> = {}): Responder =>
  (request, response) => {
    response
      .writeHead(status, {
        'content-type': 'application/json',
        'x-echo': encodeURIComponent(request.url ?? ''),
        ...headers,
      })
      .end(body(echo(request.url ?? '', request.headers)))
  }
const quoted = (text: string) => JSON.stringify(text)
const faults: Record<string, Responder> = {
  'a refused credential (401)': respondWith(
    401,
    (text) => `{"error_code":401,"error_message":${quoted(`invalid key: ${text}`)}}`,
  ),
  'a refused credential (403)': respondWith(
    403,
    (text) => `<html><head><title>${text}</title></head></html>`,
  ),
  'a refusal with status 200': respondWith(
    200,
    (text) =>
      `{"Information":${quoted(`We have detected ${text} and our standard API rate limit is 25 requests per day.`)}}`,
  ),
  'another refusal with status 200': respondWith(
    200,
    (text) =>
      `{"error":${quoted(`Throttled: ${text}`)},"status":{"error_code":10002,"error_message":${quoted(text)}}}`,
  ),
  'too many requests': respondWith(429, (text) => text, {'retry-after': '1'}),
  'an error of the server': respondWith(500, (text) => `Internal error at ${text}`),
  garbage: respondWith(200, (text) => `{"request":${quoted(text)}, oops`),
  'JSON of another kind': respondWith(
    200,
    (text) =>
      `{"request":${quoted(text)},"observations":[{"date":${quoted(text)},"value":${quoted(text)}}],"data":[{${quoted(text)}:1}]}`,
  ),
  'a broken connection': (_, response) => response.destroy(),
  'a redirect to itself': (request, response) => response.writeHead(302, {location: request.url}).end(),
  'a redirect to another host': (request, response) =>
    response.writeHead(307, {location: `${otherOrigin.url}${request.url}`}).end(),
  'a redirect to an address with the credential in its path': (request, response) =>
    response
      .writeHead(302, {
        location: `${otherOrigin.url}/${encodeURIComponent(echo(request.url ?? '', request.headers))}`,
      })
      .end(),
  'a redirect to a strange address': (request, response) =>
    response.writeHead(302, {location: `ftp://x${request.url}`}).end(),
}

describe('runs that go wrong', () => {
  const ingests = [['cpi'], ['cpi', '--provider', 'alpha-vantage'], ['coingecko-global']]
  const looks = [
    ['runs', '--rejected', '--ndjson'],
    ['quota', '--json'],
    ['doctor', '--json'],
  ]
  for (const [index, [name, respond]] of Object.entries(faults).entries()) {
    test(name, async () => {
      hostile.answer(respond)
      otherOrigin.answer(respondWith(200, (text) => quoted(text)))
      for (const args of inTurn(ingests, index)) {
        await stored.rows('delete from credential_rests')
        hostile.advance(3 * 86_400_000)
        const before = hostile.asked.length
        const done = await run(
          [
            'ingest',
            ...args,
            '--force',
            '--verbose',
            '--record',
            join(folder, `records-${ingests.indexOf(args)}`),
          ],
          {FIN_SIMULATOR_URL: hostile.url},
        )
        assert.ok(
          done.code === 1 ||
            done.code === 2 ||
            (done.code === 0 && /quota|limit|again then/i.test(done.stderr)),
          `${done.code} ${done.stderr}`,
        )
        const sent = hostile.asked
          .slice(before)
          .map(({url, headers}) => `${url} ${JSON.stringify(headers)}`)
          .join('\n')
        assert.ok(leaks(sent, credentials).length > 0, 'no credential was sent, so none could leak')
      }
      // The search after each test reads the tables; every day each command shows them once.
      if (full || index < looks.length)
        for (const look of inTurn(looks, index)) await run(look, {FIN_SIMULATOR_URL: hostile.url})
      assert.deepEqual(
        otherOrigin.asked.map(({url}) => url),
        [],
        'a redirect to another origin was followed',
      )
    })
  }
})

describe('commands that only read', () => {
  // There is a run to show, even if no other test of this file ran.
  before(() => run(['ingest', 'coingecko-global']))
  const ofEveryDay = [
    ['doctor'],
    ['quota', '--plan'],
    ['status'],
    ['runs', 'show', '1'],
    ['db', 'status'],
    ['db', 'url'],
    ['schedule', 'due'],
    ['replay', '--dry-run'],
    ['export', 'provider_requests', '--ndjson'],
  ]
  const others = [
    ['quota'],
    ['runs'],
    ['runs', '--failed', '--json'],
    ['query'],
    ['schedule', 'list'],
    ['export', 'job_runs', '--csv'],
    ['map', 'bithumb-coingecko'],
  ]
  const looks = full ? [...ofEveryDay, ...others] : ofEveryDay
  for (const [index, args] of looks.entries())
    test(`fin ${args.join(' ')}`, async () => {
      for (const more of inTurn([{DEBUG: '*'}, {}], index)) {
        const done = await run(args, more)
        assert.ok(
          done.code === 0 ||
            (args[0] === 'doctor' && done.code === 1) ||
            args[0] === 'replay' ||
            args[0] === 'map',
          `${done.code} ${done.stderr}`,
        )
      }
    })
})

describe('addresses that do not work', () => {
  const changed = (change: (url: URL) => void) => () => {
    const url = new URL(address)
    change(url)
    return url.href
  }
  const addresses: Record<string, () => string> = {
    'a wrong password': changed((url) => {
      url.password = encodeURIComponent(`x${all.find(({variable}) => variable.includes('DATABASE'))!.secret}`)
    }),
    'a port where nothing listens': changed((url) => {
      url.port = '1'
    }),
    'a host that does not exist': changed((url) => {
      url.hostname = 'no-such-host.invalid'
    }),
    'a database that does not exist': changed((url) => {
      url.pathname = '/no_such_database'
    }),
    'a server of another protocol': changed((url) => {
      url.port = new URL(simulator.url).port
    }),
    'a port that is not a number': () => address.href.replace(/:\d+\//, ':port/'),
    'a password that is not encoded': () =>
      `postgres://${role}:${all.find(({variable}) => variable.includes('DATABASE'))!.secret}#?@/[@127.0.0.1/x`,
    'broken encoding': () => address.href.replace('@', '%zz@'),
    'an option that does not exist': () => `${address.href}?sslmode=verify-full&sslrootcert=/none/at-all.pem`,
    'another protocol': () => address.href.replace('postgres', 'mysql'),
    'no address at all': () => all.find(({variable}) => variable.includes('DATABASE'))!.secret,
  }
  const connecting = [['ingest', 'cpi', '--verbose'], ['doctor'], ['db', 'init'], ['runs', '--json']]
  // Every day: refused by the server, the network and the protocol, and two that cannot be parsed.
  const ofEveryDay = [
    'a wrong password',
    'a port where nothing listens',
    'a database that does not exist',
    'a server of another protocol',
    'a password that is not encoded',
    'no address at all',
  ]
  const tried = Object.entries(addresses).filter(([name]) => full || ofEveryDay.includes(name))
  for (const [index, [name, url]] of tried.entries()) {
    test(`DATABASE_URL with ${name}`, async () => {
      for (const args of inTurn(connecting, index)) {
        const done = await run(args, {DATABASE_URL: url(), DEBUG: '*'})
        assert.ok(done.code === 1 || done.code === 2, `fin ${args.join(' ')}: ${done.code}\n${done.stderr}`)
      }
    })
  }

  test('REDIS_URL that is not an address, or where nothing listens', async () => {
    const {secret} = all.find(({variable}) => variable.includes('REDIS'))!
    for (const url of [
      `redis://:${encodeURIComponent(secret)}@127.0.0.1:1`,
      ...inTurn([secret, `redis://:${secret}@127.0.0.1:port`], 1),
    ])
      await run(['doctor', '--json'], {REDIS_URL: url, DEBUG: '*'})
  })

  test('FIN_SIMULATOR_URL with a password in it', async () => {
    const [one] = credentials as [Canary]
    for (const url of [
      simulator.url.replace('//', `//me:${encodeURIComponent(one.secret)}@`),
      `http://${encodeURIComponent(one.secret)}@127.0.0.1:1`,
      `http://me:${one.secret}`,
    ]) {
      const done = await run(['ingest', 'cpi', '--force', '--verbose'], {FIN_SIMULATOR_URL: url, DEBUG: '*'})
      assert.notEqual(done.code, 0)
    }
  })
})

test('other users of the machine see no secret while a request is in flight', async () => {
  await stored.rows('delete from provider_requests') // the other clock of this file is months ahead
  simulator.faults.add({provider: 'fred', kind: 'slow', ms: 2500})
  const over = new AbortController()
  const before = simulator.log.requests().length
  const seen: string[] = []
  const done = await fin(['ingest', 'cpi', '--force', '--verbose'], {
    env,
    started({pid}) {
      void (async () => {
        while (simulator.log.requests().length === before && !over.signal.aborted) await pause(20)
        seen.push(
          readFileSync(`/proc/${pid}/cmdline`, 'utf8'),
          execFileSync('ps', ['-eww', '-o', 'args'], {encoding: 'utf8'}),
        )
        const sessions = await stored.rows<{text: string}>(
          'select application_name || query as text from pg_stat_activity',
        )
        seen.push(...sessions.map(({text}) => text))
      })().catch((error: unknown) => seen.push(String(error)))
    },
  })
  over.abort()
  assert.equal(done.code, 0, done.stderr)
  assert.ok(seen.length > 2 && seen[0]!.includes('ingest') && seen[1]!.includes('ingest'))
  assert.deepEqual(leaks(seen.join('\n'), all), [])
})
