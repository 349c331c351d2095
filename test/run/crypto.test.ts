/**
 * Quotes, profiles and contracts of CoinGecko, end to end: the requests, the stored rows, and the effects of
 * a failure.
 */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, before, describe, test} from 'node:test'
import {bithumbMarkets} from '../../src/lib/collectors/bithumb-markets.js'
import {bithumbTickers} from '../../src/lib/collectors/bithumb-tickers.js'
import {coinDetails} from '../../src/lib/collectors/coin-details.js'
import {coingeckoDerivatives} from '../../src/lib/collectors/coingecko-derivatives.js'
import {coingeckoGlobal} from '../../src/lib/collectors/coingecko-global.js'
import {coingeckoIds} from '../../src/lib/collectors/coingecko-ids.js'
import {coingeckoTickers} from '../../src/lib/collectors/coingecko-tickers.js'
import type {AnyCollector} from '../../src/lib/define.js'
import {bithumbCoingecko} from '../../src/lib/mappers/bithumb-coingecko.js'
import {coinProfile, coinTickers} from '../../src/lib/providers/coingecko.js'
import {dayMs, hourMs} from '../../src/lib/time.js'
import {full, fullTest} from '../size.js'
import {openSetup, type TestSetup} from './setup.js'

const folder = mkdtempSync(join(tmpdir(), 'fin-crypto-'))
const generous = {COINGECKO_REQUESTS_PER_MINUTE: '1000', COINGECKO_REQUESTS_PER_MONTH: '100000'}

/** A setup whose Bithumb markets are mapped. */
async function mapped(env: Record<string, string> = {}, simulated = env): Promise<TestSetup> {
  const setup = await openSetup({
    env: {...generous, FIN_CONFIG_DIR: folder, ...env},
    simulated: {...generous, ...simulated},
  })
  for (const collector of [bithumbMarkets, bithumbTickers, coingeckoIds]) await setup.collect(collector)
  await setup.map(bithumbCoingecko)
  return setup
}
after(() => rmSync(folder, {recursive: true}))

/**
 * Leaves the thirty largest of the coins as targets, for tests that do not depend on their number, and
 * `others`.
 */
const thirtyCoins = (setup: TestSetup, others: readonly string[] = []) =>
  setup.rows(
    `update bithumb_coingecko_mapping set is_active = false where coingecko_id <> all ($1) and coingecko_id not in (
    select b.coingecko_id from bithumb_coingecko_mapping b join coingecko_id_mapping c using (coingecko_id)
    where b.status = 'verified' and b.market_code like 'KRW-%' order by c.market_cap_rank nulls last limit 30)`,
    [others],
  )
/** Coins whose symbol is also that of another coin. */
const lookalikes = ['nestree', 'metadium', 'six-network', 'bosagora']
const forward = (setup: TestSetup, ms: number) => setup.simulator.clock.change({advanceMs: ms})
const matchesOf = (setup: TestSetup, pattern: RegExp) =>
  setup.simulator.log.requests({}).flatMap(({path}) => pattern.exec(path)?.[1] ?? [])
const requestedCoins = (setup: TestSetup) => matchesOf(setup, /\/coins\/([^/?]+)\/tickers/)
const requestedDetails = (setup: TestSetup) => matchesOf(setup, /\/coins\/([^/?]+)\?localization/)
const one = async (setup: TestSetup, sql: string) => (await setup.rows(sql))[0]!
const refused = (setup: TestSetup) => setup.simulator.log.requests({}).filter((request) => request.refused)

