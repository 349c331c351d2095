/**
 * Overviews, balance sheets and fund profiles, day after day within the free plan, against the simulated
 * provider.
 */
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'
import {balanceSheet} from '../../src/lib/collectors/balance-sheet.js'
import {companyOverview} from '../../src/lib/collectors/company-overview.js'
import {etfProfile} from '../../src/lib/collectors/etf-profile.js'
import {sp500Companies} from '../../src/lib/collectors/sp500-companies.js'
import type {AnyCollector} from '../../src/lib/define.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {planRun} from '../../src/lib/run/plan.js'
import {collectSaved} from '../../src/lib/run/saved.js'
import {isUncovered} from '../../src/simulator/fundamentals.js'
import {dayMs, hourMs} from '../../src/lib/time.js'
import {fin} from '../servers.js'
import {full} from '../size.js'
import {generous, openSetup, type TestSetup} from './setup.js'

const forward = (setup: TestSetup, ms: number) => setup.simulator.clock.change({advanceMs: ms})
/** The requested symbols, in the spelling of the provider. */
const requestedSymbols = (setup: TestSetup) =>
  setup.simulator.log
    .requests({provider: 'alpha-vantage'})
    .map(({path}) => new URLSearchParams(path.split('?')[1]).get('symbol')!)
const only = (setup: TestSetup, ...symbols: string[]) =>
  setup.rows('update sp500_companies set is_member = symbol = any ($1)', [symbols])
const stateOf = async (setup: TestSetup, target: string) =>
  (
    await setup.rows(
      'select failures, status, next_due, last_success is not null as done from target_state where target = $1',
      [target],
    )
  )[0]
/** Members that the simulated provider does not know. */
const uncovered = ({simulator: {scenario, clock}}: TestSetup) =>
  scenario
    .members(clock.nowMs())
    .map(({symbol}) => symbol)
    .filter((symbol) => isUncovered(scenario.seed, symbol))

