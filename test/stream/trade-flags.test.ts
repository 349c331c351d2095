/** Flags of trades: by condition codes and by price, in the tables, in Redis, and with --filter. */
import assert from 'node:assert/strict'
import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import pg from 'pg'
import {loadConfig} from '../../src/lib/config.js'
import {statement} from '../../src/lib/db/statement.js'
import {bithumb} from '../../src/lib/feeds/bithumb.js'
import {etf} from '../../src/lib/feeds/etf.js'
import {createStreamCounts} from '../../src/lib/health/counts.js'
import {createRowFlags} from '../../src/lib/run/trade-flags.js'
import {root} from '../paths.js'
import {fin, postgres, type Postgres} from '../servers.js'
import {freePort} from '../servers/guarded.js'
import {startRedis} from '../servers/redis.js'
import {clientOf, prices} from './redis-sink.js'
import {eventually} from './running.js'
import {socketServer} from './server.js'
import {databaseOf, runFeed} from './session.js'

let server: Postgres
before(async () => {
  server = await postgres()
})
after(() => server.stop())
const redis = await startRedis(await freePort())
after(() => redis.stop())

const folder = mkdtempSync(join(tmpdir(), 'fin-test-conditions-'))
const configOf = (configDir: string) => loadConfig({FIN_CONFIG_DIR: configDir}, folder)

const table = readFileSync(join(root, 'src/lib/providers/finnhub/trade-conditions.csv'), 'utf8')
  .split('\n')
  .filter((line) => /^\d/.test(line))
  .map((line) => line.split(','))

const atMs = Date.UTC(2026, 10, 27, 15)
let id = 0
const trade = (change: object = {}) => ({
  symbol: 'SPY',
  trade_id: `f1.${id++}`,
  price: '600.10',
  volume: '100',
  timestamp_ms: String(atMs),
  traded_at: new Date(atMs).toISOString(),
  trade_conditions: ['1'] as unknown,
  source: 'finnhub_etf_websocket',
  ...change,
})

async function flagsOf(rows: readonly object[], config = configOf(join(folder, 'none'))) {
  const flagged = await createRowFlags(etf, {config, counts: createStreamCounts()})
  return flagged(rows.map((row) => ({...row}))).map((row) => row['flag'])
}

test('every code of the list has a name and a reason, and flags a trade as the list says', async () => {
  assert.deepEqual(
    table.map(([code]) => Number(code)),
    table.map((_, n) => n + 1),
  )
  for (const [code, name, , isRegular, reason] of table) {
    assert.ok(name && reason && ['true', 'false'].includes(isRegular!), code)
    const expected = isRegular === 'true' ? null : 'conditions'
    assert.deepEqual(
      await flagsOf([trade({trade_conditions: [code]}), trade({trade_conditions: ['1', code, '8']})]),
      [expected, expected],
      name,
    )
  }
  const irregular = table.filter((cells) => cells[3] === 'false').map(([code]) => code)
  for (const code of ['3', '12', '24', '32', '37']) assert.ok(irregular.includes(code), code)
  for (const code of ['1', '8', '19', '36']) assert.ok(!irregular.includes(code), code)
})

test('unknown codes, none, and values that are no list are regular', async () => {
  const stated = [['99'], ['1', 'x'], [], null, undefined, '12', 12, {'0': '12'}]
  assert.deepEqual(
    await flagsOf(stated.map((conditions) => trade({trade_conditions: conditions}))),
    stated.map(() => null),
  )
})

test('a file of the user replaces the list, and a wrong value is reported', async () => {
  const config = configOf(folder)
  const own = join(folder, 'trade-conditions.csv')
  writeFileSync(own, 'code,is_regular\n24,true\n77,false\n')
  const some = [['1', '24'], ['77'], ['12']].map((conditions) => trade({trade_conditions: conditions}))
  assert.deepEqual(await flagsOf(some, config), [null, 'conditions', null])
  writeFileSync(own, 'code,is_regular\n24,yes\n')
  await assert.rejects(flagsOf(some, config), /the code "24" has the is_regular "yes": write true or false/)
})

test('a feed of quotes has no flags, and refuses the filter', async () => {
  const given = {config: configOf(folder), counts: createStreamCounts()}
  const rows = [{market_code: 'KRW-BTC'}]
  assert.deepEqual((await createRowFlags(bithumb, given))(rows), [{market_code: 'KRW-BTC'}])
  await assert.rejects(createRowFlags(bithumb, {...given, filter: ['regular']}), /bithumb has quotes/)
})

/** 30 trades about 600, a wrong price, an odd lot, and two more: the last regular price is 600.40. */
function recorded() {
  id = 0
  const usual = Array.from({length: 30}, (_, n) => ({price: `600.${10 + (n % 5)}`}))
  const all = [
    ...usual,
    {price: '500.00'},
    {price: '600.40'},
    {price: '601.00', trade_conditions: ['1', '12']},
    {price: '700.00'},
  ]
  return all.map((change, n) =>
    trade({
      timestamp_ms: String(atMs + n * 1_000),
      traded_at: new Date(atMs + n * 1_000).toISOString(),
      ...change,
    }),
  )
}
const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n')

async function stored(url: string) {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const {rows} = await client.query<{price: string; flag: string | null}>(
      'select price::text, flag from etf_realtime_prices order by timestamp_ms',
    )
    const newest = await client.query<{price: string}>(statement('select_etf_newest_trades').text)
    return {
      count: rows.length,
      flagged: rows.filter(({flag}) => flag !== null).map(({price, flag}) => `${price} ${flag}`),
      newest: newest.rows.map(({price}) => price),
    }
  } finally {
    await client.end()
  }
}

