import assert from 'node:assert/strict'
import {describe, test} from 'node:test'
import {bithumbMarkets} from '../../src/lib/collectors/bithumb-markets.js'
import {bithumbTickers} from '../../src/lib/collectors/bithumb-tickers.js'
import {coingeckoGlobal} from '../../src/lib/collectors/coingecko-global.js'
import {coingeckoIds} from '../../src/lib/collectors/coingecko-ids.js'
import {cpi} from '../../src/lib/collectors/cpi.js'
import {sp500Companies} from '../../src/lib/collectors/sp500-companies.js'
import {treasuryYield} from '../../src/lib/collectors/treasury-yield.js'
import type {AnyCollector} from '../../src/lib/define.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {planRun} from '../../src/lib/run/plan.js'
import {replay, type Replayed} from '../../src/lib/run/replay.js'
import {full} from '../size.js'
import {collectors, kinds, listTargets, tried} from './collectors.js'
import {generous, openSetup, type TestSetup} from './setup.js'

const weekMs = 7 * 86_400_000
const requestCount = (setup: TestSetup) => setup.simulator.log.requests({}).length
/** Pages of the list of coins: six are enough to see how a run goes on; in a full run, all 20. */
const pages = Array.from({length: full ? 20 : 6}, (_, n) => String(n + 1))
const forget = (setup: TestSetup, table: string) => setup.rows(`delete from ${table}`)

for (const collector of tried)
  test(`${collector.name} stores rows, then has nothing due, and a forced run changes nothing`, async () => {
    // With the free plan's 30 a minute the second 20 pages would have to wait, and the market would move
    // meanwhile.
    const setup = await openSetup({env: generous, simulated: generous})
    await listTargets(setup, collector)
    // where the targets' statement decides what is due, some targets are due on other days
    const first = await setup.collect(collector, {force: collector.groups !== undefined})
    assert.equal(first.exit_code, 0, `${first.message ?? ''} ${first.complaints.join(' ')}`)
    assert.equal(first.outcome, 'done')
    assert.ok(first.rows_inserted > 0, 'it stored nothing')
    const before = requestCount(setup)
    const second = await setup.collect(collector)
    assert.equal(second.outcome, 'nothing due')
    assert.equal(requestCount(setup), before, 'it sent a request although nothing was due')
    const forced = await setup.collect(collector, {force: true})
    assert.deepEqual(
      [forced.outcome, forced.rows_inserted, forced.rows_updated, forced.rows_rejected],
      ['unchanged', 0, 0, 0],
    )
    assert.ok(forced.requests > 0)
    assert.deepEqual(
      await setup.rows('select count(*)::int as n from job_runs where outcome = $1', ['running']),
      [{n: 0}],
    )
    const refused = setup.simulator.log.requests({}).filter((request) => request.refused)
    assert.deepEqual(refused, [])
    await setup.close()
  })

for (const {kind, name, is} of kinds)
  test(`${name} shows this kind of work: ${kind}`, () => {
    assert.ok(is(collectors.find((collector) => collector.name === name)!))
  })

