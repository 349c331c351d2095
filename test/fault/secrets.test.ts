/**
 * A made-up key in every credential variable, and passwords in the addresses of the servers: whatever
 * happens, none of them is found in what fin prints, records, stores, or shows of itself to other users of
 * the machine.
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
import {type Answering, type Hostile, startHostile} from './hostile.js'
import {openStored, type Stored} from './stored.js'

let simulator: Simulator
let hostile: Hostile
let thief: Hostile
let redis: Server
let stored: Stored
let folder: string
let keys: Canary[]
let all: Canary[]
let env: Record<string, string>
let address: URL
let role: string
const told: {command: string; text: string}[] = []

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

/** Runs `fin` and keeps all that it said. */
async function run(
  args: readonly string[],
  more: Record<string, string | undefined> = {},
  cwd?: string,
): Promise<FinRun> {
  const done = await fin(args, {env: {...env, ...more}, ...(cwd === undefined ? {} : {cwd})})
  told.push({command: `fin ${args.join(' ')}`, text: `${done.stdout}\n${done.stderr}`})
  return done
}

before(async () => {
  keys = (await everyProvider())
    .flatMap(({credentials = {}}) => Object.values(credentials))
    .map((variable) => canary(variable, variable === 'FRED_API_KEY'))
  // Of providers that no unit asks yet, and of programs that share the environment.
  const others = [
    'FINNHUB_API_KEY_1',
    'X_BEARER_TOKEN_PRIMARY',
    'SMTP_PASSWORD',
    'AWS_SECRET_ACCESS_KEY',
  ].map((variable) => canary(variable))
  const [database, cache] = [canary('the password in DATABASE_URL'), canary('the password in REDIS_URL')]
  all = [...keys, ...others, database, cache]

  simulator = await startSimulator({at: new Date('2026-11-23T21:00:00Z'), rate: 0})
  hostile = await startHostile()
  thief = await startHostile()
  stored = await openStored()
  // A server that repeats what it was sent in its refusal.
  redis = createServer((socket) => {
    socket
      .on('error', () => {})
      .on('data', (data: Buffer) => socket.end(`-ERR unknown command ${JSON.stringify(data.toString())}\r\n`))
  }).listen(0, '127.0.0.1')
  await once(redis, 'listening')

  role = `canary_${randomBytes(6).toString('hex')}`
  await stored.rows(`create role ${role} superuser login password '${database.secret}'`)
  address = new URL(stored.url)
  address.username = role
  address.password = encodeURIComponent(database.secret)
  folder = mkdtempSync(join(tmpdir(), 'fin-test-secrets-'))
  mkdirSync(join(folder, 'home'))
  env = {
    ...Object.fromEntries([...keys, ...others].map(({variable, secret}) => [variable, secret])),
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
  await Promise.all([simulator.close(), hostile.close(), thief.close(), stored.close()])
  redis.close()
  rmSync(folder, {recursive: true, force: true})
})

beforeEach(async () => {
  await stored.rows('delete from rejected_rows')
  await stored.rows('delete from credential_rests')
})

/** Looks everywhere after each test, so that the test that leaks is the one that fails. */
afterEach(async () => {
  for (const {command, text} of told.splice(0))
    assert.deepEqual(leaks(text, all), [], `${command} printed a secret: ${text.slice(0, 3000)}`)
  for (const {file, text} of filesBelow(folder))
    if (!file.endsWith('.env')) assert.deepEqual(leaks(`${file}\n${text}`, all), [], `${file} holds a secret`)
  const tables = await stored.rows<{name: string}>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
  )
  for (const {name} of tables)
    for (const {line} of await stored.rows<{line: string}>(`select t::text as line from ${name} t`))
      assert.deepEqual(leaks(line, all), [], `${name} holds a secret: ${line.slice(0, 500)}`)
})

test('there is something to look for, and the search finds it', () => {
  assert.ok(keys.length >= 10)
  const [one] = keys as [Canary]
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
  // Every day: without a key, with one in a header, and of two providers with one in the address.
  const ofEveryDay = ['bithumb-markets', 'coingecko-global', 'cpi']
  for (const args of commands.filter(([name]) => full || ofEveryDay.includes(name!))) {
    test(`fin ingest ${args.join(' ')}`, async () => {
      const records = join(folder, `records-${args[0]}`)
      for (const extra of [
        ['--plan', '--verbose'],
        ['--dry-run', '--verbose', '--ndjson'],
        ['--verbose', '--record', records, '--csv', '--force'],
      ]) {
        const done = await run(['ingest', ...args, ...extra])
        assert.ok(done.code === 0, done.stderr)
      }
      assert.ok(filesBelow(records).length > 0, 'nothing was recorded')
    })
  }

  test('with the keys in a .env file', async () => {
    const place = join(folder, 'place')
    mkdirSync(place)
    writeFileSync(
      join(place, '.env'),
      keys.map(({variable, secret}) => `${variable}='${secret}'`).join('\n'),
      {mode: 0o600},
    )
    const none = Object.fromEntries(keys.map(({variable}) => [variable, undefined]))
    hostile.answer((request, response) =>
      response.writeHead(200).end(`{"error_message":"bad key","url":"${request.url}"}`),
    )
    const done = await run(
      ['ingest', 'cpi', '--force', '--verbose', '--record', join(folder, 'records-env')],
      {...none, FIN_SIMULATOR_URL: hostile.url},
      place,
    )
    assert.ok(
      hostile.asked.at(-1)!.url.includes(keys.find(({variable}) => variable === 'FRED_API_KEY')!.secret),
      'the key was never sent',
    )
    assert.notEqual(done.code, 0)
  })
})

