/** Schema drift: a descriptive field that no item of an answer has is not the fault of a row. */
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'
import {coingeckoIds} from '../../src/lib/collectors/coingecko-ids.js'
import {earningsCalendar} from '../../src/lib/collectors/earnings-calendar.js'
import {marketNews} from '../../src/lib/collectors/market-news.js'
import {marketNewsFinnhub} from '../../src/lib/collectors/market-news-finnhub.js'
import type {AnyCollector} from '../../src/lib/define.js'
import {examine} from '../../src/lib/report/doctor/doctor.js'
import {collectSaved} from '../../src/lib/run/saved.js'
import {dayMs} from '../../src/lib/time.js'
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

describe('a descriptive field that no item has', () => {
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

  test('is a bad row where others have it; an identity field stays required', async () => {
    const setup = await openSetup()
    const {content: _content, ...bare} = article(2)
    const run = await saved(setup, marketNews, news(article(1), bare))
    assert.deepEqual([run.outcome, run.rows_inserted, run.rows_rejected], ['partial', 1, 1])
    const {url: _url, ...lost} = article(3)
    const none = await saved(setup, marketNews, news(lost))
    assert.deepEqual([none.outcome, none.rows_inserted], ['failed', 0])
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