describe('a collector', () => {
  test('of a list stores all of it', async () => {
    const setup = await openSetup({env: generous, simulated: generous})
    await setup.collect(sp500Companies)
    await setup.collect(coingeckoIds, {names: pages})
    assert.deepEqual(await setup.rows('select count(*)::int as n from sp500_companies'), [{n: 503}])
    assert.deepEqual(await setup.rows('select count(*)::int as n from coingecko_id_mapping'), [
      {n: 250 * pages.length},
    ])
    assert.deepEqual(
      await setup.rows(
        `select count(*)::int as n from sp500_companies where symbol in ('BRK.B', 'BF.B') and symbol_yahoo in ('BRK-B', 'BF-B')`,
      ),
      [{n: 2}],
    )
  })

  test('is due again after its next scheduled run, and not before', async () => {
    const setup = await openSetup()
    await setup.collect(cpi)
    setup.simulator.clock.change({advanceMs: weekMs - 3_600_000 * 2})
    assert.equal((await setup.collect(cpi)).outcome, 'nothing due')
    setup.simulator.clock.change({advanceMs: 3_600_000 * 3})
    assert.notEqual((await setup.collect(cpi)).outcome, 'nothing due')
  })

  test('knows the last answer of each of its sources', async () => {
    const setup = await openSetup()
    assert.equal((await setup.collect(cpi)).outcome, 'done')
    const other = await setup.collect(cpi, {provider: 'alpha-vantage'})
    assert.equal(other.requests, 1, 'the other source was never requested')
    assert.equal((await setup.collect(cpi, {provider: 'alpha-vantage'})).outcome, 'nothing due')
  })

  test('runs once at a time', async () => {
    const setup = await openSetup()
    const [one, two] = await Promise.all([
      setup.collect(coingeckoIds, {names: pages}),
      setup.collect(coingeckoIds, {names: pages}),
    ])
    assert.deepEqual([one.outcome, two.outcome].sort(), ['already running', 'done'])
    assert.equal(two.exit_code + one.exit_code, 0)
    assert.deepEqual(
      (await setup.rows('select outcome from job_runs order by outcome')).map(({outcome}) => outcome),
      ['already running', 'done'],
    )
  })

  test('plans without a request, and a dry run requests without writing', async () => {
    const setup = await openSetup()
    const plan = await planRun(treasuryYield, {command: 'x'}, setup.context)
    assert.deepEqual(
      plan.requests.map(({targets}) => targets),
      ['2year', '10year', '30year'],
    )
    assert.ok(
      plan.requests.every(({request}) =>
        request.startsWith('GET https://api.stlouisfed.org/fred/series/observations?series_id=GS'),
      ),
    )
    assert.equal(requestCount(setup), 0)
    await assert.rejects(
      planRun(treasuryYield, {command: 'x', token: 'nobody'}, setup.context),
      /has no credential "nobody"/,
    )
    const env = {...setup.context.config.env, COINGECKO_REQUESTS_PER_MINUTE: '77'}
    const mine = await planRun(
      coingeckoGlobal,
      {command: 'x'},
      {...setup.context, config: {...setup.context.config, env}},
    )
    assert.match(mine.costs[0]!, /1 of 77 requests per minute and credential/)
    const rows: object[] = []
    const dry = await setup.collect(cpi, {
      dryRun: true,
      emit: (some) => {
        rows.push(...some)
      },
    })
    assert.ok(rows.length > 300)
    assert.equal(dry.rows_received, rows.length)
    assert.deepEqual(
      await setup.rows(
        'select (select count(*)::int from cpi) as cpi, (select count(*)::int from target_state) as states',
      ),
      [{cpi: 0, states: 0}],
    )
    assert.deepEqual(await setup.rows('select provider, outcome from provider_requests'), [
      {provider: 'fred', outcome: 'answered'},
    ])
  })

  test('names the targets it knows when the requested one is unknown', async () => {
    const setup = await openSetup()
    await setup.collect(bithumbMarkets)
    await assert.rejects(
      setup.collect(bithumbTickers, {names: ['KRW-NOSUCH']}),
      (error) => error instanceof NeedsPerson && /KRW-NOSUCH/.test(error.message),
    )
    const one = await setup.collect(bithumbTickers, {names: ['krw-btc']})
    assert.equal(one.targets_done, 1)
  })
})

describe('a provider that does not know one target of a batch', () => {
  test('costs a few more requests, and only that target', async () => {
    const setup = await openSetup()
    await setup.collect(bithumbMarkets)
    await setup.rows(
      `insert into market_code_bithumb (market_code, quote, base, korean_name, english_name) values ('KRW-GONE9', 'KRW', 'GONE9', '없음', 'Gone')`,
    )
    const before = requestCount(setup)
    const run = await setup.collect(bithumbTickers)
    const listed = Number(
      (await setup.rows('select count(*)::int as n from market_code_bithumb where delisted_at is null'))[0]?.[
        'n'
      ],
    )
    assert.equal(run.targets_done, listed - 1)
    assert.equal(run.exit_code, 0)
    assert.match(run.complaints.join(), /not found/i)
    assert.ok(
      requestCount(setup) - before <= Math.ceil(listed / 200) + 2 * Math.ceil(Math.log2(200)),
      `${requestCount(setup) - before} requests`,
    )
    assert.deepEqual(await setup.rows(`select target, failures from target_state where status = 'unknown'`), [
      {target: 'KRW-GONE9', failures: 1},
    ])
    setup.simulator.clock.change({advanceMs: 600_000})
    const next = await setup.collect(bithumbTickers)
    assert.equal(next.requests, Math.ceil((listed - 1) / 200), 'the unknown market is left out for a month')
  })
})

