/** `fin cache` as a process: when it works, what it says otherwise, and the hit rate in `fin status`. */
import assert from 'node:assert/strict'
import {type AddressInfo, createServer} from 'node:net'
import {after, before, test} from 'node:test'
import {hitRateText, rateText} from '../../src/lib/redis/hit-rate.js'
import {openSetup, type TestSetup} from '../run/setup.js'
import {fin} from '../servers.js'
import {freePort} from '../servers/guarded.js'
import {startRedis} from '../servers/redis.js'
import {clientOf} from '../stream/redis-sink.js'

const redis = await startRedis(await freePort())
const skip = redis.skipReason
const client = clientOf(redis.url)
let setup: TestSetup
before(async () => {
  setup = await openSetup({at: new Date('2026-11-27T15:00:00Z')})
  await setup.rows(`insert into sp500_companies (symbol, company_name) values ('AAPL', 'Apple')`)
  await setup.rows(
    `insert into trade_bars (asset_class, symbol, minute, open, high, low, close, volume, turnover, trades, open_at, close_at)
     select 'equity', 'AAPL', m, 5, 5, 5, 5, 1, 5, 1, m, m from unnest($1::timestamptz[]) m`,
    [['2026-11-25T15:00Z', '2026-11-27T14:45Z']],
  )
})
after(async () => {
  client.disconnect()
  await redis.stop()
})

/** Runs a command at an instant, by the clock of the simulator. */
function at(instant: string, args: readonly string[], env: Record<string, string> = {}) {
  setup.simulator.clock.change({instantMs: Date.parse(instant)})
  return fin(args, {env: {...setup.env, FIN_TIME_ZONE: 'Asia/Seoul', REDIS_URL: redis.url, ...env}})
}

const closed: [when: string, instant: string, text: string][] = [
  ['on a Sunday', '2026-11-29T05:10:00Z', 'Mon 2026-11-30 23:30 (in 1 d)'],
  ['on a Monday in Seoul, a Sunday in New York', '2026-11-29T16:20:00Z', 'Mon 2026-11-30 23:30 (in 22 h)'],
  ['on Thanksgiving', '2026-11-26T15:17:00Z', 'Fri 2026-11-27 23:30 (in 23 h)'],
  ['after an early close', '2026-11-27T18:01:00Z', 'Mon 2026-11-30 23:30 (in 2 d)'],
  ['before an opening', '2026-11-25T14:29:00Z', 'Wed 2026-11-25 23:30 (in 1 min)'],
  ['before the change to summer time', '2026-03-07T05:01:00Z', 'Mon 2026-03-09 22:30 (in 2 d)'],
  ['before the change to winter time', '2026-10-31T05:01:00Z', 'Mon 2026-11-02 23:30 (in 2 d)'],
]
for (const [when, instant, text] of closed)
  test(`${when} it exits 0 with the next opening, and opens no connection`, async () => {
    // Neither server exists, so a connection would fail.
    const nowhere = {DATABASE_URL: 'postgres://127.0.0.1:1/none', REDIS_URL: 'redis://127.0.0.1:1'}
    const {code, stdout, stderr} = await at(instant, ['cache', 'sp500'], nowhere)
    assert.deepEqual([code, stdout, stderr], [0, '', `cache-sp500: market closed, opens ${text}\n`])
  })

test('in the session it works each minute, outside it on the hour or with --force', {skip}, async () => {
  for (const [instant, args, works] of [
    ['2026-11-27T14:47:00Z', [], true],
    ['2026-11-27T17:59:00Z', [], true],
    ['2026-11-27T18:01:00Z', [], false],
    ['2026-11-27T19:00:00Z', [], true],
    ['2026-11-29T05:00:00Z', [], true],
    ['2026-11-29T05:10:00Z', ['--force'], true],
    ['2026-11-29T05:10:00Z', ['--only-if-scheduled'], false],
    ['2026-11-29T05:00:00Z', ['--force', '--only-if-scheduled'], true],
    ['2026-11-29T05:10:00Z', ['--force', '--only-if-scheduled'], false],
    ['2026-11-27T14:47:00Z', ['--only-if-scheduled'], true],
  ] as const) {
    await setup.rows('delete from job_runs')
    const {code, stderr} = await at(instant, ['cache', 'sp500', ...args])
    assert.equal(code, 0, stderr)
    const runs = await setup.rows('select scheduled_at from job_runs')
    assert.equal(runs.length, works ? 1 : 0, `${instant} ${args.join(' ')}: ${stderr}`)
  }
})

test('it says what it did, and prints the rows in a format', {skip}, async () => {
  await client.flushall()
  await setup.rows('truncate sp500_market_snapshots')
  const first = await at('2026-11-27T14:48:00Z', ['cache', 'sp500', '--ndjson'])
  assert.equal(first.stderr, 'cache-sp500: 1 row, 1 new, 0 changed, 1 for sp500_market_data, 0 rejected\n')
  assert.equal((JSON.parse(first.stdout) as {current_price: string}).current_price, '5')
  const again = await at('2026-11-27T14:48:00Z', ['cache', 'sp500'])
  assert.equal(again.stderr, 'cache-sp500: 1 row, nothing changed, 0 rejected\n')
  await client.flushall()
  const dry = await at('2026-11-27T14:49:00Z', ['cache', 'sp500', '--dry-run', '--json'], {REDIS_URL: ''})
  assert.equal(dry.code, 0, dry.stderr)
  assert.equal((JSON.parse(dry.stdout) as object[]).length, 1)
  assert.equal(await client.dbsize(), 0)
})

