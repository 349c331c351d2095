/** `fin stream repair`: gaps become the bars of the simulator's trades, and the others keep their reason. */
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'
import {bithumbMarkets} from '../../src/lib/collectors/bithumb-markets.js'
import type {AnyFeed, FeedRepair} from '../../src/lib/define-feed.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {bithumb} from '../../src/lib/feeds/bithumb.js'
import {etf} from '../../src/lib/feeds/etf.js'
import {movers} from '../../src/lib/feeds/movers.js'
import {sp500} from '../../src/lib/feeds/sp500.js'
import {Interrupted} from '../../src/lib/interrupt.js'
import {readStreams} from '../../src/lib/report/stream-status.js'
import {judge, spansOf} from '../../src/lib/run/judge-gaps.js'
import {repairGaps, type RepairOptions} from '../../src/lib/run/repair.js'
import {minuteMs} from '../../src/lib/time.js'
import {parseJson} from '../../src/lib/json.js'
import {fixture, fixturesSkip} from '../fixtures.js'
import {openSetup, type TestSetup} from '../run/setup.js'
import {fin} from '../servers.js'

const five = ['KRW-BTC', 'KRW-ETH', 'KRW-XRP', 'KRW-EGG', 'BTC-ETH']
const feeds: readonly AnyFeed[] = [bithumb, sp500, movers, etf]

const repair = (setup: TestSetup, options: Partial<RepairOptions> = {}) =>
  repairGaps({feeds, command: 'fin stream repair', ...options}, setup.context)

/** Inserts a gap of the socket of bithumb, unless the row says otherwise; returns its id. */
async function gap(setup: TestSetup, row: Record<string, unknown>): Promise<string> {
  const whole = {feed: 'bithumb', kind: 'socket', shard: 1, why: 'the connection ended', ...row}
  const names = Object.keys(whole)
  const [inserted] = await setup.rows(
    `insert into stream_gaps (${names.join(', ')}) values (${names.map((_, at) => `$${at + 1}`).join(', ')}) returning id`,
    Object.values(whole),
  )
  return String(inserted!['id'])
}

const gapRows = (setup: TestSetup) =>
  setup.rows(
    `select feed, repaired_at is not null as is_repaired, not_repairable, not_repaired_because as why,
       repaired_bars as bars, cardinality(repaired_targets) as targets from stream_gaps order by id`,
  )

const bars = (setup: TestSetup) =>
  setup.rows(
    `select symbol, to_char(minute at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as minute, open::float, high::float,
       low::float, close::float, volume::float, turnover::float, trades, open_at, close_at
     from trade_bars where asset_class = 'crypto' order by symbol, minute`,
  )

const candleRequests = ({simulator}: TestSetup) =>
  simulator.log.requests({provider: 'bithumb'}).filter(({path}) => path.includes('/candles/'))

/** The bars of the trades that the simulated exchange has had, each added to its minute. */
function truth({simulator}: TestSetup, symbols: readonly string[], from: string, until: string) {
  const {bithumb: exchange} = simulator.scenario
  const [fromMs, untilMs] = [Date.parse(from), Date.parse(until)]
  return [...symbols].sort().flatMap((symbol) => {
    const market = exchange.byCode.get(symbol)!
    const trades: {ms: number; price: number; volume: number}[] = []
    for (let ms = untilMs - 1; ;) {
      const {atMs, volume} = exchange.lastTrade(market, ms)
      if (atMs < fromMs) break
      trades.unshift({ms: atMs, price: exchange.price(market, atMs), volume})
      ms = atMs - 1
    }
    const found = []
    for (let ms = fromMs; ms < untilMs; ms += minuteMs) {
      const of = trades.filter((trade) => trade.ms >= ms && trade.ms < ms + minuteMs)
      if (of.length === 0) continue
      const prices = of.map(({price}) => price)
      found.push({
        symbol,
        minute: new Date(ms).toISOString().replace('.000', ''),
        open: prices[0]!,
        high: Math.max(...prices),
        low: Math.min(...prices),
        close: prices.at(-1)!,
        volume: of.reduce((sum, trade) => sum + trade.volume, 0),
        turnover: of.reduce((sum, {price, volume}) => sum + price * volume, 0),
        trades: null,
        open_at: new Date(ms),
        close_at: new Date(of.at(-1)!.ms),
      })
    }
    return found
  })
}

