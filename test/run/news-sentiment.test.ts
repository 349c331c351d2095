/**
 * Scored news: the queries of each weekday, quotas that end, watermarks, lists of a user, and the yield of
 * each query.
 */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, test, type TestContext} from 'node:test'
import {newsSentiment} from '../../src/lib/collectors/news-sentiment.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {plainText} from '../../src/lib/plain-text.js'
import {newsQuery, problemOf, topicSlug} from '../../src/lib/providers/alpha-vantage/news.js'
import {readLists} from '../../src/lib/run/lists.js'
import {planRun} from '../../src/lib/run/plan.js'
import {collectSaved} from '../../src/lib/run/saved.js'
import {dayMs} from '../../src/lib/time.js'
import {generous, openSetup, type TestSetup} from './setup.js'

const monday = new Date('2026-11-23T11:10:00Z')
const unlimited = {env: generous, simulated: generous}
const news = (setup: TestSetup) =>
  setup.simulator.log.requests({}).filter(({path}) => path.includes('NEWS_SENTIMENT'))
const parameter = (path: string, name: string) => new URL(path, 'http://x').searchParams.get(name)
const goTo = (setup: TestSetup, at: string) => setup.simulator.clock.change({instantMs: Date.parse(at)})

/** A folder of settings with a list of the user's own. */
function settings(t: TestContext, list: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'fin-news-'))
  t.after(() => rmSync(folder, {recursive: true}))
  writeFileSync(join(folder, 'news-sentiment-queries.csv'), list)
  return folder
}

