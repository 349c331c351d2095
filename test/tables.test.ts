import assert from 'node:assert/strict'
import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {after, test} from 'node:test'
import pg from 'pg'
import {root} from './paths.js'
import {applyAll, files} from './schema/apply.js'
import {samples, type Row} from './schema/rows.js'
import {postgres} from './servers.js'

const server = await postgres()
const client = new pg.Client(await server.database('tables'))
await client.connect()
await applyAll(client)
after(async () => {
  await client.end()
  await server.stop()
})

async function rows<R extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
  return (await client.query<R>(text, values)).rows
}

/** The tables of the first list and the other ones that a command writes or reads. */
const expected = [
  'sp500_companies',
  'sp500_websocket_trades',
  'sp500_market_snapshots',
  'company_overview',
  'balance_sheet',
  'earnings_calendar',
  'sp500_earnings_calendar',
  'sp500_earnings_news',
  'top_gainers',
  'market_code_bithumb',
  'bithumb_ticker',
  'coingecko_id_mapping',
  'bithumb_coingecko_mapping',
  'coingecko_tickers_bithumb_matched',
  'coingecko_coin_details',
  'coingecko_derivatives',
  'coingecko_global_market_data',
  'etf_profile_holdings',
  'market_news_sentiment',
  'truth_social_posts',
  'truth_social_trends',
  'truth_social_tags',
  'x_posts',
  'x_user_profiles',
  'post_analysis_cache',
  'post_keywords',
  'cpi',
  'inflation',
  'federal_funds_rate',
  'treasury_yield',
  'earnings_news_finnhub',
  'company_news',
  'market_news',
  'market_news_finnhub',
  'finnhub_trades',
  'etf_basic_info',
  'etf_realtime_prices',
  'etf_market_snapshots',
  'ipo_calendar',
  'email_subscriptions',
  'trade_bars',
  'bithumb_ticker_latest',
  'market_news_sentiment_queries',
  'company_overview_history',
  'x_posts_history',
  'truth_social_trends_history',
  'etf_holdings',
  'etf_profile_holdings_history',
  'ipo_calendar_history',
  'macro_vintages',
  'balance_sheet_history',
  'earnings_calendar_history',
  'sp500_membership',
]
const timeSeries = [
  'bithumb_ticker',
  'coingecko_tickers_bithumb_matched',
  'etf_market_snapshots',
  'etf_realtime_prices',
  'finnhub_trades',
  'sp500_market_snapshots',
  'sp500_websocket_trades',
  'trade_bars',
]

const ofPublic = "from pg_class c where c.relnamespace = 'public'::regnamespace and not c.relispartition"
const namesOf = async (condition: string) =>
  (await rows<{name: string}>(`select c.relname as name ${ofPublic} and ${condition} order by 1`)).map(
    (row) => row.name,
  )

test('order.txt names every file of initdb once', () => {
  assert.deepEqual(
    [...files].sort(),
    readdirSync(join(root, 'initdb'))
      .filter((file) => file.endsWith('.sql'))
      .sort(),
  )
})

test('the files can be applied a second time without damage to the present rows', async () => {
  await client.query(
    "update etf_basic_info set name = 'mine' where symbol = 'SPY'; delete from etf_basic_info where symbol = 'QQQ'",
  )
  await applyAll(client)
  assert.deepEqual(
    await rows("select symbol, name from etf_basic_info where symbol in ('SPY', 'QQQ') order by symbol"),
    [
      {symbol: 'QQQ', name: 'Invesco QQQ Trust, Series 1'},
      {symbol: 'SPY', name: 'mine'},
    ],
  )
  assert.deepEqual(
    await rows(
      'select count(*)::int as funds, count(distinct popularity_rank)::int as ranks from etf_basic_info',
    ),
    [{funds: 52, ranks: 52}],
  )
})

test('every table of the design exists', async () => {
  const tables = await namesOf("c.relkind in ('r', 'p')")
  assert.deepEqual(
    expected.filter((name) => !tables.includes(name)),
    [],
  )
  assert.deepEqual(
    expected.filter((name) => !(name in samples)),
    [],
    'without a sample row',
  )
  assert.deepEqual(
    Object.keys(samples).filter((name) => !expected.includes(name)),
    [],
    'sample rows without a table',
  )
})

test('every table and view has a comment, and every table a key', async () => {
  assert.deepEqual(
    await namesOf("c.relkind in ('r', 'p', 'v') and obj_description(c.oid, 'pg_class') is null"),
    [],
  )
  assert.deepEqual(
    await namesOf(
      "c.relkind in ('r', 'p') and not exists (select from pg_index i where i.indrelid = c.oid and i.indisunique and i.indpred is null)",
    ),
    [],
  )
})