describe('quotes on exchanges', () => {
  let setup: TestSetup
  before(async () => {
    setup = await mapped()
    if (!full) await thirtyCoins(setup, lookalikes)
  })

  test('come for every verified coin and for no suspicious one, with the data that Bithumb has of it', async () => {
    const run = await setup.collect(coingeckoTickers)
    assert.deepEqual([run.exit_code, run.targets_left, run.rows_rejected], [0, 0, 0])
    const verified = await setup.rows(
      `select coingecko_id from bithumb_coingecko_mapping where status = 'verified' and is_active order by 1`,
    )
    const doubtful = await setup.rows(
      `select coingecko_id from bithumb_coingecko_mapping where status = 'suspicious'`,
    )
    assert.ok(doubtful.length > 0)
    assert.deepEqual(
      [...new Set(requestedCoins(setup))].sort(),
      verified.map((row) => row['coingecko_id']),
    )
    assert.ok(lookalikes.every((coin) => requestedCoins(setup).includes(coin)))
    assert.equal(requestedCoins(setup)[0], 'bitcoin', 'the largest first')
    const row = await one(
      setup,
      `select * from coingecko_tickers_bithumb_matched where coingecko_id = 'bitcoin' and exchange_id = 'upbit'`,
    )
    const bithumb = await one(
      setup,
      `select trade_price, quoted_at, trim_scale(signed_change_rate * 100) as change from bithumb_ticker_latest where market = 'KRW-BTC'`,
    )
    assert.deepEqual(
      [
        row['market_code'],
        row['symbol'],
        row['coin_name'],
        row['korean_name'],
        row['market_cap_rank'],
        row['bithumb_price_krw'],
        row['bithumb_quoted_at'],
        row['bithumb_change_pct'],
      ],
      [
        'KRW-BTC',
        'BTC',
        'Bitcoin',
        '비트코인',
        1,
        bithumb['trade_price'],
        bithumb['quoted_at'],
        bithumb['change'],
      ],
    )
    assert.notEqual(Number(bithumb['change']), 0)
    assert.notEqual(row['price_change_percentage_24h'], null)
    assert.deepEqual(
      await setup.rows(
        `select exchange_id from coingecko_tickers_bithumb where exchange_id not in ('upbit','bithumb','binance','gdax','kraken','bybit_spot','okex')`,
      ),
      [],
    )
  })

  test('come from both sides of the premium for the largest coins, over all of their pages', async () => {
    for (const coin of [
      'bitcoin',
      'ethereum',
      'ripple',
      'tether',
      'shiba-inu',
      'binancecoin',
      'solana',
      'dogecoin',
    ]) {
      const {korean, global} = (await one(
        setup,
        `select count(*) filter (where exchange_id in ('upbit', 'bithumb'))::int as korean, count(*) filter (where exchange_id not in ('upbit', 'bithumb'))::int as global
        from coingecko_tickers_bithumb_matched where coingecko_id = '${coin}' and market_code is not null`,
      )) as {korean: number; global: number}
      assert.ok(korean > 0 && global > 0, `${coin}: ${korean} and ${global}`)
    }
    const pages = matchesOf(setup, /\/coins\/tether\/tickers.*[?&](page=\d+)/)
    assert.ok(pages.length > 2, pages.join())
    assert.deepEqual(
      pages,
      pages.map((_, index) => `page=${index + 1}`),
    )
  })

  fullTest(
    'are due again after 20 hours, and the list of exchanges after a week',
    {timeout: 600_000},
    async () => {
      assert.equal((await setup.collect(coingeckoTickers)).outcome, 'nothing due')
      await thirtyCoins(setup)
      forward(setup, 21 * hourMs)
      const before = requestedCoins(setup).length
      assert.equal((await setup.collect(coingeckoTickers)).exit_code, 0)
      assert.equal(new Set(requestedCoins(setup).slice(before)).size, 30)
      assert.equal(matchesOf(setup, /(exchanges\/list)/).length, 1)
      forward(setup, 7 * dayMs)
      await setup.collect(coingeckoTickers)
      assert.equal(matchesOf(setup, /(exchanges\/list)/).length, 2)
    },
  )

  test('mark a coin that the provider does not know, at no further cost', async () => {
    await thirtyCoins(setup)
    await setup.rows(
      `insert into bithumb_coingecko_mapping (market_code, symbol, coingecko_id, status, match_method) values ('KRW-GONE9', 'GONE9', 'gone-9', 'verified', 'PAIR')`,
    )
    const run = await setup.collect(coingeckoTickers)
    assert.match(run.complaints.join(), /not found/)
    assert.deepEqual(await setup.rows(`select status, failures from target_state where target = 'gone-9'`), [
      {status: 'unknown', failures: 1},
    ])
    forward(setup, 21 * hourMs)
    assert.equal((await setup.collect(coingeckoTickers)).exit_code, 0)
    assert.equal(requestedCoins(setup).filter((coin) => coin === 'gone-9').length, 1)
  })

  test('never take the market of another coin with the same symbol', async () => {
    assert.deepEqual(
      await setup.rows(`select distinct t.coingecko_id, t.market_code from coingecko_tickers_bithumb_matched t
      join bithumb_coingecko_mapping b using (market_code) where b.coingecko_id <> t.coingecko_id`),
      [],
    )
    assert.ok(
      (await setup.rows(`select 1 from coingecko_id_mapping where symbol = 'BTC'`)).length > 1,
      'the symbol is shared',
    )
  })
})

