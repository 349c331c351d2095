/**
 * market-news against the simulated NewsAPI: nothing bought twice, nothing lost that the plan still shows,
 * and every no understood.
 */
import assert from 'node:assert/strict'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, describe, test} from 'node:test'
import {marketNews} from '../../src/lib/collectors/market-news.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import type {HttpRequest} from '../../src/lib/define.js'
import {plainText} from '../../src/lib/plain-text.js'
import {articleOf} from '../../src/lib/providers/newsapi/articles.js'
import {readOn, spanOf, type Watermark} from '../../src/lib/providers/newsapi/spans.js'
import {everything} from '../../src/lib/providers/newsapi.js'
import {tableStatuses} from '../../src/lib/report/table-status.js'
import {planRun} from '../../src/lib/run/plan.js'
import {collectSaved} from '../../src/lib/run/saved.js'
import {dayMs} from '../../src/lib/time.js'
import {keys, openSetup, type TestSetup} from './setup.js'

const folder = mkdtempSync(join(tmpdir(), 'fin-market-news-'))
after(() => rmSync(folder, {recursive: true}))

/**
 * A Tuesday, at the first firing: the day that is asked for is a Sunday, of which no keyword has more than
 * 100 articles.
 */
const start = new Date('2026-11-24T04:00:00Z')
const open = async (options: Parameters<typeof openSetup>[0] = {}) => {
  return openSetup({at: start, ...options})
}
const generous = {NEWSAPI_REQUESTS_PER_12_HOURS: '1000', NEWSAPI_REQUESTS_PER_DAY: '5000'}
const hours = (setup: TestSetup, n: number) => setup.simulator.clock.change({advanceMs: n * 3_600_000})
const asked = (setup: TestSetup) =>
  setup.simulator.log.requests({}).map(({path}) => new URL(path, 'http://x'))
const number = async (setup: TestSetup, sql: string, params: unknown[] = []) =>
  Number((await setup.rows(sql, params))[0]?.['n'])
const openSpans = (setup: TestSetup) =>
  number(
    setup,
    `select coalesce(sum(jsonb_array_length(cursor -> 'open')), 0)::int as n from target_state where cursor ? 'open'`,
  )

const keywords = [
  'economy',
  'business',
  'technology',
  'IPO',
  'inflation',
  'tariff',
  'trade war',
  'sanctions',
  'war',
  'politics',
  'election',
  'government policy',
  'congress',
  'diplomatic',
  'nuclear',
  'military',
]

/** Urls of what the provider shows of the keywords between two days, withdrawn ones left out. */
function offered(setup: TestSetup, fromDay: string, toDay: string, atMs: number): Set<string> {
  const [fromMs, toMs] = [Date.parse(`${fromDay}T00:00:00Z`), Date.parse(`${toDay}T00:00:00Z`) - 1000]
  const {news} = setup.simulator.scenario
  return new Set(
    keywords
      .flatMap((word) => news.about(word, fromMs, toMs))
      .filter(({withdrawnMs}) => withdrawnMs > atMs)
      .map(({url}) => url),
  )
}

async function missing(setup: TestSetup, urls: Iterable<string>): Promise<string[]> {
  const stored = new Set((await setup.rows('select url from market_news')).map(({url}) => String(url)))
  return [...urls].filter((url) => !stored.has(url))
}