function assertBars(stored: readonly Record<string, unknown>[], expected: ReturnType<typeof truth>) {
  const sums = ['volume', 'turnover'] as const
  const exact = (row: Record<string, unknown>) => ({...row, volume: null, turnover: null})
  assert.deepEqual(stored.map(exact), expected.map(exact))
  // The simulator adds up floating-point numbers in another order, and rounds volumes to eight decimals.
  for (const [index, row] of expected.entries())
    for (const sum of sums)
      assert.ok(
        Math.abs(Number(stored[index]![sum]) - row[sum]) <= row[sum] * 1e-6 + 1e-6,
        JSON.stringify(row),
      )
}

/** Bithumb, with answers that `change` has changed before they are parsed. */
function changed(change: (candles: Record<string, unknown>[], market: string) => unknown): AnyFeed {
  const own = bithumb.repair as FeedRepair
  return {
    ...bithumb,
    repair: {
      ...own,
      parse: (body, span) =>
        own.parse(change(structuredClone(body) as Record<string, unknown>[], span.target), span),
      isEmpty: (body) => own.isEmpty(change(structuredClone(body) as Record<string, unknown>[], '')),
    },
  }
}

describe('a gap of bithumb', () => {
  test('of three minutes over five markets becomes the bars of the trades; a second run asks nothing', async () => {
    const setup = await openSetup()
    await gap(setup, {...{began_at: '2026-11-23T20:10:20Z', ended_at: '2026-11-23T20:12:40Z', symbols: five}})
    // The bar of a minute that the gap touches: made from the quotes that were received.
    await setup.rows(
      `insert into trade_bars (asset_class, symbol, minute, open, high, low, close, trades, open_at, close_at)
       values ('crypto', 'KRW-BTC', '2026-11-23T20:10Z', 1, 1, 1, 1, 1, '2026-11-23T20:10Z', '2026-11-23T20:10Z')`,
    )
    const run = await repair(setup)
    const expected = truth(setup, five, '2026-11-23T20:10:00Z', '2026-11-23T20:13:00Z')
    assertBars(await bars(setup), expected)
    assert.ok(expected.length > 5 && expected.length < 15, 'a market has minutes without a trade')
    assert.deepEqual(
      [run.outcome, run.exit_code, run.targets_done, run.requests, run.rows_inserted, run.rows_updated],
      ['done', 0, 5, 5, expected.length - 1, 1],
    )
    assert.deepEqual(
      run.gaps.map(({result, targets, bars: n, reason}) => ({result, targets, n, reason})),
      [{result: 'repaired', targets: 5, n: expected.length, reason: null}],
    )
    assert.deepEqual(await gapRows(setup), [
      ...[{feed: 'bithumb', is_repaired: true, not_repairable: false, why: null}].map((row) => ({
        ...row,
        ...{bars: expected.length, targets: 5},
      })),
    ])
    const again = await repair(setup)
    assert.deepEqual([again.outcome, again.exit_code, again.gaps], ['nothing due', 0, []])
    assert.equal(candleRequests(setup).length, 5)
    assert.deepEqual(await setup.rows('select unit, outcome, exit_code from job_runs order by id'), [
      {unit: 'stream-repair', outcome: 'done', exit_code: 0},
      {unit: 'stream-repair', outcome: 'nothing due', exit_code: 0},
    ])
  })

  test('of seven hours takes three pages of 200 minutes', async () => {
    const setup = await openSetup()
    const symbols = ['KRW-BTC', 'KRW-EGG']
    await gap(setup, {began_at: '2026-11-23T13:00:00Z', ended_at: '2026-11-23T19:59:59Z', symbols})
    const run = await repair(setup)
    assert.deepEqual([run.outcome, run.requests], ['done', 6])
    assertBars(await bars(setup), truth(setup, symbols, '2026-11-23T13:00:00Z', '2026-11-23T20:00:00Z'))
    const [first] = candleRequests(setup)
    assert.match(first!.path, /market=KRW-BTC&to=2026-11-24T01%3A20%3A00&count=200$/)
  })

  test('goes across midnight in Seoul and the end of a month', async () => {
    const setup = await openSetup({at: new Date('2026-12-01T01:00:00Z')})
    const symbols = ['KRW-BTC']
    await gap(setup, {began_at: '2026-11-30T14:58:30Z', ended_at: '2026-11-30T15:01:30Z', symbols})
    await gap(setup, {began_at: '2026-11-30T23:58:30Z', ended_at: '2026-12-01T00:01:30Z', symbols})
    assert.equal((await repair(setup)).outcome, 'done')
    assertBars(await bars(setup), [
      ...truth(setup, symbols, '2026-11-30T14:58:00Z', '2026-11-30T15:02:00Z'),
      ...truth(setup, symbols, '2026-11-30T23:58:00Z', '2026-12-01T00:02:00Z'),
    ])
    assert.deepEqual(
      await setup.rows(
        'select tableoid::regclass::text as part, count(*)::int as n from trade_bars group by 1 order by 1',
      ),
      [
        {part: 'trade_bars_y2026m11', n: 6},
        {part: 'trade_bars_y2026m12', n: 2},
      ],
    )
  })

  test('of which every market was stored before a crash is closed without a request', async () => {
    const setup = await openSetup()
    const symbols = ['KRW-BTC']
    const [began_at, ended_at] = ['2026-11-23T20:10:20Z', '2026-11-23T20:12:40Z']
    await gap(setup, {began_at, ended_at, symbols, repaired_targets: symbols, repaired_bars: 3})
    const run = await repair(setup)
    assert.deepEqual([run.outcome, run.exit_code, run.requests], ['done', 0, 0])
    assert.equal((await gapRows(setup))[0]!['is_repaired'], true)
  })

  test('of all targets asks for every listed market', async () => {
    const setup = await openSetup()
    await gap(setup, {began_at: '2026-11-23T20:10:20Z', ended_at: '2026-11-23T20:10:40Z'})
    await assert.rejects(
      repair(setup),
      (error) => error instanceof NeedsPerson && /bithumb-markets/.test(error.nextStep!),
    )
    await setup.collect(bithumbMarkets)
    await setup.rows('update market_code_bithumb set delisted_at = now() where not (market_code = any($1))', [
      five,
    ])
    const run = await repair(setup)
    assert.deepEqual([run.outcome, run.targets_done], ['done', 5])
  })

  test('waits while it has not ended, and until a minute after its last one', async () => {
    const setup = await openSetup()
    const symbols = ['KRW-BTC']
    await gap(setup, {began_at: '2026-11-23T20:50:00Z', symbols})
    await gap(setup, {began_at: '2026-11-23T20:57:30Z', ended_at: '2026-11-23T20:59:10Z', symbols})
    const first = await repair(setup)
    assert.deepEqual(
      [first.outcome, first.exit_code, first.gaps.map(({result, reason}) => [result, reason])],
      [
        'nothing due',
        0,
        [
          ['not repaired', 'the gap has not ended'],
          ['not repaired', 'its last minute ended less than a minute ago, or not yet'],
        ],
      ],
    )
    assert.equal(candleRequests(setup).length, 0)
    setup.simulator.clock.change({advanceMs: minuteMs})
    assert.deepEqual((await repair(setup)).gaps.map(({result}) => result).sort(), [
      'not repaired',
      'repaired',
    ])
    assertBars(await bars(setup), truth(setup, symbols, '2026-11-23T20:57:00Z', '2026-11-23T21:00:00Z'))
  })

  test('resumes after a signal and after a crash at the next market', async () => {
    const setup = await openSetup()
    await gap(setup, {began_at: '2026-11-23T20:10:20Z', ended_at: '2026-11-23T20:12:40Z', symbols: five})
    const stop = new AbortController()
    const interrupted = await repairGaps(
      {
        ...{feeds, command: 'test'},
        progress: (_target, done) => done === 2 && stop.abort(new Interrupted('SIGTERM')),
      },
      {...setup.context, stop: stop.signal},
    )
    assert.deepEqual(
      [interrupted.outcome, interrupted.exit_code, interrupted.targets_done, interrupted.targets_left],
      ['interrupted', 143, 2, 3],
    )
    // The third market is not answered before the process is killed.
    setup.simulator.faults.add({provider: 'bithumb', kind: 'slow', path: five[2]!, ms: 120_000})
    let child: {kill(signal: NodeJS.Signals): boolean} | undefined
    const killed = fin(['stream', 'repair', 'bithumb'], {env: setup.env, started: (one) => (child = one)})
    while (candleRequests(setup).length < 3) await setup.rows('select pg_sleep(0.1)')
    child!.kill('SIGKILL')
    await killed
    const run = await repair(setup)
    assert.deepEqual([run.outcome, run.targets_done], ['done', 3])
    assert.equal(candleRequests(setup).length, 6)
    assertBars(await bars(setup), truth(setup, five, '2026-11-23T20:10:00Z', '2026-11-23T20:13:00Z'))
  })
})

