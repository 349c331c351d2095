/** Calendars and movers: dates that move, two spellings, JSON in place of CSV, one notification per batch. */
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'
import pg from 'pg'
import {earningsCalendar} from '../../src/lib/collectors/earnings-calendar.js'
import {ipoCalendar} from '../../src/lib/collectors/ipo-calendar.js'
import {topGainers} from '../../src/lib/collectors/top-gainers.js'
import type {AnyCollector} from '../../src/lib/define.js'
import {collectSaved} from '../../src/lib/run/saved.js'
import {dayMs} from '../../src/lib/time.js'
import {credentials, openSetup, type TestSetup} from './setup.js'

const saved = (setup: TestSetup, collector: AnyCollector, text: string, force = false) =>
  collectSaved(collector, text, {command: `fin ingest ${collector.name} --input -`, force}, setup.context)
const states = (setup: TestSetup) =>
  setup.rows('select unit, target, failures, status, next_due from target_state')

describe('earnings-calendar', () => {
  const header = 'symbol,name,reportDate,fiscalDateEnding,estimate,currency,timeOfTheDay\n'
  const row = (symbol: string, date: string, more = ',1.5,USD,') =>
    `${symbol},${symbol} CORP,${date},2026-09-30${more}\n`
  const current = (setup: TestSetup, symbol: string) =>
    setup.rows(
      'select report_date::text as date, estimate, time_of_day, superseded_at from earnings_calendar where symbol = $1 order by id',
      [symbol],
    )

  test('a date that moves supersedes the row of the old one, in the same transaction', async () => {
    const setup = await openSetup()
    const {
      context: {clock},
    } = setup
    assert.equal((await setup.collect(earningsCalendar)).outcome, 'done')
    const before = await setup.rows(
      'select symbol, report_date::text as date, fiscal_date_ending::text as period from earnings_calendar where superseded_at is null',
    )
    assert.ok(before.length > 1500, String(before.length))
    const firstAt = clock.now()
    setup.simulator.clock.change({advanceMs: 55 * dayMs})
    await clock.refresh()
    const second = await setup.collect(earningsCalendar)
    assert.equal(second.exit_code, 0, second.complaints.join())

    const moved = await setup.rows(`
      select old.symbol, old.report_date::text as was, new.report_date::text as date, old.fiscal_date_ending::text as period, old.superseded_at as at, new.fetched_at as seen, old.xmin = new.xmin as together
      from earnings_calendar old join earnings_calendar new on new.symbol = old.symbol and new.fiscal_date_ending = old.fiscal_date_ending and new.superseded_at is null
      where old.superseded_at is not null order by 1, 2`)
    const asKnown = (atMs: number) =>
      new Map(
        setup.simulator.scenario
          .members(atMs)
          .flatMap(({symbol}) =>
            setup.simulator.scenario
              .reports(symbol, atMs - dayMs, atMs + 365 * dayMs, atMs)
              .map((report) => [`${symbol} ${report.fiscalEnd}` as string, report.day] as const),
          ),
      )
    const [known, since] = [asKnown(firstAt.getTime()), asKnown(clock.now().getTime())]
    const expected = before
      .filter(({symbol, period}) => known.has(`${String(symbol)} ${String(period)}`))
      .filter(
        ({symbol, period, date}) =>
          since.has(`${String(symbol)} ${String(period)}`) &&
          since.get(`${String(symbol)} ${String(period)}`) !== date,
      )
    assert.ok(expected.length > 50, `${expected.length} dates moved in the scenario`)
    const movedOf = new Map(moved.map((one) => [`${String(one['symbol'])} ${String(one['period'])}`, one]))
    for (const {symbol, period, date} of expected) {
      const key = `${String(symbol)} ${String(period)}`
      assert.deepEqual(
        [movedOf.get(key)?.['was'], movedOf.get(key)?.['date'], movedOf.get(key)?.['together']],
        [date, since.get(key), true],
        key,
      )
      assert.deepEqual(movedOf.get(key)?.['at'], movedOf.get(key)?.['seen'])
    }
    assert.deepEqual(
      await setup.rows(
        'select symbol, fiscal_date_ending from earnings_calendar where superseded_at is null group by 1, 2 having count(*) > 1',
      ),
      [],
    )
  })

  test('past reports stay, coming reports that an answer leaves out are superseded, and every answer marks the rows it saw', async () => {
    const setup = await openSetup() // Monday, 23 November 2026
    const many = Array.from({length: 20}, (_, n) =>
      row(`KEPT${String.fromCharCode(65 + n)}`, '2026-12-15'),
    ).join('')
    await saved(
      setup,
      earningsCalendar,
      header + many + row('PAST', '2026-11-23') + row('GONE', '2026-12-01'),
    )
    setup.simulator.clock.change({advanceMs: dayMs})
    await setup.context.clock.refresh()
    const run = await saved(setup, earningsCalendar, header + many)
    assert.deepEqual([run.exit_code, run.rows_inserted, run.rows_updated], [0, 0, 0])
    assert.deepEqual((await current(setup, 'PAST'))[0]?.['superseded_at'], null)
    assert.equal((await current(setup, 'GONE'))[0]?.['superseded_at'] !== null, true)
    assert.deepEqual(
      await setup.rows(
        `select distinct fetched_at = '2026-11-24T21:00:00Z' as seen, updated_at = created_at as untouched from earnings_calendar where symbol like 'KEPT%'`,
      ),
      [{seen: true, untouched: true}],
    )
    await saved(setup, earningsCalendar, header + many + row('GONE', '2026-12-01'))
    assert.deepEqual(
      (await current(setup, 'GONE')).map(({superseded_at: at}) => at !== null),
      [true, false],
      'it is named again',
    )
  })

  test('an answer that lacks more than a fifth is not believed, nor is a bare header', async () => {
    const setup = await openSetup()
    await setup.collect(earningsCalendar)
    const [stored] = await setup.rows(
      'select count(*)::int as n from earnings_calendar where superseded_at is null',
    )
    for (const text of [header, header + row('ALONE', '2026-12-15')]) {
      const run = await saved(setup, earningsCalendar, text).catch((error: Error) => ({
        exit_code: 1,
        message: error.message,
      }))
      assert.deepEqual(
        [run.exit_code, /more than a fifth/.test(run.message ?? '')],
        [1, true],
        run.message ?? '',
      )
    }
    assert.deepEqual(
      await setup.rows('select count(*)::int as n from earnings_calendar where superseded_at is null'),
      [stored],
    )
  })

  test('both spellings of a class share are one company: the dotted row has the date, the other one fills in what it lacks', async () => {
    const setup = await openSetup()
    await setup.collect(earningsCalendar)
    const [known] = setup.simulator.scenario.reports(
      'BF.B',
      setup.simulator.clock.nowMs() - dayMs,
      setup.simulator.clock.nowMs() + 365 * dayMs,
      setup.simulator.clock.nowMs(),
    )
    const [first] = await current(setup, 'BF.B')
    assert.equal(first?.['date'], known?.day)
    assert.deepEqual(await setup.rows(`select symbol from earnings_calendar where symbol ~ '^(BF|BRK)-'`), [])
    assert.ok((await current(setup, 'BF.A')).length > 0, 'a class that has the hyphen alone')
    assert.deepEqual(
      await setup.rows(
        `select distinct symbol, company_name, estimate from earnings_calendar where symbol = 'BAC-PB'`,
      ),
      [{symbol: 'BAC-PB', company_name: null, estimate: null}],
    )
    const other = await openSetup()
    await saved(
      other,
      earningsCalendar,
      header + row('HAR.A', '2026-12-15', ',,USD,post-market') + row('HAR-A', '2026-12-21', ',1.31,CAD,'),
    )
    assert.deepEqual(
      await other.rows(
        'select symbol, report_date::text as date, estimate, currency, time_of_day from earnings_calendar',
      ),
      [{symbol: 'HAR.A', date: '2026-12-15', estimate: '1.31', currency: 'CAD', time_of_day: 'amc'}],
    )
  })

  test('an answer without a value erases nothing, also when the date moves; reports without a period move too', async () => {
    const setup = await openSetup()
    await saved(
      setup,
      earningsCalendar,
      header + row('ABC', '2026-12-15', ',1.5,EUR,post-market') + 'NOPER,NOPER CORP,2026-12-15,,2,USD,\n',
    )
    await saved(
      setup,
      earningsCalendar,
      header + row('ABC', '2026-12-15', ',,EUR,') + 'NOPER,NOPER,2026-12-16,,,USD,\n',
    )
    assert.deepEqual(await current(setup, 'ABC'), [
      {date: '2026-12-15', estimate: '1.5', time_of_day: 'amc', superseded_at: null},
    ])
    assert.deepEqual(
      (await current(setup, 'NOPER')).map(({date, estimate, superseded_at: at}) => [
        date,
        estimate,
        at === null,
      ]),
      [
        ['2026-12-15', '2', false],
        ['2026-12-16', '2', true],
      ],
    )
    await saved(
      setup,
      earningsCalendar,
      header.replace(',timeOfTheDay', '') +
        'ABC,ABC CORP,2026-12-17,2026-09-30,,EUR\nNOPER,NOPER,2026-12-16,,,USD\n',
    )
    assert.deepEqual(
      (await current(setup, 'ABC')).map(({date, estimate, time_of_day: time}) => [date, estimate, time]),
      [
        ['2026-12-15', '1.5', 'amc'],
        ['2026-12-17', '1.5', null],
      ],
    )
  })

  test('the older header of 2025 is understood', async () => {
    const setup = await openSetup({at: new Date('2025-11-24T21:00:00Z')})
    assert.equal((await setup.collect(earningsCalendar)).exit_code, 0)
    assert.deepEqual(await setup.rows('select distinct time_of_day from earnings_calendar'), [
      {time_of_day: null},
    ])
  })

  test('a limit sent as JSON is not a row: the run ends, and the next run resumes when the quota allows it', async () => {
    const setup = await openSetup({simulated: {ALPHA_VANTAGE_REQUESTS_PER_DAY: '1'}})
    await fetch(
      `${setup.simulator.url}/alpha-vantage/query?function=CPI&apikey=${credentials.ALPHA_VANTAGE_API_KEY_1}`,
    )
    setup.simulator.clock.change({advanceMs: 60_000})
    const run = await setup.collect(earningsCalendar)
    assert.deepEqual(
      [run.outcome, run.exit_code, run.rows_received, run.rows_rejected],
      ['quota spent', 0, 0, 0],
    )
    assert.deepEqual(
      await setup.rows(
        'select (select count(*)::int from earnings_calendar) as rows, (select count(*)::int from rejected_rows) as aside',
      ),
      [{rows: 0, aside: 0}],
    )
    setup.simulator.clock.change({advanceMs: 25 * 3_600_000})
    assert.equal((await setup.collect(earningsCalendar)).outcome, 'done')
  })

  test('other JSON, also an empty object, fails the run and is tried again, not put off for a month', async () => {
    const setup = await openSetup()
    for (const body of ['{}', '[]', '{"feed": []}', '<html></html>', 'symbol,name\nA,B\n']) {
      const run = await saved(setup, earningsCalendar, body)
      assert.deepEqual([run.exit_code, run.rows_received], [1, 0], body)
    }
    const first = earningsCalendar.sources['alpha-vantage']!
    const empty = {
      ...earningsCalendar,
      sources: {
        'alpha-vantage': {
          ...first,
          provider: {...first.provider, refusal: () => ({next: 'skip' as const, why: 'an empty object'})},
        },
      },
    }
    const run = await setup.collect(empty)
    assert.deepEqual([run.exit_code, run.targets_failed], [1, 1])
    assert.deepEqual(
      (await states(setup)).map(({failures, status, next_due: due}) => [failures, status, due]),
      [[1, 'active', null]],
    )
    assert.equal((await setup.collect(earningsCalendar)).outcome, 'done')
  })

  test('is requested at the same instant of every day, winter and summer', () => {
    assert.deepEqual(
      earningsCalendar.schedule?.map(({cron, zone, catchUp}) => [cron, zone, catchUp]),
      [['30 1 * * *', 'UTC', 'latest']],
    )
  })
})

