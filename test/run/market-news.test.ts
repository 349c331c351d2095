/**
 * market-news against the simulated NewsAPI: no request is spent twice, no article that the plan still shows
 * is lost, and every refusal is understood.
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
import {newsapiArticle} from '../../src/lib/providers/newsapi/articles.js'
import {readOn, spanOf, type KeywordCursor} from '../../src/lib/providers/newsapi/spans.js'
import {everything} from '../../src/lib/providers/newsapi.js'
import {tableStatuses} from '../../src/lib/report/table-status.js'
import {planRun} from '../../src/lib/run/plan.js'
import {collectSaved} from '../../src/lib/run/saved.js'
import {dayMs} from '../../src/lib/time.js'
import {full} from '../size.js'
import {credentials, openSetup, type TestSetup} from './setup.js'

const folder = mkdtempSync(join(tmpdir(), 'fin-market-news-'))
after(() => rmSync(folder, {recursive: true}))

/**
 * A Tuesday, at the first scheduled run: the requested day is a Sunday, of which no keyword has more than 100
 * articles.
 */
const start = new Date('2026-11-24T04:00:00Z')
const open = async (options: Parameters<typeof openSetup>[0] = {}) => {
  return openSetup({at: start, ...options})
}
const generous = {NEWSAPI_REQUESTS_PER_12_HOURS: '1000', NEWSAPI_REQUESTS_PER_DAY: '5000'}
const hours = (setup: TestSetup, n: number) => setup.simulator.clock.change({advanceMs: n * 3_600_000})
const requestedUrls = (setup: TestSetup) =>
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

/**
 * The queries of tests that last for days or need no particular query: all in a full run; one or two of each
 * kind in a daily run.
 */
const lasting = full
  ? {env: {}, words: keywords, count: 25}
  : {env: {FIN_CONFIG_DIR: join(folder, 'few')}, words: ['business', 'war'], count: 5}
mkdirSync(join(folder, 'few'))
writeFileSync(
  join(folder, 'few', 'market-news-queries.csv'),
  'kind,value\ncategory,general\nsource,reuters\nsource,financial-times\nkeyword,business\nkeyword,war\n',
)

/** Urls that the provider shows of keywords between two days, without withdrawn ones. */
function offered(
  setup: TestSetup,
  fromDay: string,
  toDay: string,
  atMs: number,
  words: readonly string[] = keywords,
): Set<string> {
  const [fromMs, toMs] = [Date.parse(`${fromDay}T00:00:00Z`), Date.parse(`${toDay}T00:00:00Z`) - 1000]
  const {news} = setup.simulator.scenario
  return new Set(
    words
      .flatMap((word) => news.about(word, fromMs, toMs))
      .filter(({withdrawnMs}) => withdrawnMs > atMs)
      .map(({url}) => url),
  )
}

async function missing(setup: TestSetup, urls: Iterable<string>): Promise<string[]> {
  const stored = new Set((await setup.rows('select url from market_news')).map(({url}) => String(url)))
  return [...urls].filter((url) => !stored.has(url))
}

