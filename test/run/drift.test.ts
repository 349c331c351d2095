/** Schema drift: a descriptive field that no item of an answer has is not the fault of a row. */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, test} from 'node:test'
import {bithumbTickers} from '../../src/lib/collectors/bithumb-tickers.js'
import {coingeckoGlobal} from '../../src/lib/collectors/coingecko-global.js'
import {coingeckoIds} from '../../src/lib/collectors/coingecko-ids.js'
import {coingeckoTickers} from '../../src/lib/collectors/coingecko-tickers.js'
import {earningsCalendar} from '../../src/lib/collectors/earnings-calendar.js'
import {marketNews} from '../../src/lib/collectors/market-news.js'
import {marketNewsFinnhub} from '../../src/lib/collectors/market-news-finnhub.js'
import {newsSentiment} from '../../src/lib/collectors/news-sentiment.js'
import {sp500Companies} from '../../src/lib/collectors/sp500-companies.js'
import {topGainers} from '../../src/lib/collectors/top-gainers.js'
import type {AnyCollector} from '../../src/lib/define.js'
import {keys, type TableName} from '../../src/lib/rows.js'
import {examine} from '../../src/lib/report/doctor/doctor.js'
import {collectSaved} from '../../src/lib/run/saved.js'
import {dayMs} from '../../src/lib/time.js'
import {root} from '../paths.js'
import {generous, openSetup, type TestSetup} from './setup.js'

const article = (n: number, more: object = {}) => ({
  source: {id: null, name: 'Paper'},
  author: 'A. Author',
  title: `Title ${n}`,
  description: `Description ${n}`,
  url: `https://paper.example/${n}`,
  publishedAt: '2026-11-22T09:00:00Z',
  content: `Content ${n}`,
  ...more,
})
const saved = (setup: TestSetup, collector: AnyCollector, body: unknown, target?: string) =>
  collectSaved(
    collector,
    typeof body === 'string' ? body : JSON.stringify(body),
    {command: 'test', ...(target === undefined ? {} : {names: [target]})},
    setup.context,
  )
const news = (...articles: object[]) => ({status: 'ok', totalResults: articles.length, articles})

/** The collector, whose provider no longer sends some fields. */
function without(collector: AnyCollector, ...fields: string[]): AnyCollector {
  const [[name, source] = []] = Object.entries(collector.sources)
  const drop = (items: unknown): unknown =>
    Array.isArray(items)
      ? items.map((item) =>
          Object.fromEntries(Object.entries(item as object).filter(([field]) => !fields.includes(field))),
        )
      : items
  const parse = (body: unknown, from: never) => source!.parse(drop(body) as never, from)
  return {...collector, sources: {[name!]: {...source!, parse}}}
}

type Item = Record<string, unknown>

/** A recording with a list of items, or with one item. */
function recorded(name: string): {body: Item[]} {
  return JSON.parse(readFileSync(join(root, 'test', 'recordings', `${name}.json`), 'utf8')) as {body: Item[]}
}

/** The answer of a recording, without the items that cannot become a row. */
function good(name: string, lists: readonly string[], bad: (item: Item) => boolean): Item {
  const body = recorded(name).body as unknown as Item
  const kept = lists.map((list) => [list, (body[list] as Item[]).filter((item) => !bad(item))])
  return {...body, ...Object.fromEntries(kept)}
}

/** An answer, in which every item lacks `fields` and has the values of `change`. */
interface Drift {
  collector: AnyCollector
  /** The answer with all fields. */
  body: unknown
  /** The items of such an answer. */
  items(body: never): Item[]
  target?: string
  fields: string[]
  /** Changes an identity field or another field, so that the row is written again. */
  change(item: Item): Item
  /** The columns of `fields`: they keep their values in `table`, or are null in new rows if it only grows. */
  table: TableName
  columns: string[]
  grows?: true
}