describe('a failure', () => {
  const small = {began_at: '2026-11-23T20:10:20Z', ended_at: '2026-11-23T20:12:40Z', symbols: five}

  test('that passes is tried again: a 429 and a 500', async () => {
    const setup = await openSetup()
    await gap(setup, small)
    setup.simulator.faults.add({provider: 'bithumb', kind: '429', path: five[1]!})
    setup.simulator.faults.add({provider: 'bithumb', kind: '500', path: five[2]!})
    const run = await repair(setup)
    assert.deepEqual([run.outcome, run.exit_code, run.targets_done, run.requests], ['done', 0, 5, 7])
  })

  test('of one market leaves the gap open with the reason; the next run requests that market alone', async () => {
    const setup = await openSetup()
    await gap(setup, small)
    setup.simulator.faults.add({provider: 'bithumb', kind: '500', path: five[1]!, times: 4})
    const run = await repair(setup)
    assert.deepEqual([run.outcome, run.exit_code, run.targets_done, run.targets_failed], ['partial', 1, 4, 1])
    assert.deepEqual(
      run.gaps.map(({result, repaired_targets: n}) => [result, n]),
      [['partly repaired', 4]],
    )
    const [row] = await gapRows(setup)
    assert.deepEqual([row!['is_repaired'], row!['not_repairable'], row!['targets']], [false, false, 4])
    assert.match(String(row!['why']), /^bithumb \(KRW-ETH\): HTTP 500/)
    const requests = candleRequests(setup).length
    assert.deepEqual(
      (await repair(setup)).gaps.map(({result}) => result),
      ['repaired'],
    )
    assert.equal(candleRequests(setup).length, requests + 1)
  })

  test('that no run can pass for an hour ends the run with 0, and the next run resumes', async () => {
    const setup = await openSetup()
    await gap(setup, small)
    const stop = new AbortController()
    await repairGaps(
      {
        ...{feeds, command: 'test'},
        progress: (_target, done) => done === 2 && stop.abort(new Interrupted('SIGTERM')),
      },
      {...setup.context, stop: stop.signal},
    )
    await setup.rows(
      `insert into credential_rests (provider, credential, kind, since, until, why)
       values ('bithumb', 'keyless', 'wait', $1, $2, 'it asked for a pause')`,
      [0, 60].map((minutes) => new Date(setup.simulator.clock.nowMs() + minutes * minuteMs).toISOString()),
    )
    const run = await repair(setup)
    assert.deepEqual(
      [run.outcome, run.exit_code, run.targets_left, run.gaps.map(({result}) => result)],
      ['quota spent', 0, 3, ['partly repaired']],
    )
    assert.match(String((await gapRows(setup))[0]!['why']), /it asked for a pause/)
    setup.simulator.clock.change({advanceMs: 61 * minuteMs})
    const next = await repair(setup)
    assert.deepEqual([next.outcome, next.targets_done], ['done', 3])
  })

  test('of a market keeps a gap of all targets open, also if markets that were repaired are gone', async () => {
    const setup = await openSetup()
    await setup.collect(bithumbMarkets)
    await setup.rows(
      `update market_code_bithumb set delisted_at = now() where not (market_code = any('{KRW-BTC,KRW-ETH}'))`,
    )
    const {began_at, ended_at} = small
    await gap(setup, {began_at, ended_at, repaired_targets: ['KRW-OLD', 'KRW-BTC']})
    setup.simulator.faults.add({provider: 'bithumb', kind: '500', path: 'KRW-ETH', times: 4})
    const run = await repair(setup)
    assert.deepEqual(
      run.gaps.map(({result}) => result),
      ['partly repaired'],
    )
    assert.equal((await gapRows(setup))[0]!['is_repaired'], false)
  })

  test('of every market ends the run after three', async () => {
    const setup = await openSetup()
    await gap(setup, small)
    setup.simulator.faults.add({provider: 'bithumb', kind: 'garbage', times: 100})
    const run = await repair(setup)
    assert.deepEqual([run.outcome, run.exit_code, run.targets_failed, run.targets_left], ['failed', 1, 3, 2])
    assert.deepEqual(
      run.gaps.map(({result}) => result),
      ['not repaired'],
    )
  })

  test('a market that Bithumb does not know keeps the gap open for good, beside the bars of the others', async () => {
    const setup = await openSetup()
    await gap(setup, {...small, symbols: ['KRW-NOPE', 'KRW-BTC']})
    const run = await repair(setup)
    assert.deepEqual([run.outcome, run.exit_code, run.targets_done], ['done', 0, 1])
    assert.match(run.complaints.join(), /^bithumb \(KRW-NOPE\): .*Code not found/)
    const [{result, reason}] = run.gaps as [(typeof run.gaps)[number]]
    assert.deepEqual([result, reason], ['not repairable', 'bithumb has no candles of KRW-NOPE for it'])
    assert.equal((await bars(setup)).length, 3)
    const again = await repair(setup)
    assert.deepEqual([again.outcome, again.gaps], ['nothing due', []])
    const [shown] = await setup.rows(`select not_repairable, not_repaired_because as why from stream_gaps`)
    assert.deepEqual(shown, {not_repairable: true, why: 'bithumb has no candles of KRW-NOPE for it'})
  })
})