fullTest(
  "an exchange that is gone from the provider's list is reported, and the coins are requested all the same",
  {timeout: 600_000},
  async () => {
    const file = join(folder, 'coingecko-exchanges.csv')
    const setup = await mapped()
    await thirtyCoins(setup)
    writeFileSync(file, 'exchange_id\nupbit\nbithumb\nbinance\ncoinbase-exchange\n')
    try {
      const run = await setup.collect(coingeckoTickers)
      assert.equal(run.exit_code, 1)
      assert.match(run.complaints.join(), /no longer names coinbase-exchange.*coingecko-exchanges\.csv/s)
      assert.deepEqual([run.targets_done, run.targets_failed], [30, 1])
      assert.deepEqual(
        await setup.rows('select distinct exchange_id from coingecko_tickers_bithumb_matched order by 1'),
        ['binance', 'bithumb', 'upbit'].map((id) => ({exchange_id: id})),
      )
    } finally {
      rmSync(file)
    }
    assert.equal(
      (await setup.collect(coingeckoTickers)).exit_code,
      0,
      'requested again at once after the list is fixed',
    )
  },
)

fullTest('the run after a spent quota resumes with the very next coin', {timeout: 600_000}, async () => {
  const small = {COINGECKO_REQUESTS_PER_MONTH: '1000'}
  const setup = await mapped(small)
  const first = await setup.collect(coingeckoTickers)
  assert.deepEqual([first.outcome, first.exit_code], ['quota spent', 0])
  const before = [...new Set(requestedCoins(setup))]
  assert.ok(before.length > 0 && first.targets_left > 250)
  forward(setup, dayMs)
  await setup.collect(coingeckoTickers)
  const later = [...new Set(requestedCoins(setup))].slice(before.length)
  assert.ok(later.length > 0)
  const order = (
    await setup.rows(`select coingecko_id from bithumb_coingecko_mapping b join coingecko_id_mapping c using (coingecko_id)
    where status = 'verified' and is_active order by c.market_cap_rank nulls last, 1`)
  ).map((row) => row['coingecko_id'])
  assert.deepEqual([...before, ...later], order.slice(0, before.length + later.length))
  assert.deepEqual(refused(setup), [])
})

