/**
 * Point in time: the answer about an instant is the same a month later, although values are revised, quarters
 * are restated, reports move and members change.
 */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {balanceSheet} from '../../src/lib/collectors/balance-sheet.js'
import {cpi} from '../../src/lib/collectors/cpi.js'
import {earningsCalendar} from '../../src/lib/collectors/earnings-calendar.js'
import {macroVintages} from '../../src/lib/collectors/macro-vintages.js'
import {sp500Companies} from '../../src/lib/collectors/sp500-companies.js'
import {parametersOf, statementQueries} from '../../src/lib/report/named-queries.js'
import type {AnyCollector} from '../../src/lib/define.js'
import {replay} from '../../src/lib/run/replay.js'
import {collectSaved} from '../../src/lib/run/saved.js'
import {dayMs} from '../../src/lib/time.js'
import {isUncovered} from '../../src/simulator/fundamentals.js'
import {isRestated} from '../../src/simulator/stubs/alpha-vantage-balance.js'
import {root} from '../paths.js'
import {full} from '../size.js'
import {generous, openSetup, type TestSetup} from './setup.js'

const seriesAsOf = async ({context}: TestSetup, at: string, series = 'CPIAUCSL', source = 'fred') =>
  (await context.database()).query<{date: string; value: string | null; realtime_start: string}>(
    'select_series_as_of',
    [series, at, null, source, '100000'],
  )
/** `at`: a day in New York. */
const membersAsOf = async ({context}: TestSetup, at: string, knownAt: string | null = null) =>
  (await context.database()).query<{symbol: string; flag: string | null}>('select_members_as_of', [
    at,
    knownAt,
    '1000',
  ])

/** Everything that the histories say about an instant. */
async function knownAt(setup: TestSetup, at: string) {
  return {
    series: await seriesAsOf(setup, at),
    members: await membersAsOf(setup, at.slice(0, 10)),
    sheets: await setup.rows(
      `select distinct on (symbol, fiscal_date_ending, period) *
      from balance_sheet_history where collected_at <= $1 order by symbol, fiscal_date_ending, period, collected_at desc`,
      [at],
    ),
    reports: await setup.rows(
      `select * from (
        select distinct on (symbol, fiscal_date_ending) symbol, fiscal_date_ending::text as period, report_date::text as date, estimate, is_named
        from earnings_calendar_history where collected_at <= $1 order by symbol, fiscal_date_ending, collected_at desc
      ) as newest where is_named`,
      [at],
    ),
  }
}

/** Members that restate a quarter between two instants. */
function restating({simulator: {scenario}}: TestSetup, fromMs: number, toMs: number): string[] {
  const {seed} = scenario
  return scenario
    .members(toMs)
    .map(({symbol}) => symbol)
    .filter((symbol) => scenario.members(fromMs).some((member) => member.symbol === symbol))
    .filter((symbol) => !isUncovered(seed, symbol))
    .filter((symbol) =>
      scenario
        .reports(symbol, fromMs - 300 * dayMs, fromMs - 2 * dayMs, fromMs)
        .some(
          ({fiscalEnd}) =>
            !isRestated(seed, symbol, fiscalEnd, fromMs) && isRestated(seed, symbol, fiscalEnd, toMs),
        ),
    )
}