describe('a hostile answer', () => {
  const small = {
    began_at: '2026-11-23T20:10:20Z',
    ended_at: '2026-11-23T20:12:40Z',
    symbols: ['KRW-BTC', 'KRW-ETH'],
  }
  const first = (fields: Record<string, unknown>) =>
    changed(([candle, ...others]) => [{...candle, ...fields}, ...others])

  for (const [name, fields, reason] of [
    ['of another market', {market: 'KRW-XRP'}, /it is a candle of "KRW-XRP", and KRW-BTC was requested/],
    ['of an hour', {unit: '60'}, /it is a candle of 60 minutes/],
    [
      'of a later minute',
      {candle_date_time_utc: '2026-11-23T20:13:00', candle_date_time_kst: '2026-11-24T05:13:00'},
      /its minute 2026-11-23T20:13:00.000Z is not before 2026-11-23T20:13:00.000Z/,
    ],
    [
      'whose two times disagree',
      {candle_date_time_kst: '2026-11-23T20:12:00'},
      /not a minute in UTC and in Seoul/,
    ],
    ['with NaN', {high_price: 'NaN'}, /field "high_price" is null/],
    ['with a negative price', {low_price: '-1'}, /check constraint|low/],
    ['whose low is above its high', {low_price: '9e12'}, /check constraint|high_low/],
    ['without a time', {timestamp: undefined}, /field "timestamp" is missing/],
  ] as const)
    test(`candle ${name} is rejected, the others are stored, and the market stays open`, async () => {
      const setup = await openSetup()
      await gap(setup, small)
      const run = await repair(setup, {feeds: [first(fields)]})
      assert.deepEqual(
        [run.exit_code, run.targets_failed, run.rows_rejected, run.rows_inserted],
        [1, 2, 2, 4],
      )
      const rejected = await setup.rows(
        `select unit, reason, target, settled_at from rejected_rows order by id`,
      )
      assert.match(String(rejected[0]!['reason']), reason)
      assert.deepEqual(
        rejected.map(({unit, target, settled_at: settled}) => [unit, target, settled]),
        small.symbols.map((symbol) => ['stream-repair', `${symbol}, gap ${run.gaps[0]!.id}`, null]),
      )
      assert.deepEqual(
        run.gaps.map(({result}) => result),
        ['not repaired'],
      )
      setup.simulator.clock.change({advanceMs: minuteMs})
      assert.equal((await repair(setup)).outcome, 'done')
      assertBars(
        await bars(setup),
        truth(setup, small.symbols, '2026-11-23T20:10:00Z', '2026-11-23T20:13:00Z'),
      )
      const open = await setup.rows('select 1 from rejected_rows where settled_at is null')
      assert.deepEqual(open, [], 'good candles settle the rejections')
    })

  test('older candles than requested are left out: a quiet market answers with them', async () => {
    const setup = await openSetup()
    const from = '2026-11-23T20:10:00Z'
    await gap(setup, {...small, symbols: ['KRW-EGG']})
    let older = 0
    const feed = changed((candles) => {
      older += candles.filter(({candle_date_time_utc: start}) => `${String(start)}Z` < from).length
      return candles
    })
    const run = await repair(setup, {feeds: [feed]})
    assert.deepEqual([run.exit_code, run.rows_rejected, run.gaps[0]!.result], [0, 0, 'repaired'])
    assert.ok(older > 0)
    assertBars(await bars(setup), truth(setup, ['KRW-EGG'], from, '2026-11-23T20:13:00Z'))
  })

  test('gaps that touch the same minutes cost the requests of one', async () => {
    const setup = await openSetup()
    const second = {began_at: '2026-11-23T20:11:20Z', ended_at: '2026-11-23T20:11:40Z'}
    await gap(setup, small)
    await gap(setup, {...small, ...second})
    const run = await repair(setup)
    assert.deepEqual([run.requests, run.gaps.map(({result}) => result)], [2, ['repaired', 'repaired']])
  })

  test('an answer without any candle keeps the gap listed: Bithumb does not have the history', async () => {
    const setup = await openSetup()
    await gap(setup, small)
    const run = await repair(setup, {feeds: [changed(() => [])]})
    assert.deepEqual(
      run.gaps.map(({result, bars: n, reason}) => [result, n, reason]),
      [['not repairable', 0, 'bithumb has no candles of KRW-BTC, KRW-ETH for it']],
    )
    const [stored] = await setup.rows('select repaired_at, not_repairable from stream_gaps')
    assert.deepEqual(stored, {repaired_at: null, not_repairable: true})
  })

  test('a gap that fails again and again does not keep later gaps from being repaired', async () => {
    const setup = await openSetup()
    const [last] = five.slice(-1)
    await gap(setup, {...small, symbols: five.slice(0, 3)})
    await gap(setup, {...small, symbols: [last], began_at: small.ended_at, ended_at: '2026-11-23T20:13:40Z'})
    const failing = changed((body, target) => (target === last ? body : {status: 'UP'}))
    assert.equal((await repair(setup, {feeds: [failing]})).exit_code, 1)
    await repair(setup, {feeds: [failing]})
    assert.deepEqual(await setup.rows('select symbols from stream_gaps where repaired_at is not null'), [
      {symbols: [last]},
    ])
  })

  test('an answer of another endpoint fails the market, and is stored as rejected', async () => {
    const setup = await openSetup()
    await gap(setup, small)
    const run = await repair(setup, {feeds: [changed(() => ({status: 'UP'}))]})
    assert.deepEqual([run.outcome, run.exit_code, run.targets_failed], ['failed', 1, 2])
    const rejected = await setup.rows('select kind, unit from rejected_rows')
    assert.deepEqual(
      rejected,
      Array.from({length: 2}, () => ({kind: 'body', unit: 'stream-repair'})),
    )
  })
})

