/**
 * The simulator as an HTTP server on loopback: `/<provider>/<its own path>`, and what steers it: /clock,
 * /log, /faults.
 */
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {realClock} from '../lib/clock.js'
import {NeedsPerson} from '../lib/errors.js'
import type {Face} from './stub.js'
import {alphaVantageFace} from './stubs/alpha-vantage.js'
import {bithumbFace} from './stubs/bithumb.js'
import {coingeckoFace} from './stubs/coingecko.js'
import {finnhubFace} from './stubs/finnhub.js'
import {fredFace} from './stubs/fred.js'
import {newsapiFace} from './stubs/newsapi.js'
import {truthSocialFace} from './stubs/truth-social.js'
import {wikipediaFace} from './stubs/wikipedia.js'
import {xFace} from './stubs/x.js'
import {createFaults, type Fault, type Faults} from './faults.js'
import {createLimiter} from './limits.js'
import {createRequestLog, type LoggedRequest, type RequestLog} from './log.js'
import {answerRequests, type Served} from './requests.js'
import {serveSockets} from './sockets.js'
import {type SharedClock, sharedClock} from './time.js'
import {createWorld, type World} from './scenario.js'

export interface SimulatorOptions {
  /** 0 (the default): a free one. */
  port?: number
  seed?: number
  /** The instant to begin at; default: now. */
  at?: Date
  /** Simulated seconds per real second, default 1; 0: the clock stands and goes on in steps. */
  rate?: number
  faults?: readonly Fault[]
  /** Limit settings, such as COINGECKO_REQUESTS_PER_MINUTE. */
  env?: Readonly<Record<string, string | undefined>>
  /** Real milliseconds without any request after which a standing clock goes on to the earliest sleeper. */
  settleMs?: number
  /** Told of every request to a provider. */
  onRequest?(request: LoggedRequest): void
  /** Told of every request that nobody serves. */
  onUnknown?(text: string): void
}

export interface Simulator {
  url: string
  port: number
  world: World
  clock: SharedClock
  faults: Faults
  log: RequestLog
  /** Ends open connections too. */
  close(): Promise<void>
}

/** A world of sober proportions around 2026. */
const defaultSeed = 66

/** Every provider's face, in the order in which they are named to people. */
export function allFaces(): Face[] {
  return [
    wikipediaFace,
    bithumbFace(),
    coingeckoFace(),
    fredFace,
    alphaVantageFace,
    finnhubFace(),
    newsapiFace,
    xFace(),
    truthSocialFace(),
  ]
}

/** Starts on 127.0.0.1. Throws NeedsPerson when the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const seed = options.seed ?? defaultSeed
  const world = createWorld(seed)
  const clock = sharedClock({
    instantMs: (options.at ?? realClock.now()).getTime(),
    rate: options.rate ?? 1,
    settleMs: options.settleMs ?? 10,
  })
  const faults = createFaults(seed, options.faults)
  const limiter = createLimiter(options.env ?? {})
  const log = createRequestLog(limiter)
  const faces = new Map(allFaces().map((face) => [face.provider.name, face]))

  const served: Served = {
    faces,
    world,
    clock,
    limiter,
    faults,
    log,
    onRequest: options.onRequest,
    onUnknown: options.onUnknown,
  }
  const server = createServer(answerRequests(served))
  const endSockets = serveSockets(server, served)

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new NeedsPerson(`port ${options.port} is taken`, {
              nextStep: 'Choose another with --port, or 0 for a free one.',
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
    world,
    clock,
    faults,
    log,
    async close() {
      clock.close()
      endSockets()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}