describe('a day', () => {
  test('takes 26 requests, and everything of the keywords is there once', async () => {
    const setup = await open()
    const run = await setup.collect(marketNews)
    assert.deepEqual(
      [run.exit_code, run.outcome, run.requests, run.rows_rejected],
      [0, 'done', 26, 0],
      run.complaints.join(' '),
    )
    const urls = asked(setup)
    assert.deepEqual(
      urls.filter(({pathname}) => pathname.endsWith('/everything')).map(({searchParams: q}) => q.get('q')),
      keywords,
    )
    for (const {searchParams: q} of urls.filter(({pathname}) => pathname.endsWith('/everything')))
      assert.deepEqual(
        [q.get('from'), q.get('to'), q.get('sortBy')],
        ['2026-11-22T00:00:00', '2026-11-22T23:59:59', 'publishedAt'],
      )
    assert.ok(
      urls.every(({searchParams: q}) => !q.has('apiKey')),
      'the key goes in a header',
    )
    const all = offered(setup, '2026-11-22', '2026-11-23', start.getTime())
    assert.ok(all.size > 100)
    assert.deepEqual(await missing(setup, all), [])
    assert.equal(await openSpans(setup), 0)
    assert.equal(
      await number(
        setup,
        `select count(*)::int as n from market_news where title like '% - ' || source or title = '[Removed]' or source = '[Removed]'`,
      ),
      0,
    )
    assert.equal(
      await number(setup, `select count(*)::int as n from market_news where content ~ '&amp;|&#39;'`),
      0,
    )
    assert.ok(
      (await number(
        setup,
        `select count(*)::int as n from market_news where content like E'%\\r\\n%… [+% chars]'`,
      )) > 50,
      'line ends and the mark of the cut stay',
    )
    assert.equal((await setup.collect(marketNews)).outcome, 'nothing due')
    hours(setup, 2)
    const later = await setup.collect(marketNews)
    assert.deepEqual(
      [later.outcome, later.requests],
      ['nothing due', 0],
      'a later firing of the same morning has nothing to make up for',
    )
  })

  test('the headlines are those of the last two days that the plan shows, and none is lost between two runs', async () => {
    const setup = await open()
    await setup.collect(marketNews)
    hours(setup, 24)
    await setup.collect(marketNews)
    const shown = setup.simulator.scenario.news
      .headlines(Date.parse('2026-11-22T00:00:00Z'), start.getTime())
      .filter(
        ({category, withdrawnMs}) =>
          ['business', 'technology', 'general'].includes(category) && withdrawnMs > start.getTime() + dayMs,
      )
    assert.ok(shown.length > 20)
    assert.deepEqual(
      await missing(
        setup,
        shown.map(({url}) => url),
      ),
      [],
    )
  })

  test('a saved answer keeps its headlines, of whatever day; one that tells its day only those of the last two', async () => {
    const setup = await open()
    const article = (day: string) => ({
      source: {id: null, name: 'Fortune'},
      author: null,
      title: `Rates of ${day} - Fortune`,
      description: null,
      url: `https://fortune.example.com/${day}`,
      publishedAt: `${day}T10:00:00Z`,
      content: null,
    })
    const body = {status: 'ok', totalResults: 2, articles: [article('2026-05-17'), article('2026-05-12')]}
    const save = (saved: object) =>
      collectSaved(
        marketNews,
        JSON.stringify(saved),
        {command: 'x', names: ['category:business']},
        setup.context,
      )
    const dated = await save({
      request: {},
      status: 200,
      headers: {date: 'Mon, 18 May 2026 04:00:01 GMT'},
      body,
    })
    assert.deepEqual([dated.exit_code, dated.rows_inserted], [0, 1])
    const bare = await save(body)
    assert.deepEqual([bare.exit_code, bare.rows_inserted, bare.outcome], [0, 1, 'done'])
    const [target] = [{target: 'category:business'}]
    assert.deepEqual(
      [...marketNews.sources['newsapi']!.parse(body, {target, targets: [target], at: start})],
      [],
      'a run stores nothing that old',
    )
  })

  test('the next day brings the next day alone, and the list of sources is asked for once a week', async () => {
    const setup = await open()
    await setup.collect(marketNews)
    for (let day = 1; day <= 8; day++) {
      hours(setup, 24)
      const before = asked(setup).length
      await setup.collect(marketNews)
      const news = asked(setup).slice(before)
      const days = new Set(news.map(({searchParams: q}) => q.get('from')?.slice(0, 10)).filter(Boolean))
      assert.deepEqual([...days], [new Date(start.getTime() + (day - 2) * dayMs).toISOString().slice(0, 10)])
    }
    assert.equal(asked(setup).filter(({pathname}) => pathname.endsWith('/sources')).length, 2)
  })

  test('an article that several queries find is one row, and is not written again', async () => {
    const setup = await open()
    await setup.collect(marketNews)
    const twice = setup.simulator.scenario.news
      .about('war', Date.parse('2026-11-22T00:00:00Z'), Date.parse('2026-11-22T23:59:59Z'))
      .find(
        ({topics, isHeadline, withdrawnMs}) =>
          isHeadline && topics.length > 1 && withdrawnMs > Date.parse('2027-01-01'),
      )
    assert.ok(twice)
    assert.deepEqual(await setup.rows('select title, source from market_news where url = $1', [twice.url]), [
      {title: twice.title, source: twice.publisher.name},
    ])
    assert.equal(
      (await setup.collect(marketNews, {names: ['keyword:war', 'category:general', 'category:business']}))
        .rows_updated,
      0,
    )
  })
})

