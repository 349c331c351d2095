/**
 * The environment that tests of runs share: a simulator and a database of each test's own, all in this
 * process.
 */
import {after} from 'node:test'
import pg from 'pg'
import type {Config} from '../../src/lib/config.js'
import {loadConfig} from '../../src/lib/config.js'
import type {AnyCollector, AnyMapper} from '../../src/lib/define.js'
import {collect} from '../../src/lib/run/collect.js'
import {openContext, type Context} from '../../src/lib/run/context.js'
import {map, type MapOptions} from '../../src/lib/run/map.js'
import type {Collected, CollectOptions} from '../../src/lib/run/options.js'
import {createScenario} from '../../src/simulator/scenario.js'
import {
  defaultSeed,
  startSimulator,
  type Simulator,
  type SimulatorOptions,
} from '../../src/simulator/server.js'
import {claims} from '../limits/claims.js'
import {postgres, type Postgres} from '../servers.js'

/**
 * Limits that no run of a test reaches: limits are not under test, and the data must not change during a
 * wait.
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

/** Invented credentials, which fin sends to the simulator unchanged. */
export const credentials = {
  FRED_API_KEY: 'simulatedfredkey0123456789abcdef',
  ALPHA_VANTAGE_API_KEY_1: 'simulatedALPHAVANTAGEKEY1',
  COINGECKO_API_KEY_1: 'simulated-CG-key-number-one',
  ALPHA_VANTAGE_API_KEY_NEWS: 'simulatedALPHAVANTAGENEWS',
  NEWSAPI_API_KEY_1: 'simulated0123456789abcdef0123456',
  FINNHUB_API_KEY_1: 'simulatedfinnhubkeyone',
  X_BEARER_TOKEN_1: 'simulated-x-token-number-one',
  X_BEARER_TOKEN_2: 'simulated-x-token-number-two',
  X_BEARER_TOKEN_3: 'simulated-x-token-number-three',
  X_BEARER_TOKEN_4: 'simulated-x-token-number-four',
}

/** Plans with which no request waits for a quarter of an hour. */
const plans = Object.fromEntries(
  ['1', '2', '3', '4'].flatMap((label) => [
    [`X_PLAN_${label}`, 'pay-per-use'],
    [`X_USD_PER_MONTH_${label}`, '1000'],
  ]),
)

export interface TestSetup {
  simulator: Simulator
  databaseUrl: string
  env: Record<string, string>
  context: Context
  stop: AbortController
  collect(collector: AnyCollector, options?: Partial<CollectOptions>): Promise<Collected>
  map(mapper: AnyMapper, options?: Partial<MapOptions>): Promise<Collected>
  /** Runs plain SQL, for reading what was stored. */
  rows(sql: string, params?: unknown[]): Promise<Record<string, unknown>[]>
  close(): Promise<void>
}

let shared: Promise<Postgres> | undefined
const server = () => (shared ??= postgres())

/**
 * Setups that are still open. They are closed after the last test of the file, unless a test closes them
 * itself.
 */
const opened = new Set<TestSetup>()
after(async () => {
  for (const setup of opened) await setup.close()
  await (await shared)?.stop()
})

/** Moves the time of the simulator and of the runs of this process. */
export async function move({simulator, context}: TestSetup, ms: number): Promise<void> {
  simulator.clock.change({advanceMs: ms})
  await context.clock.refresh()
}

interface SetupOptions extends Omit<SimulatorOptions, 'env'> {
  /** Settings of the program. */
  env?: Record<string, string>
  /** Limit settings of the simulator: the real limits of the providers. */
  simulated?: Record<string, string>
}

/** The invented data of setups that do not change it. */
const usual = createScenario(defaultSeed)

/** Opens a setup. Its clock stands at a Monday by default: every answer is the same until a test moves it. */
export async function openSetup(options: SetupOptions = {}): Promise<TestSetup> {
  const {env: settings = {}, simulated = {}, ...simulatorOptions} = options
  const changesData = ['seed', 'tradesPerSecond', 'outliers'].some((name) => name in simulatorOptions)
  const simulator = await startSimulator({
    at: new Date('2026-11-23T21:00:00Z'),
    rate: 0,
    ...(changesData ? {} : {scenario: usual}),
    ...simulatorOptions,
    env: {...credentials, ...plans, ...simulated},
  })
  const databaseUrl = await (await server()).withSchema('run', 'simulated')
  const env = {
    ...credentials,
    ...plans,
    ...settings,
    DATABASE_URL: databaseUrl,
    FIN_SIMULATOR_URL: simulator.url,
  }
  const config: Config = loadConfig(env, '/')
  const stop = new AbortController()
  const log = {error() {}, warn() {}, notice() {}, detail() {}}
  const context = await openContext({
    config,
    log,
    stop: stop.signal,
    version: 'test',
    claims: async () => claims,
  })
  const pool = new pg.Pool({connectionString: databaseUrl, max: 2})
  pool.on('error', () => {}) // the server goes away under idle connections at the end
  const setup: TestSetup = {
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
      opened.delete(setup)
      await context.close()
      await pool.end()
      await simulator.close()
    },
  }
  opened.add(setup)
  return setup
}
