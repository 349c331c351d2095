/**
 * The simulator as an HTTP server on loopback: `/<provider>/<its own path>`, and what steers it: /clock,
 * /log, /faults.
 */
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {pause, realClock} from '../clock.js'
import {messageOf, NeedsPerson} from '../errors.js'
import {steer} from './controls.js'
import {type Ask, type Face, json, NotSimulated, type Reply} from './face.js'
import {alphaVantageFace} from './faces/alpha-vantage.js'
import {bithumbFace} from './faces/bithumb.js'
import {coingeckoFace} from './faces/coingecko.js'
import {finnhubFace} from './faces/finnhub.js'
import {fredFace} from './faces/fred.js'
import {newsapiFace} from './faces/newsapi.js'
import {truthSocialFace} from './faces/truth-social.js'
import {wikipediaFace} from './faces/wikipedia.js'
import {xFace} from './faces/x.js'
import {createFaults, type Fault, faulted, type Faults} from './faults.js'
import {createLimiter} from './limits.js'
import {createRequestLog, type LoggedRequest, type RequestLog, withoutKey} from './log.js'
import {serveSockets} from './sockets.js'
import {type SharedClock, sharedClock} from './time.js'
import {createWorld, type World} from './world.js'

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

  const server = createServer((request, response) => {
    // Nothing of the machine's own time goes out.
    response.sendDate = false
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    answerOne(request, response, gone.signal).catch((error: unknown) => {
      if (!response.headersSent)
        send(response, json({error: messageOf(error)}, error instanceof NeedsPerson ? 400 : 500))
      else response.destroy()
    })
  })

  async function answerOne(request: IncomingMessage, response: ServerResponse, gone: AbortSignal) {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const [, name = '', ...rest] = url.pathname.split('/')
    const steers = name === 'clock' || name === 'log' || name === 'faults'
    // Whoever sleeps, or only looks on, is not at work.
    const done = name === 'log' || url.pathname === '/clock/sleep' ? () => {} : clock.busy()
    try {
      const face = faces.get(name)
      if (steers) send(response, await steer(request, url, gone, {clock, faults, log}))
      else if (face) await serve(face, `/${rest.join('/')}`, url, request, response)
      else
        send(
          response,
          notServed(
            `${request.method} ${withoutKey(request.url ?? '/')}`,
            `no provider of that name; it serves ${[...faces.keys()].join(', ')}`,
          ),
        )
    } finally {
      done()
    }
  }

  async function serve(
    face: Face,
    path: string,
    url: URL,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    const provider = face.provider
    const headers = request.headers as Ask['headers']
    const secret = face.secret(url.searchParams, headers)
    const key = log.credential(provider.name, secret)
    const atMs = clock.nowMs()
    const {refused, remaining, capacity} = limiter.arrive(
      provider,
      secret === undefined ? undefined : key.credential,
      atMs,
      secret,
    )
    const ask: Ask = {
      method: request.method ?? 'GET',
      path,
      query: url.searchParams,
      headers,
      atMs,
      secret,
      remaining,
      capacity,
    }
    const strike = refused ? undefined : faults.strike(provider.name, withoutKey(`${path}${url.search}`))
    const kind = strike?.fault.kind

    let reply: Reply
    if (refused) reply = face.refuse(refused.limit, refused.untilMs, ask)
    else if (kind === '429')
      reply = face.refuse(
        provider.limits[0] ?? {requests: 1, per: 'minute', of: 'address', window: 'sliding'},
        atMs + 2000,
        ask,
      )
    else {
      try {
        const plain = face.answer(ask, world)
        reply = strike ? faulted(plain, strike.fault.kind, strike.variant) : plain
      } catch (error) {
        if (!(error instanceof NotSimulated)) throw error
        reply = notServed(`${ask.method} ${withoutKey(request.url ?? '')}`, error.message)
      }
    }
    const logged = log.add({
      provider: provider.name,
      ...key,
      instant: new Date(atMs).toISOString(),
      method: ask.method,
      path: `${path}${url.search}`,
      status: reply.status,
      refused: refused !== undefined || kind === '429',
      fault: kind ?? null,
    })
    options.onRequest?.(logged)
    const dated = {...reply, headers: {date: new Date(atMs).toUTCString(), ...reply.headers}}
    if (kind === 'cut') return cut(response, dated)
    if (kind === 'slow') await pause(strike?.fault.ms ?? 3000)
    send(response, dated)
  }

  function notServed(what: string, why: string): Reply {
    const text = `the simulator does not know ${what}: ${why}`
    log.unknown(text)
    options.onUnknown?.(text)
    return json({error: text}, 501)
  }

  const endSockets = serveSockets(server, {
    faces,
    world,
    clock,
    limiter,
    faults,
    log,
    onRequest: options.onRequest,
    onUnknown: options.onUnknown,
  })

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

function send(response: ServerResponse, reply: Reply) {
  const body = Buffer.from(reply.text, 'utf8')
  response.writeHead(reply.status, {
    'content-type': reply.type,
    ...(reply.status === 304 ? {} : {'content-length': body.length}),
    ...reply.headers,
  })
  response.end(reply.status === 304 ? undefined : body)
}

/** Half of the body that was promised, and then nothing. */
function cut(response: ServerResponse, reply: Reply) {
  const body = Buffer.from(reply.text, 'utf8')
  response.writeHead(reply.status, {
    'content-type': reply.type,
    'content-length': body.length,
    ...reply.headers,
  })
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy())
}