test('an instant has the same answer a month later, across a change of the clock and the end of a month', async () => {
  const first = '2027-02-08T21:30:00.000Z'
  const later = '2027-03-15T20:30:00.000Z'
  const setup = await openSetup({at: new Date(first), env: generous, simulated: generous})
  const {scenario, clock} = setup.simulator
  const [firstMs, laterMs] = [Date.parse(first), Date.parse(later)]
  const symbols = restating(setup, firstMs, laterMs).slice(0, 2)
  assert.equal(symbols.length, 2, 'the scenario restates quarters')
  const collectAll = async () => {
    for (const [collector, names] of [
      [sp500Companies, undefined],
      [earningsCalendar, undefined],
      [cpi, ['CPIAUCSL']],
      [balanceSheet, symbols],
    ] as const) {
      const run = await setup.collect(collector, names ? {names} : {})
      assert.equal(run.exit_code, 0, `${collector.name}: ${run.complaints.join()}`)
    }
  }
  const tables = ['macro_vintages', 'balance_sheet_history', 'earnings_calendar_history', 'sp500_membership']
  const counts = () =>
    Promise.all(
      tables.map(async (table) => (await setup.rows(`select count(*)::int as n from ${table}`))[0]?.['n']),
    )

  await collectAll()
  const before = await knownAt(setup, first)
  assert.ok(Object.values(before).every((rows) => rows.length > 100))
  const size = await counts()
  await collectAll()
  assert.deepEqual(await counts(), size, 'nothing is new, and nothing is stored')

  // FRED has published new and revised values since, which are collected three weeks later.
  const between = '2027-02-20T12:00:00.000Z'
  assert.deepEqual(await seriesAsOf(setup, between), before.series)

  clock.change({instantMs: laterMs})
  await setup.context.clock.refresh()
  await collectAll()
  assert.equal((await setup.collect(macroVintages, {names: ['CPIAUCSL']})).exit_code, 0)
  assert.deepEqual(await knownAt(setup, first), before)
  assert.deepEqual(await seriesAsOf(setup, between), before.series)

  const now = await knownAt(setup, later)
  const valueOf = new Map(before.series.map(({date, value}) => [String(date), value]))
  const revised = now.series.filter(
    ({date, value}) => valueOf.has(String(date)) && valueOf.get(String(date)) !== value,
  )
  assert.ok(revised.length > 20, `${revised.length} values are revised`)
  assert.equal(now.series.length, before.series.length + 2, 'the values of two months are new')
  const [was, is] = [before, now].map(({members}) => new Set(members.map(({symbol}) => symbol)))
  assert.deepEqual([was!.size, is!.size], [503, 503])
  const swapped = scenario.indexChanges(laterMs).filter(({atMs}) => atMs > firstMs)
  assert.ok(swapped.length > 0)
  for (const {added, removed} of swapped) {
    if (added) assert.deepEqual([was!.has(added.symbol), is!.has(added.symbol)], [false, true])
    if (removed) assert.deepEqual([was!.has(removed.symbol), is!.has(removed.symbol)], [true, false])
  }
  const sheetKey = (row: Record<string, unknown>) =>
    [row['symbol'], String(row['fiscal_date_ending']), row['period']].join()
  const assetsOf = new Map(before.sheets.map((row) => [sheetKey(row), row['total_current_assets']]))
  const restated = now.sheets.filter(
    (row) => assetsOf.has(sheetKey(row)) && assetsOf.get(sheetKey(row)) !== row['total_current_assets'],
  )
  assert.deepEqual([...new Set(restated.map(({symbol}) => symbol))].sort(), [...symbols].sort())
  const dateOf = new Map(
    before.reports.map((row) => [`${String(row['symbol'])} ${String(row['period'])}`, row['date']]),
  )
  const moved = now.reports.filter((row) => {
    const known = dateOf.get(`${String(row['symbol'])} ${String(row['period'])}`)
    return known !== undefined && known !== row['date']
  })
  assert.ok(moved.length > 5, `${moved.length} reports have moved`)

  if (!full) return // another month is a repetition
  clock.change({instantMs: Date.parse('2027-04-19T20:30:00Z')})
  await setup.context.clock.refresh()
  await collectAll()
  await setup.collect(macroVintages, {names: ['CPIAUCSL']})
  assert.deepEqual(await knownAt(setup, first), before)
  assert.deepEqual(await knownAt(setup, later), now)
})

