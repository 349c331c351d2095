import assert from 'node:assert/strict'
import {after, test} from 'node:test'
import pg from 'pg'
import {applyAll} from './schema/apply.js'
import {samples, type Row} from './schema/rows.js'
import {postgres} from './servers.js'

const server = await postgres()
const client = new pg.Client(await server.database('views'))
await client.connect()
await applyAll(client)
after(async () => {
  await client.end()
  await server.stop()
})

const rows = async (text: string) => (await client.query<Record<string, unknown>>(text)).rows

/** Stores the sample row of a table with changes. */
async function store(table: string, ...changes: Row[]): Promise<void> {
  for (const change of changes) {
    const row = {...samples[table]!.good, ...change}
    const columns = Object.keys(row).join(', ')
    await client.query(
      `insert into ${table} (${columns}) select ${columns} from jsonb_populate_record(null::${table}, $1)`,
      [JSON.stringify(row)],
    )
  }
}

test('macro views hold one series and one row per date', async () => {
  await store('cpi', {}, {series_id: 'CPIAUCSL', cpi_value: '321'}, {date: '2026-09-01', cpi_value: null})
  await store(
    'treasury_yield',
    {},
    {series_id: 'DGS10', interval_type: 'daily'},
    {series_id: 'other', yield_rate: '9'},
  )
  assert.deepEqual(await rows('select date::text, cpi_value from cpi_compat order by date'), [
    {date: '2026-09-01', cpi_value: null},
    {date: '2026-10-01', cpi_value: '322.561'},
  ])
  assert.deepEqual(
    await rows('select maturity, interval_type, yield_rate from treasury_yield_compat order by 2'),
    [
      {maturity: '10year', interval_type: 'daily', yield_rate: '4.38'},
      {maturity: '10year', interval_type: 'monthly', yield_rate: '4.38'},
    ],
  )
})

test('the newest batch of overviews covers the whole index', async () => {
  await store(
    'company_overview',
    {},
    {symbol: 'AAPL', as_of: '2026-11-01', market_capitalization: '3000000000000'},
  )
  assert.deepEqual(await rows('select symbol, batch_id from company_overview_latest order by symbol'), [
    {symbol: 'AAPL', batch_id: '20261120'},
    {symbol: 'IBM', batch_id: '20261120'},
  ])
  assert.deepEqual(await rows("select batch_id from company_overview where symbol = 'AAPL'"), [
    {batch_id: '20261101'},
  ])
})

test('balance sheets have the merged names and quarters only', async () => {
  await store('balance_sheet', {}, {period: 'annual'})
  assert.deepEqual(
    await rows(
      'select symbol, fiscaldateending::text, totalassets, accumulateddepreciationamortizationppe as ppe from balance_sheet_compat',
    ),
    [{symbol: 'IBM', fiscaldateending: '2026-03-31', totalassets: '1', ppe: null}],
  )
})

test('a ticker stands for its largest coin', async () => {
  await store(
    'coingecko_id_mapping',
    {coingecko_id: 'other', market_cap_rank: 900},
    {},
    {coingecko_id: 'bridged', market_cap_rank: null},
  )
  await store('coingecko_coin_details', {coingecko_id: 'other', market_cap_rank: 1}, {current_price_usd: '1'})
  assert.deepEqual(await rows('select symbol, coingecko_id from coingecko_coin_primary'), [
    {symbol: 'BTC', coingecko_id: 'bitcoin'},
  ])
  assert.deepEqual(
    await rows('select coingecko_id, current_price_usd from coingecko_coin_details_primary'),
    [{coingecko_id: 'bitcoin', current_price_usd: '42981'}],
    'at the price of today',
  )
  await store(
    'bithumb_coingecko_mapping',
    {},
    {market_code: 'KRW-XX', status: 'unmatched', coingecko_id: null},
  )
  assert.deepEqual(
    await rows(
      'select market_code, is_verified, has_issues, current_price_usd from bithumb_coingecko_mapping_compat order by 1',
    ),
    [
      {market_code: 'KRW-BTC', is_verified: true, has_issues: false, current_price_usd: '42981'},
      {market_code: 'KRW-XX', is_verified: false, has_issues: true, current_price_usd: null},
    ],
  )
})

test('other names give the same rows', async () => {
  await store('coingecko_tickers_bithumb_matched', {})
  await store('coingecko_global_market_data', {})
  assert.deepEqual(await rows('select exchange_id, converted_last_usd from coingecko_tickers_bithumb'), [
    {exchange_id: 'gdax', converted_last_usd: '76856'},
  ])
  assert.deepEqual(await rows('select btc_dominance from coingecko_global'), [{btc_dominance: '57.95'}])
})

test('the newest trade by created_at is the newest by its own time', async () => {
  await store(
    'sp500_websocket_trades',
    {price: '2'},
    {trade_id: 'f0-0', price: '1', timestamp_ms: 1763649000000, traded_at: '2025-11-20T14:30:00Z'},
  )
  assert.deepEqual(
    await rows('select price from sp500_websocket_trades_compat order by created_at desc limit 1'),
    [{price: '2'}],
  )
})