test('gaps of Finnhub and of offsets are not repairable, and keep their reason', async () => {
  const setup = await openSetup()
  await gap(setup, {feed: 'sp500', began_at: '2026-11-23T15:10:20Z', ended_at: '2026-11-23T15:12:40Z'})
  const offset = {kind: 'offset', topic: 't', partition: 0, first_offset: 1, last_offset: 9}
  await gap(setup, {...offset, feed: 'movers'})
  await gap(setup, offset)
  const free = 'Finnhub gives no past trades to a free credential'
  const gone = 'nothing records the time of the messages that Kafka deleted'
  const run = await repair(setup)
  assert.deepEqual(
    [run.outcome, run.exit_code, run.requests, run.gaps.map(({reason}) => reason).sort()],
    ['nothing due', 0, 0, [free, free, gone]],
  )
  const none = {is_repaired: false, not_repairable: true, bars: 0, targets: null}
  const expected = [
    {feed: 'sp500', ...none, why: free},
    {feed: 'movers', ...none, why: free},
    {feed: 'bithumb', ...none, why: gone},
  ]
  assert.deepEqual(await gapRows(setup), expected)
  assert.deepEqual((await repair(setup)).gaps, [])
  assert.deepEqual(await gapRows(setup), expected)
})

test('--since, --limit and the feed choose the gaps', async () => {
  const setup = await openSetup()
  const symbols = ['KRW-BTC']
  for (const hour of ['17', '18', '19', '20'])
    await gap(setup, {began_at: `2026-11-23T${hour}:10:20Z`, ended_at: `2026-11-23T${hour}:10:40Z`, symbols})
  assert.deepEqual((await repair(setup, {feeds: [sp500]})).gaps, [])
  const run = await repair(setup, {since: new Date('2026-11-23T18:00:00Z'), limit: 2})
  assert.deepEqual(
    [run.gaps.map(({began_at: began}) => new Date(began!).toISOString().slice(11, 13)), run.targets_left],
    [['18', '19'], 1],
  )
})