describe('the queries', () => {
  test('are those of the weekday of the scheduled run, in UTC, late or repeated', async () => {
    const setup = await openSetup({at: new Date('2026-11-24T03:00:00Z')}) // Tuesday, before the first scheduled run: Monday's is the latest
    const planned = async (at?: string) =>
      (
        await planRun(
          newsSentiment,
          {command: 'x', ...(at === undefined ? {} : {at: new Date(at)})},
          setup.context,
        )
      ).requests
    const weekdays = new Set<string>()
    for (let day = 23; day < 30; day++) {
      const requests = await planned(`2026-11-${day}T11:10:00Z`)
      assert.equal(requests.length, 25)
      const found = [...new Set(requests.map(({targets}) => targets.split('/')[0]))]
      assert.equal(found.length, 1)
      weekdays.add(found[0]!)
      for (const {request} of requests) assert.match(request, /limit=1000/)
    }
    assert.deepEqual([...weekdays], ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])
    assert.equal((await planned())[0]?.targets, 'mon/energy_general')
    assert.equal(
      (await planned('2026-11-24T11:09:59Z'))[0]?.targets,
      'mon/energy_general',
      'until the first scheduled run of the day',
    )
    assert.equal((await planned('2026-11-25T16:40:00Z'))[0]?.targets, 'wed/blockchain_general')
  })

  test('as shipped cover every topic, and none twice on a day', async () => {
    const setup = await openSetup()
    const {queries = []} = await readLists(newsSentiment.lists ?? {}, setup.context.config)
    assert.equal(queries.length, 175)
    assert.equal(problemOf(queries), undefined)
    assert.equal(new Set(queries.map(({name}) => name)).size, 175)
    assert.equal(
      new Set(queries.map(({weekday, tickers, topics, sort}) => `${weekday} ${tickers} ${topics} ${sort}`))
        .size,
      175,
    )
    for (const topic of [
      'financial_markets',
      'economy_fiscal',
      'economy_monetary',
      'blockchain',
      'real_estate',
    ])
      assert.ok(
        queries.some(({topics = ''}) => topics.split(' ').includes(topic)),
        topic,
      )
  })

  test('of an invalid list are reported with the text that fixes it', () => {
    const one = {weekday: 'mon', name: 'a', tickers: 'AAPL', topics: ''}
    const cases: [Record<string, string>[], RegExp][] = [
      [[{...one, weekday: 'montag'}], /"montag" is not a weekday: write mon, tue/],
      [[{...one, topics: 'energy'}], /the query "a" of mon has the topic "energy"; there are blockchain/],
      [[one, {...one, name: 'A'}], /"A" of mon is there twice/],
      [[{...one, tickers: ''}], /neither tickers nor topics/],
      [[{...one, tickers: 'AAPL $$'}], /the ticker "\$\$"/],
      [[{...one, sort: 'NEWEST'}], /the sort "NEWEST"/],
      [[{...one, limit: '5000'}], /the limit "5000": 1 to 1000/],
      [[{...one, name: 'a/b'}], /cannot be the name/],
      [Array.from({length: 26}, (_, n) => ({...one, name: `q${n}`})), /mon has more than 25 queries/],
    ]
    for (const [rows, pattern] of cases) assert.match(problemOf(rows) ?? '', pattern)
    assert.equal(
      problemOf([
        one,
        {...one, weekday: 'Tue', tickers: 'CRYPTO:BTC, FOREX:USD brk-b', sort: 'relevance', limit: '1000'},
      ]),
      undefined,
    )
  })

  test("of a user's list replace the shipped ones, and a mistake in it ends the run before a request", async (t) => {
    const own =
      'weekday,name,tickers,topics,sort,limit\nmon,mine,AAPL,,LATEST,50\ntue,other,MSFT,,,\nmon,both,"AAPL,MSFT",technology,,\n'
    const setup = await openSetup({
      at: monday,
      ...unlimited,
      env: {...generous, FIN_CONFIG_DIR: settings(t, own)},
    })
    const run = await setup.collect(newsSentiment)
    assert.deepEqual([run.outcome, run.requests], ['done', 2])
    assert.deepEqual(
      news(setup).map(({path}) =>
        ['tickers', 'topics', 'sort', 'limit'].map((name) => parameter(path, name)),
      ),
      [
        ['AAPL', null, 'LATEST', '50'],
        ['AAPL,MSFT', 'technology', 'EARLIEST', '1000'],
      ],
    )
    assert.deepEqual(await setup.rows('select target from target_state order by 1'), [
      {target: 'mon/both'},
      {target: 'mon/mine'},
    ])
    const wrong = await openSetup({
      at: monday,
      env: {FIN_CONFIG_DIR: settings(t, own.replace('technology', 'tech'))},
    })
    await assert.rejects(
      wrong.collect(newsSentiment),
      (error) =>
        error instanceof NeedsPerson && /news-sentiment-queries\.csv: .*the topic "tech"/.test(error.message),
    )
    assert.equal(news(wrong).length, 0)
  })
})

describe('quota', () => {
  test('spent at the tenth query, the day resumes with the eleventh; no query is requested twice', async () => {
    const ten = {ALPHA_VANTAGE_REQUESTS_PER_DAY: '10'}
    const setup = await openSetup({at: monday, env: ten, simulated: ten})
    const first = await setup.collect(newsSentiment)
    assert.deepEqual(
      [first.outcome, first.exit_code, first.targets_done, first.targets_left],
      ['quota spent', 0, 10, 15],
    )
    const names = async () =>
      (
        await setup.rows(
          `select target from provider_requests where unit = 'news-sentiment' and outcome = 'answered' order by id`,
        )
      ).map(({target}) => String(target))
    goTo(setup, '2026-11-23T12:10:00Z')
    assert.equal((await setup.collect(newsSentiment)).targets_done, 0, 'the quota is of a day')
    // a user who is allowed more: the same day resumes
    goTo(setup, '2026-11-24T11:11:00Z')
    const second = await setup.collect(newsSentiment, {at: new Date('2026-11-23T16:10:00Z')})
    assert.deepEqual([second.targets_done, second.targets_left], [10, 5])
    goTo(setup, '2026-11-25T11:12:00Z')
    assert.deepEqual(
      (await setup.collect(newsSentiment, {at: new Date('2026-11-23T16:10:00Z')})).targets_done,
      5,
    )
    const all = await names()
    assert.equal(new Set(all).size, 25)
    assert.equal(all.length, 25)
    assert.deepEqual(
      all,
      (await readLists(newsSentiment.lists ?? {}, setup.context.config))
        ['queries']!.slice(0, 25)
        .map(({name}) => `mon/${name}`),
    )
    goTo(setup, '2026-11-25T11:20:00Z')
    assert.equal(
      (await setup.collect(newsSentiment, {at: new Date('2026-11-23T16:10:00Z')})).outcome,
      'nothing due',
    )
    assert.deepEqual(
      await setup.rows('select distinct batch_id from market_news_sentiment'),
      [{batch_id: '20261123'}],
      'one batch for the day of the scheduled run, whatever the time of the request',
    )
  })

  test('is that of the credential reserved for this job', async () => {
    const setup = await openSetup({at: monday, ...unlimited})
    await setup.collect(newsSentiment, {limit: 3})
    assert.deepEqual(await setup.rows('select distinct credential from provider_requests'), [
      {credential: 'news'},
    ])
  })
})