describe('top-gainers', () => {
  /** The payloads that listeners receive during `work`; the database's clock shows when all have come. */
  async function heard(
    setup: TestSetup,
    work: () => Promise<unknown>,
  ): Promise<{batch_id: number; timestamp: number}[]> {
    const client = new pg.Client(setup.databaseUrl)
    await client.connect()
    const payloads: string[] = []
    const ended = new Promise<void>((resolve) =>
      client.on('notification', ({payload = ''}) =>
        payload === 'end' ? resolve() : void payloads.push(payload),
      ),
    )
    await client.query('listen top_gainers_updated')
    await work()
    await client.query(`notify top_gainers_updated, 'end'`)
    await ended
    await client.end()
    return payloads.map((payload) => JSON.parse(payload) as {batch_id: number; timestamp: number})
  }

  test('a new batch is notified once, with its id; a repeated stamp writes nothing and notifies nobody', async () => {
    const setup = await openSetup({at: new Date('2026-11-20T22:15:00Z')}) // Friday
    const first = await heard(setup, async () => {
      const run = await setup.collect(topGainers)
      assert.deepEqual([run.outcome, run.rows_inserted], ['done', run.rows_received])
    })
    assert.deepEqual(
      first.map(({batch_id: batch}) => batch),
      [20261120211600],
    )
    assert.ok(Math.abs(first[0]!.timestamp * 1000 - Date.now()) < 600_000)
    const stored = await setup.rows(
      'select *, xmin::text from top_gainers order by batch_id, category, rank_position',
    )
    for (const day of ['Saturday', 'Sunday']) {
      setup.simulator.clock.change({advanceMs: dayMs})
      const repeated = await heard(setup, async () => {
        const run = await setup.collect(topGainers)
        assert.deepEqual(
          [run.outcome, run.exit_code, run.rows_received, run.rows_inserted, run.rows_updated],
          ['unchanged', 0, stored.length, 0, 0],
          day,
        )
      })
      assert.deepEqual(repeated, [], day)
      assert.deepEqual(
        await setup.rows('select *, xmin::text from top_gainers order by batch_id, category, rank_position'),
        stored,
        day,
      )
    }
    setup.simulator.clock.change({advanceMs: dayMs})
    assert.deepEqual(
      (await heard(setup, () => setup.collect(topGainers))).map(({batch_id: batch}) => batch),
      [20261123211600],
    )
    assert.deepEqual(
      await setup.rows(
        `select distinct last_updated = '2026-11-23T21:16:00Z' as at from top_gainers where batch_id = (select max(batch_id) from top_gainers)`,
      ),
      [{at: true}],
    )
  })

  test('three lists are stored with their ranks, warrants and rights, one symbol in two lists, and every digit as sent', async () => {
    const setup = await openSetup()
    await setup.collect(topGainers)
    assert.deepEqual(
      await setup.rows(
        'select category, count(*)::int as n, min(rank_position) as first, max(rank_position) as last from top_gainers group by 1 order by 1',
      ),
      [
        {category: 'most_actively_traded', n: 20, first: 1, last: 20},
        {category: 'top_gainers', n: 20, first: 1, last: 20},
        {category: 'top_losers', n: 20, first: 1, last: 20},
      ],
    )
    const kinds =
      await setup.rows(`select count(*) filter (where symbol like '%^')::int as rights, count(*) filter (where symbol like '%+')::int as warrants,
      count(*) - count(distinct symbol) > 0 as twice, max(change_percentage) > 10000 as huge from top_gainers`)
    assert.deepEqual(kinds, [{rights: 2, warrants: 2, twice: true, huge: true}])
  })

  test('one bad mover is rejected alone; the others are one batch, notified once', async () => {
    const setup = await openSetup()
    setup.simulator.faults.add({provider: 'alpha-vantage', kind: 'one-bad-item'})
    const notified = await heard(setup, () => setup.collect(topGainers))
    assert.equal(notified.length, 1)
    const [aside] = await setup.rows('select kind, item::jsonb ->> $1 as category from rejected_rows', [
      'category',
    ])
    assert.deepEqual(aside, {kind: 'row', category: 'top_losers'})
    assert.deepEqual(await setup.rows('select count(*)::int as n from top_gainers'), [{n: 59}])
  })

  test('an answer without its stamp, or without one of its lists, is not a batch', async () => {
    const setup = await openSetup()
    const lists = {top_gainers: [], top_losers: [], most_actively_traded: []}
    for (const body of [
      lists,
      {...lists, last_updated: 'yesterday', top_losers: [{ticker: 'A'}]},
      {...lists, last_updated: '2026-11-13 16:16:00 US/Nowhere', top_gainers: [{ticker: 'A'}]},
      {last_updated: '2026-11-13 16:16:00 US/Eastern', top_gainers: []},
      {Information: 'Our standard API rate limit is 25 requests per day.'},
    ])
      assert.equal((await saved(setup, topGainers, JSON.stringify(body))).exit_code, 1, JSON.stringify(body))
  })
})

