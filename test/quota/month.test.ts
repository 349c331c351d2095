/**
 * The data that a day of scarce requests brings, or a month of them in a full run: with the credentials of
 * the design, with one credential for everything, and by the rules that fin replaces.
 */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {quotaAllocation} from '../../src/lib/report/quota-allocation.js'
import {alphaVantage} from '../../src/lib/providers/alpha-vantage.js'
import {startSimulator} from '../../src/simulator/server.js'
import {dayMs} from '../../src/lib/time.js'
import {claims} from '../limits/claims.js'
import {openSetup} from '../run/setup.js'
import {full, fullTest, soak} from '../size.js'
import {
  callOf,
  type Call,
  longestDays,
  type Month,
  queriesByWeekday,
  report,
  runMonth,
  storeAnswer,
  trailingUse,
} from './month.js'
import {playOriginal} from './original.js'

const months: Month[] = []
const designCredentials = {
  ALPHA_VANTAGE_API_KEY_1: 'simulatedGENERAL1',
  ALPHA_VANTAGE_API_KEY_2: 'simulatedGENERAL2',
  ALPHA_VANTAGE_API_KEY_NEWS: 'simulatedNEWS1',
}
const from = '2026-10-12T00:00:00Z' // a month in which most companies report, and in which summer time ends
/** A full run has a month. A soak run has a quarter, within which every balance sheet is requested. */
const days = soak ? 92 : full ? 31 : 1
const count = (calls: readonly Call[], job: string) =>
  calls.filter((call) => call.job === job && !call.isRefused).length
const credentialsOf = (calls: readonly Call[], job: string) =>
  new Set(calls.filter((call) => call.job === job).map(({credential}) => credential))

test(
  'two general credentials and one for news serve every job in time, without a refusal or an unused request',
  {timeout: 1_800_000},
  async (t) => {
    const month = await runMonth(from, days, designCredentials)
    months.push(month)
    const {calls, setup} = month
    assert.deepEqual(
      calls.filter(({isRefused}) => isRefused),
      [],
    )
    const news = credentialsOf(calls, 'news-sentiment')
    const general = new Set(
      [...new Set(calls.map(({credential}) => credential))].filter((credential) => !news.has(credential)),
    )
    assert.deepEqual([news.size, general.size], [1, 2])

    const unknownTo = async (job: string) =>
      new Set(
        (
          await setup.rows(
            `select replace(target, '.', '-') as spelled from target_state where unit = $1 and status = 'unknown'`,
            [job],
          )
        ).map(({spelled}) => String(spelled)),
      )
    const [noOverview, noSheet, noFund] = [
      await unknownTo('company-overview'),
      await unknownTo('balance-sheet'),
      await unknownTo('etf-profile'),
    ]
    assert.ok(noOverview.size < 10 && noSheet.size < 10 && noFund.size < 5)
    const overviews = longestDays(month, 'company-overview', noOverview)
    const balanceSheets = longestDays(month, 'balance-sheet', noSheet)
    const funds = longestDays(month, 'etf-profile', noFund)
    if (full)
      assert.ok(
        overviews.subjects + noOverview.size >= 503 && overviews.days <= 25,
        `overviews of ${overviews.subjects}, the longest after ${overviews.days.toFixed(1)} days`,
      )
    // In this month most companies report, and companies that have just reported go first. A third would do
    // to request all within the quarter.
    if (full && !soak)
      assert.ok(balanceSheets.subjects >= (503 * 2) / 3, `${balanceSheets.subjects} balance sheets`)
    if (soak)
      assert.ok(
        balanceSheets.subjects + noSheet.size >= 503 && balanceSheets.days <= 91,
        `balance sheets of ${balanceSheets.subjects}, the longest after ${balanceSheets.days.toFixed(1)} days`,
      )
    if (full)
      assert.ok(
        funds.subjects + noFund.size >= 52 && funds.days <= 7,
        `${funds.subjects} funds, the longest after ${funds.days.toFixed(1)} days`,
      )
    assert.equal(count(calls, 'earnings-calendar'), days)
    assert.equal(count(calls, 'top-gainers'), days)
    assert.equal(count(calls, 'news-sentiment'), days * 25)
    assert.ok(count(calls, 'ipo-calendar') >= Math.floor(days / 7))
    assert.deepEqual(month.trouble, [])

    const use = trailingUse(month, general, 50)
    assert.ok(
      use.most <= 1 && use.mean >= 0.98,
      `used ${(use.mean * 100).toFixed(2)} % on average, ${(use.least * 100).toFixed(0)} % at least`,
    )
    const newsUse = trailingUse(month, news, 25)
    assert.ok(newsUse.most <= 1 && newsUse.mean >= 0.98, `news: ${(newsUse.mean * 100).toFixed(2)} %`)
    for (const line of await report({calls, setup, days})) t.diagnostic(line)
    t.diagnostic(
      `general credentials: ${(use.mean * 100).toFixed(2)} % of every trailing day on average, ${(use.least * 100).toFixed(0)} % at least; news: ${(newsUse.mean * 100).toFixed(2)} %, ${(newsUse.least * 100).toFixed(0)} %`,
    )
    t.diagnostic(
      `longest without an answer: overview ${overviews.days.toFixed(1)} days, fund ${funds.days.toFixed(1)} days; balance sheets of ${balanceSheets.subjects} companies, the longest after ${balanceSheets.days.toFixed(1)} days`,
    )
  },
)

