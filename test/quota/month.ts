/**
 * A month of Alpha Vantage on the controlled clock: every scheduled run of its jobs in turn, and the requests
 * that the simulator received.
 */
import {balanceSheet} from '../../src/lib/collectors/balance-sheet.js'
import {companyOverview} from '../../src/lib/collectors/company-overview.js'
import {cpi} from '../../src/lib/collectors/cpi.js'
import {earningsCalendar} from '../../src/lib/collectors/earnings-calendar.js'
import {etfProfile} from '../../src/lib/collectors/etf-profile.js'
import {federalFundsRate} from '../../src/lib/collectors/federal-funds-rate.js'
import {ipoCalendar} from '../../src/lib/collectors/ipo-calendar.js'
import {newsSentiment} from '../../src/lib/collectors/news-sentiment.js'
import {sp500Companies} from '../../src/lib/collectors/sp500-companies.js'
import {topGainers} from '../../src/lib/collectors/top-gainers.js'
import {treasuryYield} from '../../src/lib/collectors/treasury-yield.js'
import type {Config} from '../../src/lib/config.js'
import type {AnyCollector} from '../../src/lib/define.js'
import {readLists} from '../../src/lib/run/lists.js'
import {collectSaved} from '../../src/lib/run/saved.js'
import {scheduledRunsBetween} from '../../src/lib/schedule/scheduled-runs.js'
import type {LoggedRequest} from '../../src/simulator/log.js'
import {dayMs, hourMs} from '../../src/lib/time.js'
import {openSetup, type TestSetup} from '../run/setup.js'

export const collectors: readonly AnyCollector[] = [
  earningsCalendar,
  topGainers,
  ipoCalendar,
  balanceSheet,
  companyOverview,
  etfProfile,
  newsSentiment,
]

/** One request to Alpha Vantage: its instant, its credential, its job and its target. */
export interface Call {
  atMs: number
  credential: string
  job: string
  about: string
  isRefused: boolean
}

const jobOf: Readonly<Record<string, string>> = {
  EARNINGS_CALENDAR: 'earnings-calendar',
  TOP_GAINERS_LOSERS: 'top-gainers',
  IPO_CALENDAR: 'ipo-calendar',
  BALANCE_SHEET: 'balance-sheet',
  OVERVIEW: 'company-overview',
  ETF_PROFILE: 'etf-profile',
  NEWS_SENTIMENT: 'news-sentiment',
  CPI: 'macro',
  INFLATION: 'macro',
  FEDERAL_FUNDS_RATE: 'macro',
  TREASURY_YIELD: 'macro',
}

export function callOf({instant, credential, path, refused, status}: LoggedRequest): Call {
  const query = new URL(path, 'http://127.0.0.1').searchParams
  return {
    atMs: Date.parse(instant),
    credential,
    job: jobOf[query.get('function') ?? ''] ?? path,
    about: query.get('symbol') ?? '',
    isRefused: refused || status !== 200,
  }
}

export interface Month {
  setup: TestSetup
  calls: Call[]
  startMs: number
  endMs: number
  /** Runs that failed, as text. */
  trouble: string[]
}

/**
 * Runs every scheduled run of `collectors` for `days` days, each two seconds late like a real process. The
 * credentials are those of `env`. A scheduled run that comes during another run follows it.
 */
export async function runMonth(from: string, days: number, env: Record<string, string>): Promise<Month> {
  const calls: Call[] = []
  const startMs = Date.parse(from)
  const endMs = startMs + days * dayMs
  const setup = await openSetup({
    at: new Date(startMs),
    env: {ALPHA_VANTAGE_API_KEY_1: '', ALPHA_VANTAGE_API_KEY_NEWS: '', ...env},
    settleMs: 1,
    onRequest: (request) => {
      if (request.provider === 'alpha-vantage') calls.push(callOf(request))
    },
  })
  const trouble: string[] = []
  await setup.collect(sp500Companies)
  const scheduledRuns = collectors
    .flatMap((collector) =>
      scheduledRunsBetween(collector.schedule!, new Date(startMs), new Date(endMs)).map(({at}) => ({
        at,
        collector,
      })),
    )
    .sort((a, b) => a.at.getTime() - b.at.getTime())
  for (const {at, collector} of scheduledRuns) {
    const ahead = at.getTime() + 2000 - setup.simulator.clock.nowMs()
    if (ahead > 0) setup.simulator.clock.change({advanceMs: ahead})
    const run = await setup.collect(collector, {at})
    // a run in which only an unknown symbol was due ends with 1
    if (run.exit_code !== 0 && !/knows none of/.test(run.message ?? ''))
      trouble.push(
        `${collector.name} at ${at.toISOString()}: ${run.outcome}, ${run.message ?? ''} ${run.complaints.join('; ')}`,
      )
  }
  return {setup, calls, startMs, endMs, trouble}
}

/**
 * The longest time without an answer of any target of a job, in days, from the begin of the month to its end.
 * `unknown` targets are left out, because they are requested again only a month later.
 */
