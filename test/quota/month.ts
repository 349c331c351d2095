/** A month of Alpha Vantage on the controlled clock: every firing of its units in turn, and what the simulator saw of it. */
import {balanceSheet} from '../../src/lib/collectors/balance-sheet.js'
import {companyOverview} from '../../src/lib/collectors/company-overview.js'
import {earningsCalendar} from '../../src/lib/collectors/earnings-calendar.js'
import {etfProfile} from '../../src/lib/collectors/etf-profile.js'
import {ipoCalendar} from '../../src/lib/collectors/ipo-calendar.js'
import {newsSentiment} from '../../src/lib/collectors/news-sentiment.js'
import {sp500Companies} from '../../src/lib/collectors/sp500-companies.js'
import {topGainers} from '../../src/lib/collectors/top-gainers.js'
import type {AnyCollector} from '../../src/lib/define.js'
import {firingsBetween} from '../../src/lib/schedule/firings.js'
import type {LoggedRequest} from '../../src/lib/simulator/log.js'
import {openWorld, type TestWorld} from '../run/world.js'

export const hourMs = 3_600_000
export const dayMs = 24 * hourMs
export const units: readonly AnyCollector[] = [earningsCalendar, topGainers, ipoCalendar, balanceSheet, companyOverview, etfProfile, newsSentiment]

/** One request to Alpha Vantage: when, with which key, what for, about whom. */
export interface Call {
  atMs: number
  key: string
  job: string
  about: string
  isRefused: boolean
}

const jobOf: Readonly<Record<string, string>> = {
  EARNINGS_CALENDAR: 'earnings-calendar', TOP_GAINERS_LOSERS: 'top-gainers', IPO_CALENDAR: 'ipo-calendar', BALANCE_SHEET: 'balance-sheet',
  OVERVIEW: 'company-overview', ETF_PROFILE: 'etf-profile', NEWS_SENTIMENT: 'news-sentiment', CPI: 'macro', INFLATION: 'macro',
  FEDERAL_FUNDS_RATE: 'macro', TREASURY_YIELD: 'macro',
}

export function callOf({instant, credential, path, refused, status}: LoggedRequest): Call {
  const query = new URL(path, 'http://127.0.0.1').searchParams
  return {atMs: Date.parse(instant), key: credential, job: jobOf[query.get('function') ?? ''] ?? path, about: query.get('symbol') ?? '', isRefused: refused || status !== 200}
}

export interface Month {
  world: TestWorld
  calls: Call[]
  startMs: number
  endMs: number
  /** Runs that ended otherwise than well, in words. */
  trouble: string[]
}

/**
 * Runs every firing of `units` for so many days, each two seconds late as a process is. The keys are those of the
 * environment; a firing that comes while another run is at work follows it.
 */
export async function runMonth(from: string, days: number, env: Record<string, string>): Promise<Month> {
  const calls: Call[] = []
  const startMs = Date.parse(from)
  const endMs = startMs + days * dayMs
  const world = await openWorld({
    at: new Date(startMs), env: {ALPHA_VANTAGE_API_KEY_1: '', ...env}, settleMs: 1,
    onRequest: (request) => {
      if (request.provider === 'alpha-vantage') calls.push(callOf(request))
    },
  })
  const trouble: string[] = []
  await world.collect(sp500Companies)
  const firings = units.flatMap((unit) => firingsBetween(unit.schedule!, new Date(startMs), new Date(endMs)).map(({at}) => ({at, unit})))
    .sort((a, b) => a.at.getTime() - b.at.getTime())
  for (const {at, unit} of firings) {
    const ahead = at.getTime() + 2000 - world.simulator.clock.nowMs()
    if (ahead > 0) world.simulator.clock.change({advanceMs: ahead})
    const run = await world.collect(unit, {at})
    // a run in which only an unknown symbol was due says so with 1
    if (run.exit_code !== 0 && !/knows none of/.test(run.message ?? '')) trouble.push(`${unit.name} at ${at.toISOString()}: ${run.outcome}, ${run.message ?? ''} ${run.complaints.join('; ')}`)
  }
  return {world, calls, startMs, endMs, trouble}
}

/**
 * The longest that anything asked about by a job went without an answer, in days, from the begin of the month to its end.
 * `unknown`: what the provider knows nothing of, which is asked again only a month later.
 */
export function longestDays(
  {calls, startMs, endMs}: Pick<Month, 'calls' | 'startMs' | 'endMs'>, job: string, unknown: ReadonlySet<string> = new Set(),
): {subjects: number; days: number} {
  const last = new Map<string, number>()
  let longest = 0
  for (const {atMs, about} of calls.filter((call) => call.job === job && !call.isRefused && !unknown.has(call.about))) {
    longest = Math.max(longest, atMs - (last.get(about) ?? startMs))
    last.set(about, atMs)
  }
  for (const atMs of last.values()) longest = Math.max(longest, endMs - atMs)
  return {subjects: last.size, days: longest / dayMs}
}

/** How much of what some keys allow a day was used in the trailing 24 hours, at every full hour from the second day on. */
export function trailingUse({calls, startMs, endMs}: Pick<Month, 'calls' | 'startMs' | 'endMs'>, keys: ReadonlySet<string>, allowed: number): {mean: number; least: number; most: number} {
  const instants = calls.filter(({key, isRefused}) => keys.has(key) && !isRefused).map(({atMs}) => atMs)
  const shares: number[] = []
  for (let at = startMs + dayMs; at <= endMs; at += hourMs) shares.push(instants.filter((one) => one > at - dayMs && one <= at).length / allowed)
  return {mean: shares.reduce((sum, one) => sum + one, 0) / shares.length, least: Math.min(...shares), most: Math.max(...shares)}
}

/** Calls by key and job: sent, refused. */
export function table(calls: readonly Call[]): string[] {
  const rows = new Map<string, {sent: number; refused: number}>()
  for (const {key, job, isRefused} of calls) {
    const row = rows.get(`${key} | ${job}`) ?? {sent: 0, refused: 0}
    rows.set(`${key} | ${job}`, {sent: row.sent + 1, refused: row.refused + (isRefused ? 1 : 0)})
  }
  return [...rows].sort(([a], [b]) => a < b ? -1 : 1).map(([name, {sent, refused}]) => `| ${name} | ${sent} | ${refused} |`)
}
