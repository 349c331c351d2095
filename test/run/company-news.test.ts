/**
 * News of companies, of reports and of the market: from a watermark on, complete, within the limits, through
 * storms of refusals, and never twice.
 */
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'
import {companyNews} from '../../src/lib/collectors/company-news.js'
import {earningsNews} from '../../src/lib/collectors/earnings-news.js'
import {marketNewsFinnhub} from '../../src/lib/collectors/market-news-finnhub.js'
import {sp500Companies} from '../../src/lib/collectors/sp500-companies.js'
import {statement} from '../../src/lib/db/statement.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {marketNewsCategories, createCompanyNews, marketStories} from '../../src/simulator/company-news.js'
import {dayMs, hourMs} from '../../src/lib/time.js'
import {fin} from '../servers.js'
import {full, fullTest, soak} from '../size.js'
import {openSetup, type TestSetup} from './setup.js'

const open = async (...args: Parameters<typeof openSetup>) => {
  const setup = await openSetup(...args)
  await setup.collect(sp500Companies)
  return setup
}
const generous = {FINNHUB_REQUESTS_PER_MINUTE: '100000', FINNHUB_REQUESTS_PER_SECOND: '100000'}
const requestsAfter = (setup: TestSetup, after = 0) =>
  setup.simulator.log
    .requests({provider: 'finnhub', after})
    .map((request) => ({...request, query: new URLSearchParams(request.path.split('?')[1])}))
const last = (setup: TestSetup) => setup.simulator.log.requests().at(-1)?.n ?? 0
const isoDay = (ms: number) => new Date(ms).toISOString().slice(0, 10)
const advance = (setup: TestSetup, advanceMs: number) => setup.simulator.clock.change({advanceMs})
const only = (setup: TestSetup, ...symbols: string[]) =>
  setup.rows('update sp500_companies set is_member = symbol = any ($1)', [symbols])
const urls = async (setup: TestSetup, symbol: string) =>
  (await setup.rows('select url from company_news where symbol = $1 order by url', [symbol])).map(({url}) =>
    String(url),
  )
const written = (setup: TestSetup, symbol: string, fromDay: string) =>
  [
    ...new Set(
      createCompanyNews()
        .company(
          setup.simulator.scenario,
          symbol,
          Date.parse(fromDay),
          Infinity,
          setup.simulator.clock.nowMs(),
        )
        .map(({url}) => url),
    ),
  ].sort()
/** The urls of the list that the newsroom of the simulator did not write. */
const unwritten = (found: readonly string[], all: readonly string[]) => {
  const known = new Set(all)
  return found.filter((url) => !known.has(url))
}
/** The urls that only one of two lists has. */
const differing = (a: readonly string[], b: readonly string[]) =>
  [...unwritten(a, b).map((one) => `- ${one}`), ...unwritten(b, a).map((one) => `+ ${one}`)].slice(0, 5)
const states = (setup: TestSetup, job: string) =>
  setup.rows(
    'select target, failures, cursor, last_success is not null as done from target_state where unit = $1 order by target',
    [job],
  )

