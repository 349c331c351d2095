/** Several versions of one item: the newest by the provider's own mark wins, wherever it is. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {bithumbTickers} from '../../src/lib/collectors/bithumb-tickers.js'
import {cpi} from '../../src/lib/collectors/cpi.js'
import {marketNews} from '../../src/lib/collectors/market-news.js'
import {treasuryYield} from '../../src/lib/collectors/treasury-yield.js'
import type {AnyCollector} from '../../src/lib/define.js'
import {lastPerKey} from '../../src/lib/rowkeys.js'
import {collectSaved} from '../../src/lib/run/saved.js'
import {openSetup, type TestSetup} from './setup.js'

const saved = (setup: TestSetup, collector: AnyCollector, body: unknown, target?: string) =>
  collectSaved(
    collector,
    JSON.stringify(body),
    {command: 'test', ...(target === undefined ? {} : {names: [target]})},
    setup.context,
  )
const vintage = (realtime_start: string | undefined, value: string) => ({
  date: '2026-02-01',
  value,
  realtime_start,
})

test('of the rows of a key the newest counts; without a mark the last', () => {
  const of = (marks: (string | number | null)[]) =>
    lastPerKey(
      marks.map((at, n) => ({id: 1, at, n})),
      ['id'],
      'at',
    ).map(({n}) => n)
  assert.deepEqual(of(['2026-05-01', '2026-06-01', '2026-04-01']), [1])
  assert.deepEqual(of(['999', '1000', '98']), [1], 'numbers')
  assert.deepEqual(of(['2026-05-01', '2026-05-01']), [1], 'equal marks')
  assert.deepEqual(of(['2026-05-01', null]), [1], 'an unknown mark')
  assert.deepEqual(
    lastPerKey(
      [
        {id: 1, at: '2', n: 0},
        {id: 1, at: '1', n: 1},
      ],
      ['id'],
    ).map(({n}) => n),
    [1],
  )
})

test('vintages of an observation in any order, and against the stored one', async () => {
  const setup = await openSetup()
  const stored = () => setup.rows('select cpi_value, realtime_start::text as since from cpi')
  await saved(setup, cpi, {observations: [vintage('2026-06-27', '101.9'), vintage('2026-05-29', '101.2')]})
  assert.deepEqual(await stored(), [{cpi_value: '101.9', since: '2026-06-27'}])
  const older = await saved(setup, cpi, {observations: [vintage('2026-04-27', '100')]})
  assert.deepEqual(
    [older.outcome, older.exit_code, older.rows_updated],
    ['done', 0, 0],
    'only its history grows',
  )
  assert.deepEqual(await stored(), [{cpi_value: '101.9', since: '2026-06-27'}])
  await saved(setup, cpi, {observations: [vintage('2026-09-01', '102')]})
  assert.deepEqual(await stored(), [{cpi_value: '102', since: '2026-09-01'}])
  await saved(setup, cpi, {observations: [vintage(undefined, '103')]})
  assert.equal((await stored())[0]?.['cpi_value'], '103', 'without a mark the answer counts')

  await saved(
    setup,
    treasuryYield,
    {
      observations: [
        vintage('2026-03-09', '4.3'),
        vintage('2026-03-02', '4.1'),
        vintage('2026-03-05', '4.2'),
      ],
    },
    'GS10',
  )
  assert.deepEqual(await setup.rows('select yield_rate from treasury_yield'), [{yield_rate: '4.3'}])
})

test('versions of an article, and quotes of a market', async () => {
  const setup = await openSetup()
  const article = (title: string, publishedAt: string) => ({
    source: {id: null, name: 'Paper'},
    author: null,
    title,
    description: null,
    url: 'https://paper.example/1',
    urlToImage: null,
    publishedAt,
    content: null,
  })
  await saved(setup, marketNews, {
    status: 'ok',
    articles: [article('corrected', '2026-11-22T09:00:00Z'), article('first', '2026-11-22T07:00:00Z')],
  })
  assert.deepEqual(await setup.rows('select title from market_news'), [{title: 'corrected'}])

  const answers = setup.simulator.url
  const response = await fetch(`${answers}/bithumb/v1/ticker?markets=KRW-BTC`)
  const [quote] = (await response.json()) as [Record<string, unknown>]
  const newer = {...quote, timestamp: Number(quote['timestamp']) + 5_000, acc_trade_volume: 12345}
  await saved(setup, bithumbTickers, [newer, quote])
  assert.deepEqual(await setup.rows('select acc_trade_volume::text as volume from bithumb_ticker_latest'), [
    {volume: '12345'},
  ])
})