test('the vintages of FRED answer for the time before the first collection', async () => {
  const setup = await openSetup()
  const {scenario, faults, log} = setup.simulator
  const past = '2026-03-20T12:00:00Z'
  await setup.collect(cpi, {names: ['CPIAUCSL']})
  const atFirst = await seriesAsOf(setup, setup.context.clock.now().toISOString())
  assert.deepEqual(await seriesAsOf(setup, past), [])

  // The run resumes at the values, when the list of vintages is stored already.
  faults.add({provider: 'fred', kind: 'garbage', path: '/series/observations', times: 4})
  const names = ['CPIAUCSL']
  assert.equal((await setup.collect(macroVintages, {names})).exit_code, 1)
  const requested = log.requests({provider: 'fred'}).length
  faults.clear()
  const second = await setup.collect(macroVintages, {names})
  assert.equal(second.exit_code, 0, second.complaints.join())
  const resumed = log.requests({provider: 'fred'}).slice(requested)
  assert.deepEqual(
    resumed.map(({path}) => /series\/(\w+)/.exec(path)![1]),
    ['observations', 'vintagedates'],
  )
  const published = scenario.series.get('CPIAUCSL')!.observations(Date.parse(past))
  const found = await seriesAsOf(setup, past)
  assert.equal(found.length, published.length)
  assert.deepEqual(
    found.map(({value}) => (value === null ? '.' : Number(value))),
    published.map(({value}) => (value === '.' ? '.' : Number(value))).reverse(),
  )
  assert.deepEqual(await seriesAsOf(setup, setup.context.clock.now().toISOString()), atFirst)

  const again = await setup.collect(macroVintages, {names})
  assert.deepEqual([again.exit_code, again.rows_inserted, again.requests], [0, 0, 1])
})

test('an answer in several parts is read to its end', () => {
  const source = macroVintages.sources['fred']!
  const target = {target: 'CPIAUCNS'}
  const context = {targets: [target], at: new Date(), scheduledAt: new Date()}
  const dates = Array.from({length: 2000}, (_, n) => new Date(n * dayMs).toISOString().slice(0, 10))
  const list = source.request(target, null, context)
  assert.equal(list.path, '/fred/series/vintagedates')
  const values = source.next!({vintage_dates: dates}, list, context)!
  assert.deepEqual(
    [values.query?.['realtime_start'], values.query?.['realtime_end']],
    ['1970-01-01', '1975-06-23'],
  )
  const position = source.advance!({vintage_dates: dates}, null, list, new Date())
  assert.deepEqual(source.request(target, position, context), values)
  const cut = {count: '60000', offset: '0', limit: '50000', observations: []}
  const rest = source.next!(cut, values, context)!
  assert.equal(rest.query?.['offset'], 50000)
  assert.deepEqual(source.advance!(cut, position, values, new Date()), position)
  const end = {...cut, offset: '50000'}
  assert.equal(source.next!(end, rest, context)!.query?.['realtime_start'], '1975-06-23')
  assert.deepEqual(source.advance!(end, position, rest, new Date()), {through: '1975-06-23', next: null})
  const last = source.next!(end, rest, context)!
  assert.equal(source.next!({vintage_dates: ['1975-06-23']}, last, context), undefined)
})

test('rows from before the histories become first versions', async () => {
  const setup = await openSetup({env: generous, simulated: generous})
  await setup.collect(sp500Companies)
  await setup.collect(cpi)
  await setup.collect(earningsCalendar)
  await setup.collect(balanceSheet, {names: ['IBM']})
  const histories = {
    macro_vintages: 'series_id, date, realtime_start, value, source',
    balance_sheet_history:
      'symbol, fiscal_date_ending, period, total_assets, common_stock_shares_outstanding',
    earnings_calendar_history: 'symbol, fiscal_date_ending, report_date, estimate, is_named',
  }
  for (const [table, columns] of Object.entries(histories)) {
    const content = () => setup.rows(`select ${columns} from ${table} order by 1, 2, 3`)
    const collected = await content()
    assert.ok(collected.length > 50, table)
    await setup.rows(`delete from ${table}`)
    const stored = readFileSync(join(root, 'initdb', `insert_${table}.sql`), 'utf8')
    for (let times = 0; times < 2; times++) {
      await setup.rows(stored)
      assert.deepEqual(await content(), collected, table)
    }
  }
})

