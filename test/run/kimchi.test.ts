/** The kimchi premium: the premium that fin reports is the one that the scenario was built with. */
import assert from 'node:assert/strict'
import {before, describe, test} from 'node:test'
import {bithumbMarkets} from '../../src/lib/collectors/bithumb-markets.js'
import {bithumbTickers} from '../../src/lib/collectors/bithumb-tickers.js'
import {coingeckoGlobal} from '../../src/lib/collectors/coingecko-global.js'
import {coingeckoIds} from '../../src/lib/collectors/coingecko-ids.js'
import {coingeckoTickers} from '../../src/lib/collectors/coingecko-tickers.js'
import {bithumbCoingecko} from '../../src/lib/mappers/bithumb-coingecko.js'
import {parametersOf, statementQueries} from '../../src/lib/report/named-queries.js'
import {createScenario} from '../../src/simulator/scenario.js'
import {hourMs} from '../../src/lib/time.js'
import {openSetup, type TestSetup} from './setup.js'

const seed = 42
const invented = createScenario(seed)
const generous = {COINGECKO_REQUESTS_PER_MINUTE: '1000', COINGECKO_REQUESTS_PER_MONTH: '100000'}

interface Premium {
  day: string | null
  market: string
  symbol: string
  exchange: string | null
  price_krw: string | null
  world_usd: string | null
  world_quotes: string | null
  premium_pct: string | null
  premium_bank_pct: string | null
  krw_per_usdt: string | null
  krw_per_usd: string | null
  price_age_min: string | null
  world_age_min: string | null
  usdt_age_min: string | null
  usd_age_min: string | null
  note: string | null
}

let setup: TestSetup
let startMs: number

before(async () => {
  setup = await openSetup({seed, env: generous, simulated: generous})
  startMs = setup.context.clock.now().getTime()
  for (const collector of [bithumbMarkets, bithumbTickers, coingeckoIds])
    assert.equal((await setup.collect(collector)).exit_code, 0, collector.name)
  assert.equal((await setup.map(bithumbCoingecko)).exit_code, 0)
  await setup.collect(coingeckoGlobal)
  const run = await setup.collect(coingeckoTickers)
  assert.deepEqual(
    [run.exit_code, run.targets_failed, run.rows_rejected],
    [0, 0, 0],
    run.complaints.join('\n'),
  )
})
/** Runs the named query as `fin query` does. */
async function premiums(given: Record<string, unknown> = {}): Promise<Premium[]> {
  await setup.context.clock.refresh()
  const query = statementQueries().find(({name}) => name === 'kimchi-premium')!
  return (await setup.context.database()).query<Premium & Record<string, unknown>>(
    query.statement,
    parametersOf(query, given, setup.context.clock.now()),
  )
}

/** The premium of the scenario for a market's coin, in percent. */
function scenarioPremium(market: string, atMs: number): number {
  return invented.bithumb.premium(invented.bithumb.byCode.get(market)!.coin, atMs) * 100
}

async function verifiedMarkets(): Promise<string[]> {
  return (
    await setup.rows(
      `select market_code from bithumb_coingecko_mapping where status = 'verified' and is_active order by 1`,
    )
  ).map((row) => String(row['market_code']))
}