describe('company-overview', () => {
  test('resumes each day where the quota ended, in the order of the list, and reports the end of the cycle', async () => {
    const setup = await openSetup()
    await setup.collect(sp500Companies)
    let run = await setup.collect(companyOverview)
    assert.deepEqual([run.outcome, run.exit_code], ['quota spent', 0])
    const perDay = run.targets_done
    assert.ok(perDay >= 5 && perDay <= 25, `${perDay} on the first day`)
    assert.match(
      run.cycle ?? '',
      new RegExp(
        `^company-overview: 503 targets, ${perDay} done in this cycle; at the pace of the last days \\(.* a day\\) it ends about 202[67]-\\d\\d-\\d\\d`,
      ),
    )
    for (let day = 0; day < (full ? 4 : 2); day++) {
      forward(setup, dayMs + 60_000)
      run = await setup.collect(companyOverview)
      assert.equal(run.outcome, 'quota spent')
    }
    const symbols = requestedSymbols(setup)
    assert.equal(new Set(symbols).size, symbols.length, 'nothing is requested twice')
    const listed = (
      await setup.rows('select symbol_alphavantage as symbol from sp500_companies order by symbol limit $1', [
        symbols.length,
      ])
    ).map(({symbol}) => symbol)
    assert.deepEqual(symbols, listed)
    const [counted] = await setup.rows(`select count(*)::int as n from company_overview`)
    const [progress] = await setup.rows(
      `select count(*)::int as n, max(total_symbols) as total from company_overview_progress where status = 'completed'`,
    )
    assert.deepEqual(progress, {n: counted?.['n'], total: 503})
    const [done, pace, ends] = /, (\d+) done .*\(([\d.]+) a day\) it ends about ([\d-]+)/
      .exec(run.cycle ?? '')!
      .slice(1)
    assert.equal(Number(done), counted?.['n'])
    const days = (Date.parse(ends!) - Math.floor(setup.simulator.clock.nowMs() / dayMs) * dayMs) / dayMs
    assert.ok(
      Math.abs(days - (503 - Number(done)) / Number(pace)) <= 2,
      `${days} days for ${503 - Number(done)} symbols, ${pace} a day`,
    )
  })

  test('a failed symbol comes first in the next run, waits longer after each failure, and never delays the others', async () => {
    const setup = await openSetup({env: generous, simulated: generous})
    await setup.collect(sp500Companies)
    await only(setup, 'AAPL', 'BRK.B', 'IBM', 'MSFT', 'XOM')
    const fail = () => setup.simulator.faults.add({provider: 'alpha-vantage', kind: 'garbage'})
    await setup.collect(companyOverview, {limit: 1})
    fail()
    const first = await setup.collect(companyOverview)
    assert.deepEqual(
      [first.outcome, first.exit_code, first.targets_done, first.targets_failed],
      ['partial', 1, 3, 1],
    )
    assert.deepEqual(
      [(await stateOf(setup, 'BRK.B'))?.['failures'], (await stateOf(setup, 'XOM'))?.['done']],
      [1, true],
    )
    await only(setup, 'AAPL', 'BRK.B', 'CVX', 'IBM', 'MSFT', 'XOM')
    const before = requestedSymbols(setup).length
    fail()
    await setup.collect(companyOverview)
    const symbols = [...new Set(requestedSymbols(setup).slice(before))]
    assert.deepEqual(symbols, ['BRK-B', 'CVX'], 'the failed symbol goes first, and the others follow')
    const pauses: number[] = []
    for (let n = 0; n < 4; n++) {
      const {next_due: due} = (await stateOf(setup, 'BRK.B'))!
      const waitMs = (due as Date).getTime() - setup.simulator.clock.nowMs()
      pauses.push(waitMs)
      forward(setup, waitMs - 60_000)
      const tooEarly = requestedSymbols(setup).length
      assert.equal((await setup.collect(companyOverview)).outcome, 'nothing due')
      assert.equal(requestedSymbols(setup).length, tooEarly)
      forward(setup, 60_000)
      fail()
      await setup.collect(companyOverview)
    }
    assert.deepEqual(
      pauses,
      pauses.toSorted((a, b) => a - b),
    )
    assert.ok(pauses[3]! > 3.5 * pauses[0]!, `pauses of ${pauses.join(', ')} ms`)
    forward(setup, dayMs)
    assert.deepEqual(
      [(await setup.collect(companyOverview)).exit_code, (await stateOf(setup, 'BRK.B'))?.['failures']],
      [0, 0],
    )
    assert.deepEqual(
      await setup.rows(`select 1 as open from rejected_rows where settled_at is null`),
      [],
      'the good answer settles the rejected one',
    )
  })

  test('a symbol that the provider does not know is marked, and requested again a month later only', async () => {
    const setup = await openSetup({env: generous, simulated: generous})
    await setup.collect(sp500Companies)
    const [unknown] = uncovered(setup)
    assert.ok(unknown)
    await only(setup, 'AAPL', unknown)
    const run = await setup.collect(companyOverview)
    assert.deepEqual([run.exit_code, run.targets_done, run.targets_failed], [0, 1, 0])
    assert.match(run.cycle ?? '', /1 target, all done/)
    assert.deepEqual(
      [(await stateOf(setup, unknown))?.['status'], (await stateOf(setup, unknown))?.['done']],
      ['unknown', false],
    )
    assert.deepEqual(await setup.rows('select symbol from company_overview'), [{symbol: 'AAPL'}])
    const times = () => requestedSymbols(setup).filter((symbol) => symbol === unknown).length
    for (let week = 0; week < 4; week++) {
      forward(setup, 7 * dayMs)
      await setup.collect(companyOverview)
    }
    assert.equal(times(), 1)
    forward(setup, 3 * dayMs)
    await setup.collect(companyOverview)
    assert.equal(times(), 2)
    const sheets = await setup.collect(balanceSheet)
    assert.deepEqual(
      [sheets.exit_code, sheets.targets_done],
      [0, 1],
      '"Invalid API call" has the same effect',
    )
    assert.deepEqual(
      await setup.rows(`select unit, target from target_state where status = 'unknown' order by 1`),
      [
        {unit: 'balance-sheet', target: unknown},
        {unit: 'company-overview', target: unknown},
      ],
    )
  })

  test('members that join or leave change nothing for the others', async () => {
    const setup = await openSetup({env: generous, simulated: generous})
    await setup.collect(sp500Companies)
    await only(setup, 'AAPL', 'IBM', 'MSFT', 'XOM')
    await setup.collect(companyOverview, {limit: 2})
    forward(setup, 60_000)
    await only(setup, 'A', 'AAPL', 'CVX', 'MSFT', 'XOM')
    await setup.collect(companyOverview)
    assert.deepEqual(requestedSymbols(setup), ['AAPL', 'IBM', 'A', 'CVX', 'MSFT', 'XOM'])
    forward(setup, 7 * dayMs)
    await setup.collect(companyOverview)
    assert.deepEqual(
      requestedSymbols(setup).slice(6),
      ['AAPL', 'A', 'CVX', 'MSFT', 'XOM'],
      'the oldest first',
    )
  })

  test('fills its own columns into the list of members; an older answer changes nothing', async () => {
    const setup = await openSetup({env: generous, simulated: generous})
    await setup.collect(sp500Companies)
    await only(setup, 'BRK.B')
    await setup.collect(companyOverview)
    const [row] =
      await setup.rows(`select c.market_cap, c.website, o.market_capitalization, o.official_site, o.cik, c.cik as listed, o.symbol, o.batch_id
      from sp500_companies c join company_overview o using (symbol)`)
    assert.deepEqual(
      [row?.['symbol'], row?.['market_cap'], row?.['website'], row?.['cik']],
      ['BRK.B', row?.['market_capitalization'], row?.['official_site'], row?.['listed']],
    )
    assert.equal(row?.['batch_id'], '20261123')
    forward(setup, 7 * dayMs)
    await setup.collect(companyOverview)
    const [later] = await setup.rows('select market_cap from sp500_companies where symbol = $1', ['BRK.B'])
    assert.notEqual(later?.['market_cap'], row?.['market_cap'], 'prices move')
    assert.deepEqual(await setup.rows('select as_of::text from company_overview_history order by 1'), [
      {as_of: '2026-11-23'},
      {as_of: '2026-11-30'},
    ])
  })
})

