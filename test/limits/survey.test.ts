import assert from 'node:assert/strict'
import {test} from 'node:test'
import {loadConfig} from '../../src/lib/config.js'
import {quotaRows} from '../../src/lib/report/quota-status.js'
import {fakeClock} from '../clock.js'
import {fin} from '../servers.js'
import {type Opened, openForFile, provider, twoCredentials, twoSecrets} from './settings.js'

let opened: Opened
openForFile((one) => {
  opened = one
})

const minute = {requests: 5, per: 'minute', of: 'credential', window: 'sliding'} as const
const day = {
  requests: 25,
  per: 'day',
  of: 'credential',
  window: {startsAt: '00:00 America/New_York'},
} as const

test('each credential and window: spent, left, the reset, the cooldown, and the requests that the schedule still needs', async () => {
  const clock = fakeClock('2026-03-08T12:00:00Z')
  const ledger = opened.ledger(clock, twoSecrets)
  const north = provider([minute, day, {...minute, requests: 8, of: 'address'}], twoCredentials)
  for (let i = 0; i < 3; i++) {
    await (await ledger.reserve({provider: north, job: 'cpi', credential: '1'})).finish({outcome: 'answered'})
    clock.advance(10_000)
  }
  await ledger.startCooldown(north, '2', {next: 'stop', why: 'invalid key'})
  const spans: [string, string][] = []
  const rows = await quotaRows(
    opened.database,
    loadConfig(twoSecrets, '/'),
    [north],
    (_, from, to) => {
      spans.push([new Date(from).toISOString(), new Date(to).toISOString()])
      return 7
    },
    clock.now().getTime(),
  )
  const told = rows.map((row) => [
    row.credential,
    row.window,
    row.spent,
    row.left,
    row.resets_at,
    row.still_needed,
    row.state,
  ])
  assert.deepEqual(told, [
    ['1', '5 a minute', 3, 2, '2026-03-08T12:01:00.001Z', null, 'ready'],
    ['1', '25 a day, from 00:00 America/New_York', 3, 22, '2026-03-09T04:00:00.000Z', null, 'ready'],
    ['all', '8 a minute per address', 3, 5, '2026-03-08T12:01:00.001Z', 7, 'ready'],
    ['2', '5 a minute', 0, 5, null, null, 'refused'],
    ['2', '25 a day, from 00:00 America/New_York', 0, 25, null, null, 'refused'],
    ['all', '5 a minute', 3, 2, '2026-03-08T12:01:00.001Z', 7, 'ready'],
    ['all', '25 a day, from 00:00 America/New_York', 3, 22, '2026-03-09T04:00:00.000Z', 7, 'ready'],
  ])
  assert.equal(rows[3]!.why, 'invalid key')
  assert.ok(
    spans.some(([from, to]) => from === '2026-03-08T12:00:30.000Z' && to === '2026-03-09T04:00:00.000Z'),
  )
  assert.doesNotMatch(JSON.stringify(rows), /canary/)
})

test('a full window names the instant of its next free reservation; a cooldown that ended is not shown', async () => {
  const clock = fakeClock('2026-03-08T12:00:00Z')
  const ledger = opened.ledger(clock)
  const north = {...provider([{...minute, requests: 2}]), name: 'north-full'}
  for (let i = 0; i < 2; i++) {
    await (await ledger.reserve({provider: north, job: 'cpi'})).finish({outcome: 'answered'})
    clock.advance(10_000)
  }
  await ledger.startCooldown(north, 'keyless', {
    next: 'wait',
    until: new Date('2026-03-08T12:05:00Z'),
    why: 'slow down',
  })
  const config = loadConfig({}, '/')
  const [row] = await quotaRows(opened.database, config, [north], () => 0, clock.now().getTime())
  assert.deepEqual(
    [row!.left, row!.resets_at, row!.state, row!.resting_until, row!.why],
    [0, '2026-03-08T12:01:00.001Z', 'wait', '2026-03-08T12:05:00.000Z', 'slow down'],
  )
  clock.set('2026-03-08T12:06:00Z')
  const [later] = await quotaRows(opened.database, config, [north], () => 0, clock.now().getTime())
  assert.deepEqual([later!.left, later!.spent, later!.resets_at, later!.state], [2, 0, null, 'ready'])
})

test('a missing credential names the variable to set; a provider without a limit is reported so', async () => {
  const rows = await quotaRows(
    opened.database,
    loadConfig({}, '/'),
    [provider([minute], twoCredentials), {...provider([]), name: 'open'}],
    () => 0,
    0,
  )
  assert.deepEqual(
    rows.map(({state, why}) => [state, why]),
    [
      ['no key', 'set NORTH_KEY_1 or NORTH_KEY_2'],
      ['ready', 'declares no limit'],
    ],
  )
})