describe('profiles of coins', () => {
  const [coins, perDay] = full ? [1000, 200] : [60, 20]
  let setup: TestSetup
  before(async () => {
    setup = await openSetup({env: generous, simulated: generous})
    await setup.collect(coingeckoIds, {limit: full ? 4 : 1})
    await setup.rows('update coingecko_id_mapping set market_cap_rank = null where market_cap_rank > $1', [
      coins,
    ])
  })

  test(`come at ${perDay} a day, the largest first, then those never requested; one failure affects its coin only`, async () => {
    setup.simulator.faults.add({provider: 'coingecko', kind: 'garbage', path: '/coins/ethereum?', times: 1})
    const first = await setup.collect(coinDetails, {limit: perDay})
    assert.deepEqual([first.exit_code, first.targets_failed, first.targets_done], [1, 1, perDay - 1])
    forward(setup, dayMs)
    const second = await setup.collect(coinDetails, {limit: perDay})
    assert.deepEqual([second.exit_code, second.targets_done], [0, perDay])
    assert.deepEqual(requestedDetails(setup).slice(perDay, perDay + 2), [
      'ethereum',
      (
        await one(
          setup,
          `select coingecko_id from coingecko_id_mapping where market_cap_rank = ${perDay + 1}`,
        )
      )['coingecko_id'],
    ])
    assert.deepEqual(await setup.rows('select count(*)::int as n from coingecko_coin_details'), [
      {n: 2 * perDay - 1},
    ])
  })

  test('have null, not 0, where the provider gives no value', async () => {
    const {
      no_community: community,
      no_code: code,
      zero,
    } = await one(
      setup,
      `select count(*) filter (where twitter_followers is null)::int as no_community,
      count(*) filter (where stars is null)::int as no_code, count(*) filter (where market_cap_usd = 0 or current_price_usd = 0)::int as zero from coingecko_coin_details`,
    )
    assert.equal(community, 2 * perDay - 1)
    assert.ok(Number(code) > perDay / 4 && Number(code) < 2 * perDay - 1)
    assert.equal(zero, 0)
    assert.equal(
      (
        await one(
          setup,
          `select count(*)::int as n from coingecko_coin_details where symbol <> upper(symbol)`,
        )
      )['n'],
      0,
    )
  })

  fullTest(
    'are due after a week for the first hundred coins, after thirty days for the others',
    {timeout: 600_000},
    async () => {
      for (let day = 0; day < 4; day++) {
        forward(setup, dayMs)
        await setup.collect(coinDetails, {limit: perDay})
      }
      assert.equal((await setup.collect(coinDetails)).outcome, 'nothing due', 'all have come')
      forward(setup, 3 * dayMs)
      const before = requestedDetails(setup).length
      const ranks = new Map(
        (await setup.rows('select coingecko_id, market_cap_rank from coingecko_id_mapping')).map((row) => [
          row['coingecko_id'],
          Number(row['market_cap_rank']),
        ]),
      )
      await setup.collect(coinDetails, {limit: 200})
      const again = requestedDetails(setup).slice(before)
      assert.ok(
        again.length > 90 && again.every((coin) => ranks.get(coin)! <= 100),
        `${again.length}: ${again.slice(0, 5).join()}`,
      )
      forward(setup, 31 * dayMs)
      assert.equal(
        (await setup.collect(coinDetails, {limit: perDay})).targets_left > 0.7 * coins,
        true,
        'a month later all are',
      )
    },
  )

  fullTest(
    'are requested for the first hundred due coins first, though others have waited longer',
    {timeout: 600_000},
    async () => {
      forward(setup, 31 * dayMs)
      const ranked = await setup.rows(
        'select coingecko_id, market_cap_rank from coingecko_id_mapping where market_cap_rank is not null',
      )
      const ranks = new Map(ranked.map((row) => [row['coingecko_id'], Number(row['market_cap_rank'])]))
      const before = requestedDetails(setup).length
      await setup.collect(coinDetails, {limit: 33})
      forward(setup, 8 * dayMs)
      await setup.collect(coinDetails, {limit: 133})
      const again = requestedDetails(setup).slice(before)
      assert.deepEqual(again.map((coin) => ranks.get(coin)! <= 100).lastIndexOf(true), 132, again.join())
      assert.equal(again.filter((coin) => ranks.get(coin)! <= 100).length, 133)
      // 133 coins were requested, one is requested now, and the others are due as well.
      const last = await setup.collect(coinDetails, {limit: 1})
      assert.equal(last.targets_left, ranks.size - 134)
    },
  )

  test('have the id as one part of the request path, whatever its characters', () => {
    assert.equal(coinProfile('..').path, '/coins/%2E%2E')
    assert.equal(coinProfile('a/b?c#d').path, '/coins/a%2Fb%3Fc%23d')
    assert.equal(coinTickers('-0', '').path, '/coins/-0/tickers')
  })
})