test(
  'flagged trades are stored with their flag, and Redis gets the newest regular one',
  {skip: redis.skipReason},
  async () => {
    const url = await server.withSchema('flags')
    const env = {DATABASE_URL: url, REDIS_URL: redis.url}
    const run = await fin(['stream', 'consume', 'etf', '--from', 'stdin'], {env, input: lines(recorded())})
    assert.equal(run.code, 0, run.stderr)
    assert.match(run.stderr, /34 rows stored, 0 rejected$/m)
    assert.deepEqual(await stored(url), {
      count: 34,
      flagged: ['500.00 outlier', '601.00 conditions', '700.00 outlier'],
      newest: ['600.40'],
    })
    const client = clientOf(redis.url)
    try {
      assert.deepEqual(await prices(client, 'etf_realtime_data'), {SPY: 600.4})
    } finally {
      client.disconnect()
    }
  },
)

test('consume --filter regular stores only regular trades, and says how many it left out', async () => {
  const url = await server.withSchema('flags')
  const others = recorded().map((row, n) => ({...row, symbol: 'QQQ', trade_id: `g.${n}`}))
  const run = await fin(
    ['stream', 'consume', 'etf', '--from', 'stdin', '--filter', 'regular', '--filter', 'spy'],
    {env: {DATABASE_URL: url}, input: lines([...recorded(), ...others])},
  )
  assert.equal(run.code, 0, run.stderr)
  assert.match(run.stderr, /31 rows stored, 0 rejected, 3 left out by --filter/)
  assert.deepEqual(await stored(url), {count: 31, flagged: [], newest: ['600.40']})
})

test('a line without a flag is judged, and a line with one keeps it', async () => {
  const url = await server.withSchema('flags')
  const rows = [
    trade({trade_id: 'a', price: '1'}),
    trade({trade_id: 'b', price: '2', flag: 'outlier'}),
    trade({trade_id: 'c', price: '3', flag: null, trade_conditions: ['24']}),
    trade({trade_id: 'd', price: '4', flag: 'conditions'}),
    trade({trade_id: 'e', price: '5', flag: 'odd'}),
  ].map((row, n) => ({...row, timestamp_ms: String(atMs + n), traded_at: new Date(atMs + n).toISOString()}))
  const run = await fin(['stream', 'consume', 'etf', '--from', 'stdin'], {
    env: {DATABASE_URL: url},
    input: lines(rows),
  })
  assert.equal(run.code, 1, run.stderr)
  assert.match(run.stderr, /4 rows stored, 1 rejected/)
  const {count, flagged} = await stored(url)
  assert.deepEqual([count, flagged], [4, ['2 outlier', '3 conditions', '4 conditions']])
})

const frame = (rows: readonly ReturnType<typeof trade>[]) =>
  JSON.stringify({
    type: 'trade',
    data: rows.map(({symbol, price, timestamp_ms, trade_conditions}) => ({
      s: symbol,
      p: Number(price),
      t: Number(timestamp_ms),
      v: 100,
      c: trade_conditions,
    })),
  })

test('produce prints the flags, and with --filter regular only trades without one', async () => {
  const printed = async (...args: readonly string[]) => {
    const run = await fin(['stream', 'produce', 'etf', '--to', 'stdout', '--input', '-', ...args], {
      input: frame(recorded()),
    })
    assert.equal(run.code, 0, run.stderr)
    const rows = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as {price: string; flag: string | null})
    return {rows, stderr: run.stderr}
  }
  const all = await printed()
  assert.deepEqual(
    all.rows.filter(({flag}) => flag !== null).map(({price, flag}) => `${Number(price)} ${flag}`),
    ['500 outlier', '601 conditions', '700 outlier'],
  )
  const {rows, stderr} = await printed('--filter', 'regular')
  assert.deepEqual(
    rows,
    all.rows.filter(({flag}) => flag === null),
  )
  assert.match(stderr, /1 frame, 31 rows, 0 rejected, 3 left out by --filter/)
})

test('run flags what it receives; with --filter regular it stores the rest', async (t) => {
  for (const [filter, count, flagged] of [
    [undefined, 34, 3],
    [['regular'], 31, 0],
  ] as const) {
    const provider = await socketServer((socket) => {
      socket.on('message', () => socket.send(frame(recorded())))
    })
    t.after(() => provider.close())
    const {url, rows} = await databaseOf(t, server)
    const stream = await runFeed(
      t,
      etf,
      {
        DATABASE_URL: url,
        FIN_CONFIG_DIR: join(folder, 'none'),
        FIN_SIMULATOR_URL: new URL(provider.url.replace('ws', 'http')).origin,
        FINNHUB_API_KEY_1: 'simulatedfinnhubkey1',
      },
      {target: ['SPY'], ...(filter && {filter: [...filter]})},
    )
    const found = () => rows('select flag from etf_realtime_prices')
    await eventually('the rows', async () => (await found()).length >= count)
    await stream.stop()
    const all = await found()
    assert.deepEqual([all.length, all.filter(({flag}) => flag !== null).length], [count, flagged])
    const {counts} = stream
    assert.deepEqual(counts.flagged, {conditions: 1, outlier: 2})
    assert.deepEqual([counts.rows, counts.leftOut], [34, filter ? 3 : 0])
  }
})