describe('company-news', () => {
  fullTest(
    'all members fit into the limits of one credential, and the next run requests from the last day on',
    {timeout: 600_000},
    async (t) => {
      const setup = await open()
      const members = 503
      await setup.rows(
        `update sp500_companies set is_member = symbol in (
        select symbol from sp500_companies order by symbol not in ('MMM', 'NVDA'), symbol limit $1)`,
        [members],
      )
      const began = setup.simulator.clock.nowMs()
      const reported: number[] = []
      const startedAt = performance.now()
      const run = await setup.collect(companyNews, {
        progress: (_target, done, total) => {
          reported.push(done)
          assert.equal(total, members)
        },
      })
      const minutes = (setup.simulator.clock.nowMs() - began) / 60_000
      t.diagnostic(
        `${run.requests} requests in ${minutes.toFixed(1)} simulated minutes, ${Math.round(performance.now() - startedAt)} ms`,
      )
      assert.deepEqual(
        [run.outcome, run.exit_code, run.targets_done, run.requests_refused],
        ['done', 0, members, 0],
        run.complaints.join(),
      )
      assert.ok(minutes > members / 60 - 1, `${minutes} minutes`)
      assert.deepEqual(
        reported,
        Array.from({length: members}, (_, index) => index + 1),
      )
      assert.deepEqual(
        requestsAfter(setup).filter(({refused}) => refused),
        [],
      )
      const {limits} = setup.simulator.log.summary()
      assert.deepEqual(
        limits
          .filter(({provider}) => provider === 'finnhub')
          .map(({allowed, most}) => [allowed, most <= allowed]),
        [
          [30, true],
          [60, true],
        ],
      )
      assert.deepEqual(
        await setup.rows(
          'select status, count(*)::int as n, max(total_symbols) as total from company_news_progress group by 1',
        ),
        [{status: 'completed', n: members, total: members}],
      )
      assert.ok(
        Number(
          (
            await setup.rows(`select count(*)::int as n from target_state where unit = 'company-news' and last_success is not null
      and cursor ->> 'day' = '2026-11-16' and target not in (select symbol from company_news)`)
          )[0]?.['n'],
        ) > 10,
        'no news is a success',
      )
      assert.ok(
        Number(
          (
            await setup.rows(
              'select count(*)::int as n from (select url from company_news group by url having count(*) > 1) u',
            )
          )[0]?.['n'],
        ) > 5,
        'one article, two companies',
      )
      assert.ok((await urls(setup, 'BF.B')).length > 0, 'the other spelling of a class share')
      assert.ok(
        requestsAfter(setup).some(({query}) => query.get('symbol') === 'BF-B') &&
          requestsAfter(setup).every(({query}) => query.get('symbol') !== 'BRK-B'),
      )

      setup.simulator.clock.change({instantMs: Date.parse('2026-11-24T03:00:00Z')})
      const before = last(setup)
      const days = new Map(
        (await states(setup, 'company-news')).map(({target, cursor}) => [
          String(target),
          (cursor as {day: string}).day,
        ]),
      )
      const second = await setup.collect(companyNews)
      assert.deepEqual([second.outcome, second.targets_done, second.rows_updated], ['done', members, 0])
      const first = new Map<string, string>()
      for (const {query} of requestsAfter(setup, before).toReversed())
        first.set(query.get('symbol') ?? '', query.get('from') ?? '')
      for (const [symbol, day] of days) assert.equal(first.get(symbol), day, symbol)
      for (const symbol of ['AAPL', 'NVDA', 'MMM', 'BRK.B', 'BF.B']) {
        assert.deepEqual(
          unwritten(await urls(setup, symbol), written(setup, symbol, '2026-11-16')),
          [],
          symbol,
        )
        const answered = (
          await setup.rows(
            `select last_success from target_state where unit = 'company-news' and target = $1`,
            [symbol],
          )
        )[0]?.['last_success'] as Date
        const due = createCompanyNews()
          .company(
            setup.simulator.scenario,
            symbol,
            Date.parse('2026-11-17'),
            Infinity,
            answered.getTime() - 60_000,
          )
          .map(({url}) => url)
        const have = new Set(await urls(setup, symbol))
        assert.deepEqual(
          due.filter((url) => !have.has(url)),
          [],
          symbol,
        )
      }
    },
  )

  test('a busy company is requested day by day until nothing is missing, also when the answer is out of order', async (t) => {
    // in order and once: also the test of missed days below
    for (const kind of [...(full ? [undefined] : []), 'out-of-order', 'duplicates'] as const) {
      const setup = await open({env: generous, simulated: generous})
      if (kind) setup.simulator.faults.add({provider: 'finnhub', kind, times: 2})
      const run = await setup.collect(companyNews, {names: ['AAPL']})
      const all = written(setup, 'AAPL', '2026-11-16')
      t.diagnostic(`${all.length} articles, ${run.requests} requests`)
      assert.ok(all.length > 2 * 246, 'more than two answers hold')
      assert.deepEqual(differing(await urls(setup, 'AAPL'), all), [], kind)
      assert.ok(run.requests > 3 && run.requests <= 8, 'at most one request per day')
      const again = await setup.collect(companyNews, {names: ['AAPL']})
      assert.deepEqual(
        [again.outcome, again.rows_inserted, requestsAfter(setup).at(-again.requests)?.query.get('from')],
        ['unchanged', 0, '2026-11-23'],
      )
    }
  })

  test('after weeks without a run every missed day is requested; an impossible watermark is not believed', async () => {
    const setup = await open({env: generous, simulated: generous})
    await setup.collect(companyNews, {names: ['MSFT', 'NVDA']})
    advance(setup, (full ? 40 : 15) * dayMs)
    await only(setup, 'MSFT', 'NVDA')
    assert.equal((await setup.collect(companyNews)).exit_code, 0)
    for (const symbol of ['MSFT', 'NVDA'])
      assert.deepEqual(differing(await urls(setup, symbol), written(setup, symbol, '2026-11-16')), [], symbol)
    for (const day of ['2099-01-01', '1999-01-01', 'nonsense']) {
      await setup.rows(`update target_state set cursor = $1 where unit = 'company-news'`, [
        JSON.stringify({day}),
      ])
      const before = last(setup)
      await setup.collect(companyNews, {names: ['MSFT']})
      assert.equal(
        requestsAfter(setup, before)[0]?.query.get('from'),
        isoDay(setup.simulator.clock.nowMs() - 7 * dayMs),
        day,
      )
    }
  })

  test('a storm of 429 ends the run; the next one resumes with exactly that company, and nothing is missing', async () => {
    const members = [
      'AAPL',
      'ABBV',
      'ADBE',
      'AMD',
      'AMZN',
      'BAC',
      'BRK.B',
      'COST',
      'CRM',
      'CVX',
      'DIS',
      'GE',
      'GOOG',
      'GOOGL',
    ]
    const setup = await open({env: generous, simulated: generous})
    await only(setup, ...members)
    const [plan] = await setup.rows(
      'select array_agg(symbol order by symbol) as symbols from sp500_companies where is_member',
    )
    const symbols = plan?.['symbols'] as string[]
    assert.ok(symbols.length > 10)
    const failing = symbols[4] as string
    const done: string[] = []
    const run = await setup.collect(companyNews, {
      progress: (target, n) => {
        done.push(target)
        if (n === 4) setup.simulator.faults.add({provider: 'finnhub', kind: '429', times: 1e6})
      },
    })
    assert.deepEqual(
      [run.outcome, run.exit_code, run.targets_done, run.targets_failed],
      ['partial', 1, 4, 3],
      run.message ?? '',
    )
    assert.deepEqual(done, symbols.slice(0, 4))
    assert.match(run.complaints.join(), /limit reached/i)
    setup.simulator.faults.clear()
    advance(setup, 120_000)
    const before = last(setup)
    const resumed: string[] = []
    const next = await setup.collect(companyNews, {
      progress: (target) => {
        resumed.push(target)
      },
    })
    assert.deepEqual([next.outcome, next.exit_code, resumed], ['done', 0, symbols.slice(4)])
    assert.equal(requestsAfter(setup, before)[0]?.query.get('symbol'), failing)
    for (const symbol of symbols)
      assert.deepEqual(unwritten(await urls(setup, symbol), written(setup, symbol, '2026-11-16')), [])
    assert.deepEqual(
      (await states(setup, 'company-news')).filter(({failures, done: isDone}) => failures !== 0 || !isDone),
      [],
    )
    assert.equal((await setup.collect(companyNews)).outcome, 'nothing due')
  })

  test('an interrupted run keeps its stored targets, and the next one requests only the others', async () => {
    const setup = await open({env: generous, simulated: generous})
    const stopAt = full ? 50 : 10
    await setup.rows(
      'update sp500_companies set is_member = symbol in (select symbol from sp500_companies order by symbol limit $1)',
      [stopAt + 5],
    )
    const stopped = await setup.collect(companyNews, {
      progress: (_target, done) => {
        if (done === stopAt) setup.stop.abort()
      },
    })
    assert.deepEqual([stopped.outcome, stopped.targets_done], ['interrupted', stopAt])
    assert.equal((await states(setup, 'company-news')).length, stopAt)
    const before = last(setup)
    const next = await fin(['ingest', 'company-news'], {env: setup.env})
    assert.equal(next.code, 0, next.stderr)
    assert.equal(
      new Set(requestsAfter(setup, before).map(({query}) => query.get('symbol')?.replace('-', '.'))).size,
      5,
    )
    assert.deepEqual(
      await setup.rows('select status, count(*)::int as n from company_news_progress group by 1'),
      [{status: 'completed', n: stopAt + 5}],
    )
  })

  test('an article dated ahead moves the watermark no further than the day of the answer, also once its day has come', () => {
    const {request, advance: next} = companyNews.sources['finnhub']!
    const dated = (...times: string[]) =>
      times.map((time) => ({headline: 'x', datetime: String(Date.parse(time) / 1000)}))
    const at = (text: string) => ({targets: [], at: new Date(text), scheduledAt: new Date(text)})
    const afternoon = at('2026-11-23T15:00:00Z')
    const sent = request({target: 'AAPL'}, {day: '2026-11-20'}, afternoon)
    const mark = next!(
      dated('2026-11-24T02:00:00Z', '2026-11-23T11:00:00Z'),
      {day: '2026-11-20'},
      sent,
      afternoon.at,
    )
    assert.deepEqual(mark, {day: '2026-11-23'}, 'the evening of that day is requested by the next run')
    assert.equal(request({target: 'AAPL'}, mark, at('2026-11-24T03:00:00Z')).query?.['from'], '2026-11-23')
    const far = next!(
      dated('2026-11-30T02:00:00Z', '2026-11-21T11:00:00Z'),
      {day: '2026-11-20'},
      sent,
      afternoon.at,
    )
    assert.equal(request({target: 'AAPL'}, far, at('2026-12-02T03:00:00Z')).query?.['from'], '2026-11-21')
    const reports = earningsNews.sources['finnhub']!
    const report = reports.request({target: 'AAPL/2026-11-25'}, null, afternoon)
    assert.deepEqual(reports.advance!(dated('2026-11-24T02:00:00Z'), null, report, afternoon.at), {
      day: '2026-11-11',
    })
  })

  test('a run stopped between two answers about one company begins that company again, so no day is lost, also in its first walk', async () => {
    const setup = await open({env: generous, simulated: generous})
    const cursor = async () => (await states(setup, 'company-news'))[0]?.['cursor'] as {day: string}
    for (const [daysLater, from] of [
      [0, '2026-11-16'],
      [9, '2026-11-16'],
      [10, '2026-12-02'],
    ] as const) {
      advance(setup, daysLater * dayMs)
      let pages = 0
      const emit = () => {
        if (pages++ === 0) setup.simulator.faults.add({provider: 'finnhub', kind: 'garbage'})
      }
      const broken = await setup.collect(companyNews, {names: ['AAPL'], emit})
      assert.deepEqual([broken.exit_code, broken.targets_failed], [1, 1])
      assert.ok(broken.rows_inserted > 0)
      assert.equal((await cursor()).day, from)
      if (daysLater === 0) continue // and no answer for days after that
      assert.equal((await setup.collect(companyNews, {names: ['AAPL']})).exit_code, 0)
      assert.deepEqual(await cursor(), {day: isoDay(setup.simulator.clock.nowMs())})
      assert.deepEqual(differing(await urls(setup, 'AAPL'), written(setup, 'AAPL', '2026-11-16')), [])
    }
  })

  test('one bad article is rejected, the others are stored; a wrong credential needs a person', async () => {
    const setup = await open({env: generous, simulated: generous})
    for (const attempt of [1, 2, 3, 4]) {
      setup.simulator.faults.add({provider: 'finnhub', kind: 'one-bad-item'})
      const run = await setup.collect(companyNews, {names: ['NVDA'], force: true})
      assert.equal(run.exit_code, 1, `refusal ${attempt}`)
      assert.ok(run.rows_rejected >= 1)
    }
    const other = await openSetup({env: {FINNHUB_API_KEY_1: 'simulated'}})
    await assert.rejects(
      other.collect(marketNewsFinnhub),
      (error) =>
        error instanceof NeedsPerson && /FINNHUB_API_KEY_1/.test(`${error.message} ${error.nextStep ?? ''}`),
    )
  })
})

