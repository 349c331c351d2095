/**
 * A simulated world, a database of its own and the collectors, all in this process: what the tests of the
 * runs share.
 */
import type {Config} from '../../src/lib/config.js'
import {loadConfig} from '../../src/lib/config.js'
import type {AnyCollector, AnyMapper} from '../../src/lib/define.js'
import {balanceSheet} from '../../src/lib/collectors/balance-sheet.js'
import {bithumbMarkets} from '../../src/lib/collectors/bithumb-markets.js'
import {bithumbTickers} from '../../src/lib/collectors/bithumb-tickers.js'
import {coingeckoDerivatives} from '../../src/lib/collectors/coingecko-derivatives.js'
import {coingeckoGlobal} from '../../src/lib/collectors/coingecko-global.js'
import {coingeckoIds} from '../../src/lib/collectors/coingecko-ids.js'
import {companyOverview} from '../../src/lib/collectors/company-overview.js'
import {companyNews} from '../../src/lib/collectors/company-news.js'
import {cpi} from '../../src/lib/collectors/cpi.js'
import {earningsNews} from '../../src/lib/collectors/earnings-news.js'
import {earningsCalendar} from '../../src/lib/collectors/earnings-calendar.js'
import {etfProfile} from '../../src/lib/collectors/etf-profile.js'
import {federalFundsRate} from '../../src/lib/collectors/federal-funds-rate.js'
import {inflation} from '../../src/lib/collectors/inflation.js'
import {ipoCalendar} from '../../src/lib/collectors/ipo-calendar.js'
import {marketNews} from '../../src/lib/collectors/market-news.js'
import {newsSentiment} from '../../src/lib/collectors/news-sentiment.js'
import {marketNewsFinnhub} from '../../src/lib/collectors/market-news-finnhub.js'
import {sp500Companies} from '../../src/lib/collectors/sp500-companies.js'
import {topGainers} from '../../src/lib/collectors/top-gainers.js'
import {treasuryYield} from '../../src/lib/collectors/treasury-yield.js'
import {truthPosts} from '../../src/lib/collectors/truth-posts.js'
import {truthTags} from '../../src/lib/collectors/truth-tags.js'
import {truthTrends} from '../../src/lib/collectors/truth-trends.js'
import {xPosts} from '../../src/lib/collectors/x-posts.js'
import {xProfiles} from '../../src/lib/collectors/x-profiles.js'
import {claimsOf} from '../../src/lib/limits/claims.js'
import {collect} from '../../src/lib/run/collect.js'
import {openContext, type Context} from '../../src/lib/run/context.js'
import {map, type MapOptions} from '../../src/lib/run/map.js'
import type {Collected, CollectOptions} from '../../src/lib/run/options.js'
import {startSimulator, type Simulator, type SimulatorOptions} from '../../src/lib/simulator/server.js'
import {hourMs} from '../../src/lib/time.js'
import {postgres, type Postgres} from '../servers.js'
import pg from 'pg'

/** In an order in which each finds what it needs. */
export const collectors: readonly AnyCollector[] = [
  sp500Companies,
  bithumbMarkets,
  bithumbTickers,
  coingeckoIds,
  coingeckoGlobal,
  cpi,
  inflation,
  federalFundsRate,
  treasuryYield,
  marketNews,
  earningsCalendar,
  earningsNews,
  topGainers,
  ipoCalendar,
  newsSentiment,
  companyOverview,
  etfProfile,
  balanceSheet,
  marketNewsFinnhub,
  companyNews,
  coingeckoDerivatives,
  xProfiles,
  xPosts,
  truthPosts,
  truthTrends,
  truthTags,
]

/**
 * Before these run, their list of hundreds becomes one of few, so that a whole run is one of few requests.
 */
export const fewer: Readonly<Record<string, string>> = {
  'company-overview': `update sp500_companies set is_member = symbol in ('AAPL', 'BRK.B', 'MSFT')`,
  'etf-profile': `delete from etf_basic_info where symbol not in ('SPY', 'QQQ', 'VEA')`,
  'balance-sheet': `update sp500_companies set is_member = symbol in ('AAPL', 'BRK.B', 'MSFT')`,
  'company-news': `update sp500_companies set is_member = symbol in ('AAPL', 'BRK.B', 'MSFT')`,
}

/**
 * Limits that no run of a test comes near: the question is another one, and the world must stand still
 * meanwhile.
 */
export const generous = {
  COINGECKO_REQUESTS_PER_MINUTE: '1000',
  ALPHA_VANTAGE_REQUESTS_PER_SECOND: '1000',
  ALPHA_VANTAGE_REQUESTS_PER_DAY: '100000',
  ALPHA_VANTAGE_REQUESTS_PER_DAY_AND_ADDRESS: '100000',
  NEWSAPI_REQUESTS_PER_12_HOURS: '1000',
  NEWSAPI_REQUESTS_PER_DAY: '1000',
  FINNHUB_REQUESTS_PER_MINUTE: '100000',
  FINNHUB_REQUESTS_PER_SECOND: '100000',
  TRUTH_SOCIAL_REQUESTS_PER_MINUTE: '100000',
  TRUTH_SOCIAL_REQUESTS_PER_SECOND: '100000',
}