describe('more than 100 articles', () => {
  test('are read on at the next firings, newest first, until everything is there and nothing was bought twice', async () => {
    const setup = await open({env: generous, simulated: generous})
    hours(setup, 48) // the day asked for is a Tuesday
    const first = await setup.collect(marketNews)
    assert.deepEqual([first.outcome, first.requests], ['done', 26])
    assert.equal(await openSpans(setup), 2, 'two keywords have more')
    assert.equal((await setup.collect(marketNews)).outcome, 'nothing due')
    hours(setup, 1)
    const before = asked(setup).length
    const second = await setup.collect(marketNews)
    assert.deepEqual([second.outcome, second.requests], ['done', 2])
    const [business, war] = asked(setup).slice(before)
    assert.deepEqual([business?.searchParams.get('q'), war?.searchParams.get('q')], ['business', 'war'])
    assert.equal(business?.searchParams.get('from'), '2026-11-24T00:00:00')
    assert.ok(String(business?.searchParams.get('to')) < '2026-11-24T23:59:59')
    assert.equal(await openSpans(setup), 0)
    assert.deepEqual(
      await missing(setup, offered(setup, '2026-11-24', '2026-11-25', start.getTime() + 2 * dayMs)),
      [],
    )
    hours(setup, 1)
    assert.equal((await setup.collect(marketNews)).outcome, 'nothing due')
  })

  test('a missed week: one run asks each keyword once for all of it, the next firings read the rest, and all is there once', async () => {
    const setup = await open()
    await setup.collect(marketNews)
    hours(setup, 8 * 24)
    const before = asked(setup).length
    const run = await setup.collect(marketNews)
    assert.deepEqual([run.exit_code, run.requests], [0, 26])
    const froms = asked(setup)
      .slice(before)
      .map(({searchParams: q}) => q.get('from'))
      .filter(Boolean)
    assert.deepEqual(new Set(froms), new Set(['2026-11-23T00:00:00']))
    for (let day = 0; day < 5 && (await openSpans(setup)) > 0; day++) {
      for (let hour = 0; hour < 5; hour++) {
        hours(setup, 1)
        assert.equal((await setup.collect(marketNews)).exit_code, 0)
      }
      hours(setup, 19)
      assert.equal((await setup.collect(marketNews)).exit_code, 0)
    }
    assert.equal(await openSpans(setup), 0)
    assert.deepEqual(
      await missing(setup, offered(setup, '2026-11-22', '2026-12-01', setup.simulator.clock.nowMs())),
      [],
    )
    const refused = setup.simulator.log
      .requests({})
      .filter((request) => request.refused || request.status !== 200)
    assert.deepEqual(refused, [])
    const spans = asked(setup)
      .filter(({pathname}) => pathname.endsWith('/everything'))
      .map(({searchParams: q}) => `${q.get('q')} ${q.get('from')} ${q.get('to')}`)
    assert.equal(new Set(spans).size, spans.length, 'a span was asked for twice')
  })

  test('after two months away the oldest days that the plan still shows are asked for, and not one older', async () => {
    const setup = await open()
    await setup.collect(marketNews)
    hours(setup, 62 * 24)
    const run = await setup.collect(marketNews)
    assert.equal(run.exit_code, 0, run.complaints.join(' '))
    const from = asked(setup).at(-1)?.searchParams.get('from')
    assert.equal(from, '2026-12-29T04:00:00')
  })
})