describe('the premium of the scenario', () => {
  test('is found to 0.01 %, for every coin, by the stablecoin and by the published rate', async (t) => {
    assert.equal(setup.context.clock.now().getTime(), startMs, 'all prices are of one minute')
    const rows = await premiums()
    assert.deepEqual(rows.map(({market}) => market).sort(), await verifiedMarkets())
    assert.ok(rows.length > 250, `${rows.length} coins`)
    for (const major of [
      'KRW-BTC',
      'KRW-ETH',
      'KRW-XRP',
      'KRW-USDT',
      'KRW-SHIB',
      'KRW-BNB',
      'KRW-SOL',
      'KRW-DOGE',
    ])
      assert.ok(
        rows.some(({market}) => market === major),
        major,
      )
    const minute = Math.floor(startMs / 60_000) * 60_000
    let [worst, worstAtBank] = [0, 0]
    for (const row of rows) {
      assert.equal(row.note, null, row.market)
      const found = Number(row.premium_pct)
      worst = Math.max(worst, Math.abs(found - scenarioPremium(row.market, minute)))
      assert.ok(
        Math.abs(found - scenarioPremium(row.market, minute)) <= 0.01,
        `${row.market}: ${found} for ${scenarioPremium(row.market, minute)}`,
      )
      const {coin} = invented.bithumb.byCode.get(row.market)!
      const atBank =
        (invented.bithumb.krw(coin, minute) /
          (invented.usd(coin, minute) * invented.bithumb.krwPerUsd(minute)) -
          1) *
        100
      worstAtBank = Math.max(worstAtBank, Math.abs(Number(row.premium_bank_pct) - atBank))
      assert.ok(
        Math.abs(Number(row.premium_bank_pct) - atBank) <= 0.01,
        `${row.market}: ${row.premium_bank_pct} for ${atBank}`,
      )
    }
    t.diagnostic(
      `${rows.length} coins, at most ${worst.toFixed(5)} and ${worstAtBank.toFixed(5)} percentage points off`,
    )
    assert.ok(
      new Set(rows.map(({exchange}) => exchange)).size === 2,
      'some coins are traded at Bithumb alone',
    )
  })

  test('has one figure for each coin, in the query and in the view of that name', async () => {
    const stored = await setup.rows(
      'select symbol, premium_pct, korean_price_usd, global_price_usd from kimchi_premium',
    )
    const asked = await premiums()
    assert.ok(asked.length > 250)
    assert.deepEqual(
      stored.map(({symbol, premium_pct: pct}) => [symbol, pct]).sort(),
      asked.map(({symbol, premium_pct: pct}) => [symbol, pct]).sort(),
    )
    for (const {symbol, premium_pct: pct, korean_price_usd: korean, global_price_usd: world} of stored)
      if (symbol !== 'USDT')
        assert.ok(Math.abs((Number(korean) / Number(world) - 1) * 100 - Number(pct)) < 1e-4, String(symbol))
  })

  test('is not the result of a plain mean, or of one over anomalous and stale quotes', async () => {
    const off = async (of: string, where: string) => {
      const means = await setup.rows(
        `select coingecko_id, ${of} as usd from coingecko_tickers_bithumb_matched where exchange_id not in ('upbit', 'bithumb') ${where} group by 1`,
      )
      return means.filter((row) => {
        const coin = invented.coin(String(row['coingecko_id']))
        return (
          coin &&
          Math.abs(Number(row['usd']) / invented.usd(coin, Math.floor(startMs / 60_000) * 60_000) - 1) >
            0.0001
        )
      }).length
    }
    assert.ok((await off('avg(converted_last_usd)', 'and not is_anomaly and not is_stale')) > 100)
    assert.ok(
      (await off('sum(converted_last_usd * converted_volume_usd) / sum(converted_volume_usd)', '')) > 100,
    )
    assert.ok(
      Number(
        (await setup.rows('select count(*) from coingecko_tickers_bithumb_matched where is_anomaly'))[0]![
          'count'
        ],
      ) > 20,
      'anomalies are kept',
    )
    assert.ok(
      Number(
        (await setup.rows('select count(*) from coingecko_tickers_bithumb_matched where is_stale'))[0]![
          'count'
        ],
      ) > 20,
      'stale ones are kept',
    )
  })

  test('counts a pair once, at its price nearest in time to the won price, however often it was stored', async () => {
    const ethereum = async () =>
      (await premiums({market: 'KRW-ETH'})).map(({world_usd, world_quotes, premium_pct}) => [
        world_usd,
        world_quotes,
        premium_pct,
      ])
    const before = await ethereum()
    // the same pairs five and six minutes earlier, at another price: together more volume than all others
    const copied = `coingecko_id, exchange_id, base, target, exchange_name, market_code, symbol, converted_volume_usd, is_anomaly, is_stale`
    const twice = await setup.rows(`with pair as (
        select exchange_id, base, target from coingecko_tickers_bithumb_matched where coingecko_id = 'ethereum' and not is_anomaly and not is_stale
          and converted_volume_usd > 0 and exchange_id not in ('upbit', 'bithumb') order by converted_volume_usd desc limit 3
      )
      insert into coingecko_tickers_bithumb_matched (timestamp, converted_last_usd, ${copied})
      select timestamp - make_interval(mins => minutes), converted_last_usd * 1.05, ${copied}
      from coingecko_tickers_bithumb_matched join pair using (exchange_id, base, target) cross join generate_series(5, 9) as minutes
      where coingecko_id = 'ethereum' returning timestamp`)
    assert.equal(twice.length, 15)
    try {
      assert.deepEqual(await ethereum(), before)
    } finally {
      await setup.rows(
        `delete from coingecko_tickers_bithumb_matched where coingecko_id = 'ethereum' and timestamp < $1`,
        [new Date(startMs - 4 * 60_000).toISOString()],
      )
    }
  })

  test('takes one market, one exchange, and a limit', async () => {
    assert.deepEqual(
      (await premiums({market: 'krw-btc'})).map(({market}) => market),
      ['KRW-BTC'],
    )
    assert.equal((await premiums({limit: '3'})).length, 3)
    const atBithumb = await premiums({exchange: 'bithumb'})
    assert.deepEqual([...new Set(atBithumb.map(({exchange}) => exchange))], ['bithumb'])
    assert.deepEqual(await premiums({market: 'KRW-NOSUCH'}), [])
  })
})