describe('watermarks', () => {
  test('every query resumes from the newest article that it has seen; a week later it brings only later ones', async () => {
    const setup = await openSetup({at: monday, ...unlimited})
    await setup.collect(newsSentiment)
    assert.deepEqual(
      [...new Set(news(setup).map(({path}) => parameter(path, 'time_from')))],
      ['20261116T1110'],
      'first a week back',
    )
    const states = await setup.rows(
      `select target, cursor ->> 'seen' as seen from target_state where cursor ->> 'seen' is not null`,
    )
    assert.ok(states.length > 15)
    for (const {target, seen} of states) {
      const [newest] = await setup.rows(
        `select max(time_published) as at from market_news_sentiment n join market_news_sentiment_queries q using (url_hash) where q.query_type = $1`,
        [String(target).split('/')[1]],
      )
      assert.equal((newest!['at'] as Date).toISOString(), seen, String(target))
    }
    const before = news(setup).length
    goTo(setup, '2026-11-30T11:10:00Z')
    assert.equal((await setup.collect(newsSentiment)).exit_code, 0)
    const seen = new Map(states.map((state) => [state['target'], String(state['seen'])]))
    const requested = await setup.rows(
      `select target from provider_requests where unit = 'news-sentiment' order by id offset 25`,
    )
    for (const [index, {path}] of news(setup).slice(before).entries()) {
      const known = seen.get(requested[index]!['target'])
      assert.equal(
        parameter(path, 'time_from'),
        known === undefined ? '20261123T1110' : known.slice(0, 16).replaceAll(/[-:]/g, ''),
        String(requested[index]!['target']),
      )
    }
    const repeats = await setup.rows(
      `select count(*)::int as n from (select url_hash, query_type from market_news_sentiment_queries group by 1, 2 having count(distinct batch_id) > 1) as twice`,
    )
    assert.ok(
      Number(repeats[0]?.['n']) <= 30,
      `${String(repeats[0]?.['n'])} articles came again: only those of the very minute may`,
    )
    const old = await setup.rows(
      `select min(time_published) as at from market_news_sentiment where batch_id = 20261130`,
    )
    assert.ok((old[0]!['at'] as Date) >= new Date('2026-11-16T11:10:00Z'))
  })

  test('without a sort an answer that is cut is continued; articles dated into the future hide nothing; no query goes back further than a month', () => {
    const queryFrom = (seen: string | null, more = {}) =>
      newsQuery({target: 'mon/x', tickers: 'A', ...more}, seen === null ? null : {seen, articles: 1}, {
        at: new Date('2026-11-23T12:00:00Z'),
        scheduledAt: monday,
      }).query
    assert.deepEqual(queryFrom(null), {
      function: 'NEWS_SENTIMENT',
      tickers: 'A',
      topics: undefined,
      time_from: '20261116T1110',
      sort: 'EARLIEST',
      limit: 1000,
    })
    assert.equal(queryFrom('2026-11-20T10:00:59.000Z')?.['time_from'], '20261120T1000')
    assert.equal(queryFrom('2026-11-23T12:00:01.000Z')?.['time_from'], '20261116T1110')
    assert.equal(queryFrom('2026-01-01T00:00:00.000Z')?.['time_from'], '20261024T1110')
    assert.equal(queryFrom('2026-11-20T10:00:59.000Z', {sort: 'RELEVANCE'})?.['sort'], 'RELEVANCE')
  })

  test('an article dated after the answer moves no watermark: articles until its date are requested, also once that has passed', () => {
    const {advance} = newsSentiment.sources['alpha-vantage']!
    const feed = (...times: string[]) => ({
      feed: times.map((time) => ({overall_sentiment_score: '0', time_published: time})),
    })
    const seen = advance!(feed('20261122T090000', '20261126T000000'), null, {path: '/query'}, monday)
    assert.deepEqual(seen, {seen: '2026-11-22T09:00:00.000Z', articles: 2})
    const later = new Date('2026-11-30T11:10:00Z')
    assert.equal(
      newsQuery({target: 'mon/x', tickers: 'A'}, seen, {at: later, scheduledAt: later}).query?.['time_from'],
      '20261122T0900',
    )
    const believed = {seen: '2026-11-26T00:00:00.000Z', articles: 1}
    assert.equal(
      advance!(feed('20261122T090000'), believed, {path: '/query'}, monday).seen,
      '2026-11-22T09:00:00.000Z',
    )
    assert.equal(advance!(feed(), believed, {path: '/query'}, later).seen, believed.seen)
  })

  test('a cut answer is continued, two articles at a time, until all are stored', async (t) => {
    const own = settings(t, 'weekday,name,tickers,topics,sort,limit\nmon,apple,AAPL,,,2\n')
    const setup = await openSetup({at: monday, ...unlimited, env: {...generous, FIN_CONFIG_DIR: own}})
    for (let n = 0; n < 12; n++) await setup.collect(newsSentiment, {force: true})
    const published = setup.simulator.log.requests({}).map(({path}) => parameter(path, 'time_from'))
    assert.deepEqual(published, [...published].sort(), 'the articles come in the order of time')
    const whole = await openSetup({
      at: monday,
      ...unlimited,
      env: {...generous, FIN_CONFIG_DIR: settings(t, 'weekday,name,tickers,topics\nmon,apple,AAPL,\n')},
    })
    await whole.collect(newsSentiment)
    const urls = async (of: TestSetup) =>
      (await of.rows('select url from market_news_sentiment order by 1')).map(({url}) => url)
    assert.deepEqual(await urls(setup), await urls(whole))
    assert.ok((await urls(setup)).length > 3)
  })
})