/** The request as an error page shows it: address and headers, the key in every form. */
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
const saying =
  (status: number, body: (text: string) => string, headers: Record<string, string> = {}): Answering =>
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
const faults: Record<string, Answering> = {
  'a refused key (401)': saying(
    401,
    (text) => `{"error_code":401,"error_message":${quoted(`invalid key: ${text}`)}}`,
  ),
  'a refused key (403)': saying(403, (text) => `<html><head><title>${text}</title></head></html>`),
  'a refusal with status 200': saying(
    200,
    (text) =>
      `{"Information":${quoted(`We have detected ${text} and our standard API rate limit is 25 requests per day.`)}}`,
  ),
  'another refusal with status 200': saying(
    200,
    (text) =>
      `{"error":${quoted(`Throttled: ${text}`)},"status":{"error_code":10002,"error_message":${quoted(text)}}}`,
  ),
  'too many requests': saying(429, (text) => text, {'retry-after': '1'}),
  'an error of the server': saying(500, (text) => `Internal error at ${text}`),
  garbage: saying(200, (text) => `{"request":${quoted(text)}, oops`),
  'JSON of another kind': saying(
    200,
    (text) =>
      `{"request":${quoted(text)},"observations":[{"date":${quoted(text)},"value":${quoted(text)}}],"data":[{${quoted(text)}:1}]}`,
  ),
  'a broken connection': (_, response) => response.destroy(),
  'a redirect to itself': (request, response) => response.writeHead(302, {location: request.url}).end(),
  'a redirect to another host': (request, response) =>
    response.writeHead(307, {location: `${thief.url}${request.url}`}).end(),
  'a redirect to an address with the key in its path': (request, response) =>
    response
      .writeHead(302, {
        location: `${thief.url}/${encodeURIComponent(echo(request.url ?? '', request.headers))}`,
      })
      .end(),
  'a redirect to a strange address': (request, response) =>
    response.writeHead(302, {location: `ftp://x${request.url}`}).end(),
}

describe('runs that go wrong', () => {
  const asking = [['cpi'], ['cpi', '--provider', 'alpha-vantage'], ['coingecko-global']]
  const looks = [
    ['runs', '--rejected', '--ndjson'],
    ['quota', '--json'],
    ['doctor', '--json'],
  ]
  for (const [turn, [name, answering]] of Object.entries(faults).entries()) {
    test(name, async () => {
      hostile.answer(answering)
      thief.answer(saying(200, (text) => quoted(text)))
      for (const args of inTurn(asking, turn)) {
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
            join(folder, `records-${asking.indexOf(args)}`),
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
        assert.ok(leaks(sent, keys).length > 0, 'no key was sent, so none could leak')
      }
      for (const look of inTurn(looks, turn)) await run(look, {FIN_SIMULATOR_URL: hostile.url})
      assert.deepEqual(
        thief.asked.map(({url}) => url),
        [],
        'a redirect to another origin was followed',
      )
    })
  }
})

describe('commands that only look', () => {
  // So that there is a run to show, also when no other test of this file was run.
  before(() => run(['ingest', 'coingecko-global']))
  const looks = [
    ['doctor'],
    ['quota'],
    ['quota', '--plan'],
    ['status'],
    ['runs'],
    ['runs', '--failed', '--json'],
    ['runs', 'show', '1'],
    ['db', 'status'],
    ['db', 'url'],
    ['query'],
    ['schedule', 'list'],
    ['schedule', 'due'],
    ['replay', '--dry-run'],
    ['export', 'job_runs', '--csv'],
    ['export', 'provider_requests', '--ndjson'],
    ['map', 'bithumb-coingecko'],
  ]
  for (const [turn, args] of looks.entries())
    test(`fin ${args.join(' ')}`, async () => {
      for (const more of inTurn([{DEBUG: '*'}, {}], turn)) {
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
    'a server that speaks something else': changed((url) => {
      url.port = new URL(simulator.url).port
    }),
    'a port that is no number': () => address.href.replace(/:\d+\//, ':port/'),
    'a password that is not encoded': () =>
      `postgres://${role}:${all.find(({variable}) => variable.includes('DATABASE'))!.secret}#?@/[@127.0.0.1/x`,
    'broken encoding': () => address.href.replace('@', '%zz@'),
    'an option that does not exist': () => `${address.href}?sslmode=verify-full&sslrootcert=/none/at-all.pem`,
    'another protocol': () => address.href.replace('postgres', 'mysql'),
    'no address at all': () => all.find(({variable}) => variable.includes('DATABASE'))!.secret,
  }
  const connecting = [['ingest', 'cpi', '--verbose'], ['doctor'], ['db', 'init'], ['runs', '--json']]
  for (const [turn, [name, url]] of Object.entries(addresses).entries()) {
    test(`DATABASE_URL with ${name}`, async () => {
      for (const args of inTurn(connecting, turn)) {
        const done = await run(args, {DATABASE_URL: url(), DEBUG: '*'})
        assert.ok(done.code === 1 || done.code === 2, `fin ${args.join(' ')}: ${done.code}\n${done.stderr}`)
      }
    })
  }

  test('REDIS_URL that is none, or where nothing listens', async () => {
    const {secret} = all.find(({variable}) => variable.includes('REDIS'))!
    for (const url of [
      `redis://:${encodeURIComponent(secret)}@127.0.0.1:1`,
      `redis://:${secret}@127.0.0.1:port`,
      secret,
    ])
      await run(['doctor', '--json'], {REDIS_URL: url, DEBUG: '*'})
  })

  test('FIN_SIMULATOR_URL with a password in it', async () => {
    const [one] = keys as [Canary]
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

test('what other users of the machine see while a request is under way', async () => {
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