describe('lists that shrink', () => {
  test('mark the members that left and the ones that came back', async () => {
    const setup = await openSetup()
    await setup.collect(sp500Companies)
    await setup.rows(`insert into sp500_companies (symbol, company_name) values ('ZZZQ', 'Left the index')`)
    await setup.rows(`update sp500_companies set is_member = false, removed_at = now() where symbol = 'AAPL'`)
    await setup.collect(sp500Companies, {force: true})
    assert.deepEqual(
      await setup.rows(
        `select symbol, is_member, removed_at is not null as removed from sp500_companies where symbol in ('ZZZQ', 'AAPL') order by 1`,
      ),
      [
        {symbol: 'AAPL', is_member: true, removed: false},
        {symbol: 'ZZZQ', is_member: false, removed: true},
      ],
    )
  })

  test('by more than a fifth are not believed without --force', async () => {
    const setup = await openSetup()
    await setup.collect(bithumbMarkets)
    await setup.rows(`insert into market_code_bithumb (market_code, quote, base, korean_name, english_name)
      select 'KRW-X' || n, 'KRW', 'X' || n, 'x', 'x' from generate_series(1, 200) n`)
    setup.simulator.clock.change({advanceMs: weekMs})
    const refused = await setup.collect(bithumbMarkets)
    assert.equal(refused.exit_code, 1)
    assert.match(refused.complaints.join(), /more than a fifth/)
    const delisted = async () =>
      (
        await setup.rows(
          `select count(*)::int as n from market_code_bithumb where delisted_at is not null and base like 'X%'`,
        )
      )[0]?.['n']
    assert.equal(await delisted(), 0)
    assert.equal((await setup.collect(bithumbMarkets, {force: true})).exit_code, 0)
    assert.equal(await delisted(), 200)
  })

  test('clear the rank of coins that left the list', async () => {
    const setup = await openSetup()
    await setup.rows(
      `insert into coingecko_id_mapping (coingecko_id, symbol, name, market_cap_rank) values ('was-ranked', 'WAS', 'Was ranked', 17)`,
    )
    await setup.collect(coingeckoIds, {names: ['1']})
    assert.deepEqual(
      await setup.rows(`select market_cap_rank from coingecko_id_mapping where coingecko_id = 'was-ranked'`),
      [{market_cap_rank: null}],
    )
  })
})