const all = (body: never): Item[] => body
const later = (item: Item): Item => ({
  ...item,
  timestamp: Number(item['timestamp']) + 60_000,
  trade_price: Number(item['trade_price']) + 1,
})
const prices = [
  'opening_price',
  'high_price',
  'low_price',
  'prev_closing_price',
  'change',
  'change_price',
  'change_rate',
  'signed_change_price',
  'signed_change_rate',
  'trade_volume',
  'acc_trade_price',
  'acc_trade_price_24h',
  'acc_trade_volume',
  'acc_trade_volume_24h',
  'highest_52_week_price',
  'highest_52_week_date',
  'lowest_52_week_price',
  'lowest_52_week_date',
  'trade_date_kst',
  'trade_time_kst',
]
const statistics = {...(recorded('coingecko/coingecko-global').body as unknown as {data: Item})}
const movers = good(
  'alpha-vantage/top-gainers',
  ['top_gainers', 'top_losers', 'most_actively_traded'],
  ({ticker, price}) => ticker === undefined || !/^[0-9.]+$/.test(String(price)),
)
const tickers = {
  collector: bithumbTickers,
  body: recorded('bithumb/bithumb-tickers').body.slice(0, 2),
  items: all,
  fields: prices,
  columns: prices,
  change: later,
}
const drifts: Drift[] = [
  {...tickers, table: 'bithumb_ticker_latest'},
  {...tickers, table: 'bithumb_ticker', grows: true},
  {
    collector: coingeckoGlobal,
    body: statistics,
    items: ({data}: {data: Item}) => [data],
    fields: [
      'active_cryptocurrencies',
      'ended_icos',
      'market_cap_change_percentage_24h_usd',
      'market_cap_percentage',
      'total_volume',
    ],
    change: (item) => ({...item, markets: 7}),
    table: 'coingecko_global_market_data',
    columns: [
      'active_cryptocurrencies',
      'ended_icos',
      'market_cap_change_percentage_24h_usd',
      'btc_dominance',
      'market_cap_percentage_json',
      'total_volume_usd',
      'total_volume_json',
    ],
  },
  {
    collector: topGainers,
    body: movers,
    items: (body: Record<string, Item[]>) =>
      Object.values(body)
        .filter((value) => Array.isArray(value))
        .flat(),
    fields: ['price', 'volume', 'change_amount', 'change_percentage'],
    change: (item) => item,
    table: 'top_gainers',
    columns: ['price', 'volume', 'change_amount', 'change_percentage'],
    grows: true,
  },
  {
    collector: coingeckoIds,
    body: recorded('coingecko/coingecko-ids').body.slice(0, 2),
    items: all,
    target: '1',
    fields: [
      'current_price',
      'market_cap',
      'market_cap_rank_with_rehypothecated',
      'total_volume',
      'price_change_percentage_24h',
      'circulating_supply',
      'total_supply',
      'max_supply',
      'last_updated',
    ],
    change: (item) => ({...item, name: `${String(item['name'])} II`}),
    table: 'coingecko_id_mapping',
    columns: [
      'current_price_usd',
      'market_cap_usd',
      'market_cap_rank_with_rehypothecated',
      'total_volume_usd',
      'price_change_percentage_24h',
      'circulating_supply',
      'total_supply',
      'max_supply',
      'last_updated',
    ],
  },
  {
    collector: coingeckoTickers,
    body: recorded('coingecko/coingecko-tickers').body,
    items: ({tickers: quotes}: {tickers: Item[]}) => quotes,
    target: 'plain-coin',
    fields: ['last', 'volume', 'converted_volume', 'bid_ask_spread_percentage', 'is_anomaly', 'is_stale'],
    change: (item) => ({...item, trade_url: 'https://exchange.example/changed'}),
    table: 'coingecko_tickers_bithumb_matched',
    columns: [
      'last_price',
      'volume_24h',
      'converted_volume_usd',
      'bid_ask_spread_percentage',
      'is_anomaly',
      'is_stale',
    ],
  },
  {
    collector: newsSentiment,
    body: good(
      'alpha-vantage/news-sentiment',
      ['feed'],
      ({ticker_sentiment: some, time_published: at}) => !Array.isArray(some) || at === '20261315T000000',
    ),
    items: ({feed}: {feed: Item[]}) => feed,
    fields: ['authors', 'topics', 'ticker_sentiment'],
    change: (item) => ({...item, title: 'Corrected'}),
    table: 'market_news_sentiment',
    columns: ['authors', 'topics', 'ticker_sentiment'],
  },
]

/** A page with 500 companies and some columns of the list. */
function membersPage(name: string, lacking: readonly string[] = []): string {
  const cells: Record<string, (n: number) => string> = {
    Symbol: (n) => `ZZ${n}`,
    Security: (n) => `${name} ${n}`,
    'GICS Sector': () => 'Energy',
    'GICS Sub-Industry': () => 'Oil & Gas Drilling',
    'Headquarters Location': () => 'Houston, Texas',
    'Date added': () => '2016-03-04',
    CIK: (n) => String(5_000_000 + n),
    Founded: () => '1911',
  }
  const columns = Object.entries(cells).filter(([column]) => !lacking.includes(column))
  const row = (tag: string, text: (column: string, cell: (n: number) => string) => string) =>
    `<tr>${columns.map(([column, cell]) => `<${tag}>${text(column, cell)}</${tag}>`).join('')}</tr>`
  const rows = Array.from({length: 500}, (_, n) => row('td', (_column, cell) => cell(n)))
  return `<html><table id="constituents">${row('th', (column) => column)}${rows.join('\n')}</table></html>`
}