describe('earnings-news', () => {
  test('members that report within 14 days are requested, nearest first, from 14 days before to the report, and each report gets its article', async () => {
    const setup = await open({env: generous, simulated: generous})
    const report = (symbol: string, day: string, fiscal = '2026-10-31', more = '') =>
      setup.rows(
        `insert into earnings_calendar (symbol, report_date, fiscal_date_ending, superseded_at) values ($1, $2, $3, ${more || 'null'})`,
        [symbol, day, fiscal],
      )
    await report('NVDA', '2026-11-25')
    await report('NVDA', '2026-11-25', '2026-09-30') // two periods on one day are one report
    await report('AAPL', '2026-12-07')
    await report('BF.B', '2026-11-23')
    await report('MSFT', '2026-11-22') // yesterday: its day was not over at the last request
    await report('AMZN', '2026-12-08') // too far
    await report('AMD', '2026-11-21') // over, and not requested since
    await report('CRM', '2026-08-24') // the next one is near
    await report('TSLA', '2026-11-26', '2026-10-31', 'now()') // moved away
    await report('ZZZQ', '2026-11-25') // not a member
    const run = await setup.collect(earningsNews)
    assert.deepEqual([run.outcome, run.exit_code], ['done', 0], run.complaints.join())
    const firsts = requestsAfter(setup).map(({query}) =>
      [query.get('symbol'), query.get('from'), query.get('to')].join(' '),
    )
    assert.deepEqual(
      firsts.filter(
        (range, index) => firsts.findIndex((one) => one.split(' ')[0] === range.split(' ')[0]) === index,
      ),
      [
        'MSFT 2026-11-08 2026-11-22',
        'BF.B 2026-11-09 2026-11-23',
        'BF-B 2026-11-09 2026-11-23',
        'NVDA 2026-11-11 2026-11-23',
        'AAPL 2026-11-23 2026-11-23',
        'AMD 2026-11-07 2026-11-21',
      ],
    )
    const [state] = (await states(setup, 'earnings-news')).filter(({target}) => target === 'NVDA/2026-11-25')
    assert.deepEqual(state?.['cursor'], {day: '2026-11-23'})
    const found = async (symbol: string) =>
      (
        await setup.rows('select url from earnings_news_finnhub where symbol = $1 order by url', [symbol])
      ).map(({url}) => String(url))
    assert.deepEqual(differing(await found('NVDA'), written(setup, 'NVDA', '2026-11-11')), [])
    assert.ok((await found('BF.B')).length > 0)

    setup.simulator.clock.change({instantMs: Date.parse('2026-11-24T03:00:00Z')})
    const before = last(setup)
    const second = await setup.collect(earningsNews)
    assert.equal(second.exit_code, 0)
    const sent = requestsAfter(setup, before).map(({query}) =>
      [query.get('symbol'), query.get('from'), query.get('to')].join(' '),
    )
    assert.ok(
      sent.includes('NVDA 2026-11-23 2026-11-24') &&
        sent.some((range) => range.startsWith('AMZN 2026-11-24')) &&
        !sent.some((range) => /^(MSFT|AMD)/.test(range)),
      sent.join(),
    )
    assert.deepEqual(differing(await found('NVDA'), written(setup, 'NVDA', '2026-11-11')), [])
    await assert.rejects(setup.collect(earningsNews, {names: ['CRM/2026-08-24']}), NeedsPerson)

    // Nothing ran for three weeks, in which NVDA, AAPL and AMZN reported.
    setup.simulator.clock.change({instantMs: Date.parse('2026-12-15T03:00:00Z')})
    await report('KO', '2026-12-16')
    const beforeThird = last(setup)
    const third = await setup.collect(earningsNews)
    assert.deepEqual([third.exit_code, third.targets_done], [0, 4])
    const late = requestsAfter(setup, beforeThird).map(({query}) =>
      [query.get('symbol'), query.get('to')].join(' '),
    )
    assert.deepEqual(
      [late[0], late.includes('NVDA 2026-11-25'), late.at(-1)?.split(' ')[0]],
      ['KO 2026-12-15', true, 'NVDA'],
    )
    for (const [symbol, from, to] of [
      ['NVDA', '2026-11-11', '2026-11-26'],
      ['AAPL', '2026-11-23', '2026-12-08'],
      ['AMZN', '2026-11-24', '2026-12-09'],
    ] as const) {
      const all = createCompanyNews().company(
        setup.simulator.scenario,
        symbol,
        Date.parse(from),
        Date.parse(to) - 1,
        setup.simulator.clock.nowMs(),
      )
      assert.deepEqual(
        differing(await found(symbol), [...new Set(all.map(({url}) => url))].sort()),
        [],
        symbol,
      )
    }
    assert.equal((await setup.collect(earningsNews)).outcome, 'nothing due')
    setup.simulator.clock.change({instantMs: Date.parse('2026-12-16T03:00:00Z')})
    assert.equal((await setup.collect(earningsNews)).targets_done, 1, 'the missed days are requested once')
  })
})

