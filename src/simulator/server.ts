/**
 * HTTP server of the simulator, on loopback. It serves `/<provider>/<path of the provider>`, and its controls
 * at /clock, /log, /sockets, /trades and /faults.
 */
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {realClock} from '../lib/clock.js'
import {NeedsPerson} from '../lib/errors.js'
import type {ProviderStub} from './stub.js'
import {alphaVantageStub} from './stubs/alpha-vantage.js'
import {bithumbStub} from './stubs/bithumb.js'
import {coingeckoStub} from './stubs/coingecko.js'
import {finnhubStub} from './stubs/finnhub.js'
import {fredStub} from './stubs/fred.js'
import {newsapiStub} from './stubs/newsapi.js'
import {truthSocialStub} from './stubs/truth-social.js'
import {wikipediaStub} from './stubs/wikipedia.js'
import {xStub} from './stubs/x.js'
import {type ConnectionLog, createConnectionLog} from './connections.js'
import {createFaults, type Fault, type Faults} from './faults.js'
import {createLimiter} from './limits.js'
import {createRequestLog, type LoggedRequest, type RequestLog} from './log.js'
import {answerRequests, type Served} from './requests.js'
import {serveSockets} from './sockets.js'
import {type SharedClock, sharedClock} from './clock.js'
import {createScenario, type Scenario} from './scenario.js'

export interface SimulatorOptions {
  /** 0 (the default): any free port. */
  port?: number
  seed?: number
  /** The invented data, if it exists already; it holds no state. Default: that of the seed. */
  scenario?: Scenario
  /** The first instant of the simulated clock; default: now. */
  at?: Date
  /** Simulated seconds per real second, default 1. 0: the clock advances in steps only. */
  rate?: number
  faults?: readonly Fault[]
  /** Mean number of trades per symbol and second, default 1. */
  tradesPerSecond?: number
  /** Fraction of trades with a wrong price, default 0. Above 0, prices also jump. */
  outliers?: number
  /** Further hosts that requests may name, because a forwarder passes them on. */
  hosts?: readonly string[]
  /** Limit settings, such as COINGECKO_REQUESTS_PER_MINUTE. */
  env?: Readonly<Record<string, string | undefined>>
  /** Real milliseconds without any request after which a stepped clock advances to the earliest sleeper. */
  settleMs?: number
  /** Called for every request to a provider. */
  onRequest?(request: LoggedRequest): void
  /** Called for every request that the simulator does not serve. */
  onUnknown?(text: string): void
}

export interface Simulator {
  url: string
  port: number
  scenario: Scenario
  clock: SharedClock
  faults: Faults
  log: RequestLog
  connections: ConnectionLog
  /** Ends open connections too. */
  close(): Promise<void>
}

/** A seed whose scenario has plausible figures around 2026. */
export const defaultSeed = 66

/** The stub of every provider, in the order in which messages list them. */
export function allStubs(): ProviderStub[] {
  return [
    wikipediaStub,
    bithumbStub(),
    coingeckoStub(),
    fredStub,
    alphaVantageStub,
    finnhubStub(),
    newsapiStub,
    xStub(),
    truthSocialStub(),
  ]
}

/** Starts a simulator on 127.0.0.1. Throws NeedsPerson if the port is in use. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const seed = options.seed ?? defaultSeed
  const scenario = options.scenario ?? createScenario(seed, options.tradesPerSecond, options.outliers)
  const clock = sharedClock({
    instantMs: (options.at ?? realClock.now()).getTime(),
    rate: options.rate ?? 1,
    settleMs: options.settleMs ?? 10,
  })
  const faults = createFaults(seed, options.faults)
  const limiter = createLimiter(options.env ?? {})
  const log = createRequestLog(limiter)
  const connections = createConnectionLog()
  const stubs = new Map(allStubs().map((stub) => [stub.provider.name, stub]))

  const served: Served = {
    stubs,
    scenario,
    clock,
    limiter,
    faults,
    log,
    connections,
    hosts: (options.hosts ?? []).map((host) => host.toLowerCase()),
    onRequest: options.onRequest,
    onUnknown: options.onUnknown,
  }
  const server = createServer(answerRequests(served))
  const endSockets = serveSockets(server, served)

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new NeedsPerson(`port ${options.port} is in use`, {
              nextStep: 'Choose another port with --port, or give 0 for any free port.',
            })
          : error,
      ),
    )
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const {port} = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    scenario,
    clock,
    faults,
    log,
    connections,
    async close() {
      clock.close()
      endSockets()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}