describe('a day of market-news', () => {
  test('takes 26 requests, and everything of the keywords is there once', async () => {
    const setup = await open()
    const run = await setup.collect(marketNews)
    assert.deepEqual(
      [run.exit_code, run.outcome, run.requests, run.rows_rejected],
      [0, 'done', 26, 0],
      run.complaints.join(' '),
    )
    const urls = requestedUrls(setup)
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
      'the credential goes in a header',
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
      'line ends and the cut mark stay',
    )
    assert.equal((await setup.collect(marketNews)).outcome, 'nothing due')
    hours(setup, 2)
    const later = await setup.collect(marketNews)
    assert.deepEqual(
      [later.outcome, later.requests],
      ['nothing due', 0],
      'nothing is due for a later scheduled run of the same morning',
    )
  })

  test('has the headlines of the last two days that the plan shows, and none is lost between two runs', async () => {
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

  test('has all headlines of a saved answer without a date, and those of the last two days of one with a date', async () => {
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

  test('is requested alone by the next run, and the list of sources once a week', async () => {
    const setup = await open({env: lasting.env})
    await setup.collect(marketNews)
    for (let day = 1; day <= 8; day++) {
      hours(setup, 24)
      const before = requestedUrls(setup).length
      await setup.collect(marketNews)
      const news = requestedUrls(setup).slice(before)
      const days = new Set(news.map(({searchParams: q}) => q.get('from')?.slice(0, 10)).filter(Boolean))
      assert.deepEqual([...days], [new Date(start.getTime() + (day - 2) * dayMs).toISOString().slice(0, 10)])
    }
    assert.equal(requestedUrls(setup).filter(({pathname}) => pathname.endsWith('/sources')).length, 2)
  })

  test('has one row for an article that several queries find, and does not write it again', async () => {
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
  test('are read on in the next scheduled runs, newest first, until all are stored and nothing was requested twice', async () => {
    const setup = await open({env: generous, simulated: generous})
    hours(setup, 48) // the requested day is a Tuesday
    const first = await setup.collect(marketNews)
    assert.deepEqual([first.outcome, first.requests], ['done', 26])
    assert.equal(await openSpans(setup), 2, 'two keywords have more')
    assert.equal((await setup.collect(marketNews)).outcome, 'nothing due')
    hours(setup, 1)
    const before = requestedUrls(setup).length
    const second = await setup.collect(marketNews)
    assert.deepEqual([second.outcome, second.requests], ['done', 2])
    const [business, war] = requestedUrls(setup).slice(before)
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

  test('of a missed week take one request for each keyword, the next scheduled runs read the others, and all are stored once', async () => {
    const setup = await open({env: lasting.env})
    await setup.collect(marketNews)
    hours(setup, 8 * 24)
    const before = requestedUrls(setup).length
    const run = await setup.collect(marketNews)
    assert.deepEqual([run.exit_code, run.requests], [0, lasting.count + 1])
    const froms = requestedUrls(setup)
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
      await missing(
        setup,
        offered(setup, '2026-11-22', '2026-12-01', setup.simulator.clock.nowMs(), lasting.words),
      ),
      [],
    )
    const refused = setup.simulator.log
      .requests({})
      .filter((request) => request.refused || request.status !== 200)
    assert.deepEqual(refused, [])
    const spans = requestedUrls(setup)
      .filter(({pathname}) => pathname.endsWith('/everything'))
      .map(({searchParams: q}) => `${q.get('q')} ${q.get('from')} ${q.get('to')}`)
    assert.equal(new Set(spans).size, spans.length, 'a span was requested twice')
  })

  test('after two months without runs begin with the oldest days that the plan still shows', async () => {
    const setup = await open({env: lasting.env})
    await setup.collect(marketNews)
    hours(setup, 62 * 24)
    const run = await setup.collect(marketNews)
    assert.equal(run.exit_code, 0, run.complaints.join(' '))
    const from = requestedUrls(setup).at(-1)?.searchParams.get('from')
    assert.equal(from, '2026-12-29T04:00:00')
  })
})

describe('a spent quota', () => {
  const narrow = {NEWSAPI_REQUESTS_PER_12_HOURS: '10'}

  test('ends the run, and the same morning resumes with the next query', async () => {
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
    const queried = requestedUrls(setup)
      .filter(({pathname}) => pathname.endsWith('/everything'))
      .map(({searchParams: q}) => q.get('q'))
    assert.deepEqual(new Set(queried), new Set(keywords), 'no keyword waits for ever')
  })

  test('that the provider reports first starts a cooldown of the credential for its window, and the next credential takes over', async () => {
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
    assert.equal((await one.collect(marketNews)).requests, 0, 'a spent credential is not tried')
    hours(one, 12)
    assert.deepEqual([(await one.collect(marketNews)).targets_done], [6])
  })

  test('of two credentials is 100 requests in 12 hours', async () => {
    const setup = await open({env: {NEWSAPI_API_KEY_2: 'simulatedfedcba9876543210fedcba9'}})
    await setup.collect(marketNews)
    const again = await setup.collect(marketNews, {force: true})
    assert.deepEqual([again.requests, again.rows_inserted, again.rows_updated], [26, 0, 0])
  })
})

describe('sources that no longer exist', () => {
  test('are marked when the provider refuses them, and left out once the list of sources lacks them', async () => {
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
    const before = requestedUrls(setup).length
    await setup.collect(marketNews)
    assert.ok(
      requestedUrls(setup)
        .slice(before)
        .every(({searchParams: q}) => q.get('sources') !== 'no-such-paper'),
    )
    await assert.rejects(setup.collect(marketNews, {names: ['source:no-such-paper']}), NeedsPerson)
  })

  test('cost one answer, and the other queries are requested', async () => {
    const setup = await open({at: new Date('2027-05-31T04:00:00Z'), env: lasting.env})
    assert.equal((await setup.collect(marketNews)).targets_done, lasting.count + 1)
    hours(setup, 24)
    const run = await setup.collect(marketNews)
    assert.deepEqual([run.exit_code, run.targets_done, run.complaints.length], [0, lasting.count - 1, 1])
    for (let day = 0; day < 7; day++) {
      hours(setup, 24)
      await setup.collect(marketNews)
    }
    assert.equal(
      requestedUrls(setup).filter(({searchParams: q}) => q.get('sources') === 'financial-times').length,
      2,
    )
  })

  test('are not concluded from an empty list of sources', async () => {
    const setup = await open({env: lasting.env})
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

describe('a refusal', () => {
  test('of the credential stops the run and names the variable; a second credential takes over', async () => {
    const setup = await open({env: {NEWSAPI_API_KEY_1: 'simulated'}})
    await assert.rejects(
      setup.collect(marketNews),
      (error) =>
        error instanceof NeedsPerson &&
        /apiKeyInvalid|NEWSAPI_API_KEY_1/.test(`${error.message} ${error.nextStep ?? ''}`),
    )
    const other = await open({
      env: {...lasting.env, NEWSAPI_API_KEY_1: 'simulated', NEWSAPI_API_KEY_2: credentials.NEWSAPI_API_KEY_1},
    })
    assert.equal((await other.collect(marketNews)).targets_done, lasting.count + 1)
  })

  test('of an unknown category comes from fin, before a request is sent', async () => {
    const own = join(folder, 'politics')
    mkdirSync(own)
    writeFileSync(join(own, 'market-news-queries.csv'), 'kind,value\ncategory,politics\n')
    const setup = await open({env: {FIN_CONFIG_DIR: own}})
    await assert.rejects(setup.collect(marketNews), {
      name: 'NeedsPerson',
      message: /market-news-queries\.csv: NewsAPI has no category "politics": .*general/,
    })
    assert.deepEqual(requestedUrls(setup), [])
    writeFileSync(join(own, 'market-news-queries.csv'), 'kind,value\ntopic,politics\n')
    await assert.rejects(
      setup.collect(marketNews),
      /the query "politics" has the kind "topic": write category, keyword, source/,
    )
  })

  test('with 500 is an outage: it is requested again, without a cooldown', async () => {
    const setup = await open({env: lasting.env})
    setup.simulator.faults.add({provider: 'newsapi', kind: '500'})
    const run = await setup.collect(marketNews)
    assert.deepEqual(
      [run.exit_code, run.requests, run.targets_done],
      [0, lasting.count + 2, lasting.count + 1],
    )
    assert.deepEqual(await setup.rows('select 1 from credential_rests'), [])
  })
})

test('a plan shows the 26 requests with their days and their cost in both windows, and sends nothing', async () => {
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
  assert.deepEqual(requestedUrls(setup), [])
})

test('the table counts as fresh all week, although the list of sources is requested weekly', async () => {
  const setup = await open({env: lasting.env})
  await setup.collect(marketNews)
  for (const days of [1, 4]) {
    hours(setup, 24 * days)
    await setup.collect(marketNews)
    hours(setup, 6)
    const {
      context: {config, clock},
    } = setup
    const [status] = await tableStatuses([marketNews], {
      jobs: [marketNews],
      database: await setup.context.database(),
      config,
      now: clock.now(),
    })
    assert.deepEqual(
      [status?.state, status?.targets, status?.targets_behind],
      ['fresh', lasting.count + 1, 0],
    )
  }
})

test('one bad article is rejected with its reason, and the watermark does not skip it', async () => {
  const setup = await open({env: lasting.env})
  setup.simulator.faults.add({provider: 'newsapi', kind: 'one-bad-item', path: '/everything', times: 2})
  const run = await setup.collect(marketNews)
  assert.deepEqual(
    [run.exit_code, run.outcome, run.rows_rejected, run.targets_done],
    [1, 'partial', 2, lasting.count + 1],
  )
  assert.deepEqual(await setup.rows(`select target, unit from rejected_rows order by id limit 1`), [
    {target: `keyword:${lasting.words[0]}`, unit: 'market-news'},
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
  test('that are placeholders of withdrawn ones are dropped, by either mark', () => {
    assert.equal(newsapiArticle({...item, title: '[Removed]'}), undefined)
    assert.equal(newsapiArticle({...item, source: {id: null, name: '[Removed]'}}), undefined)
    assert.equal(newsapiArticle({...item, url: 'https://removed.com'}), undefined)
    assert.equal(
      newsapiArticle({...item, url: 'https://removed.com/story'})?.url,
      'https://removed.com/story',
    )
  })

  test('lose the name of their source once, at the end of the headline only', () => {
    assert.equal(newsapiArticle({...item, title: 'A - B - Harbour Post'})?.title, 'A - B')
    assert.equal(newsapiArticle({...item, title: 'Harbour Post - a view'})?.title, 'Harbour Post - a view')
    assert.equal(
      newsapiArticle({...item, title: 'A - Harbour Post - Harbour Post'})?.title,
      'A - Harbour Post',
    )
    assert.equal(
      newsapiArticle({...item, title: 'Q&amp;A - S &amp; P', source: {id: null, name: 'S &amp; P'}})?.title,
      'Q&A',
    )
    assert.throws(() => newsapiArticle({...item, title: ' - Harbour Post'}), /empty/)
  })

  test('have their several authors joined', () => {
    assert.equal(newsapiArticle({...item, author: ['A', 'B']})?.author, 'A, B')
    assert.equal(newsapiArticle({...item, author: 'A, B'})?.author, 'A, B')
    assert.equal(newsapiArticle({...item, author: ''})?.author, null)
  })

  test('have their entities decoded once, and nothing else is changed', () => {
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
  const requestOf = ({from, to}: {from: string; to: string}): HttpRequest => everything('x', from, to)
  const known: KeywordCursor = {
    read_to: '2026-11-23T00:00:00',
    open: [
      {from: '2026-11-22T00:00:00', to: '2026-11-22T09:00:00'},
      {from: '2026-11-20T00:00:00', to: '2026-11-20T01:00:00'},
    ],
  }

  test('are the same days in every run of a UTC day', () => {
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

  test('stay open where an answer was cut, down to the oldest article, whose second is requested again', () => {
    const span = {from: '2026-11-23T00:00:00', to: '2026-11-23T23:59:59'}
    const body = news(['2026-11-23T20:00:00Z', '1970-01-01T00:00:00Z', '2026-11-23T15:00:00Z'], 400)
    assert.deepEqual(readOn(known, body, requestOf(span)), {
      read_to: '2026-11-24T00:00:00',
      open: [{from: span.from, to: '2026-11-23T15:00:00'}, ...known.open],
    })
    assert.deepEqual(readOn(known, news(['2026-11-23T20:00:00Z']), requestOf(span)), {
      read_to: '2026-11-24T00:00:00',
      open: known.open,
    })
    assert.deepEqual(readOn(known, news([]), requestOf(span)), {
      read_to: '2026-11-24T00:00:00',
      open: known.open,
    })
  })

  test('that are read on shrink and close; one second with more than 100 articles does not hold them for ever', () => {
    const [span, older] = known.open as [KeywordCursor['open'][0], KeywordCursor['open'][0]]
    assert.deepEqual(spanOf(known, {at: scheduledAt, scheduledAt, goesOn: true}), span)
    assert.deepEqual(
      readOn(known, news(['2026-11-22T08:00:00Z', '2026-11-22T05:00:00Z'], 300), requestOf(span))?.open,
      [{...span, to: '2026-11-22T05:00:00'}, older],
    )
    assert.deepEqual(
      readOn(known, news(['2026-11-22T09:00:00Z', '2026-11-22T09:00:00Z'], 300), requestOf(span))?.open,
      [{...span, to: '2026-11-22T08:59:59'}, older],
    )
    assert.deepEqual(readOn(known, news(['2026-11-22T08:00:00Z']), requestOf(span))?.open, [older])
    const instant = {from: '2026-11-22T09:00:00', to: '2026-11-22T09:00:00'}
    assert.deepEqual(
      readOn({...known, open: [instant]}, news(['2026-11-22T09:00:00Z'], 300), requestOf(instant))?.open,
      [],
    )
  })

  test('do not change by an answer about a former span, or by one that cannot be read', () => {
    assert.equal(
      readOn(
        known,
        news(['2026-11-19T09:00:00Z'], 300),
        requestOf({from: '2026-11-19T00:00:00', to: '2026-11-19T23:59:59'}),
      ),
      known,
    )
    assert.equal(
      readOn(known, {articles: null}, requestOf({from: '2026-11-23T00:00:00', to: '2026-11-23T23:59:59'})),
      known,
    )
    assert.equal(
      readOn(known, [], requestOf({from: '2026-11-23T00:00:00', to: '2026-11-23T23:59:59'})),
      known,
    )
  })

  test('leave out days that the plan no longer shows', () => {
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