test('first versions begin when their values were stored, and superseded reports come before them', async () => {
  const setup = await openSetup()
  await setup.rows(`insert into balance_sheet (symbol, fiscal_date_ending, period, fetched_at, updated_at)
    values ('A', '2026-06-30', 'quarterly', '2026-11-20Z', '2026-08-01Z')`)
  await setup.rows(`insert into earnings_calendar
    (symbol, report_date, fiscal_date_ending, estimate, fetched_at, superseded_at, created_at, updated_at)
    values
      ('A', '2026-12-01', '2026-09-30', 1, '2026-10-10Z', '2026-10-11Z', '2026-10-01Z', '2026-10-11Z'),
      ('A', '2026-12-08', '2026-09-30', 2, '2026-11-20Z', null, '2026-10-11Z', '2026-10-15Z'),
      ('B', '2026-12-01', '2026-09-30', 3, '2026-10-10Z', '2026-10-11Z', '2026-10-01Z', '2026-10-11Z')`)
  for (const table of ['balance_sheet_history', 'earnings_calendar_history'])
    await setup.rows(readFileSync(join(root, 'initdb', `insert_${table}.sql`), 'utf8'))
  assert.deepEqual(await setup.rows('select collected_at::date::text as day from balance_sheet_history'), [
    {day: '2026-08-01'},
  ])
  const versions = await setup.rows(
    'select symbol, estimate, is_named, collected_at::date::text as day from earnings_calendar_history order by 1, 4',
  )
  assert.deepEqual(
    versions.map(({symbol, estimate, is_named, day}) => [symbol, estimate, is_named, day]),
    [
      ['A', '1', true, '2026-10-10'],
      ['A', '2', true, '2026-10-15'],
      ['B', '3', true, '2026-10-10'],
      ['B', '3', false, '2026-10-11'],
    ],
  )
})

/** Replays every open rejection; returns the results in order. */
async function replayAll(setup: TestSetup) {
  const results: string[] = []
  const collectors = new Map([[cpi.name, cpi as AnyCollector]])
  for await (const one of replay(
    {collectors, feeds: new Map()},
    {limit: 10, dryRun: false, dismiss: false},
    setup.context,
  ))
    results.push(one.result)
  return results
}

test('a replay stores a row that the table rejected, and its version', async () => {
  const setup = await openSetup()
  await setup.rows(`alter table cpi add constraint too_strict check (cpi_value < 200)`)
  const observations = [
    {date: '2026-02-01', value: '100', realtime_start: '2026-03-12'},
    {date: '2026-03-01', value: '300', realtime_start: '2026-04-12'},
  ]
  const run = await collectSaved(cpi, JSON.stringify({observations}), {command: 'test'}, setup.context)
  assert.deepEqual([run.rows_inserted, run.rows_rejected], [1, 1])
  assert.equal((await setup.rows('select 1 from macro_vintages')).length, 1)
  await setup.rows('alter table cpi drop constraint too_strict')
  assert.deepEqual(await replayAll(setup), ['stored', 'stored'])
  for (const table of ['cpi', 'macro_vintages'])
    assert.equal((await setup.rows(`select 1 from ${table} where date = '2026-03-01'`)).length, 1, table)
})

test('a good row settles the rejection of an older row of its key, and that of its version', async () => {
  const setup = await openSetup()
  const give = async (value: string) => {
    const observations = [
      {date: '2026-02-01', value: '1', realtime_start: '2026-03-12'},
      {date: '2026-03-01', value, realtime_start: '2026-04-12'},
    ]
    await collectSaved(cpi, JSON.stringify({observations}), {command: 'test'}, setup.context)
    setup.simulator.clock.change({advanceMs: dayMs})
    await setup.context.clock.refresh()
  }
  const open = () => setup.rows('select table_name from rejected_rows where settled_at is null order by 1')
  await give('1e101')
  assert.deepEqual(await open(), [{table_name: 'cpi'}, {table_name: 'macro_vintages'}])
  await give('300')
  assert.deepEqual(await open(), [])
})

