/**
 * A month of Alpha Vantage on the controlled clock: every firing of its units in turn, and what the simulator
 * saw of it.
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

export const units: readonly AnyCollector[] = [
  earningsCalendar,
  topGainers,
  ipoCalendar,
  balanceSheet,
  companyOverview,
  etfProfile,
  newsSentiment,
]

/** One request to Alpha Vantage: when, with which key, what for, about whom. */
export interface Call {
  atMs: number
  key: string
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
    key: credential,
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
  /** Runs that ended otherwise than well, in words. */
  trouble: string[]
}

/**
 * Runs every firing of `units` for so many days, each two seconds late as a process is. The keys are those of
 * the environment; a firing that comes while another run is at work follows it.
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
  const firings = units
    .flatMap((unit) =>
      scheduledRunsBetween(unit.schedule!, new Date(startMs), new Date(endMs)).map(({at}) => ({at, unit})),
    )
    .sort((a, b) => a.at.getTime() - b.at.getTime())
  for (const {at, unit} of firings) {
    const ahead = at.getTime() + 2000 - setup.simulator.clock.nowMs()
    if (ahead > 0) setup.simulator.clock.change({advanceMs: ahead})
    const run = await setup.collect(unit, {at})
    // a run in which only an unknown symbol was due says so with 1
    if (run.exit_code !== 0 && !/knows none of/.test(run.message ?? ''))
      trouble.push(
        `${unit.name} at ${at.toISOString()}: ${run.outcome}, ${run.message ?? ''} ${run.complaints.join('; ')}`,
      )
  }
  return {setup, calls, startMs, endMs, trouble}
}

/**
 * The longest that anything asked about by a job went without an answer, in days, from the begin of the month
 * to its end. `unknown`: what the provider knows nothing of, which is asked again only a month later.
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
 * How much of what some keys allow a day was used in the trailing 24 hours, at every full hour from the
 * second day on.
 */
export function trailingUse(
  {calls, startMs, endMs}: Pick<Month, 'calls' | 'startMs' | 'endMs'>,
  keys: ReadonlySet<string>,
  allowed: number,
): {mean: number; least: number; most: number} {
  const instants = calls.filter(({key, isRefused}) => keys.has(key) && !isRefused).map(({atMs}) => atMs)
  const shares: number[] = []
  for (let at = startMs + dayMs; at <= endMs; at += hourMs)
    shares.push(instants.filter((one) => one > at - dayMs && one <= at).length / allowed)
  return {
    mean: shares.reduce((sum, one) => sum + one, 0) / shares.length,
    least: Math.min(...shares),
    most: Math.max(...shares),
  }
}

/** The main table of each job; macro series are the four of FRED. */
const tableOf: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(units.map(({name, tables}) => [name, [tables[0]]])),
  macro: ['cpi', 'federal_funds_rate', 'treasury_yield'],
}

/**
 * A table for people: calls by job and key, refused ones among them, rows that the job's table has at the
 * end; below it, what each key was allowed.
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
  const news = new Set(calls.filter(({job}) => job === 'news-sentiment').map(({key}) => key))
  const keys = [...new Set(calls.map(({key}) => key))].sort(
    (a, b) => Number(news.has(a)) - Number(news.has(b)) || (a < b ? -1 : 1),
  )
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  const sent = (some: readonly Call[]) => {
    const refused = some.filter(({isRefused}) => isRefused).length
    return refused === 0 ? String(some.length) : `${some.length} (${refused} refused)`
  }
  const lines = [line(['job', ...keys, 'rows gained']), line(['---', ...keys.map(() => '---'), '---'])]
  for (const job of [...units.map(({name}) => name), 'macro'].filter((name) =>
    calls.some((call) => call.job === name),
  )) {
    let rows = 0
    // of news what was written meanwhile: the newest fifty of a quiet topic are years old
    const of =
      job === 'news-sentiment' ? 'where time_published >= (select min(started_at) from job_runs)' : ''
    for (const table of tableOf[job]!)
      rows += Number((await setup.rows(`select count(*) as n from ${table} ${of}`))[0]!['n'])
    lines.push(
      line([
        job,
        ...keys.map((key) => sent(calls.filter((call) => call.job === job && call.key === key))),
        rows.toLocaleString('en-US'),
      ]),
    )
  }
  lines.push(
    line(['used', ...keys.map((key) => sent(calls.filter((call) => call.key === key))), '']),
    line(['allowed', ...keys.map(() => 25 * days), '']),
  )
  return lines
}

const unitOf = new Map<string, AnyCollector>([
  ...units.map((unit): [string, AnyCollector] => [
    Object.entries(jobOf).find(([, job]) => job === unit.name)![0],
    unit,
  ]),
  ['CPI', cpi],
  ['FEDERAL_FUNDS_RATE', federalFundsRate],
  ['TREASURY_YIELD', treasuryYield],
])

/** Stores an answer that somebody else asked for, so that what it is worth is counted in the same tables. */
export async function storeAnswer(
  {context}: TestSetup,
  params: Readonly<Record<string, string>>,
  text: string,
): Promise<void> {
  const unit = unitOf.get(params['function'] ?? '')!
  const target = params['symbol']?.replace('-', '.') ?? params['maturity']
  await collectSaved(
    unit,
    text,
    {
      command: `fin ingest ${unit.name}`,
      provider: 'alpha-vantage',
      ...(target === undefined ? {} : {names: [target]}),
    },
    context,
  )
}

/** The queries of scored news as they ship, as parameters, by the day of the week; 0 is Sunday. */
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