test('without REDIS_URL it is 2, and with a Redis that is away 1, each with the next step', async () => {
  const missing = await at('2026-11-27T14:50:00Z', ['cache', 'sp500'], {REDIS_URL: ''})
  assert.equal(missing.code, 2)
  assert.match(missing.stderr, /REDIS_URL is not set\n +Set it like redis:/)
  const away = await at('2026-11-27T14:50:00Z', ['cache', 'sp500'], {
    REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
  })
  assert.equal(away.code, 1)
  assert.match(away.stderr, /the snapshots are stored, but Redis at .* it refuses connections\n/)
})

test('fin status knows the hours of the market', {skip}, async () => {
  await setup.rows('delete from job_runs')
  const stateAt = async (instant: string) => {
    const {stdout, stderr} = await at(instant, ['status', '--unit', 'cache-sp500', '--json'])
    const [row] = JSON.parse(stdout) as {table: string; state: string; promised: string}[]
    assert.equal(row?.table, 'sp500_market_snapshots', stderr)
    return `${row.state} ${row.promised}`
  }
  await at('2026-11-27T14:55:00Z', ['cache', 'sp500'])
  assert.equal(await stateAt('2026-11-27T15:20:00Z'), 'fresh 2026-11-27T14:50:00.000Z')
  assert.equal(await stateAt('2026-11-27T15:40:00Z'), 'stale 2026-11-27T15:10:00.000Z')
  await at('2026-11-27T19:00:00Z', ['cache', 'sp500'])
  assert.equal(await stateAt('2026-11-27T20:25:00Z'), 'fresh 2026-11-27T19:00:00.000Z')
  assert.equal(await stateAt('2026-11-27T20:35:00Z'), 'stale 2026-11-27T20:00:00.000Z')
})

test(
  'fin status shows the hit rate of the server with whose it is, and fails without none',
  {skip},
  async () => {
    await client.flushall()
    await client.config('RESETSTAT')
    await client.set('a', '1')
    await client.mget('a', 'a', 'a', 'none')
    const shown = await at('2026-11-27T15:00:00Z', ['status', '--unit', 'cache-sp500'])
    assert.match(
      shown.stderr,
      /^Redis at 127\.0\.0\.1:\d+: hit rate 75\.0 % \(3 of 4 look-ups, of all clients of the server since its start\)$/m,
    )
    const away = await at('2026-11-27T15:00:00Z', ['status', '--unit', 'cache-sp500'], {
      REDIS_URL: 'redis://127.0.0.1:1',
    })
    assert.equal(away.code, 0)
    assert.match(away.stderr, /^Redis at 127\.0\.0\.1:1 does not answer: it refuses connections$/m)
    const refused = await at('2026-11-27T15:00:00Z', ['status', '--unit', 'cache-sp500'], {
      REDIS_URL: redis.url.replace('://', '://u:wrong@'),
    })
    assert.match(refused.stderr, / does not answer: it does not accept the user or the password$/m)
    const wrong = await at('2026-11-27T15:00:00Z', ['status', '--unit', 'cache-sp500'], {
      REDIS_URL: 'nonsense',
    })
    assert.equal(wrong.code, 0)
    assert.match(wrong.stderr, /^Redis does not answer: REDIS_URL is not the address of a Redis server$/m)
    for (const args of [['--quiet'], ['--check', '--quiet']])
      assert.doesNotMatch((await at('2026-11-27T15:00:00Z', ['status', ...args])).stderr, /Redis/)
  },
)

test('the line about Redis tells why there is none, and never the password', {skip}, async () => {
  const {port} = new URL(redis.url)
  const textOf = (signIn: string) =>
    hitRateText(`redis://${signIn}127.0.0.1:${port}`, new AbortController().signal)
  assert.match(await textOf(':needless@'), /: hit rate /)
  await client.call('ACL', 'SETUSER', 'reader', 'on', '>sécret pass', '+info', '+ping')
  await client.call('ACL', 'SETUSER', 'other', 'on', '>word', '+ping')
  try {
    assert.match(await textOf('reader:s%C3%A9cret%20pass@'), /: hit rate /)
    await client.config('SET', 'requirepass', 'hidden-word')
    assert.match(await textOf(''), / does not answer: it requires a password$/)
    assert.match(
      await textOf(':wrong-word@'),
      / does not answer: it does not accept the user or the password$/,
    )
    assert.match(await textOf('other:word@'), / does not answer: its user lacks a permission$/)
    assert.match(await textOf(':hidden-word@'), /: hit rate /)
  } finally {
    await client.config('SET', 'requirepass', '')
  }
  const other = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const answer = await hitRateText(
    `redis://127.0.0.1:${(other.address() as AddressInfo).port}`,
    new AbortController().signal,
  )
  assert.match(answer, / does not answer: it does not speak the protocol of Redis$/)
  other.close()
})

test('a hit rate is cut, not rounded, and a server without look-ups has none', () => {
  assert.match(
    rateText('keyspace_hits:99999\r\nkeyspace_misses:1\r\n'),
    /^hit rate 99\.9 % \(99,999 of 100,000 /,
  )
  assert.match(rateText('keyspace_hits:0\r\nkeyspace_misses:0\r\n'), /^hit rate unknown, no client/)
  assert.equal(rateText('evicted_keys:0\r\n'), 'the server states no hit rate')
})

test('a server that accepts connections and never answers costs a second at most', async () => {
  const silent = createServer(() => {})
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const {port} = silent.address() as AddressInfo
  const text = await hitRateText(`redis://127.0.0.1:${port}`, new AbortController().signal)
  assert.equal(text, `Redis at 127.0.0.1:${port} does not answer within a second`)
  silent.close()
})