test('calendars hide entries that moved away, and news has its section', async () => {
  await store('earnings_calendar', {}, {superseded_at: '2026-11-01T00:00:00Z'})
  await store('sp500_earnings_calendar', {}, {symbol: 'IBM', status: 'moved'})
  const [calendar] = await rows("select id from sp500_earnings_calendar where symbol = 'AAPL'")
  await store(
    'sp500_earnings_news',
    {calendar_id: calendar!['id']},
    {calendar_id: calendar!['id'], url: 'https://example.com/2', news_section: 'report_day'},
  )
  assert.deepEqual(await rows('select count(*) from earnings_calendar_compat'), [{count: '1'}])
  assert.deepEqual(await rows('select symbol from sp500_earnings_calendar_compat'), [{symbol: 'AAPL'}])
  assert.deepEqual(await rows('select news_section from sp500_earnings_news_compat'), [
    {news_section: 'reaction'},
  ])
})

test('progress and the largest members come from the stored rows', async () => {
  await store(
    'sp500_companies',
    {},
    {symbol: 'AAPL', market_cap: null},
    {symbol: 'GONE', is_member: false, removed_at: '2026-11-20T00:00:00Z', market_cap: '9999999999999'},
  )
  await client.query(`insert into target_state (unit, target, last_attempt, last_success)
    values ('company-overview', 'AAPL', '2026-11-20Z', '2026-11-20Z'), ('company-news', 'MMM', '2026-11-20Z', null)`)
  const progress = (view: string) =>
    rows(`select symbol, current_position as place, total_symbols as total, status from ${view}`)
  assert.deepEqual(await progress('company_overview_progress'), [
    {symbol: 'AAPL', place: 1, total: 2, status: 'completed'},
    {symbol: 'MMM', place: 2, total: 2, status: 'active'},
  ])
  assert.deepEqual(await progress('company_news_progress'), [
    {symbol: 'AAPL', place: 1, total: 2, status: 'active'},
    {symbol: 'MMM', place: 2, total: 2, status: 'active'},
  ])
  assert.deepEqual(await rows('select symbol from sp500_top50'), [{symbol: 'AAPL'}, {symbol: 'MMM'}])
})

test('runs and requests are counted under their other names', async () => {
  await client.query(`insert into job_runs (unit, command, started_at, finished_at, outcome, requests, requests_refused, rows_received, rows_inserted, rows_rejected, host, pid, version) values
    ('cpi', 'ingest cpi', '2026-11-20T00:00Z', '2026-11-20T00:00:05Z', 'partial', 3, 1, 10, 4, 1, 'h', 1, '1'), ('cpi', 'ingest cpi', '2026-11-20T01:00Z', null, 'running', 0, 0, 0, 0, 0, 'h', 1, '1')`)
  assert.deepEqual(
    await rows(
      'select dag_id, task_status, api_calls_successful as good, records_processed as processed, records_skipped as skipped, execution_duration_seconds as seconds from data_collection_metrics',
    ),
    [{dag_id: 'cpi', task_status: 'partial_success', good: 2, processed: '9', skipped: '5', seconds: 5}],
  )
  await client.query(`insert into provider_requests (provider, credential, unit, reserved_at, go_at, counts_until, outcome, host, pid)
    select 'fred', '1', 'cpi', t, t, t, o, 'h', 1 from (values ('2026-11-20T23:59:59Z'::timestamptz, 'answered'), ('2026-11-20T00:00Z', 'refused'), ('2026-11-20T01:00Z', 'not sent'), ('2026-11-21T00:00Z', 'reserved')) as r (t, o)`)
  await client.query("set time zone 'Asia/Seoul'")
  assert.deepEqual(await rows('select day::text, calls, limited, unanswered from api_usage order by day'), [
    {day: '2026-11-20', calls: '2', limited: '1', unanswered: '0'},
    {day: '2026-11-21', calls: '1', limited: '0', unanswered: '1'},
  ])
  await client.query("set time zone 'UTC'")
})