test('of a coin that others are priced in uses its own price, and its pairs stay apart', async () => {
  const kraken = await setup.rows(
    `select base, target from coingecko_tickers_bithumb_matched where coingecko_id = 'bitcoin' and exchange_id = 'binance' order by target`,
  )
  assert.ok(kraken.length > 1, 'several pairs of one exchange')
  const [bounds] =
    await setup.rows(`select min(converted_last_usd) as low, max(converted_last_usd) as high from coingecko_tickers_bithumb_matched
    where coingecko_id = 'bitcoin' and not is_anomaly and not is_stale and exchange_id not in ('upbit', 'bithumb')`)
  assert.ok(Number(bounds!['low']) > 0.95 * Number(bounds!['high']), 'no price of another coin among them')
})

describe('when time passes', () => {
  test('a coin with outdated inputs has a note instead of a number', async () => {
    setup.simulator.clock.change({advanceMs: 49 * hourMs})
    const rows = await premiums({market: 'KRW-ETH'})
    assert.deepEqual(
      [rows[0]!.premium_pct, rows[0]!.premium_bank_pct, rows[0]!.world_usd, rows[0]!.note],
      [null, null, null, 'the won price is 49 hours old'],
    )
    assert.ok(
      Math.abs(Number(rows[0]!.price_age_min) - 49 * 60) < 2 &&
        Math.abs(Number(rows[0]!.usd_age_min) - 49 * 60) < 2,
    )
    const [aged] = await premiums({market: 'KRW-ETH', 'max-age': '50'})
    assert.ok(
      Math.abs(
        Number(aged!.premium_pct) - scenarioPremium('KRW-ETH', Math.floor(startMs / 60_000) * 60_000),
      ) <= 0.01,
    )
  })

  test('a new round is compared within itself, and the older days stay as they were', async () => {
    await setup.collect(bithumbTickers)
    await setup.collect(coingeckoTickers, {names: ['ethereum', 'tether']})
    const nowMs = setup.context.clock.now().getTime()
    const [now] = await premiums({market: 'KRW-ETH'})
    assert.ok(
      Math.abs(Number(now!.premium_pct) - scenarioPremium('KRW-ETH', Math.floor(nowMs / 60_000) * 60_000)) <=
        0.01,
    )
    assert.equal(now!.note, 'no published won rate within a day of it')
    assert.equal(now!.premium_bank_pct, null)
    const days = await premiums({market: 'KRW-ETH', history: true})
    assert.deepEqual(
      days.map(({day}) => String(day).slice(0, 10)),
      ['2026-11-25', '2026-11-23'],
    )
    assert.ok(
      Math.abs(
        Number(days[1]!.premium_pct) - scenarioPremium('KRW-ETH', Math.floor(startMs / 60_000) * 60_000),
      ) <= 0.01,
    )
    assert.equal(Number(days[1]!.price_age_min), 0, 'ages of a day are counted to its price')
    assert.equal((await premiums({market: 'KRW-ETH', history: true, days: '1'})).length, 1)
    assert.equal(
      (await premiums({history: true, limit: '100000'})).length,
      (await verifiedMarkets()).length + 2,
    )
  })

  test('prices that lie apart are not compared, and a missing stablecoin is noted', async () => {
    await setup.rows(
      `delete from coingecko_tickers_bithumb_matched where coingecko_id = 'tether' and timestamp > '2026-11-25Z'`,
    )
    await setup.rows(`delete from bithumb_ticker where market = 'KRW-USDT' and quoted_at > '2026-11-25Z'`)
    const [without] = await premiums({market: 'KRW-ETH'})
    assert.deepEqual(
      [without!.premium_pct, without!.note],
      [null, 'no USDT price within 60 minutes of it; no published won rate within a day of it'],
    )
    await setup.rows(
      `delete from coingecko_tickers_bithumb_matched where coingecko_id = 'ethereum' and timestamp > '2026-11-25Z' and exchange_id not in ('upbit', 'bithumb')`,
    )
    const [apart] = await premiums({market: 'KRW-ETH'})
    assert.deepEqual(
      [apart!.premium_pct, apart!.note],
      [null, 'no sound price in the world within 60 minutes of it'],
    )
  })

  test('a coin that was never requested has a note', async () => {
    await setup.rows(`delete from coingecko_tickers_bithumb_matched where coingecko_id = 'ripple'`)
    const [row] = await premiums({market: 'KRW-XRP'})
    assert.deepEqual([row!.price_krw, row!.premium_pct, row!.note], [null, null, 'no won price yet'])
  })
})