describe('bad answers', () => {
  test('one bad item is rejected with its reason, the others are stored, and the exit code is 1', async () => {
    const setup = await openSetup()
    setup.simulator.faults.add({provider: 'coingecko', kind: 'one-bad-item'})
    const run = await setup.collect(coingeckoIds, {limit: 1})
    assert.deepEqual([run.exit_code, run.outcome, run.rows_rejected], [1, 'partial', 1])
    assert.equal(run.rows_inserted, 249)
    const rejected = await setup.rows('select unit, target, reason, item from rejected_rows')
    assert.equal(rejected.length, 1)
    assert.equal(rejected[0]?.['target'], '1')
    assert.ok(String(rejected[0]?.['reason']).length > 5)
    const unsettled = async () =>
      (await setup.rows('select 1 from rejected_rows where settled_at is null')).length
    setup.simulator.clock.change({advanceMs: 60_000})
    setup.simulator.faults.add({provider: 'coingecko', kind: 'one-bad-item'})
    await setup.collect(coingeckoIds, {names: ['1']})
    assert.equal(await unsettled(), 1, 'a newer answer supersedes the unread item of the one before')
    setup.simulator.clock.change({advanceMs: 60_000})
    assert.equal((await setup.collect(coingeckoIds, {names: ['1']})).exit_code, 0)
    assert.equal(await unsettled(), 0, 'a good answer settles it')
  })

  test('rows with one key are counted, printed and stored once, also in a dry run', async () => {
    const setup = await openSetup()
    const {fred} = cpi.sources
    assert.ok(fred)
    const doubled: AnyCollector = {
      ...cpi,
      sources: {
        fred: {
          ...fred,
          parse: (body, from) => {
            const rows = [...fred.parse(body, from)]
            return [...rows, ...rows]
          },
        },
      },
    }
    const received: number[] = []
    for (const dryRun of [true, false]) {
      const printed: string[] = []
      const done = await setup.collect(doubled, {
        dryRun,
        emit: (rows) => void printed.push(...rows.map((row) => JSON.stringify(row))),
      })
      assert.ok(printed.length > 0)
      assert.equal(new Set(printed).size, printed.length)
      assert.equal(done.rows_received, printed.length)
      received.push(done.rows_received)
    }
    assert.equal(received[0], received[1])
    assert.deepEqual(await setup.rows('select count(*)::int as n from cpi'), [{n: received[0]}])
  })

  test('a target named twice is requested once, in any spelling', async () => {
    const setup = await openSetup()
    await setup.collect(bithumbMarkets)
    const run = await setup.collect(bithumbTickers, {names: ['KRW-BTC', 'krw-btc', 'KRW-BTC']})
    assert.deepEqual([run.exit_code, run.targets_done, run.requests], [0, 1, 1])
  })

  test('a run that ends because of the quota exits with 1 if a target failed before', async () => {
    const settings = {COINGECKO_REQUESTS_PER_MONTH: '6'}
    const setup = await openSetup({env: settings, simulated: settings})
    setup.simulator.faults.add({provider: 'coingecko', kind: 'garbage', times: 1})
    const run = await setup.collect(coingeckoIds)
    assert.deepEqual([run.outcome, run.exit_code, run.targets_failed], ['quota spent', 1, 1])
    assert.ok(run.next_at !== null && run.targets_left > 0)
  })

  test('an answer that is garbage, html, cut or empty harms nothing that is stored', async () => {
    const setup = await openSetup()
    await setup.collect(coingeckoGlobal)
    for (const kind of ['garbage', 'html', 'cut', 'empty'] as const) {
      const stored = await setup.rows('select * from coingecko_global_market_data')
      setup.simulator.faults.add({provider: 'coingecko', kind, times: 10})
      setup.simulator.clock.change({advanceMs: weekMs})
      const run = await setup.collect(coingeckoGlobal)
      assert.equal(run.exit_code, 1)
      assert.match(run.complaints.join(), /coingecko/)
      assert.deepEqual(await setup.rows('select * from coingecko_global_market_data'), stored)
      assert.deepEqual(await setup.rows('select failures from target_state'), [{failures: 1}])
      setup.simulator.faults.clear()
      assert.equal(
        (await setup.collect(coingeckoGlobal)).exit_code,
        0,
        'the first failure is tried again at once',
      )
    }
  })

  test('three failures in a row end the run, and the next one begins with the failed targets', async () => {
    const setup = await openSetup()
    setup.simulator.faults.add({provider: 'coingecko', kind: 'garbage', times: 3})
    const run = await setup.collect(coingeckoIds, {names: pages})
    assert.deepEqual([run.outcome, run.targets_failed, run.targets_left], ['failed', 3, pages.length - 3])
    const order: string[] = []
    await setup.collect(coingeckoIds, {
      names: pages,
      progress: (target) => {
        order.push(target)
      },
    })
    assert.deepEqual(order.slice(0, 4), ['1', '2', '3', '4'])
  })

  test('targets that fail again and again come first, but never keep a run from the others', async () => {
    const setup = await openSetup()
    setup.simulator.faults.add({provider: 'coingecko', kind: 'garbage', times: 3})
    await setup.collect(coingeckoIds, {names: pages})
    setup.simulator.faults.add({provider: 'coingecko', kind: 'garbage', times: 3})
    const run = await setup.collect(coingeckoIds, {names: pages})
    assert.deepEqual(
      [run.outcome, run.targets_failed, run.targets_done, run.targets_left],
      ['partial', 3, pages.length - 3, 0],
    )
  })

  test('a refused credential needs a person, and the run names its variable', async () => {
    const setup = await openSetup({env: {FRED_API_KEY: 'simulated-short'}})
    await assert.rejects(
      setup.collect(cpi),
      (error) =>
        error instanceof NeedsPerson && /FRED_API_KEY/.test(`${error.message} ${error.nextStep ?? ''}`),
    )
    assert.deepEqual(await setup.rows('select outcome, exit_code from job_runs'), [
      {outcome: 'failed', exit_code: 2},
    ])
  })
})