describe('a spent quota', () => {
  const narrow = {NEWSAPI_REQUESTS_PER_12_HOURS: '10'}

  test('ends the run, and the same morning goes on with the query that was next', async () => {
    const setup = await open({env: narrow})
    const first = await setup.collect(marketNews)
    assert.deepEqual(
      [first.exit_code, first.outcome, first.requests, first.targets_left],
      [0, 'quota spent', 10, 16],
    )
    hours(setup, 1)
    assert.deepEqual([(await setup.collect(marketNews)).requests], [0])
    hours(setup, 23)
    await setup.collect(marketNews)
    hours(setup, 24)
    await setup.collect(marketNews)
    const words = asked(setup)
      .filter(({pathname}) => pathname.endsWith('/everything'))
      .map(({searchParams: q}) => q.get('q'))
    assert.deepEqual(new Set(words), new Set(keywords), 'no keyword waits for ever')
  })

  test('when the provider says so first, the key rests for its window and the next key takes over', async () => {
    const setup = await open({
      env: {NEWSAPI_API_KEY_2: 'simulatedfedcba9876543210fedcba9'},
      simulated: {NEWSAPI_REQUESTS_PER_12_HOURS: '20'},
    })
    const run = await setup.collect(marketNews)
    assert.deepEqual([run.exit_code, run.outcome, run.targets_done], [0, 'done', 26])
    assert.ok(run.requests <= 28)
    const one = await open({simulated: {NEWSAPI_REQUESTS_PER_12_HOURS: '20'}})
    const spent = await one.collect(marketNews)
    assert.deepEqual(
      [spent.exit_code, spent.outcome, spent.targets_done, spent.requests],
      [0, 'quota spent', 20, 21],
    )
    hours(one, 1)
    assert.equal((await one.collect(marketNews)).requests, 0, 'a spent key is not tried')
    hours(one, 12)
    assert.deepEqual([(await one.collect(marketNews)).targets_done], [6])
  })

  test('two keys are 100 requests in 12 hours', async () => {
    const setup = await open({env: {NEWSAPI_API_KEY_2: 'simulatedfedcba9876543210fedcba9'}})
    await setup.collect(marketNews)
    const again = await setup.collect(marketNews, {force: true})
    assert.deepEqual([again.requests, again.rows_inserted, again.rows_updated], [26, 0, 0])
  })
})