test('the command: --dry-run sends and writes nothing; then the gap is repaired, and shown by status and query', async () => {
  const setup = await openSetup()
  const {env} = setup
  await gap(setup, {
    began_at: '2026-11-23T13:00:00Z',
    ended_at: '2026-11-23T19:59:59Z',
    symbols: ['KRW-BTC', 'KRW-ETH'],
  })
  await gap(setup, {feed: 'etf', began_at: '2026-11-23T15:10:20Z', ended_at: '2026-11-23T15:12:40Z'})
  const before = await gapRows(setup)
  const dry = await fin(['stream', 'repair', '--dry-run', '--json'], {env})
  assert.equal(dry.code, 0, dry.stderr)
  assert.deepEqual(
    (JSON.parse(dry.stdout) as Record<string, unknown>[]).map(({feed, result, requests}) => ({
      feed,
      result,
      requests,
    })),
    [
      {feed: 'bithumb', result: 'can be repaired', requests: 6},
      {feed: 'etf', result: 'not repairable', requests: null},
    ],
  )
  assert.match(dry.stderr, /at most 6 requests; nothing written \(dry run\)/)
  assert.deepEqual(await gapRows(setup), before)
  assert.deepEqual([candleRequests(setup).length, await setup.rows('select 1 from job_runs')], [0, []])
  const query = async () => (await fin(['query', 'gaps', '--csv'], {env})).stdout
  assert.match(
    await query(),
    /bithumb,"?KRW-BTC, KRW-ETH"?,.*,"the connection ended; fin stream repair has not tried yet"/,
  )
  const run = await fin(['stream', 'repair', 'bithumb', 'etf', '--ndjson'], {env})
  assert.equal(run.code, 0, run.stderr)
  assert.match(run.stderr, /stream-repair: .* rows?, .* new, 0 changed, 0 rejected, 6 requests\n/)
  assert.match(run.stderr, /stream-repair: 1 gap repaired, 1 not repairable\n/)
  const shown = await query()
  assert.doesNotMatch(shown, /bithumb/)
  assert.match(shown, /^etf,.*,"the connection ended; Finnhub gives no past trades to a free credential"$/m)
  const wrong = await fin(['stream', 'repair', 'bitumb'], {env})
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /bithumb/)
})