/** After so long everything is due again; a week where nothing is told. */
const dueAgainMs: Readonly<Record<string, number>> = {
  'bithumb-markets': 25 * hourMs,
  'bithumb-tickers': 0.25 * hourMs,
  'coingecko-ids': 25 * hourMs,
  'coingecko-global': 25 * hourMs,
  'earnings-calendar': 25 * hourMs,
  'earnings-news': 25 * hourMs,
  'market-news-finnhub': 25 * hourMs,
  'company-overview': 7 * 24 * hourMs + 1,
  'balance-sheet': 86 * 24 * hourMs,
  'x-profiles': 31 * 24 * hourMs,
  'truth-posts': hourMs,
  'truth-trends': hourMs,
  'truth-tags': hourMs,
}
export const periodOf = ({name}: AnyCollector): number => dueAgainMs[name] ?? 7 * 24 * hourMs

/** Keys that look like keys; the simulator takes any. */
export const keys = {
  FRED_API_KEY: 'abcdefghijklmnopqrstuvwxyz012345',
  ALPHA_VANTAGE_API_KEY_1: 'ALPHAVANTAGEKEY1',
  COINGECKO_API_KEY_1: 'CG-key-number-one',
  ALPHA_VANTAGE_API_KEY_NEWS: 'ALPHAVANTAGENEWS',
  NEWSAPI_API_KEY_1: '0123456789abcdef0123456789abcdef',
  FINNHUB_API_KEY_1: 'finnhubkeynumberone1',
  X_BEARER_TOKEN_1: 'x-token-number-one',
  X_BEARER_TOKEN_2: 'x-token-number-two',
  X_BEARER_TOKEN_3: 'x-token-number-three',
  X_BEARER_TOKEN_4: 'x-token-number-four',
}

/** Plans with which nothing has to wait for a quarter of an hour. */
const plans = Object.fromEntries(
  ['1', '2', '3', '4'].flatMap((label) => [
    [`X_PLAN_${label}`, 'pay-per-use'],
    [`X_USD_PER_MONTH_${label}`, '1000'],
  ]),
)

export interface TestWorld {
  simulator: Simulator
  databaseUrl: string
  env: Record<string, string>
  context: Context
  stop: AbortController
  collect(collector: AnyCollector, options?: Partial<CollectOptions>): Promise<Collected>
  map(mapper: AnyMapper, options?: Partial<MapOptions>): Promise<Collected>
  /** Plain SQL, for looking at what was stored. */
  rows(sql: string, params?: unknown[]): Promise<Record<string, unknown>[]>
  close(): Promise<void>
}

let shared: Promise<Postgres> | undefined
const server = () => (shared ??= postgres())

/** The server of this file's tests ends with this. */
export async function endServer(): Promise<void> {
  await (await shared)?.stop()
}

/** Lets time pass, for the simulator and for the runs of this process. */
export async function move({simulator, context}: TestWorld, ms: number): Promise<void> {
  simulator.clock.change({advanceMs: ms})
  await context.clock.refresh()
}

interface WorldOptions extends Omit<SimulatorOptions, 'env'> {
  /** Settings of the program. */
  env?: Record<string, string>
  /** Limit settings of the simulator: what the providers really allow. */
  simulated?: Record<string, string>
}

/** A clock that stands at a Monday, unless told otherwise: every answer is the same until a test moves it. */
export async function openWorld(options: WorldOptions = {}): Promise<TestWorld> {
  const {env: settings = {}, simulated = {}, ...rest} = options
  const simulator = await startSimulator({
    at: new Date('2026-11-23T21:00:00Z'),
    rate: 0,
    ...rest,
    env: {...keys, ...plans, ...simulated},
  })
  const databaseUrl = await (await server()).withSchema('world', 'simulated')
  const env = {...keys, ...plans, ...settings, DATABASE_URL: databaseUrl, FIN_SIMULATOR_URL: simulator.url}
  const config: Config = loadConfig(env, '/')
  const stop = new AbortController()
  const log = {error() {}, warn() {}, notice() {}, detail() {}}
  const context = await openContext({
    config,
    log,
    stop: stop.signal,
    version: 'test',
    claims: async () => claimsOf(collectors),
  })
  const pool = new pg.Pool({connectionString: databaseUrl, max: 2})
  pool.on('error', () => {}) // the server goes away under idle connections at the end
  return {
    simulator,
    databaseUrl,
    env,
    context,
    stop,
    collect: (collector, given = {}) =>
      collect(collector, {command: `fin ingest ${collector.name}`, ...given}, context),
    map: (mapper, given = {}) => map(mapper, {command: `fin map ${mapper.name}`, ...given}, context),
    rows: async (sql, params = []) => (await pool.query(sql, params)).rows as Record<string, unknown>[],
    async close() {
      await context.close()
      await pool.end()
      await simulator.close()
    },
  }
}
