/** Answers requests: those to a provider as its face does, and those that steer the simulator. */
import type {IncomingMessage, ServerResponse} from 'node:http'
import {pause} from '../lib/clock.js'
import type {Limit} from '../lib/define.js'
import {messageOf, NeedsPerson} from '../lib/errors.js'
import {steer} from './controls.js'
import {type Ask, type Face, json, NotSimulated, type Reply} from './stub.js'
import {faulted, type Faults} from './faults.js'
import type {Limiter} from './limits.js'
import {type LoggedRequest, type RequestLog, withoutKey} from './log.js'
import type {SharedClock} from './time.js'
import type {World} from './scenario.js'

/** The parts of the simulator that answer requests and sockets. */
export interface Served {
  /** By the provider's name. */
  faces: ReadonlyMap<string, Face>
  world: World
  clock: SharedClock
  limiter: Limiter
  faults: Faults
  log: RequestLog
  /** Told of every request to a provider. */
  onRequest: ((request: LoggedRequest) => void) | undefined
  /** Told of every request and socket that nobody serves. */
  onUnknown: ((text: string) => void) | undefined
}

/** The listener of an HTTP server. */
export function answerRequests(served: Served): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    // Nothing of the machine's own time goes out.
    response.sendDate = false
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    answerOne(served, request, response, gone.signal).catch((error: unknown) => {
      if (!response.headersSent)
        send(response, json({error: messageOf(error)}, error instanceof NeedsPerson ? 400 : 500))
      else response.destroy()
    })
  }
}

async function answerOne(
  served: Served,
  request: IncomingMessage,
  response: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  const {faces, clock} = served
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const [, name = '', ...rest] = url.pathname.split('/')
  const steers = name === 'clock' || name === 'log' || name === 'faults'
  // Whoever sleeps, or only looks on, is not at work.
  const done = name === 'log' || url.pathname === '/clock/sleep' ? () => {} : clock.busy()
  try {
    const face = faces.get(name)
    if (steers) send(response, await steer(request, url, gone, served))
    else if (face) await answerAs(face, {request, url, path: `/${rest.join('/')}`}, response, served)
    else {
      const names = [...faces.keys()].join(', ')
      send(response, notServed(served, request, `no provider of that name; it serves ${names}`))
    }
  } finally {
    done()
  }
}

interface Incoming {
  request: IncomingMessage
  url: URL
  /** Below the provider's address. */
  path: string
}

async function answerAs(
  face: Face,
  {request, url, path}: Incoming,
  response: ServerResponse,
  served: Served,
): Promise<void> {
  const {provider} = face
  const {clock, limiter, faults, log} = served
  const headers = request.headers as Ask['headers']
  const secret = face.secret(url.searchParams, headers)
  const key = log.credential(provider.name, secret)
  const atMs = clock.nowMs()
  const counted = secret === undefined ? undefined : key.credential
  const {refused, remaining, capacity} = limiter.arrive(provider, counted, atMs, secret)
  const method = request.method ?? 'GET'
  const ask: Ask = {method, path, query: url.searchParams, headers, atMs, secret, remaining, capacity}
  const strike = refused ? undefined : faults.strike(provider.name, withoutKey(`${path}${url.search}`))
  const kind = strike?.fault.kind
  const reply = refused
    ? face.refuse(refused.limit, refused.untilMs, ask)
    : replyOf(face, ask, strike, {world: served.world, notServed: (why) => notServed(served, request, why)})
  const logged = log.add({
    provider: provider.name,
    ...key,
    instant: new Date(atMs).toISOString(),
    method,
    path: `${path}${url.search}`,
    status: reply.status,
    refused: refused !== undefined || kind === '429',
    fault: kind ?? null,
  })
  served.onRequest?.(logged)
  const dated = {...reply, headers: {date: new Date(atMs).toUTCString(), ...reply.headers}}
  if (kind === 'cut') return cut(response, dated)
  if (kind === 'slow') await pause(strike?.fault.ms ?? 3000)
  send(response, dated)
}

/** A provider's answer, and what a fault makes of it. */
function replyOf(
  face: Face,
  ask: Ask,
  strike: ReturnType<Faults['strike']>,
  {world, notServed}: {world: World; notServed: (why: string) => Reply},
): Reply {
  if (strike?.fault.kind === '429') {
    const limit = face.provider.limits[0] ?? anyLimit
    return face.refuse(limit, ask.atMs + 2000, ask)
  }
  try {
    const plain = face.answer(ask, world)
    return strike ? faulted(plain, strike.fault.kind, strike.variant) : plain
  } catch (error) {
    if (error instanceof NotSimulated) return notServed(error.message)
    throw error
  }
}

/** Of a provider that declares none. */
const anyLimit: Limit = {requests: 1, per: 'minute', of: 'address', window: 'sliding'}

function notServed({log, onUnknown}: Served, request: IncomingMessage, why: string): Reply {
  const text = `the simulator does not know ${request.method} ${withoutKey(request.url ?? '/')}: ${why}`
  log.unknown(text)
  onUnknown?.(text)
  return json({error: text}, 501)
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