describe('sources that no longer exist', () => {
  test('are marked when the provider refuses them, and left out once the list of sources has told', async () => {
    writeFileSync(
      join(folder, 'market-news-queries.csv'),
      'kind,value\nsource,bloomberg\nsource,no-such-paper\nsource,Bloomberg\nkeyword,chips\n',
    )
    const setup = await open({env: {FIN_CONFIG_DIR: folder}})
    const run = await setup.collect(marketNews)
    assert.deepEqual([run.exit_code, run.targets_done, run.requests], [0, 3, 4])
    assert.match(
      run.complaints.join(),
      /no-such-paper\): sourceDoesNotExist: You have requested a source which does not exist/,
    )
    assert.deepEqual(await setup.rows(`select target from target_state where status = 'unknown'`), [
      {target: 'source:no-such-paper'},
    ])
    hours(setup, 40 * 24)
    const before = asked(setup).length
    await setup.collect(marketNews)
    assert.ok(
      asked(setup)
        .slice(before)
        .every(({searchParams: q}) => q.get('sources') !== 'no-such-paper'),
    )
    await assert.rejects(setup.collect(marketNews, {names: ['source:no-such-paper']}), NeedsPerson)
  })

  test('a source that goes away costs one answer, and the others go on', async () => {
    const setup = await open({at: new Date('2027-05-31T04:00:00Z')})
    assert.equal((await setup.collect(marketNews)).targets_done, 26)
    hours(setup, 24)
    const run = await setup.collect(marketNews)
    assert.deepEqual([run.exit_code, run.targets_done, run.complaints.length], [0, 24, 1])
    for (let day = 0; day < 7; day++) {
      hours(setup, 24)
      await setup.collect(marketNews)
    }
    assert.equal(asked(setup).filter(({searchParams: q}) => q.get('sources') === 'financial-times').length, 2)
  })

  test('an empty list of sources is not believed', async () => {
    const setup = await open()
    setup.simulator.faults.add({provider: 'newsapi', kind: 'empty', path: '/sources'})
    await setup.collect(marketNews)
    assert.throws(
      () => [
        ...marketNews.sources['newsapi']!.parse(
          {status: 'ok', sources: []},
          {target: {target: 'sources'}, targets: [], at: start},
        ),
      ],
      /list of sources/,
    )
    assert.equal(
      marketNews.sources['newsapi']!.advance!(
        {status: 'ok', sources: []},
        null,
        {path: '/v2/top-headlines/sources'},
        start,
      ),
      null,
    )
  })
})

describe('a no', () => {
  test('to the key stops the run and names the variable; a second key takes over', async () => {
    const setup = await open({env: {NEWSAPI_API_KEY_1: 'simulated'}})
    await assert.rejects(
      setup.collect(marketNews),
      (error) =>
        error instanceof NeedsPerson &&
        /apiKeyInvalid|NEWSAPI_API_KEY_1/.test(`${error.message} ${error.nextStep ?? ''}`),
    )
    const other = await open({
      env: {NEWSAPI_API_KEY_1: 'simulated', NEWSAPI_API_KEY_2: keys.NEWSAPI_API_KEY_1},
    })
    assert.equal((await other.collect(marketNews)).targets_done, 26)
  })

  test('to a category that does not exist comes from us, before the quota is touched', async () => {
    const own = join(folder, 'politics')
    mkdirSync(own)
    writeFileSync(join(own, 'market-news-queries.csv'), 'kind,value\ncategory,politics\n')
    const setup = await open({env: {FIN_CONFIG_DIR: own}})
    await assert.rejects(setup.collect(marketNews), {
      name: 'NeedsPerson',
      message: /market-news-queries\.csv: NewsAPI has no category "politics": .*general/,
    })
    assert.deepEqual(asked(setup), [])
    writeFileSync(join(own, 'market-news-queries.csv'), 'kind,value\ntopic,politics\n')
    await assert.rejects(
      setup.collect(marketNews),
      /the query "politics" has the kind "topic": write category, keyword, source/,
    )
  })

  test('with 500 is an outage: asked again, and the key does not rest', async () => {
    const setup = await open()
    setup.simulator.faults.add({provider: 'newsapi', kind: '500'})
    const run = await setup.collect(marketNews)
    assert.deepEqual([run.exit_code, run.requests, run.targets_done], [0, 27, 26])
    assert.deepEqual(await setup.rows('select 1 from credential_rests'), [])
  })
})

test('a plan shows the 26 requests with their days, and what they cost of both windows; nothing is asked', async () => {
  const setup = await open()
  const plan = await planRun(marketNews, {command: 'x'}, setup.context)
  assert.equal(plan.requests.length, 26)
  assert.ok(
    plan.requests.some(({request}) =>
      request.includes('/v2/everything?q=trade+war&from=2026-11-22T00%3A00%3A00&to=2026-11-22T23%3A59%3A59'),
    ),
  )
  assert.deepEqual(plan.costs, [
    'newsapi: 26 of 50 requests per 12 hours and credential',
    'newsapi: 26 of 100 requests per day and credential',
  ])
  assert.deepEqual(asked(setup), [])
})