describe('market-news-finnhub', () => {
  const [days, hourlyDays] = [30, soak ? 30 : 3]
  fullTest(
    `${days} days of runs, hourly and then every five hours, with outages in them, leave no gap`,
    {timeout: 600_000},
    async (t) => {
      const setup = await open({at: new Date('2026-11-01T00:20:00Z')})
      const began = setup.simulator.clock.nowMs()
      const kinds = ['500', 'out-of-order', 'duplicates', 'garbage', '429', 'cut'] as const
      const startedAt = performance.now()
      for (let hour = 0, n = 0; hour < days * 24; hour += hour < hourlyDays * 24 ? 1 : 5, n++) {
        setup.simulator.clock.change({instantMs: Date.parse('2026-11-01T00:30:00Z') + hour * hourMs})
        if (n % 9 === 5)
          setup.simulator.faults.add({
            provider: 'finnhub',
            kind: kinds[Math.floor(n / 9) % kinds.length] ?? '500',
            times: 1 + (n % 5),
          })
        await setup.collect(marketNewsFinnhub)
        setup.simulator.faults.clear()
      }
      t.diagnostic(
        `${requestsAfter(setup).length} requests in ${Math.round(performance.now() - startedAt)} ms`,
      )
      for (const category of marketNewsCategories) {
        const answered = (
          await setup.rows(
            `select last_success from target_state where unit = 'market-news-finnhub' and target = $1`,
            [category],
          )
        )[0]?.['last_success'] as Date
        const all = marketStories(
          setup.simulator.scenario.seed,
          category,
          answered.getTime(),
          31 * 24,
        ).filter(({ms}) => ms > began)
        assert.ok(all.length > 100, category)
        const stored = new Set(
          (await setup.rows('select news_id from market_news_finnhub where category = $1', [category])).map(
            ({news_id: id}) => Number(id),
          ),
        )
        assert.deepEqual(
          all.filter(({id}) => !stored.has(id)),
          [],
          category,
        )
      }
      assert.deepEqual(
        requestsAfter(setup).filter(({refused, fault}) => refused && fault === null),
        [],
      )
      assert.ok(
        Number(
          (
            await setup.rows(
              'select count(*)::int as n from (select headline from market_news_finnhub group by headline having count(*) > 1) x',
            )
          )[0]?.['n'],
        ) > 20,
        'a story with two ids is kept twice',
      )
    },
  )

  test('ids are compared as whole numbers of any size; an odd one does not silence a category', async () => {
    const {request, advance: next} = marketNewsFinnhub.sources['finnhub']!
    const at = new Date('2026-11-23T15:30:00Z')
    const ids = (...some: (string | null)[]) => some.map((id) => ({headline: 'x', id}))
    const marked = (body: unknown, id: string) => next?.(body, {id}, {path: '/news'}, at)
    assert.deepEqual(marked(ids('9007199254740993', '9007199254740992', '999'), '9007199254740991'), {
      id: '9007199254740993',
    })
    assert.deepEqual(
      marked(ids('99999999999999999999', 'text', null, '-5'), '7'),
      {id: '7'},
      'an id that no table can hold does not move the watermark',
    )
    assert.deepEqual(marked([], '10'), {id: '10'})
    assert.equal(
      request({target: 'general'}, {id: '9007199254740993'}, {targets: [], at, scheduledAt: at}).query?.[
        'minId'
      ],
      '9007199254740993',
    )
    assert.throws(() => request({target: 'sports'}, null, {targets: [], at, scheduledAt: at}), NeedsPerson)

    const setup = await open()
    await setup.collect(marketNewsFinnhub)
    await setup.rows(
      `update target_state set cursor = '{"id": "9007199254740993"}' where unit = 'market-news-finnhub'`,
    )
    advance(setup, 5 * hourMs)
    const run = await setup.collect(marketNewsFinnhub)
    assert.equal(run.outcome, 'done')
    assert.ok(run.rows_inserted > 20)
  })

  test('news that Finnhub no longer shows after an outage are one gap with its bounds; news that it still shows are not a gap', async () => {
    const setup = await open()
    const gaps = () => setup.rows(statement('select_gaps').text, ['market-news-finnhub'])
    await setup.collect(marketNewsFinnhub)
    advance(setup, 9 * hourMs)
    assert.deepEqual([(await setup.collect(marketNewsFinnhub)).complaints, await gaps()], [[], []])
    const marks = new Map(
      (await states(setup, 'market-news-finnhub')).map(({target, cursor}) => [
        String(target),
        cursor as {id: string; published: string},
      ]),
    )
    advance(setup, 48 * hourMs)
    const run = await setup.collect(marketNewsFinnhub)
    assert.equal(run.exit_code, 0)
    assert.match(
      run.complaints.join(),
      /general: the provider no longer offers some of the items since the last run/,
    )
    const found = await gaps()
    assert.deepEqual(
      found.map(({target}) => target).sort(),
      ['crypto', 'forex', 'general'],
      'mergers are few',
    )
    for (const {target, began_at: began, ended_at: ended, detail} of found) {
      const mark = marks.get(String(target))!
      const [oldest] = await setup.rows(
        'select news_id, datetime from market_news_finnhub where category = $1 and news_id > $2 order by news_id limit 1',
        [target, mark.id],
      )
      assert.equal(detail, `what came between ${mark.id} and ${String(oldest?.['news_id'])}`)
      assert.deepEqual([(began as Date).toISOString(), ended], [mark.published, oldest?.['datetime']])
    }
    advance(setup, hourMs)
    assert.deepEqual((await setup.collect(marketNewsFinnhub)).complaints, [])
    assert.equal((await gaps()).length, 3)
  })

  test('a full answer that reaches the watermark has no gap, however far apart its ids are; the watermark waits for the second answer', () => {
    const {request, next: following, advance: next} = marketNewsFinnhub.sources['finnhub']!
    const at = new Date('2026-11-23T15:30:00Z')
    const hundred = (lowest: number, step: number) =>
      Array.from({length: 100}, (_, n) => ({
        headline: 'x',
        id: String(lowest + step * n),
        datetime: '1795000000',
      }))
    const context = {targets: [], at, scheduledAt: at}
    const sent = request({target: 'forex'}, {id: '1000'}, context)
    const under = next!(hundred(5000, 70), {id: '1000'}, sent, at)
    assert.equal(under.id, '1000')
    assert.equal(under.newest?.id, '11930')
    const second = following!(hundred(5000, 70), sent, context)
    assert.deepEqual(second?.query, {category: 'forex', minId: undefined})
    assert.deepEqual(Object.keys(next!(hundred(1000, 70), under, second, at)), ['id', 'published'])
    assert.deepEqual(next!(hundred(5000, 70), under, second, at).gaps, [
      {after_id: '1000', before_id: '5000', after: null, before: '2026-11-18T11:06:40.000Z'},
    ])
    assert.equal(
      next!(hundred(5000, 70).slice(20), under, second, at).gaps,
      undefined,
      'there is no third answer',
    )
    assert.equal(next!(hundred(5000, 70), null, second, at).gaps, undefined, 'the first answer ever')
    assert.equal(following!(hundred(5000, 70).slice(20), sent, context), undefined)
  })
})