describe('answers', () => {
  const article = (more: object) => ({
    title: 'T',
    url: 'https://example.com/1',
    time_published: '20261120T101112',
    authors: [],
    summary: '',
    source: 'S',
    overall_sentiment_score: 0.1,
    overall_sentiment_label: 'Neutral',
    ticker_sentiment: [],
    topics: [],
    ...more,
  })
  const saved = (setup: TestSetup, body: unknown, name?: string) =>
    collectSaved(
      newsSentiment,
      typeof body === 'string' ? body : JSON.stringify(body),
      {command: 'x', ...(name === undefined ? {} : {names: [name]})},
      setup.context,
    )

  test('without an article are successes, in each of their forms; the query stays known', async () => {
    const setup = await openSetup({at: monday, ...unlimited})
    for (const body of [
      '{"Information": "No articles found. Please adjust the time range or refer to the API documentation"}',
      '{"items": "0", "feed": []}',
      '{"items": "0", "sentiment_score_definition": "x"}',
    ])
      assert.deepEqual(
        [(await saved(setup, body)).exit_code, (await saved(setup, body)).rows_received],
        [0, 0],
        body,
      )
    goTo(setup, '2026-11-23T11:10:00Z') // an even minute: the provider answers with a sentence
    const run = await setup.collect(newsSentiment)
    assert.equal(run.exit_code, 0)
    assert.equal(run.targets_done, 25)
    assert.deepEqual(
      await setup.rows(
        `select count(*)::int as n from target_state where status <> 'active' or failures > 0`,
      ),
      [{n: 0}],
    )
    const none = await setup.rows(
      `select count(*)::int as n from target_state where (cursor ->> 'articles')::int = 0`,
    )
    assert.ok(Number(none[0]?.['n']) > 0, 'some query found nothing')
  })

  test('with a limit as text are not empty; those of another endpoint are rejected', async () => {
    const setup = await openSetup()
    for (const body of [
      '{"Information": "Our standard API rate limit is 25 requests per day."}',
      '{"Note": "Our standard API call frequency is 5 calls per minute"}',
      '{}',
      '{"items": "3"}',
      '{"articles": [{"url": "https://x"}]}',
      '[]x',
    ])
      assert.deepEqual(
        [(await saved(setup, body)).exit_code, (await saved(setup, body)).rows_received],
        [1, 0],
        body,
      )
  })

  test('to a query that the provider does not understand are reported with the reason, and the others are requested', async (t) => {
    const setup = await openSetup({
      at: monday,
      ...unlimited,
      env: {
        ...generous,
        FIN_CONFIG_DIR: settings(t, 'weekday,name,tickers,topics\nmon,a,AAPL,\nmon,b,MSFT,\n'),
      },
    })
    const source = newsSentiment.sources['alpha-vantage']!
    const one = {
      ...newsSentiment,
      sources: {
        'alpha-vantage': {
          ...source,
          request: (...given: Parameters<typeof source.request>) => {
            const sourceRequest = source.request(...given)
            return given[0].target === 'mon/a'
              ? {...sourceRequest, query: {...sourceRequest.query, topics: 'no_such_topic'}}
              : sourceRequest
          },
        },
      },
    }
    const run = await setup.collect(one)
    assert.deepEqual([run.exit_code, run.targets_done], [0, 1])
    assert.match(run.complaints.join(), /Invalid inputs/)
  })

  test('belong to a query only with --target; the second query that finds an article changes only its last batch', async () => {
    const setup = await openSetup()
    await saved(setup, {feed: [article({})]})
    assert.deepEqual(
      await setup.rows('select batch_id, last_batch_id, query_type, query_params from market_news_sentiment'),
      [{batch_id: '20261123', last_batch_id: '20261123', query_type: null, query_params: null}],
    )
    assert.deepEqual(await setup.rows('select 1 from market_news_sentiment_queries'), [])
    await saved(setup, {feed: [article({})]}, 'mon/first')
    setup.simulator.clock.change({advanceMs: dayMs})
    await setup.context.clock.refresh()
    await saved(setup, article({}), 'second')
    assert.deepEqual(
      await setup.rows('select batch_id, last_batch_id, query_type from market_news_sentiment'),
      [{batch_id: '20261123', last_batch_id: '20261124', query_type: 'first'}],
    )
    assert.deepEqual(
      await setup.rows('select batch_id, query_type from market_news_sentiment_queries order by 1'),
      [
        {batch_id: '20261123', query_type: 'first'},
        {batch_id: '20261124', query_type: 'second'},
      ],
    )
  })

  test('keep text of any length and script, entities decoded once, topics and labels in one spelling, and scores to the last digit', async () => {
    const setup = await openSetup()
    const long = `${'ل'.repeat(20_000)} 👩‍👩‍👧 &lt;b&gt;`
    const body = `{"feed": [${JSON.stringify(article({title: long, summary: 'a &amp;amp; b &eacute; &nosuch; &#x1F680;'})).replace('0.1,', '0.10000000000000000001,')}]}`
    assert.equal((await saved(setup, body)).exit_code, 0)
    assert.deepEqual(
      await setup.rows('select title, summary, overall_sentiment_score as score from market_news_sentiment'),
      [
        {
          title: long.replace('&lt;b&gt;', '<b>'),
          summary: 'a &amp; b é &nosuch; 🚀',
          score: '0.10000000000000000001',
        },
      ],
    )
    assert.equal(plainText('AT&T &amp; S&P; &#39;x&#39;'), "AT&T & S&P; 'x'")
    for (const [name, slug] of [
      ['Financial Markets', 'financial_markets'],
      ['Economy - Monetary', 'economy_monetary'],
      ['Mergers & Acquisitions', 'mergers_and_acquisitions'],
      ['energy_transportation', 'energy_transportation'],
      ['Real Estate & Construction', 'real_estate'],
    ])
      assert.equal(topicSlug(name!), slug)
  })

  test('with one bad article store the others and the watermark', async () => {
    const setup = await openSetup({at: monday, ...unlimited})
    setup.simulator.faults.add({provider: 'alpha-vantage', kind: 'one-bad-item'})
    const run = await setup.collect(newsSentiment, {limit: 1})
    assert.deepEqual([run.exit_code, run.rows_rejected], [1, 1])
    assert.ok(run.rows_inserted > 5)
    assert.match(
      String((await setup.rows('select reason from rejected_rows'))[0]?.['reason']),
      /overall_sentiment_score/,
    )
    assert.equal(
      (await setup.rows(`select 1 from target_state where cursor ->> 'seen' is not null`)).length,
      1,
    )
  })
})