describe('ipo-calendar', () => {
  const header = 'symbol,name,ipoDate,priceRangeLow,priceRangeHigh,currency,exchange\n'

  test('names that hold "error" or "Information" are names; 0 is not a price; both forms of dates are read', async () => {
    const setup = await openSetup() // November: the form with hyphens
    assert.equal((await setup.collect(ipoCalendar)).exit_code, 0)
    const [found] =
      await setup.rows(`select count(*)::int as n, count(*) filter (where company_name ~ 'ERROR')::int as errors, count(*) filter (where company_name ~ 'INFORMATION')::int as informations,
      count(*) filter (where price_range_low is null and price_range_high is null)::int as unpriced, min(ipo_date) >= '2026-11-23' and max(ipo_date) < '2027-03-01' as ahead from ipo_calendar`)
    assert.ok(
      Number(found?.['n']) > 30 &&
        Number(found?.['errors']) > 2 &&
        Number(found?.['informations']) > 2 &&
        Number(found?.['unpriced']) > 3,
      JSON.stringify(found),
    )
    assert.equal(found?.['ahead'], true)
    setup.simulator.clock.change({instantMs: Date.UTC(2027, 0, 4, 2)})
    const slashed = await setup.collect(ipoCalendar)
    assert.deepEqual([slashed.exit_code, slashed.rows_rejected], [0, 0])
    assert.deepEqual(
      await setup.rows(
        `select min(ipo_date) >= '2027-01-04' and max(ipo_date) < '2027-04-06' as ahead from ipo_calendar where fetched_at >= '2027-01-04'`,
      ),
      [{ahead: true}],
    )
  })

  test('every expected date is kept, with the instants of its first and last answer', async () => {
    const setup = await openSetup()
    const week = async (date: string, price: string) => {
      const run = await saved(
        setup,
        ipoCalendar,
        `${header}NEWC,Error Information Inc,${date},${price},USD,NYSE\n`,
      )
      assert.equal(run.exit_code, 0, run.message ?? '')
      setup.simulator.clock.change({advanceMs: 7 * dayMs})
      await setup.context.clock.refresh()
    }
    await week('2026-12-10', '14,16')
    await week('2026-12-10', '14,16')
    await week('12/17/26', '0,0')
    assert.deepEqual(
      await setup.rows(
        `select company_name, ipo_date::text as date, price_range_low as low, price_range_high as high, fetched_at = '2026-12-07T21:00:00Z' as seen from ipo_calendar`,
      ),
      [{company_name: 'Error Information Inc', date: '2026-12-17', low: '14', high: '16', seen: true}],
    )
    assert.deepEqual(
      await setup.rows(
        'select ipo_date::text as date, first_seen_at::date::text as first, last_seen_at::date::text as last from ipo_calendar_history order by 1',
      ),
      [
        {date: '2026-12-10', first: '2026-11-23', last: '2026-11-30'},
        {date: '2026-12-17', first: '2026-12-07', last: '2026-12-07'},
      ],
    )
    await week('2026-12-17', '20,0')
    assert.deepEqual(
      await setup.rows('select price_range_low as low, price_range_high as high from ipo_calendar'),
      [{low: '20', high: null}],
      'a range is reported as a whole',
    )
  })

  test('JSON in place of CSV gives no row; a price range upside down is rejected with its reason', async () => {
    const setup = await openSetup()
    for (const body of [
      '{"Information": "Thank you for using Alpha Vantage! Our standard API rate limit is 25 requests per day."}',
      '{}',
      header.replace('ipoDate', 'date'),
    ])
      assert.equal((await saved(setup, ipoCalendar, body)).exit_code, 1, body)
    await saved(
      setup,
      ipoCalendar,
      `${header}UPDN,Upside Down,2026-12-10,16,14,USD,NYSE\nGOOD,Good,2026-12-10,16,,USD,NYSE\n`,
    )
    assert.deepEqual(
      await setup.rows('select symbol, price_range_low as low, price_range_high as high from ipo_calendar'),
      [{symbol: 'GOOD', low: '16', high: null}],
    )
    assert.match(String((await setup.rows('select reason from rejected_rows'))[0]?.['reason']), /price_range/)
  })
})