test('a replay whose version is known already is not superseded', async () => {
  const setup = await openSetup()
  await setup.collect(cpi)
  const [row] = await setup.rows(
    'delete from cpi where date = (select max(date) from cpi) returning date::text, cpi_value as value, realtime_start::text',
  )
  setup.simulator.clock.change({advanceMs: dayMs})
  await setup.context.clock.refresh()
  const received = setup.context.clock.now().toISOString()
  await setup.rows(
    `insert into rejected_rows (unit, source, target, kind, reason, item, received_at, rejected_at)
    values ('cpi', 'fred', 'CPIAUCNS', 'item', 'was refused', $1, $2, $2)`,
    [JSON.stringify(row), received],
  )
  await setup.rows(`update target_state set last_success = $1::timestamptz + interval '1 hour'`, [received])
  assert.deepEqual(await replayAll(setup), ['stored'])
  assert.equal((await setup.rows('select 1 from cpi where date = $1', [row!['date']])).length, 1)
})

test('a value that returns, an older vintage, and another source are vintages of their own', async () => {
  const setup = await openSetup()
  const give = async (date: string, value: string) => {
    const observations = [{date: '2026-02-01', value, realtime_start: date}]
    await collectSaved(cpi, JSON.stringify({observations}), {command: 'test'}, setup.context)
    setup.simulator.clock.change({advanceMs: dayMs})
    await setup.context.clock.refresh()
  }
  const stored = () =>
    setup.rows(
      'select realtime_start::text as since, value, source from macro_vintages order by realtime_start, collected_at',
    )
  await give('2026-03-12', '100')
  await give('2026-03-19', '100.00')
  await give('2026-04-12', '101')
  await give('2026-05-12', '100')
  await give('2026-03-30', '100.5')
  assert.deepEqual(
    (await stored()).map(({since, value}) => [since, value]),
    [
      ['2026-03-12', '100'],
      ['2026-03-30', '100.5'],
      ['2026-04-12', '101'],
      ['2026-05-12', '100'],
    ],
  )
  const body = {
    name: 'Consumer Price Index for all Urban Consumers',
    interval: 'monthly',
    unit: 'index 1982-1984=100',
    data: [{date: '2026-02-01', value: '99'}],
  }
  await collectSaved(cpi, JSON.stringify(body), {command: 'test', provider: 'alpha-vantage'}, setup.context)
  const copied = {since: '2026-11-28', value: '99', source: 'alpha-vantage'}
  assert.deepEqual((await stored()).at(-1), copied)
  const later = '2027-06-01T00:00:00Z'
  const valueOf = async (source: string) => (await seriesAsOf(setup, later, 'CPIAUCNS', source))[0]?.value
  assert.deepEqual([await valueOf('fred'), await valueOf('alpha-vantage')], ['100', '99'])
  await give('2026-05-12', '100')
  const size = (await stored()).length
  await give('2026-12-12', '100')
  assert.equal((await stored()).length, size, 'FRED still has its value of before')
})