fullTest('companies that have just reported go before stale ones', {timeout: 60_000}, async () => {
  const {calls, setup, startMs} = months[0]!
  const endMs = startMs + 31 * dayMs // in the weeks before that, most companies report
  const known = await setup.rows(
    `select symbol, report_date::text as day from earnings_calendar where superseded_at is null and report_date between $1 and $2
    and symbol not in (select target from target_state where unit = 'balance-sheet' and status = 'unknown')`,
    [new Date(endMs - 12 * dayMs).toISOString(), new Date(endMs - 4 * dayMs).toISOString()],
  )
  const balanceSheets = calls.filter(({job}) => job === 'balance-sheet')
  const fetched = new Map<string, number[]>()
  for (const {about, atMs} of balanceSheets) fetched.set(about, [...(fetched.get(about) ?? []), atMs])
  let reported = 0
  for (const {symbol, day} of known) {
    const times = fetched.get(String(symbol).replace('.', '-')) ?? []
    // The provider has the figures two days later. They are requested within three days of that, although
    // hundreds of others wait: a Monday has the reports of three days.
    const thereMs = Date.parse(String(day)) + 2 * dayMs
    if (!times.some((at) => at < thereMs)) continue
    reported++
    assert.ok(
      times.some((at) => at >= thereMs && at <= thereMs + 3 * dayMs),
      `${String(symbol)} reported on ${String(day)}, requested at ${times.map((at) => new Date(at).toISOString()).join(', ')}`,
    )
  }
  assert.ok(reported >= 20, `${reported} companies reported after their first balance sheet`)
})

fullTest(
  'one credential serves the fixed jobs every day without a refusal, and the plan states the effect of a second one',
  {timeout: 900_000},
  async () => {
    const month = await runMonth(from, 6, {ALPHA_VANTAGE_API_KEY_1: 'simulatedONLY1'})
    months.push(month)
    const {calls, setup} = month
    assert.deepEqual(
      calls.filter(({isRefused}) => isRefused),
      [],
    )
    assert.equal(count(calls, 'earnings-calendar'), 6)
    assert.equal(count(calls, 'top-gainers'), 6)
    // Balance sheets are at their preferred rate (5.9 a day), overviews take what is left (11.6), funds and
    // news are at their lowest rate (1.7 and 3.6).
    const aDay = (job: string) => count(calls, job) / 6
    assert.ok(aDay('balance-sheet') >= 5, `${aDay('balance-sheet')} balance sheets a day`)
    assert.ok(
      aDay('company-overview') >= 9 && aDay('company-overview') > 2 * aDay('etf-profile'),
      `${aDay('company-overview')} overviews a day`,
    )
    assert.ok(aDay('etf-profile') >= 1 && aDay('etf-profile') < 8, `${aDay('etf-profile')} funds a day`)
    assert.ok(
      aDay('news-sentiment') >= 2 && aDay('news-sentiment') < 20,
      `${aDay('news-sentiment')} news queries a day`,
    )
    assert.ok(trailingUse(month, new Set(calls.map(({credential}) => credential)), 25).mean >= 0.95)
    const allocation = await quotaAllocation(
      await setup.context.database(),
      setup.context.config,
      alphaVantage,
      claims,
      setup.simulator.clock.nowMs(),
    )
    const text = allocation!.lines.join('\n')
    assert.match(text, /Not everything fits/)
    assert.match(text, /One more key: company-overview every 24 days instead of every/)
  },
)

fullTest('the rules that fin replaces bring fewer overviews, and refusals', {timeout: 600_000}, async (t) => {
  const days = 14 // enough for refusals, and for the difference
  const calls: Call[] = []
  const rows = await openSetup({at: new Date(from)})
  months.push({setup: rows, calls, startMs: 0, endMs: 0, trouble: []})
  const simulator = await startSimulator({
    at: new Date(from),
    rate: 0,
    onRequest: (request) => {
      calls.push(callOf(request))
    },
  })
  try {
    const {setup} = months[0]!
    const [members, funds] = await Promise.all([
      setup.rows('select symbol from sp500_companies where is_member order by symbol'),
      setup.rows('select symbol from etf_basic_info order by symbol limit 52'),
    ])
    const spelled = members.map(({symbol}) => String(symbol).replace('.', '-'))
    const lists = {
      members: spelled,
      funds: funds.map(({symbol}) => String(symbol)),
      queries: await queriesByWeekday(rows.context.config),
    }
    await playOriginal(
      simulator,
      days,
      {general: ['simulatedGENERAL1', 'simulatedGENERAL2'], news: 'simulatedNEWS1'},
      lists,
      (params, text) => storeAnswer(rows, params, text),
    )
  } finally {
    await simulator.close()
  }
  const startMs = Date.parse(from)
  const original = {calls, startMs, endMs: startMs + days * dayMs}
  for (const line of await report({calls, setup: rows, days})) t.diagnostic(line)
  const refused = calls.filter(({isRefused}) => isRefused).length
  const overviews = longestDays(original, 'company-overview')
  const balanceSheets = longestDays(original, 'balance-sheet')
  t.diagnostic(
    `refused: ${refused} of ${calls.length}; overviews of ${overviews.subjects} companies, balance sheets of ${balanceSheets.subjects}`,
  )
  // the comparison is only valid if the other side really ran
  assert.ok(refused > 0 && overviews.subjects > 100 && balanceSheets.subjects > 0)
  const here = months[0]!.calls.filter(({atMs}) => atMs < original.endMs)
  assert.ok(count(calls, 'company-overview') < count(here, 'company-overview'))
})