test('news-yield shows the gain of each query per call, equal to the count by hand', async (t) => {
  const own = settings(
    t,
    'weekday,name,tickers,topics,sort\nmon,apple,AAPL,,\nmon,tech,,technology,LATEST\nmon,apple_again,AAPL,technology,\nmon,nobody,ZZZZZZ,,\n',
  )
  const setup = await openSetup({at: monday, ...unlimited, env: {...generous, FIN_CONFIG_DIR: own}})
  await setup.collect(newsSentiment)
  goTo(setup, '2026-11-30T11:10:00Z')
  await setup.collect(newsSentiment)
  const database = await setup.context.database()
  const yielded = async (since: string | null) =>
    database.query<Record<string, unknown>>('select_news_yield', [since])
  const articles = await setup.rows('select url_hash, query_type, batch_id from market_news_sentiment')
  const finds = await setup.rows('select url_hash, query_type, batch_id from market_news_sentiment_queries')
  const byHand = (first: string, calls: number) =>
    ['apple', 'tech', 'apple_again', 'nobody']
      .map((query) => {
        const gained = articles.filter(
          (one) => one['query_type'] === query && String(one['batch_id']) >= first,
        ).length
        const found = new Set(
          finds
            .filter((one) => one['query_type'] === query && String(one['batch_id']) >= first)
            .map((one) => one['url_hash']),
        ).size
        return {
          query,
          weekdays: 'mon',
          calls: String(calls),
          first_finds: String(gained),
          finds: String(found),
          gained_per_call: (gained / calls).toFixed(2),
        }
      })
      .sort((a, b) => Number(b.gained_per_call) - Number(a.gained_per_call) || (a.query < b.query ? -1 : 1))
  const shown = (rows: Record<string, unknown>[]) =>
    rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('last_'))))
  const all = await yielded(null)
  assert.deepEqual(shown(all), byHand('20261123', 2))
  assert.ok(Number(all[0]?.['first_finds']) > 10)
  assert.deepEqual(
    all.find(({query}) => query === 'apple_again')?.['first_finds'],
    '0',
    'articles that apple has found already',
  )
  assert.ok(Number(all.find(({query}) => query === 'apple_again')?.['finds']) > 0)
  assert.deepEqual(shown(await yielded('2026-11-30')), byHand('20261130', 1))
  await setup.rows(`delete from provider_requests where go_at < '2026-11-30'`)
  assert.deepEqual(shown(await yielded(null)), byHand('20261130', 1), 'finds of deleted calls do not count')
})