test('a report that is no longer named ends in its history, and begins again when it is named', async () => {
  const setup = await openSetup()
  const header = 'symbol,name,reportDate,fiscalDateEnding,estimate,currency,timeOfTheDay\n'
  const others = Array.from(
    {length: 20},
    (_, n) => `KEPT${String.fromCharCode(65 + n)},Kept,2026-12-15,2026-09-30,1,USD,\n`,
  ).join('')
  for (const line of [
    'GONE,Gone,2026-12-10,2026-09-30,1.5,USD,\n',
    '',
    'GONE,Gone,2026-12-10,2026-09-30,1.5,USD,\n',
  ]) {
    const run = await collectSaved(earningsCalendar, header + others + line, {command: 'test'}, setup.context)
    assert.equal(run.exit_code, 0, run.message ?? '')
    setup.simulator.clock.change({advanceMs: dayMs})
    await setup.context.clock.refresh()
  }
  assert.deepEqual(
    await setup.rows(
      `select report_date::text as date, estimate, is_named, collected_at::date::text as day from earnings_calendar_history where symbol = 'GONE' order by collected_at`,
    ),
    [
      {date: '2026-12-10', estimate: '1.5', is_named: true, day: '2026-11-23'},
      {date: '2026-12-10', estimate: '1.5', is_named: false, day: '2026-11-24'},
      {date: '2026-12-10', estimate: '1.5', is_named: true, day: '2026-11-25'},
    ],
  )
  assert.deepEqual(
    await setup.rows(`select count(*)::int as n from earnings_calendar_history where symbol like 'KEPT%'`),
    [{n: 20}],
  )
})

/** The page of the simulated Wikipedia, and a function that collects a page and moves on by a week. */
async function wikipediaOf(setup: TestSetup) {
  const response = await fetch(`${setup.simulator.url}/wikipedia/wiki/List_of_S%26P_500_companies`, {
    headers: {'user-agent': 'test (test@example.org)'},
  })
  const page = await response.text()
  const give = async (text: string) => {
    const run = await collectSaved(sp500Companies, text, {command: 'test'}, setup.context)
    setup.simulator.clock.change({advanceMs: 7 * dayMs})
    await setup.context.clock.refresh()
    return run
  }
  return {page, give}
}

test('an unknown end keeps the day on which the list did not have the member for the first time', async () => {
  const setup = await openSetup()
  const {page, give} = await wikipediaOf(setup)
  const cells = ['December 23, 2013', 'FB', 'Facebook', '', '', 'Market capitalization change.']
  const renamed = `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr></tbody></table>\n</div>`
  const changed = page.replace('</tbody></table>\n</div>', () => renamed)
  for (let weeks = 0; weeks < 2; weeks++) assert.equal((await give(changed)).exit_code, 0)
  assert.deepEqual(
    await setup.rows(
      `select from_date::text as since, to_date::text as until, flag, seen_at::date::text as seen from sp500_membership where symbol = 'FB'`,
    ),
    [
      {
        since: '2013-12-23',
        until: '2026-11-23',
        flag: 'end unknown: no removal, but the list of members does not name it',
        seen: '2026-11-30',
      },
    ],
  )
})

test('members-as-of answers for a day in New York, with the versions of its end', async () => {
  const setup = await openSetup()
  await setup.rows(`insert into sp500_membership
    (symbol, period_number, from_date, to_date, is_end_assumed, source, known_from, known_to, seen_at)
    select symbol, 1, from_date::date, to_date::date, false, 'changes', known_from::timestamptz, known_to::timestamptz, '2020-07-01Z'
    from (values
      ('JOINED', '2020-06-01', null, '2020-01-01Z', null),
      ('LEFT', '2010-01-04', '2020-06-01', '2020-01-01Z', null),
      ('EVENING', '2010-01-04', null, '2020-06-02 03:00Z', null),
      ('NEXT', '2010-01-04', null, '2020-06-02 05:00Z', null),
      ('ENDED', '2010-01-04', null, '2020-01-01Z', '2020-06-02 03:00Z')
    ) as given (symbol, from_date, to_date, known_from, known_to)`)
  const query = statementQueries().find(({name}) => name === 'members-as-of')!
  const members = async (given: Record<string, string>, now = '2020-08-03T12:00:00Z') => {
    const parameters = parametersOf(query, given, new Date(now))
    const rows = await (await setup.context.database()).query<{symbol: string}>(query.statement, parameters)
    return rows.map(({symbol}) => symbol)
  }
  assert.deepEqual(await members({at: '2020-06-01'}), ['EVENING', 'JOINED'])
  assert.deepEqual(await members({}, '2020-06-02T03:30:00Z'), ['EVENING', 'JOINED'])
  assert.deepEqual(await members({at: '2020-05-31'}), ['ENDED', 'LEFT'])
  assert.deepEqual(await members({at: '2020-06-01', 'known-at': '2020-06-03'}), ['EVENING', 'JOINED', 'NEXT'])
  assert.throws(() => parametersOf(query, {at: '2020-06-01T12:00Z'}, new Date()), /is not a date/)
})