test('times have a zone, text has no length, numbers have no precision', async () => {
  assert.deepEqual(
    await rows(`select c.relname, a.attname, format_type(a.atttypid, a.atttypmod) as type from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and a.attnum > 0 and not a.attisdropped
    and (a.atttypid in ('timestamp'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'float8'::regtype, 'float4'::regtype) or a.atttypid = 'numeric'::regtype and a.atttypmod <> -1)`),
    [],
  )
})

test('every table of fin states when a row was created and last changed', async () => {
  const without = async (column: string) =>
    await namesOf(`c.relname = any (array['${expected.join("', '")}'])
    and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = '${column}')`)
  assert.deepEqual(await without('created_at'), [])
  assert.deepEqual(await without('updated_at'), [])
})

test('time series are partitioned by a plain timestamptz, with a default partition', async () => {
  assert.deepEqual(await namesOf("c.relkind = 'p'"), timeSeries)
  const found = await rows<{
    name: string
    catchAll: string | null
    type: string
    strategy: string
    generated: string
  }>(`
    select c.relname as name, d.relname as "catchAll", a.atttypid::regtype::text as type, p.partstrat as strategy, a.attgenerated as generated
    from pg_partitioned_table p join pg_class c on c.oid = p.partrelid left join pg_class d on d.oid = p.partdefid
    join pg_attribute a on a.attrelid = c.oid and a.attnum = p.partattrs[0] order by 1`)
  assert.deepEqual(
    found,
    timeSeries.map((name) => ({
      name,
      catchAll: `${name}_default`,
      type: 'timestamp with time zone',
      strategy: 'r',
      generated: '',
    })),
  )
})

test('a partition for a month takes the rows of that month', async () => {
  await client.query('begin')
  await client.query(
    "create table bithumb_ticker_y2031m01 partition of bithumb_ticker for values from ('2031-01-01Z') to ('2031-02-01Z')",
  )
  const quote = (at: string) => ({
    ...samples['bithumb_ticker']!.good,
    quoted_at: at,
    timestamp_field: Date.parse(at),
  })
  await client.query(
    `insert into bithumb_ticker (market, trade_price, timestamp_field, quoted_at)
    select market, trade_price, timestamp_field, quoted_at from jsonb_populate_recordset(null::bithumb_ticker, $1)`,
    [JSON.stringify([quote('2031-01-31T23:59:59.999Z'), quote('2031-02-01T00:00:00Z')])],
  )
  const where = await rows(
    'select tableoid::regclass::text as partition, id is not null as numbered from bithumb_ticker order by quoted_at',
  )
  await client.query('rollback')
  assert.deepEqual(where, [
    {partition: 'bithumb_ticker_y2031m01', numbered: true},
    {partition: 'bithumb_ticker_default', numbered: true},
  ])
})

/**
 * Inserts one row and rolls it back. Returns 'accepted', or the name of the violated constraint and the
 * message.
 */
await client.query(`create function pg_temp.try_row(target regclass, item jsonb) returns text language plpgsql as $body$
declare
  columns text := (select string_agg(quote_ident(key), ', ') from jsonb_object_keys(item) as key);
  name text;
  problem text;
begin
  execute format('insert into %1$s (%2$s) select %2$s from jsonb_populate_record(null::%1$s, $1)', target, columns) using item;
  raise exception using errcode = 'FIN00';
exception
  when sqlstate 'FIN00' then return 'accepted';
  when others then
    get stacked diagnostics name = constraint_name, problem = message_text;
    return name || ': ' || problem;
end
$body$`)
await client.query(
  "insert into sp500_earnings_calendar (id, symbol, company_name, report_date) overriding system value values (1001, 'IBM', 'IBM', '2026-11-20')",
)
const tried = async (table: string, row: Row) =>
  (await rows<{answer: string}>('select pg_temp.try_row($1, $2) as answer', [table, JSON.stringify(row)]))[0]!
    .answer