describe('contracts of derivatives exchanges', () => {
  test('include dated futures, in one batch a week, however often they are requested', async () => {
    const setup = await openSetup({env: generous, simulated: generous})
    setup.simulator.faults.add({provider: 'coingecko', kind: 'garbage', path: '/derivatives', times: 1})
    assert.equal((await setup.collect(coingeckoDerivatives)).exit_code, 1)
    forward(setup, hourMs)
    assert.equal((await setup.collect(coingeckoDerivatives)).exit_code, 0)
    const counts = () =>
      setup.rows(`select batch_id, count(*)::int as n, count(*) filter (where contract_type = 'futures')::int as futures,
      count(*) filter (where contract_type = 'futures' and expired_at is not null)::int as dated, count(*) filter (where funding_rate is null)::int as no_funding,
      count(*) filter (where index_id <> upper(index_id))::int as lower from coingecko_derivatives group by 1 order by 1`)
    const [first] = await counts()
    assert.equal(
      first!['batch_id'],
      '20261123_160000',
      'named after the scheduled run, not after the actual one',
    )
    assert.ok(
      Number(first!['futures']) > 10 &&
        first!['futures'] === first!['dated'] &&
        Number(first!['no_funding']) >= Number(first!['futures']),
    )
    assert.equal(first!['lower'], 0)
    forward(setup, hourMs)
    const again = await setup.collect(coingeckoDerivatives, {force: true})
    assert.deepEqual(
      [again.rows_inserted, await counts().then((rows) => rows.length)],
      [0, 1],
      'a second collection is the same batch',
    )
    forward(setup, 7 * dayMs)
    await setup.collect(coingeckoDerivatives)
    assert.deepEqual(
      (await counts()).map((row) => row['batch_id']),
      ['20261123_160000', '20261130_160000'],
    )
  })
})

fullTest(
  'after a week without runs, one run of each job stores the present data once; the days between are gaps or missing',
  {timeout: 600_000},
  async () => {
    const setup = await mapped()
    await thirtyCoins(setup)
    const jobs: AnyCollector[] = [coingeckoIds, coingeckoGlobal, coingeckoTickers, coingeckoDerivatives]
    for (const job of jobs) await setup.collect(job)
    await setup.collect(coinDetails, {limit: 20})
    forward(setup, 7 * dayMs)
    const before = setup.simulator.log.requests({}).length
    for (const job of jobs) {
      assert.equal((await setup.collect(job)).exit_code, 0, job.name)
      assert.equal(
        (await setup.collect(job)).outcome,
        'nothing due',
        `${job.name}: nothing is due for a second run`,
      )
    }
    const requests = setup.simulator.log.requests({}).slice(before)
    assert.equal(new Set(requests.map(({path}) => path)).size, requests.length, 'nothing was requested twice')
    assert.deepEqual(await setup.rows('select count(*)::int as n from coingecko_global_market_data'), [
      {n: 2},
    ])
    assert.deepEqual(
      await setup.rows('select count(distinct batch_id)::int as n from coingecko_derivatives'),
      [{n: 2}],
    )
    // Snapshots: the provider offers none of the days between. The gap is bounded by the stored days.
    assert.deepEqual(
      await setup.rows(`select distinct timestamp::date::text as day from coingecko_tickers_bithumb_matched
    where exchange_id = 'upbit' and coingecko_id = 'bitcoin' order by 1`),
      [{day: '2026-11-23'}, {day: '2026-11-30'}],
    )
    const states = await setup.rows(
      `select count(*)::int as n from target_state where unit = 'coingecko-tickers' and last_success < '2026-11-30Z' and status = 'active' and target <> 'exchanges/list'`,
    )
    assert.deepEqual(states, [{n: 0}])
    assert.deepEqual(refused(setup), [])
  },
)

test('a run without a credential keeps a careful pace, and nothing is refused', async () => {
  const setup = await openSetup({env: {COINGECKO_API_KEY_1: ''}})
  await setup.collect(coingeckoIds, {limit: 1, wait: true})
  const run = await setup.collect(coinDetails, {limit: 12, wait: true})
  assert.deepEqual([run.exit_code, run.targets_done, refused(setup)], [0, 12, []])
  const times = setup.simulator.log.requests({}).map(({instant}) => Date.parse(instant))
  for (const start of times)
    assert.ok(times.filter((at) => at >= start && at < start + 60_000).length <= 5, 'five a minute')
})