test('a table of changes that lacks most of its rows changes no period, and the list is stored', async () => {
  const setup = await openSetup()
  const {page, give} = await wikipediaOf(setup)
  const count = () =>
    setup.rows(`select count(*)::int as all, count(known_to)::int as ended from sp500_membership`)
  assert.equal((await give(page)).exit_code, 0)
  const before = await count()
  const start = page.indexOf('<table', page.lastIndexOf('<', page.indexOf('id="changes"')))
  const [header, ...rows] = page.slice(start).split(/(?=<tr>\n<td>)/)
  assert.ok(rows.length > 100)
  const emptied = `${page.slice(0, start)}${header}</tbody></table>`.replace('>3M<', '>3M Company<')
  const cut = page.slice(0, page.length - rows.join('').length / 2)

  const vandalised = await give(emptied)
  assert.deepEqual([vandalised.exit_code, vandalised.rows_updated, vandalised.rows_rejected], [1, 1, 1])
  const [{reason} = {reason: ''}] = await setup.rows('select reason from rejected_rows')
  assert.match(String(reason), /lacks \d+ of \d+ periods .* --force/)
  assert.deepEqual(await count(), before)
  const half = await give(cut)
  assert.match(half.complaints.join(), /"changes"/)
  assert.deepEqual(await count(), before)
  assert.deepEqual([half.exit_code, half.rows_rejected], [0, 0])
  assert.deepEqual((await give(page)).exit_code, 0)
  assert.deepEqual(await count(), before)
})

test('a correction of the page changes what is known, not what was known', async () => {
  const setup = await openSetup()
  const {page, give} = await wikipediaOf(setup)
  const first = setup.context.clock.now().toISOString()
  assert.equal((await give(page)).exit_code, 0)
  const past = '2020-06-01'
  const before = await membersAsOf(setup, past)
  assert.ok(before.length > 450, String(before.length))

  const [, row = ''] = /(<tr>\n<td>[A-Z][a-z]+ \d+, 2018[\s\S]*?<\/tr>)/.exec(page) ?? []
  const second = setup.context.clock.now().toISOString()
  await give(page.replace(row, ''))
  assert.deepEqual(await membersAsOf(setup, past), before)
  assert.deepEqual(await membersAsOf(setup, past, first), before)
  assert.notDeepEqual(await membersAsOf(setup, past, second), before)
  const leaver = [...row.matchAll(/<td>([A-Z.]+)\n<\/td>/g)].at(-1)![1]!
  const wasThere = async (knownAt: string) =>
    (await membersAsOf(setup, '2017-06-01', knownAt)).some(({symbol}) => symbol === leaver)
  assert.deepEqual([await wasThere(first), await wasThere(second)], [true, false], leaver)

  const third = setup.context.clock.now().toISOString()
  await give(page)
  assert.deepEqual(await membersAsOf(setup, past, third), before)
  const size = await setup.rows('select count(*)::int as n from sp500_membership')

  const bad = await give(page.replace(row, row.replace(/2018/, '')))
  assert.deepEqual([bad.exit_code, bad.rows_rejected], [1, 1])
  const drift = await give(page.replace('id="changes"', 'id="others"'))
  assert.equal(drift.exit_code, 0)
  assert.deepEqual(await membersAsOf(setup, past, third), before)
  assert.notDeepEqual(await setup.rows('select count(*)::int as n from sp500_membership'), size)
})