test('fin quota and its plan, as commands, with a canary in every credential', async () => {
  const credentials = Object.fromEntries(
    ['COINGECKO_API_KEY_1', 'FRED_API_KEY', 'ALPHA_VANTAGE_API_KEY_1', 'X_BEARER_TOKEN_1'].map((name) => [
      name,
      `canary-${name.toLowerCase()}`,
    ]),
  )
  const env = {...credentials, DATABASE_URL: opened.url}
  const all = await fin(['quota', '--json'], {env})
  assert.equal(all.code, 0, all.stderr)
  const rows = JSON.parse(all.stdout) as {
    provider: string
    window: string
    spent: number
    left: number
    still_needed: number
    state: string
  }[]
  const withCredential = rows.filter(({state}) => state !== 'no key')
  assert.deepEqual(
    new Set(withCredential.map(({provider: name}) => name)),
    new Set(['alpha-vantage', 'bithumb', 'coingecko', 'fred', 'truth-social', 'wikipedia', 'x']),
  )
  assert.ok(withCredential.every(({spent, state}) => spent === 0 && state === 'ready'))
  const month = rows.find(({provider: name, window}) => name === 'coingecko' && /month/.test(window))!
  assert.equal(month.left, 10_000)
  assert.ok(month.still_needed >= 0 && month.still_needed < 20_000)
  const planned = await fin(['quota', '--provider', 'coingecko', '--plan', '--ndjson'], {env})
  assert.equal(planned.code, 0, planned.stderr)
  assert.match(planned.stderr, /coin-details is throttled first, then coingecko-tickers/)
  const allocations = planned.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as {unit: string; gives_way: boolean})
  assert.deepEqual(
    allocations.filter(({gives_way: throttled}) => throttled).map(({unit}) => unit),
    ['coingecko-tickers', 'coin-details'],
  )
  const unknown = await fin(['quota', '--provider', 'nobody'], {env})
  assert.equal(unknown.code, 2)
  assert.match(unknown.stderr, /coingecko/)
  for (const {stdout, stderr} of [all, planned, unknown]) assert.doesNotMatch(stdout + stderr, /canary/)
})

test('quota --plan states the limits of a provider without allocations, and that another has no limit of a day or month', async () => {
  const plan = async (name: string, env = {}) => {
    const {code, stdout, stderr} = await fin(['quota', '--plan', '--provider', name], {
      env: {...env, DATABASE_URL: opened.url},
    })
    assert.equal(code, 0, stderr)
    return stdout + stderr
  }
  const x = await plan('x', {X_BEARER_TOKEN_2: 'abcdef0123456789'})
  assert.match(
    x,
    /^x allows 70 a month with key 2\. No job has an allocation: the rest of a month is divided among the targets/m,
  )
  assert.match(
    await plan('newsapi', {NEWSAPI_API_KEY_1: 'abcdef0123456789abcdef0123456789'}),
    /^newsapi allows .*100 a day per credential\. .*first come/m,
  )
  assert.match(await plan('newsapi'), /^newsapi cannot be used without a key\.$/m)
  for (const printed of [x, await plan('newsapi')]) assert.doesNotMatch(printed, /Nothing has to be divided/)
  assert.match(await plan('bithumb'), /Nothing has to be divided: bithumb limits no day and no month\./)
})

test('quota --retry makes a refused credential usable again', async () => {
  const clock = fakeClock()
  const coingecko = {...provider([minute]), name: 'coingecko', credentials: {1: 'COINGECKO_API_KEY_1'}}
  const env = {COINGECKO_API_KEY_1: 'canary-one', DATABASE_URL: opened.url}
  await opened.ledger(clock, env).startCooldown(coingecko, '1', {next: 'stop', why: 'invalid key'})
  const earlier = await fin(['quota', '--provider', 'coingecko', '--ndjson'], {env})
  assert.match(earlier.stdout, /"refused"/)
  const unknown = await fin(['quota', '--provider', 'coingecko', '--retry', 'first'], {env})
  assert.equal(unknown.code, 2)
  assert.match(unknown.stderr, /no credential "first".*1, 2, 3, 4, keyless/s)
  const retried = await fin(['quota', '--provider', 'coingecko', '--retry', '1', '--ndjson'], {env})
  assert.equal(retried.code, 0, retried.stderr)
  assert.doesNotMatch(retried.stdout, /"refused"/)
})