test('the status of a stream counts the gaps that are repaired', async () => {
  const setup = await openSetup()
  const now = setup.context.clock.now()
  await setup.rows(
    `insert into stream_producers (feed, shard, shards, host, pid, started_at, seen_at, frames, rejected, reconnects)
     values ('bithumb', 1, 1, 'host', 1, $1, $1, 1, 0, 0)`,
    [now.toISOString()],
  )
  const symbols = ['KRW-BTC']
  await gap(setup, {began_at: '2026-11-23T20:10:20Z', ended_at: '2026-11-23T20:10:40Z', symbols})
  await gap(setup, {began_at: '2026-11-23T20:20:20Z', ended_at: '2026-11-23T20:20:40Z', symbols})
  await gap(setup, {
    began_at: '2026-11-23T20:20:20Z',
    ended_at: '2026-11-23T20:20:40Z',
    symbols: ['KRW-NOPE'],
  })
  await repair(setup)
  const {statuses} = await readStreams(await setup.context.database(), {kafkaBrokers: []}, now)
  // Two groups of targets that are missing since the same instant are one gap: one of them is open.
  assert.deepEqual(
    statuses.map(({gaps, repaired}) => ({gaps, repaired})),
    [{gaps: '2', repaired: '1'}],
  )
})

describe('pure', () => {
  test('the recorded candle of Bithumb becomes a bar, with every digit', {skip: fixturesSkip}, () => {
    const own = bithumb.repair as FeedRepair
    const from = new Date('2026-07-30T07:40:00Z')
    const span = {target: 'KRW-BTC', from, until: new Date('2026-07-30T07:49:00Z')}
    const body = parseJson(fixture('bithumb/v1-candles-minutes-1.json'))
    assert.deepEqual(
      [...own.parse(body, span)],
      [
        {
          ...{asset_class: 'crypto', symbol: 'KRW-BTC', minute: '2026-07-30T07:48:00.000Z'},
          ...{open: '91226000', high: '91233000', low: '91171000', close: '91171000'},
          ...{volume: '0.07725993', turnover: '7044404.52985', trades: null},
          ...{open_at: '2026-07-30T07:48:00.000Z', close_at: '2026-07-30T07:48:30.000Z'},
        },
      ],
    )
  })

  const now = new Date('2026-11-23T21:00:00Z')

  test('the minutes of a gap are those that it touches', () => {
    const of = (began: string, ended: string) => {
      const verdict = judge({kind: 'socket', began_at: began, ended_at: ended}, bithumb.repair, now)
      return 'from' in verdict ? [verdict.from.toISOString(), verdict.until.toISOString()] : verdict.because
    }
    assert.deepEqual(of('2026-11-23T20:10:59.999Z', '2026-11-23T20:11:00Z'), [
      '2026-11-23T20:10:00.000Z',
      '2026-11-23T20:12:00.000Z',
    ])
    assert.deepEqual(of('2026-11-23T20:10:00Z', '2026-11-23T20:10:00Z'), [
      '2026-11-23T20:10:00.000Z',
      '2026-11-23T20:11:00.000Z',
    ])
    assert.match(String(of('2026-11-23T20:10:00Z', '2026-11-23T20:59:00Z')), /last minute/)
    assert.equal(typeof of('2026-11-23T20:10:00Z', '2026-11-23T20:58:59.999Z'), 'object')
  })

  test('pages cover every minute once', () => {
    const from = new Date('2026-11-23T00:00:00Z')
    for (const minutes of [1, 199, 200, 201, 400, 421]) {
      const until = new Date(from.getTime() + minutes * minuteMs)
      const spans = [...spansOf({target: 'KRW-BTC', from, until}, 200)]
      assert.equal(spans.length, Math.ceil(minutes / 200))
      assert.equal(spans[0]!.from.getTime(), from.getTime())
      assert.equal(spans.at(-1)!.until.getTime(), until.getTime())
      for (const [index, span] of spans.entries())
        assert.equal(span.from.getTime(), (spans[index - 1]?.until ?? from).getTime())
    }
  })
})