describe('replay', () => {
  const byName = new Map(collectors.map((collector) => [collector.name, collector]))
  const all = async (setup: TestSetup, options: Partial<Parameters<typeof replay>[1]> = {}) => {
    const found: Replayed[] = []
    for await (const one of replay(
      {collectors: byName, feeds: new Map()},
      {limit: 100, dryRun: false, dismiss: false, ...options},
      setup.context,
    ))
      found.push(one)
    return found
  }
  const reject = (
    setup: TestSetup,
    kind: string,
    item: unknown,
    job = 'coingecko-global',
    table: string | null = null,
  ) =>
    setup.rows(
      `insert into rejected_rows (unit, source, target, kind, table_name, reason, item, received_at, rejected_at)
     values ($1, 'coingecko', $1, $2, $3, 'was refused', $4, '2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z') returning id`,
      [job, kind, table, JSON.stringify(item)],
    )
  const body = {
    data: {
      active_cryptocurrencies: '1',
      markets: '2',
      total_market_cap: {usd: '3'},
      total_volume: {usd: '4'},
      market_cap_percentage: {btc: '50'},
      updated_at: '1779878351',
    },
  }

  test('stores an item and a body that can be parsed now, once', async () => {
    const setup = await openSetup()
    await reject(setup, 'body', body)
    assert.deepEqual(
      (await all(setup, {dryRun: true})).map(({result}) => result),
      ['stored'],
    )
    assert.deepEqual(await setup.rows('select 1 from coingecko_global_market_data'), [])
    assert.deepEqual(
      (await all(setup)).map(({result}) => result),
      ['stored'],
    )
    assert.deepEqual(await setup.rows('select btc_dominance from coingecko_global_market_data'), [
      {btc_dominance: '50'},
    ])
    assert.deepEqual(await all(setup), [])
  })

  test('checks the size of a list again, and stores the state of the target with the rows of a body', async () => {
    const setup = await openSetup()
    await setup.collect(bithumbMarkets)
    await setup.rows(`insert into market_code_bithumb (market_code, quote, base, korean_name, english_name)
      select 'KRW-X' || n, 'KRW', 'X' || n, 'x', 'x' from generate_series(1, 200) n`)
    setup.simulator.clock.change({advanceMs: weekMs})
    await setup.collect(bithumbMarkets)
    const [refused] = await all(setup)
    assert.deepEqual([refused?.kind, refused?.result], ['body', 'still refused'])
    assert.match(refused?.reason ?? '', /more than a fifth/)
    await setup.rows(`delete from market_code_bithumb where base like 'X%'`)
    assert.deepEqual(
      (await all(setup)).map(({result}) => result),
      ['stored'],
    )
    assert.deepEqual(await setup.rows('select failures from target_state'), [{failures: 0}])
    assert.equal(
      (await setup.collect(bithumbMarkets)).outcome,
      'nothing due',
      'the answer is not requested a second time',
    )
  })

  test('continues after an item that was too large to be kept whole', async () => {
    const setup = await openSetup()
    await setup.rows(`insert into rejected_rows (unit, source, target, kind, reason, item, received_at, rejected_at)
      values ('coingecko-global', 'coingecko', null, 'item', 'was refused', '{"cut', '2026-11-19Z', '2026-11-19Z')`)
    await reject(setup, 'body', body)
    assert.deepEqual(
      (await all(setup)).map(({result}) => result),
      ['still refused', 'stored'],
    )
  })

  test('leaves items that are still rejected, and settles items that a newer answer has superseded', async () => {
    const setup = await openSetup()
    await reject(
      setup,
      'row',
      {
        series_id: 'CPIAUCNS',
        date: '2026-01-01',
        cpi_value: '-5',
        interval_type: 'monthly',
        unit: null,
        name: null,
        realtime_start: null,
      },
      'cpi',
      'cpi',
    )
    const [refused] = await all(setup)
    assert.equal(refused?.result, 'still refused')
    assert.match(refused?.reason ?? '', /cpi_value/)
    await forget(setup, 'rejected_rows')
    await setup.collect(coingeckoGlobal)
    await reject(setup, 'body', body)
    assert.deepEqual(
      (await all(setup)).map(({result}) => result),
      ['superseded'],
    )
    assert.equal((await setup.rows('select 1 from coingecko_global_market_data')).length, 1)
    await reject(setup, 'item', {nonsense: true})
    assert.deepEqual(
      (await all(setup, {dismiss: true, dryRun: true})).map(({result}) => result),
      ['would be dismissed'],
    )
    assert.deepEqual(
      (await all(setup, {dismiss: true})).map(({result}) => result),
      ['dismissed'],
    )
    assert.deepEqual(await setup.rows('select settled_by from rejected_rows order by id'), [
      {settled_by: 'superseded'},
      {settled_by: 'dismissed'},
    ])
  })
})

describe('an interrupted run', () => {
  test('keeps its stored targets, and the other ones stay due', async () => {
    const setup = await openSetup()
    const run = await setup.collect(coingeckoIds, {
      progress: (_target, done) => {
        if (done === 5) setup.stop.abort(new Error('stop'))
      },
    })
    assert.deepEqual(
      [run.outcome, run.exit_code, run.targets_done, run.targets_left],
      ['interrupted', 130, 5, 15],
    )
    assert.deepEqual(await setup.rows('select outcome, targets_done from job_runs'), [
      {outcome: 'interrupted', targets_done: 5},
    ])
    assert.equal((await setup.rows('select 1 from coingecko_id_mapping')).length, 1250)
  })
})