for (const [table, {good, legal = [], hostile = []}] of Object.entries(samples)) {
  test(`${table} accepts legal rows and refuses others`, async () => {
    assert.equal(await tried(table, good), 'accepted', 'the plain row')
    for (const [what, change] of legal)
      assert.equal(await tried(table, {...good, ...change}), 'accepted', what)
    for (const [what, change, pattern] of hostile)
      assert.match(
        await tried(table, {...good, ...change}),
        pattern ?? new RegExp(Object.keys(change)[0]!),
        what,
      )
  })

  test(`${table} refuses numbers, times and structures that no provider can mean`, async () => {
    const columns = await rows<{name: string; type: string; required: boolean}>(
      `select attname as name, atttypid::regtype::text as type, attnotnull as required
      from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attidentity = '' and attgenerated = '' and not atthasdef`,
      [table],
    )
    const impossible: Record<string, unknown[]> = {
      numeric: ['NaN', 'Infinity', '-Infinity', '1e400', '-1e400'],
      date: ['infinity', '-infinity', '0001-01-01', '9999-12-31'],
      'timestamp with time zone': ['infinity', '-infinity', '0001-01-01T00:00:00Z', '9999-12-31T00:00:00Z'],
      jsonb: ['text', 5],
    }
    for (const {name, type, required} of columns) {
      for (const value of [...(impossible[type] ?? []), ...(required ? [null] : [])])
        assert.notEqual(
          await tried(table, {...good, [name]: value}),
          'accepted',
          `${name} = ${JSON.stringify(value)}`,
        )
    }
  })
}

test('a calendar has one current row per symbol and fiscal period, also without a period', async () => {
  const add = (
    more: Row,
  ) => `insert into earnings_calendar (symbol, report_date, fiscal_date_ending, superseded_at)
    select symbol, report_date, fiscal_date_ending, superseded_at from jsonb_populate_record(null::earnings_calendar, '${JSON.stringify({symbol: 'AAPL', report_date: '2026-11-20', ...more})}')`
  const move =
    " on conflict (symbol, (coalesce(fiscal_date_ending, 'infinity'::date))) where superseded_at is null do update set report_date = excluded.report_date"
  await client.query('begin')
  await client.query(add({superseded_at: '2026-11-01T00:00:00Z'}))
  await client.query(add({}))
  await client.query(add({report_date: '2026-11-21'}) + move)
  await client.query(add({fiscal_date_ending: '2026-09-30'}))
  const found = await rows(
    'select report_date::text, fiscal_date_ending::text as period from earnings_calendar where superseded_at is null order by id',
  )
  await assert.rejects(client.query(add({})), /earnings_calendar_current_key/)
  await client.query('rollback')
  assert.deepEqual(found, [
    {report_date: '2026-11-21', period: null},
    {report_date: '2026-11-20', period: '2026-09-30'},
  ])
})

test('handles of X do not differ by case; long addresses have a short key', async () => {
  await client.query('begin')
  await client.query(
    "insert into x_user_profiles (username, handle, user_id) values ('Oracle', 'oracle', '1')",
  )
  await client.query(
    "insert into x_user_profiles (username, handle, user_id) values ('oracle', 'oracle', '1') on conflict (handle) do update set username = excluded.username",
  )
  assert.deepEqual(await rows('select username from x_user_profiles'), [{username: 'oracle'}])
  const url = `https://example.com/${'x'.repeat(100_000)}\\`
  await client.query("insert into company_news (symbol, url) values ('A', $1), ('B', $1)", [url])
  assert.deepEqual(
    await rows('select symbol, length(url_hash) as length from company_news where url = $1 order by 1', [
      url,
    ]),
    [
      {symbol: 'A', length: 64},
      {symbol: 'B', length: 64},
    ],
  )
  await client.query('rollback')
})

test('movers are announced once per batch', async () => {
  const heard: {batch_id: number; timestamp: number}[] = []
  let ended = () => {}
  const end = new Promise<void>((resolve) => (ended = resolve))
  client.on('notification', ({payload}) =>
    payload === 'end' ? ended() : heard.push(JSON.parse(payload!) as (typeof heard)[number]),
  )
  await client.query('listen top_gainers_updated')
  const add = (
    ...items: [batch: number, symbol: string][]
  ) => `insert into top_gainers (batch_id, category, symbol, last_updated) values
    ${items.map(([batch, symbol]) => `(${batch}, 'top_gainers', '${symbol}', '2026-11-20Z')`).join(', ')} on conflict (batch_id, category, symbol) do update set updated_at = now()`
  await client.query(add([1, 'A'], [1, 'B'], [1, 'C']))
  await client.query(add([1, 'A'], [1, 'B'])) // nothing new
  await client.query(add([1, 'D'])) // a row of an announced batch
  await client.query('begin')
  await client.query(add([2, 'A']))
  await client.query(add([2, 'B'])) // the rest of an interrupted batch
  await client.query('commit')
  await client.query(add([3, 'A'], [4, 'A']))
  await client.query("notify top_gainers_updated, 'end'")
  await end
  assert.deepEqual(heard.map((item) => item.batch_id).sort(), [1, 2, 3, 4])
  for (const item of heard)
    assert.ok(Number.isInteger(item.timestamp) && item.timestamp > 1_700_000_000, 'epoch seconds')
})