describe('a descriptive field that no item has', () => {
  for (const {collector, body, items, target, fields, change, table, columns, grows} of drifts)
    test(`leaves ${grows ? 'null in the new rows' : 'the stored value'} of ${table}`, async () => {
      const setup = await openSetup()
      const whole = structuredClone(body) as never
      const first = await saved(setup, collector, whole, target)
      assert.deepEqual([first.exit_code, first.rows_rejected], [0, 0], first.complaints.join())
      const stored = () =>
        setup.rows(`select ${columns.join(', ')} from ${table} order by ${keys[table].join(', ')}`)
      const before = await stored()
      for (const item of items(whole)) {
        Object.assign(item, change(item))
        for (const field of fields) delete item[field]
      }
      if (collector === topGainers) Object.assign(whole, {last_updated: '2026-11-16 16:16:00 US/Eastern'})
      const run = await saved(setup, collector, whole, target)
      assert.deepEqual([run.exit_code, run.rows_rejected], [0, 0], run.complaints.join())
      assert.ok(run.rows_inserted + run.rows_updated > 0)
      assert.deepEqual(run.complaints, [
        `${Object.keys(collector.sources)[0]}: no item of its answers has ${fields
          .toSorted()
          .map((field) => `"${field}"`)
          .join(', ')} any more; the rows are stored without, and what is known stays`,
      ])
      const after = await stored()
      if (!grows) return assert.deepEqual(after, before)
      assert.equal(after.length, before.length + run.rows_inserted)
      assert.equal(
        after.filter((row) => Object.values(row).every((value) => value === null)).length,
        run.rows_inserted,
      )
    })

  for (const columns of [
    ['CIK'],
    ['GICS Sector', 'Founded'],
    ['Headquarters Location', 'Date added', 'GICS Sub-Industry'],
  ])
    test(`may be a column of the Wikipedia table: ${columns.join(', ')}`, async () => {
      const setup = await openSetup()
      await saved(setup, sp500Companies, membersPage('Old'))
      const stored = () =>
        setup.rows(`select symbol, gics_sector, gics_sub_industry, headquarters, date_added, cik, founded
          from sp500_companies where is_member order by symbol`)
      const before = await stored()
      const run = await saved(setup, sp500Companies, membersPage('New', columns))
      assert.deepEqual(
        [run.exit_code, run.rows_rejected, run.rows_updated],
        [0, 0, 500],
        run.complaints.join(),
      )
      for (const column of columns) assert.match(run.complaints.join(), new RegExp(`"${column}"`))
      assert.deepEqual(await stored(), before)
      const [row] = await setup.rows('select company_name from sp500_companies limit 1')
      assert.match(String(row?.['company_name']), /^New/)
      const lost = await saved(setup, sp500Companies, membersPage('Newer', ['Security']))
      assert.deepEqual([lost.outcome, lost.rows_updated], ['failed', 0])
      assert.match(lost.message ?? '', /has no column "Security"/)
    })

  test('costs no row, is reported once, and erases nothing', async () => {
    const setup = await openSetup()
    await saved(setup, marketNews, news(article(1)))
    const {content: _a, author: _b, ...rest} = article(1, {title: 'Corrected'})
    const {content: _c, author: _d, ...second} = article(2)
    const run = await saved(setup, marketNews, news(rest, second))
    assert.deepEqual([run.exit_code, run.rows_rejected, run.rows_inserted, run.rows_updated], [0, 0, 1, 1])
    assert.deepEqual(run.complaints, [
      'newsapi: no item of its answers has "author", "content" any more; the rows are stored without, and what is known stays',
    ])
    assert.deepEqual(await setup.rows('select title, author, content from market_news order by url'), [
      {title: 'Corrected', author: 'A. Author', content: 'Content 1'},
      {title: 'Title 2', author: null, content: null},
    ])
  })

  test('is stored without where only some items lack it, and is no drift; an identity field stays required', async () => {
    const setup = await openSetup()
    await saved(setup, marketNews, news(article(1), article(2)))
    const {content: _content, ...bare} = article(2, {title: 'Corrected'})
    const run = await saved(setup, marketNews, news(article(1), bare))
    assert.deepEqual([run.outcome, run.rows_updated, run.rows_rejected, run.complaints], ['done', 1, 0, []])
    assert.deepEqual(await setup.rows('select title, content from market_news order by url'), [
      {title: 'Title 1', content: 'Content 1'},
      {title: 'Corrected', content: 'Content 2'},
    ])
    const {url: _url, ...lost} = article(3)
    const none = await saved(setup, marketNews, news(lost))
    assert.deepEqual([none.outcome, none.rows_inserted], ['failed', 0])
  })

  test('is not a null: a null of the provider erases a price, an absent price stays', async () => {
    const setup = await openSetup()
    const coin = (more: object) => ({...recorded('coingecko/coingecko-ids').body[0], ...more})
    const prices = async (more: object) => {
      const run = await saved(setup, coingeckoIds, [coin(more)], '1')
      assert.deepEqual([run.exit_code, run.rows_rejected], [0, 0], run.complaints.join())
      return setup.rows('select current_price_usd, total_volume_usd, max_supply from coingecko_id_mapping')
    }
    const absent = {current_price: undefined, total_volume: undefined, max_supply: undefined}
    assert.deepEqual(await prices({current_price: 5, total_volume: 7, max_supply: 21}), [
      {current_price_usd: '5', total_volume_usd: '7', max_supply: '21'},
    ])
    assert.deepEqual(await prices({...absent, total_volume: 8}), [
      {current_price_usd: '5', total_volume_usd: '8', max_supply: '21'},
    ])
    assert.deepEqual(await prices({current_price: null, total_volume: null, max_supply: null}), [
      {current_price_usd: null, total_volume_usd: null, max_supply: null},
    ])
    assert.deepEqual(await prices(absent), [
      {current_price_usd: null, total_volume_usd: null, max_supply: null},
    ])
  })

  test('may be a column of CSV', async () => {
    const setup = await openSetup()
    const text = 'symbol,reportDate,fiscalDateEnding,estimate\nAAA,2026-12-01,2026-09-30,1.5\n'
    await saved(
      setup,
      earningsCalendar,
      'symbol,name,reportDate,fiscalDateEnding,estimate,currency\nAAA,ALPHA,2026-12-01,2026-09-30,1,EUR\n',
    )
    const run = await saved(setup, earningsCalendar, text)
    assert.deepEqual([run.exit_code, run.rows_updated], [0, 1])
    assert.match(run.complaints.join(), /"currency", "name"/)
    assert.deepEqual(await setup.rows('select company_name, estimate, currency from earnings_calendar'), [
      {company_name: 'ALPHA', estimate: '1.5', currency: 'EUR'},
    ])
  })

  const cases: [AnyCollector, string[], string, number | undefined][] = [
    [
      coingeckoIds,
      ['ath', 'image'],
      'select count(*)::int as n from coingecko_id_mapping where image_url is null',
      2,
    ],
    [
      marketNewsFinnhub,
      ['summary'],
      'select count(*)::int as n from market_news_finnhub where summary is null',
      undefined,
    ],
  ]
  for (const [collector, fields, sql, limit] of cases)
    test(`is named by doctor and by runs show, since when, until it returns: ${collector.name}`, async () => {
      const setup = await openSetup({env: generous, simulated: generous})
      const only = limit === undefined ? {} : {limit}
      const run = await setup.collect(without(collector, ...fields), only)
      assert.deepEqual([run.outcome, run.exit_code, run.rows_rejected], ['done', 0, 0], run.complaints.join())
      assert.equal(run.complaints.filter((one) => /any more/.test(one)).length, 1)
      assert.equal((await setup.rows(sql))[0]?.['n'], run.rows_inserted)
      const drift = () => setup.rows('select unit, field, since from schema_drift order by field')
      const since = new Date('2026-11-23T21:00:00Z')
      assert.deepEqual(
        await drift(),
        fields.map((field) => ({unit: collector.name, field, since})),
      )
      setup.simulator.clock.change({advanceMs: dayMs})
      await setup.context.clock.refresh()
      await setup.collect(without(collector, ...fields), {...only, force: true})
      assert.deepEqual((await drift())[0]?.['since'], since, 'the first time counts')
      const database = await setup.context.database()
      const [shown] = await database.query<{missing_fields: string}>('select_run', [run.runId])
      assert.match(shown?.missing_fields ?? '', new RegExp(`${fields[0]} since 2026-11-23 21:00 UTC`))
      const checks = await examine(setup.context.config, [])
      assert.match(
        checks.find(({check}) => check.endsWith(collector.name))?.found ?? '',
        new RegExp(`"${fields[0]}" since 2026-11-23 21:00 UTC`),
      )
      const whole = await setup.collect(collector, {...only, force: true})
      assert.doesNotMatch(whole.complaints.join(), /any more/)
      assert.deepEqual(await drift(), [])
    })
})