describe('balance-sheet', () => {
  test('stores both kinds of reports; a bad one is rejected alone', async () => {
    const setup = await openSetup({env: generous, simulated: generous})
    await setup.collect(sp500Companies)
    await only(setup, 'AAPL', 'BF.B')
    await setup.collect(balanceSheet, {limit: 1})
    setup.simulator.faults.add({provider: 'alpha-vantage', kind: 'one-bad-item'})
    const run = await setup.collect(balanceSheet)
    assert.deepEqual([run.outcome, run.rows_inserted, run.rows_rejected], ['partial', 100, 1])
    assert.deepEqual(
      await setup.rows(
        'select symbol, period, count(*)::int as n from balance_sheet group by 1, 2 order by 1, 2',
      ),
      [
        {symbol: 'AAPL', period: 'annual', n: 20},
        {symbol: 'AAPL', period: 'quarterly', n: 81},
        {symbol: 'BF.B', period: 'annual', n: 20},
        {symbol: 'BF.B', period: 'quarterly', n: 80},
      ],
    )
    assert.deepEqual(
      await setup.rows(
        `select 1 from balance_sheet where total_assets is distinct from total_liabilities + total_shareholder_equity`,
      ),
      [],
    )
    const [item] = await setup.rows('select item, target from rejected_rows')
    assert.match(String(item?.['item']), /^\{"period":"quarterly","symbol":"BF\.B","fiscalDateEnding"/)
    assert.ok(
      Number(
        (
          await setup.rows(
            'select count(*)::int as n from balance_sheet where goodwill is null or inventory is null or deferred_revenue is null',
          )
        )[0]?.['n'],
      ) > 0,
    )
  })

  test('a company that has reported since its last answer comes first, a day after the report, whatever its interval', async () => {
    const setup = await openSetup({env: generous, simulated: generous})
    await setup.collect(sp500Companies)
    await only(setup, 'AAPL', 'IBM', 'MSFT', 'XOM')
    await setup.collect(balanceSheet)
    const before = requestedSymbols(setup).length
    const day = (days: number) =>
      new Date(setup.simulator.clock.nowMs() + days * dayMs).toISOString().slice(0, 10)
    await setup.rows(
      `insert into earnings_calendar (symbol, report_date, fiscal_date_ending, superseded_at) values
      ('MSFT', $1, '2026-09-30', null), ('XOM', $2, '2026-09-30', null), ('AAPL', $1, '2026-09-30', now()), ('IBM', $3, '2026-06-30', null)`,
      [day(1), day(20), day(-30)],
    )
    await only(setup, 'A', 'AAPL', 'IBM', 'MSFT', 'XOM')
    forward(setup, dayMs)
    assert.deepEqual(
      (await planRun(balanceSheet, {command: 'x'}, setup.context)).requests.map(({targets}) => targets),
      ['A'],
      'the provider has no figures yet on the day of the report',
    )
    forward(setup, 2 * dayMs)
    await setup.collect(balanceSheet)
    assert.deepEqual(requestedSymbols(setup).slice(before), ['MSFT', 'A'])
    assert.equal((await setup.collect(balanceSheet)).outcome, 'nothing due')
    forward(setup, 82 * dayMs)
    await setup.collect(balanceSheet)
    assert.deepEqual(
      requestedSymbols(setup).slice(before + 2),
      ['XOM', 'AAPL', 'IBM'],
      'companies that reported go first, then the oldest',
    )
  })

  test('a quarter is stored after its report, and past quarters stay', async () => {
    const setup = await openSetup({env: generous, simulated: generous})
    await setup.collect(sp500Companies)
    await only(setup, 'AAPL')
    const nowMs = setup.simulator.clock.nowMs()
    const [report] = setup.simulator.scenario.reports(
      'AAPL',
      nowMs + dayMs,
      nowMs + 120 * dayMs,
      nowMs + 120 * dayMs,
    )
    assert.ok(report)
    const newest = async () =>
      (
        await setup.rows(
          'select max(fiscal_date_ending)::text as day, count(*)::int as n from balance_sheet where period = $1',
          ['quarterly'],
        )
      )[0]
    setup.simulator.clock.change({instantMs: Date.parse(`${report.day}T23:00:00Z`)})
    await setup.collect(balanceSheet)
    const before = await newest()
    assert.ok(String(before?.['day']) < report.fiscalEnd)
    forward(setup, 2 * hourMs)
    const run = await setup.collect(balanceSheet, {force: true})
    assert.deepEqual(await newest(), {day: report.fiscalEnd, n: Number(before?.['n']) + 1})
    assert.equal(run.rows_updated, 0, 'an unchanged row is not written again')
  })
})

/** Funds of each kind; in a full run, all 52. GLD and IBIT have no profile. */
const fewFunds = ['SPY', 'VOO', 'IVV', 'VEA', 'BND', 'SMH', 'USO', 'SOXX', 'TLT', 'GLD', 'IBIT']

describe('etf-profile', () => {
  test('a week covers all funds; a fund without assets and holdings is unknown and not stored', async () => {
    const setup = await openSetup()
    if (!full) await setup.rows('delete from etf_basic_info where symbol <> all ($1)', [fewFunds])
    const count = full ? 52 : fewFunds.length
    for (let day = 0; day < (full ? 7 : 3); day++) {
      await setup.collect(etfProfile)
      forward(setup, dayMs)
    }
    assert.equal(new Set(requestedSymbols(setup)).size, count)
    assert.deepEqual(requestedSymbols(setup).slice(0, 3), ['SPY', 'VOO', 'IVV'])
    assert.deepEqual(
      (
        await setup.rows(
          `select target from target_state where unit = 'etf-profile' and status = 'unknown' order by 1`,
        )
      ).map(({target}) => target),
      ['GLD', 'IBIT'],
    )
    assert.deepEqual(
      await setup.rows(`select (select count(*)::int from etf_profile_holdings) as profiles, (select count(distinct symbol)::int from etf_profile_holdings_history) as days,
      (select count(*)::int from etf_basic_info where alphavantage_collected) as flagged, (select count(*)::int from etf_profile_holdings where symbol in ('GLD', 'IBIT')) as hollow`),
      [{profiles: count - 2, days: count - 2, flagged: count - 2, hollow: 0}],
    )
    assert.deepEqual(
      await setup.rows(`select p.symbol from etf_profile_holdings p where jsonb_array_length(holdings) <>
      (select count(*) from etf_holdings h where h.etf_symbol = p.symbol and h.as_of = p.as_of)`),
      [],
    )
    const [cash] = await setup.rows(
      `select count(*)::int as n from etf_holdings where holding = 'CASH' and symbol is null`,
    )
    assert.ok(Number(cash?.['n']) > (count - 2) / 2)
    assert.ok(
      (await setup.rows(`select 1 from etf_holdings where etf_symbol = 'VEA' and holding like '% (2)'`))
        .length > 0,
      'equal descriptions are numbered',
    )
    assert.ok(
      (await setup.rows('select 1 from etf_profile_holdings where portfolio_turnover is null')).length > 0,
    )
    assert.deepEqual(
      await setup.rows(
        `select etf_symbol from etf_holdings group by etf_symbol, as_of having abs(sum(weight) - 1) > 0.000001`,
      ),
      [],
    )
    const before = requestedSymbols(setup).length
    const oldest = await setup.rows(
      `select target from target_state where status = 'active' order by last_success limit 3`,
    )
    forward(setup, (full ? 1 : 5) * dayMs)
    await setup.collect(etfProfile, {limit: 3})
    assert.deepEqual(
      requestedSymbols(setup).slice(before),
      oldest.map(({target}) => target),
      'the oldest first',
    )
  })
})

describe('a saved answer', () => {
  const overview = {
    Symbol: 'BRK-B',
    AssetType: 'Common Stock',
    Name: 'A name',
    LatestQuarter: '2026-09-30',
    MarketCapitalization: '5',
    PERatio: '15',
    EBITDA: '7',
  }
  const saved = (setup: TestSetup, collector: AnyCollector, body: object, names: string[] = []) =>
    collectSaved(collector, JSON.stringify(body), {command: 'fin ingest --input', names}, setup.context)

  test('with a number that no table holds is rejected as a row, with the reason', async () => {
    const setup = await openSetup()
    const run = await saved(setup, companyOverview, {...overview, RevenueTTM: '98765432109876543210'})
    assert.deepEqual([run.outcome, run.rows_inserted], ['failed', 0], 'it is the only row of the answer')
    assert.match(
      String(
        (await setup.rows(`select reason from rejected_rows where table_name = 'company_overview'`))[0]?.[
          'reason'
        ],
      ),
      /out of range/,
    )
    const sheets = {
      symbol: 'BF-B',
      annualReports: [],
      quarterlyReports: [
        {fiscalDateEnding: '2026-09-30', totalAssets: '-1'},
        {
          fiscalDateEnding: '2026-06-30',
          totalAssets: '9'.repeat(50),
          totalShareholderEquity: `-${'9'.repeat(50)}`,
        },
        {fiscalDateEnding: '2026-03-31', goodwill: '9'.repeat(101)},
      ],
    }
    const stored = await saved(setup, balanceSheet, sheets)
    assert.deepEqual([stored.rows_inserted, stored.rows_rejected], [1, 2])
    assert.deepEqual(
      await setup.rows('select fiscal_date_ending::text as period from balance_sheet_history'),
      [{period: '2026-06-30'}],
      'a rejected row has no version',
    )
    assert.deepEqual(await setup.rows('select total_shareholder_equity as equity from balance_sheet'), [
      {equity: `-${'9'.repeat(50)}`},
    ])
  })

  test('without values keeps the reported ones, and clears ratios that no longer apply', async () => {
    const setup = await openSetup()
    await saved(setup, companyOverview, overview)
    await saved(setup, companyOverview, {
      ...overview,
      PERatio: 'None',
      EBITDA: 'None',
      MarketCapitalization: '0',
      LatestQuarter: '0000-00-00',
    })
    assert.deepEqual(
      await setup.rows(
        'select symbol, pe_ratio, ebitda, market_capitalization, latest_quarter::text from company_overview',
      ),
      [
        {
          symbol: 'BRK.B',
          pe_ratio: null,
          ebitda: '7',
          market_capitalization: '5',
          latest_quarter: '2026-09-30',
        },
      ],
    )
  })

  test('of a fund without its holdings erases none', async () => {
    const setup = await openSetup()
    const whole = {
      net_assets: '5',
      leveraged: 'NO',
      sectors: [{sector: 'ENERGY', weight: '1'}],
      holdings: [{symbol: 'XOM', description: 'EXXON', weight: '1'}],
    }
    await saved(setup, etfProfile, whole, ['QQQ'])
    await saved(setup, etfProfile, {net_assets: '6', portfolio_turnover: 'n/a', holdings: []}, ['QQQ'])
    assert.deepEqual(
      await setup.rows(
        'select net_assets, leveraged, jsonb_array_length(sectors) as sectors, jsonb_array_length(holdings) as holdings from etf_profile_holdings',
      ),
      [{net_assets: '6', leveraged: false, sectors: 1, holdings: 1}],
    )
  })

  test('of a company with its employees fills them in; one older than the stored row changes nothing', async () => {
    const setup = await openSetup()
    await setup.rows(`insert into sp500_companies (symbol, company_name) values ('BRK.B', 'A name')`)
    await saved(setup, companyOverview, {
      ...overview,
      OfficialSite: 'https://a.example',
      FullTimeEmployees: '392400',
    })
    const members = () => setup.rows('select market_cap, website, employees from sp500_companies')
    assert.deepEqual(await members(), [{market_cap: '5', website: 'https://a.example', employees: 392400}])
    const older = {
      request: {method: 'GET', url: 'https://www.alphavantage.co/query?function=OVERVIEW&symbol=BRK-B'},
      status: 200,
      headers: {'content-type': 'application/json', date: 'Mon, 02 Nov 2026 12:00:00 GMT'},
      body: {...overview, Name: 'Formerly', MarketCapitalization: '4'},
    }
    await saved(setup, companyOverview, older)
    assert.deepEqual(await members(), [{market_cap: '5', website: 'https://a.example', employees: 392400}])
    assert.deepEqual(await setup.rows('select name, as_of::text from company_overview'), [
      {name: 'A name', as_of: '2026-11-23'},
    ])
    assert.deepEqual(await setup.rows('select as_of::text from company_overview_history order by 1'), [
      {as_of: '2026-11-02'},
      {as_of: '2026-11-23'},
    ])
  })

  test('that is empty or of a fund without a name stores nothing', async () => {
    const setup = await openSetup()
    for (const [collector, body] of [
      [companyOverview, {}],
      [balanceSheet, {}],
      [etfProfile, {}],
      [etfProfile, {net_assets: 'n/a', holdings: []}],
    ] as const)
      assert.deepEqual([(await saved(setup, collector, body, ['X'])).exit_code], [1], collector.name)
    await assert.rejects(saved(setup, etfProfile, {net_assets: '5', holdings: []}), NeedsPerson)
    assert.deepEqual(
      await setup.rows(
        'select 1 from etf_profile_holdings union all select 1 from company_overview union all select 1 from balance_sheet',
      ),
      [],
    )
  })
})

test('fin status and fin ingest report the end of the cycle', async () => {
  const setup = await openSetup({env: generous, simulated: generous})
  await setup.collect(sp500Companies)
  const run = await fin(['ingest', 'company-overview', '--limit', '10'], {env: setup.env})
  assert.equal(run.code, 0, run.stderr)
  assert.match(
    run.stderr,
    /company-overview: 503 targets, 10 done in this cycle; at the pace of the last days \(10 a day\) it ends about 2027-01-12\n$/,
  )
  const status = await fin(['status', '--unit', 'company-overview'], {env: setup.env})
  assert.match(
    status.stderr,
    /10 done in this cycle; at the pace of the last days \(10 a day\) it ends about 2027-01-12/,
  )
  const [row] = JSON.parse(
    (await fin(['status', '--unit', 'company-overview', '--json'], {env: setup.env})).stdout,
  ) as Record<string, unknown>[]
  assert.match(String(row?.['cycle_ends']), /^2027-01-12T/)
  assert.deepEqual(
    [row?.['targets'], row?.['state']],
    [503, 'fresh'],
    'a first round that takes days is not late',
  )
  for (const args of [
    ['--dry-run', '--ndjson', '--limit', '1'],
    ['--target', 'AAPL'],
  ])
    assert.doesNotMatch(
      (await fin(['ingest', 'company-overview', ...args], {env: setup.env})).stderr,
      /cycle/,
      args.join(' '),
    )
})

test('a plan shows requests and price without a request', async () => {
  const setup = await openSetup()
  await setup.collect(sp500Companies)
  for (const [collector, count, first] of [
    [companyOverview, 503, 'function=OVERVIEW&symbol=A'],
    [balanceSheet, 503, 'function=BALANCE_SHEET&symbol=A'],
    [etfProfile, 52, 'function=ETF_PROFILE&symbol=SPY'],
  ] as const) {
    const plan = await planRun(collector, {command: 'x'}, setup.context)
    assert.equal(plan.requests.length, count)
    assert.equal(plan.requests[0]?.request, `GET https://www.alphavantage.co/query?${first}`)
    assert.match(plan.costs.join(), new RegExp(`${count} of 25 requests per day and credential`))
  }
  assert.ok(
    (
      await planRun(companyOverview, {command: 'x', names: ['brk.b']}, setup.context)
    ).requests[0]?.request.endsWith('symbol=BRK-B'),
  )
  assert.deepEqual(requestedSymbols(setup), [])
})