test('the table counts as fresh all week, although the list of sources is asked for weekly', async () => {
  const setup = await open()
  await setup.collect(marketNews)
  for (const days of [1, 4]) {
    hours(setup, 24 * days)
    await setup.collect(marketNews)
    hours(setup, 6)
    const {
      context: {config, clock},
    } = setup
    const [status] = await tableStatuses([marketNews], {
      database: await setup.context.database(),
      config,
      now: clock.now(),
    })
    assert.deepEqual([status?.state, status?.targets, status?.targets_behind], ['fresh', 26, 0])
  }
})

test('one bad article is rejected with its reason, and the watermark does not lose it', async () => {
  const setup = await open()
  setup.simulator.faults.add({provider: 'newsapi', kind: 'one-bad-item', path: '/everything', times: 4})
  const run = await setup.collect(marketNews)
  assert.deepEqual([run.exit_code, run.outcome, run.rows_rejected, run.targets_done], [1, 'partial', 4, 26])
  assert.deepEqual(await setup.rows(`select target, unit from rejected_rows order by id limit 1`), [
    {target: 'keyword:economy', unit: 'market-news'},
  ])
})

describe('articles', () => {
  const item = {
    source: {id: null, name: 'Harbour Post'},
    author: null,
    title: 'A title',
    description: null,
    url: 'https://h.example.com/a',
    urlToImage: null,
    publishedAt: '2026-11-21T10:00:00Z',
    content: null,
  }
  test('placeholders of withdrawn ones are dropped, whichever mark is left', () => {
    assert.equal(articleOf({...item, title: '[Removed]'}), undefined)
    assert.equal(articleOf({...item, source: {id: null, name: '[Removed]'}}), undefined)
    assert.equal(articleOf({...item, url: 'https://removed.com'}), undefined)
    assert.equal(articleOf({...item, url: 'https://removed.com/story'})?.url, 'https://removed.com/story')
  })

  test('a headline loses the name of its source once, and only at its end', () => {
    assert.equal(articleOf({...item, title: 'A - B - Harbour Post'})?.title, 'A - B')
    assert.equal(articleOf({...item, title: 'Harbour Post - a view'})?.title, 'Harbour Post - a view')
    assert.equal(articleOf({...item, title: 'A - Harbour Post - Harbour Post'})?.title, 'A - Harbour Post')
    assert.equal(
      articleOf({...item, title: 'Q&amp;A - S &amp; P', source: {id: null, name: 'S &amp; P'}})?.title,
      'Q&A',
    )
    assert.throws(() => articleOf({...item, title: ' - Harbour Post'}), /empty/)
  })

  test('several authors are joined', () => {
    assert.equal(articleOf({...item, author: ['A', 'B']})?.author, 'A, B')
    assert.equal(articleOf({...item, author: 'A, B'})?.author, 'A, B')
    assert.equal(articleOf({...item, author: ''})?.author, null)
  })

  test('entities are decoded once, and nothing else is touched', () => {
    assert.equal(plainText('&amp;lt;b&amp;gt; &#39;x&#x27; &eacute;\r\n<b>'), "&lt;b&gt; 'x' é\r\n<b>")
    assert.equal(plainText('https://x.com/?a=1&copy=2&am'), 'https://x.com/?a=1&copy=2&am')
  })
})