export function longestDays(
  {calls, startMs, endMs}: Pick<Month, 'calls' | 'startMs' | 'endMs'>,
  job: string,
  unknown: ReadonlySet<string> = new Set(),
): {subjects: number; days: number} {
  const last = new Map<string, number>()
  let longest = 0
  for (const {atMs, about} of calls.filter(
    (call) => call.job === job && !call.isRefused && !unknown.has(call.about),
  )) {
    longest = Math.max(longest, atMs - (last.get(about) ?? startMs))
    last.set(about, atMs)
  }
  for (const atMs of last.values()) longest = Math.max(longest, endMs - atMs)
  return {subjects: last.size, days: longest / dayMs}
}

/**
 * The used fraction of what some credentials allow a day, in the trailing 24 hours, at every full hour from
 * the second day on.
 */
export function trailingUse(
  {calls, startMs, endMs}: Pick<Month, 'calls' | 'startMs' | 'endMs'>,
  credentials: ReadonlySet<string>,
  allowed: number,
): {mean: number; least: number; most: number} {
  const instants = calls
    .filter(({credential, isRefused}) => credentials.has(credential) && !isRefused)
    .map(({atMs}) => atMs)
  const fractions: number[] = []
  for (let at = startMs + dayMs; at <= endMs; at += hourMs)
    fractions.push(instants.filter((one) => one > at - dayMs && one <= at).length / allowed)
  return {
    mean: fractions.reduce((sum, one) => sum + one, 0) / fractions.length,
    least: Math.min(...fractions),
    most: Math.max(...fractions),
  }
}

/** The main table of each job; macro series are the four of FRED. */
const tableOf: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(collectors.map(({name, tables}) => [name, [tables[0]]])),
  macro: ['cpi', 'federal_funds_rate', 'treasury_yield'],
}

/**
 * A table for the reader: requests by job and credential, refused ones among them, and the rows in the job's
 * table at the end. Its last lines are the requests and the limit of each credential.
 */
export async function report({
  calls,
  setup,
  days,
}: {
  calls: readonly Call[]
  setup: TestSetup
  days: number
}): Promise<string[]> {
  const news = new Set(calls.filter(({job}) => job === 'news-sentiment').map(({credential}) => credential))
  const credentials = [...new Set(calls.map(({credential}) => credential))].sort(
    (a, b) => Number(news.has(a)) - Number(news.has(b)) || (a < b ? -1 : 1),
  )
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  const sent = (some: readonly Call[]) => {
    const refused = some.filter(({isRefused}) => isRefused).length
    return refused === 0 ? String(some.length) : `${some.length} (${refused} refused)`
  }
  const lines = [
    line(['job', ...credentials, 'rows gained']),
    line(['---', ...credentials.map(() => '---'), '---']),
  ]
  for (const job of [...collectors.map(({name}) => name), 'macro'].filter((name) =>
    calls.some((call) => call.job === name),
  )) {
    let rows = 0
    // only news of the month: the newest fifty articles of a quiet topic are years old
    const of =
      job === 'news-sentiment' ? 'where time_published >= (select min(started_at) from job_runs)' : ''
    for (const table of tableOf[job]!)
      rows += Number((await setup.rows(`select count(*) as n from ${table} ${of}`))[0]!['n'])
    lines.push(
      line([
        job,
        ...credentials.map((credential) =>
          sent(calls.filter((call) => call.job === job && call.credential === credential)),
        ),
        rows.toLocaleString('en-US'),
      ]),
    )
  }
  lines.push(
    line([
      'used',
      ...credentials.map((credential) => sent(calls.filter((call) => call.credential === credential))),
      '',
    ]),
    line(['allowed', ...credentials.map(() => 25 * days), '']),
  )
  return lines
}

const collectorOf = new Map<string, AnyCollector>([
  ...collectors.map((collector): [string, AnyCollector] => [
    Object.entries(jobOf).find(([, job]) => job === collector.name)![0],
    collector,
  ]),
  ['CPI', cpi],
  ['FEDERAL_FUNDS_RATE', federalFundsRate],
  ['TREASURY_YIELD', treasuryYield],
])

/** Stores an answer that another program requested, so that its rows are counted in the same tables. */
export async function storeAnswer(
  {context}: TestSetup,
  params: Readonly<Record<string, string>>,
  text: string,
): Promise<void> {
  const collector = collectorOf.get(params['function'] ?? '')!
  const target = params['symbol']?.replace('-', '.') ?? params['maturity']
  await collectSaved(
    collector,
    text,
    {
      command: `fin ingest ${collector.name}`,
      provider: 'alpha-vantage',
      ...(target === undefined ? {} : {names: [target]}),
    },
    context,
  )
}

/** The shipped queries of scored news, as parameters, by the day of the week; 0 is Sunday. */
export async function queriesByWeekday(config: Config): Promise<Record<string, string>[][]> {
  const {queries = []} = await readLists(newsSentiment.lists!, config)
  return ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'].map((day) =>
    queries
      .filter(({weekday}) => weekday === day)
      .map(({tickers = '', topics = ''}) => ({
        ...(tickers === '' ? {} : {tickers: tickers.replaceAll(' ', ',')}),
        ...(topics === '' ? {} : {topics: topics.replaceAll(' ', ',')}),
        sort: 'LATEST',
        limit: '50',
      })),
  )
}