test('the premium compares dollar prices without anomalies and stale quotes', async () => {
  await client.query('truncate coingecko_tickers_bithumb_matched, bithumb_coingecko_mapping')
  await store('bithumb_coingecko_mapping', {})
  const quote = (exchange_id: string, price: string, volume: string, more: Row = {}) => ({
    exchange_id,
    converted_last_usd: price,
    converted_volume_usd: volume,
    ...more,
  })
  await store(
    'coingecko_tickers_bithumb_matched',
    quote('upbit', '104', '500', {target: 'KRW', last_price: '144200'}),
    {
      coingecko_id: 'tether',
      exchange_id: 'upbit',
      target: 'KRW',
      last_price: '1400',
      converted_volume_usd: null,
    },
    quote('bithumb', '110', '100'),
    quote('binance', '99', '900'),
    quote('gdax', '101', '800', {target: 'USD'}),
    quote('gdax', '200', '1'),
    quote('kraken', '500', '900', {is_anomaly: true}),
    quote('okex', '1', '0'),
    quote('coinone', '150', '5'),
    quote('korbit', '7', '5', {timestamp: '2026-10-01T00:00:00Z'}),
  )
  assert.deepEqual(
    await rows(
      'select korean_exchange as korean, round(global_price_usd) as price, global_exchanges as exchanges, round(premium_pct, 4) as premium from kimchi_premium',
    ),
    [{korean: 'upbit', price: '99', exchanges: '2', premium: '4.0404'}],
  )
  assert.deepEqual(await rows('select round(premium_pct, 4) as premium from kimchi_premium_upbit_binance'), [
    {premium: '5.0505'},
  ])
  assert.deepEqual(await rows('select exchange_id, volume_usd from exchange_liquidity order by 1'), [
    {exchange_id: 'binance', volume_usd: '900'},
    {exchange_id: 'bithumb', volume_usd: '100'},
    {exchange_id: 'coinone', volume_usd: '5'},
    {exchange_id: 'gdax', volume_usd: '800'},
    {exchange_id: 'upbit', volume_usd: '500'},
  ])
  assert.deepEqual(await rows('select exchanges, lowest_usd, highest_usd, signal from price_consistency'), [
    {exchanges: '5', lowest_usd: '99', highest_usd: '150', signal: 'weak'},
  ])
})

test('the market is described in text', async () => {
  await client.query('truncate coingecko_global_market_data')
  await store(
    'coingecko_global_market_data',
    {eth_dominance: '10'},
    {
      coingecko_updated_at: '2026-11-20T02:00:00Z',
      total_market_cap_usd: '1',
      market_cap_change_percentage_24h_usd: '-9',
    },
    {coingecko_updated_at: '2026-10-01T00:00:00Z'},
  )
  assert.deepEqual(
    await rows(
      'select btc_eth_dominance as both, altcoin_share as rest, market_phase, btc_dominance_label as label from crypto_overview',
    ),
    [{both: '67.95', rest: '32.05', market_phase: 'stable', label: 'normal'}],
  )
  assert.deepEqual(await rows('select day::text, trend from crypto_market_trend'), [
    {day: '2026-11-20', trend: 'strong bearish'},
  ])
  assert.deepEqual(await rows('select month::text, observations from crypto_dominance_monthly'), [
    {month: '2026-11-01', observations: '2'},
    {month: '2026-10-01', observations: '1'},
  ])
})

test('derivatives are summed over the newest batch only', async () => {
  await store(
    'coingecko_derivatives',
    {},
    {symbol: 'BTCUSD', funding_rate: null},
    {market: 'Bybit', funding_rate: '-0.01', open_interest_usd: '1'},
    {batch_id: '20261001_000000', open_interest_usd: '5'},
  )
  assert.deepEqual(
    await rows(
      'select index_id, contracts, exchanges, funding_positive, funding_negative, open_interest_usd from derivatives_by_underlying',
    ),
    [
      {
        index_id: 'BTC',
        contracts: '3',
        exchanges: '2',
        funding_positive: '1',
        funding_negative: '1',
        open_interest_usd: '14995016448.66',
      },
    ],
  )
  assert.deepEqual(await rows('select market, contracts from derivatives_by_exchange'), [
    {market: 'Binance (Futures)', contracts: '2'},
    {market: 'Bybit', contracts: '1'},
  ])
})

test('the mapping shows verified, unmatched and missing markets', async () => {
  await store(
    'market_code_bithumb',
    {},
    {market_code: 'KRW-XX', base: 'XX'},
    {market_code: 'KRW-NEW', base: 'NEW'},
    {market_code: 'KRW-OLD', base: 'OLD', delisted_at: '2026-11-01T00:00:00Z'},
  )
  await store('bithumb_ticker_latest', {})
  await client.query('truncate bithumb_coingecko_mapping')
  await store(
    'bithumb_coingecko_mapping',
    {},
    {market_code: 'KRW-XX', status: 'unmatched', coingecko_id: null},
  )
  assert.deepEqual(await rows('select status, markets from mapping_quality'), [
    {status: 'unmatched', markets: '1'},
    {status: 'verified', markets: '1'},
  ])
  assert.deepEqual(await rows('select market_code, status from mapping_issues'), [
    {market_code: 'KRW-NEW', status: 'not mapped'},
    {market_code: 'KRW-XX', status: 'unmatched'},
  ])
  assert.deepEqual(await rows('select market_code, market_cap_rank from mapping_successful'), [
    {market_code: 'KRW-BTC', market_cap_rank: 1},
  ])
  assert.deepEqual(
    await rows('select coingecko_id, bithumb_price_krw, bithumb_change_pct from coin_details_with_quotes'),
    [{coingecko_id: 'bitcoin', bithumb_price_krw: '91196000', bithumb_change_pct: '-1.02882400'}],
  )
})