describe('spans', () => {
  const scheduledAt = new Date('2026-11-24T04:00:00Z')
  const news = (times: string[], totalResults = times.length) => ({
    status: 'ok',
    totalResults: String(totalResults),
    articles: times.map((publishedAt) => ({publishedAt})),
  })
  const asks = ({from, to}: {from: string; to: string}): HttpRequest => everything('x', from, to)
  const known: Watermark = {
    read_to: '2026-11-23T00:00:00',
    open: [
      {from: '2026-11-22T00:00:00', to: '2026-11-22T09:00:00'},
      {from: '2026-11-20T00:00:00', to: '2026-11-20T01:00:00'},
    ],
  }

  test('every run of a UTC day asks the same days', () => {
    for (const time of ['T00:00:00Z', 'T04:00:00Z', 'T23:59:59Z'])
      assert.deepEqual(
        spanOf(null, {at: scheduledAt, scheduledAt: new Date(`2026-11-24${time}`), goesOn: false}),
        {from: '2026-11-22T00:00:00', to: '2026-11-22T23:59:59'},
      )
    const late = {at: new Date('2026-11-26T04:00:00Z'), scheduledAt, goesOn: false}
    assert.deepEqual(spanOf({read_to: '2026-11-21T00:00:00', open: []}, late), {
      from: '2026-11-21T00:00:00',
      to: '2026-11-22T23:59:59',
    })
  })

  test('what was cut off is open, down to the oldest article, whose second is asked for again', () => {
    const span = {from: '2026-11-23T00:00:00', to: '2026-11-23T23:59:59'}
    const body = news(['2026-11-23T20:00:00Z', '1970-01-01T00:00:00Z', '2026-11-23T15:00:00Z'], 400)
    assert.deepEqual(readOn(known, body, asks(span)), {
      read_to: '2026-11-24T00:00:00',
      open: [{from: span.from, to: '2026-11-23T15:00:00'}, ...known.open],
    })
    assert.deepEqual(readOn(known, news(['2026-11-23T20:00:00Z']), asks(span)), {
      read_to: '2026-11-24T00:00:00',
      open: known.open,
    })
    assert.deepEqual(readOn(known, news([]), asks(span)), {read_to: '2026-11-24T00:00:00', open: known.open})
  })

  test('a span that is read on shrinks and closes; one second with more than 100 articles does not hold it for ever', () => {
    const [span, older] = known.open as [Watermark['open'][0], Watermark['open'][0]]
    assert.deepEqual(spanOf(known, {at: scheduledAt, scheduledAt, goesOn: true}), span)
    assert.deepEqual(
      readOn(known, news(['2026-11-22T08:00:00Z', '2026-11-22T05:00:00Z'], 300), asks(span))?.open,
      [{...span, to: '2026-11-22T05:00:00'}, older],
    )
    assert.deepEqual(
      readOn(known, news(['2026-11-22T09:00:00Z', '2026-11-22T09:00:00Z'], 300), asks(span))?.open,
      [{...span, to: '2026-11-22T08:59:59'}, older],
    )
    assert.deepEqual(readOn(known, news(['2026-11-22T08:00:00Z']), asks(span))?.open, [older])
    const instant = {from: '2026-11-22T09:00:00', to: '2026-11-22T09:00:00'}
    assert.deepEqual(
      readOn({...known, open: [instant]}, news(['2026-11-22T09:00:00Z'], 300), asks(instant))?.open,
      [],
    )
  })

  test('an answer about what was read before, or one that cannot be read, changes nothing', () => {
    assert.equal(
      readOn(
        known,
        news(['2026-11-19T09:00:00Z'], 300),
        asks({from: '2026-11-19T00:00:00', to: '2026-11-19T23:59:59'}),
      ),
      known,
    )
    assert.equal(
      readOn(known, {articles: null}, asks({from: '2026-11-23T00:00:00', to: '2026-11-23T23:59:59'})),
      known,
    )
    assert.equal(readOn(known, [], asks({from: '2026-11-23T00:00:00', to: '2026-11-23T23:59:59'})), known)
  })

  test('what the plan no longer shows is not asked for', () => {
    const at = new Date('2026-12-18T12:00:00Z')
    assert.deepEqual(spanOf(known, {at, scheduledAt: at, goesOn: true}), {
      from: '2026-11-22T00:00:00',
      to: '2026-11-22T09:00:00',
    })
    const later = new Date('2026-12-19T06:00:00Z')
    assert.deepEqual(spanOf(known, {at: later, scheduledAt: later, goesOn: true}), {
      from: '2026-11-22T06:00:00',
      to: '2026-11-22T09:00:00',
    })
  })
})
