/** Answers requests to provider stubs and to the controls of the simulator. */
import type {IncomingMessage, ServerResponse} from 'node:http'
import {pause} from '../lib/clock.js'
import type {Limit} from '../lib/define.js'
import {messageOf, NeedsPerson} from '../lib/errors.js'
import type {ConnectionLog} from './connections.js'
import {answerControl, isControlName} from './controls.js'
import {barred} from './guard.js'
import {type StubRequest, type ProviderStub, json, NotSimulated, type Reply} from './stub.js'
import {faulted, type Faults} from './faults.js'
import type {Limiter} from './limits.js'
import {type LoggedRequest, type RequestLog, withoutSecret} from './log.js'
import type {SharedClock} from './clock.js'
import type {Scenario} from './scenario.js'

/** The parts of the simulator that answer requests and sockets. */
export interface Served {
  /** Stubs by the provider's name. */
  stubs: ReadonlyMap<string, ProviderStub>
  scenario: Scenario
  clock: SharedClock
  limiter: Limiter
  faults: Faults
  log: RequestLog
  connections: ConnectionLog
  /** Further hosts that requests may name, in lower case. */
  hosts: readonly string[]
  /** Called for every request to a provider. */
  onRequest: ((request: LoggedRequest) => void) | undefined
  /** Called for every request and socket that the simulator does not serve. */
  onUnknown: ((text: string) => void) | undefined
}

/** The listener of an HTTP server. */
export function answerRequests(served: Served): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    // The date header must not disclose the real time.
    response.sendDate = false
    const gone = new AbortController()
    response.on('close', () => {
      if (!response.writableFinished) gone.abort()
    })
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
  const {stubs, clock, hosts} = served
  if (!URL.canParse(request.url ?? '/', 'http://127.0.0.1'))
    return send(response, json({error: 'the path of the request is not an address'}, 400))
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const [, name = '', ...rest] = url.pathname.split('/')
  const isControl = isControlName(name)
  const refused = barred(request, {hosts, isOpen: !isControl})
  if (refused) return send(response, json({error: refused.why}, refused.status))
  // Sleeping and reading what happened do not keep the clock busy.
  const isReading = name === 'log' || name === 'sockets' || name === 'trades'
  const done = isReading || url.pathname === '/clock/sleep' ? () => {} : clock.busy()
  try {
    const stub = stubs.get(name)
    if (isControl) send(response, await answerControl(request, url, gone, served))
    else if (stub) await answerAs(stub, {request, url, path: `/${rest.join('/')}`}, response, served)
    else {
      const names = [...stubs.keys()].join(', ')
      send(response, notServed(served, request, `no provider of that name; it serves ${names}`))
    }
  } finally {
    done()
  }
}

interface Incoming {
  request: IncomingMessage
  url: URL
  /** Path after the provider's address. */
  path: string
}

async function answerAs(
  stub: ProviderStub,
  {request, url, path}: Incoming,
  response: ServerResponse,
  served: Served,
): Promise<void> {
  const {provider} = stub
  const {clock, limiter, faults, log} = served
  const headers = request.headers as StubRequest['headers']
  const secret = stub.secret(url.searchParams, headers)
  const sender = log.credential(provider.name, secret)
  const atMs = clock.nowMs()
  const counted = secret === undefined ? undefined : sender.credential
  const {refused, remaining, capacity} = limiter.arrive(provider, counted, atMs, secret)
  const method = request.method ?? 'GET'
  const stubRequest: StubRequest = {
    method,
    path,
    query: url.searchParams,
    headers,
    atMs,
    secret,
    remaining,
    capacity,
  }
  const injected = refused ? undefined : faults.inject(provider.name, withoutSecret(`${path}${url.search}`))
  const kind = injected?.fault.kind
  const reply = refused
    ? stub.refuse(refused.limit, refused.untilMs, stubRequest)
    : replyOf(stub, stubRequest, injected, {
        scenario: served.scenario,
        notServed: (why) => notServed(served, request, why),
      })
  const logged = log.add({
    provider: provider.name,
    ...sender,
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
  if (kind === 'slow') await pause(injected?.fault.ms ?? 3000)
  send(response, dated)
}

/** The stub's answer, with the injected fault applied. */
function replyOf(
  stub: ProviderStub,
  stubRequest: StubRequest,
  injected: ReturnType<Faults['inject']>,
  {scenario, notServed}: {scenario: Scenario; notServed: (why: string) => Reply},
): Reply {
  if (injected?.fault.kind === '429') {
    const limit = stub.provider.limits[0] ?? anyLimit
    return stub.refuse(limit, stubRequest.atMs + 2000, stubRequest)
  }
  try {
    const plain = stub.answer(stubRequest, scenario)
    return injected ? faulted(plain, injected.fault.kind, injected.variant) : plain
  } catch (error) {
    if (error instanceof NotSimulated) return notServed(error.message)
    throw error
  }
}

/** Stated in a refusal of a provider that declares no limit. */
const anyLimit: Limit = {requests: 1, per: 'minute', of: 'address', window: 'sliding'}

function notServed({log, onUnknown}: Served, request: IncomingMessage, why: string): Reply {
  const text = `the simulator does not know ${request.method} ${withoutSecret(request.url ?? '/')}: ${why}`
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

/** Sends half of the announced body, then closes the connection. */
function cut(response: ServerResponse, reply: Reply) {
  const body = Buffer.from(reply.text, 'utf8')
  response.writeHead(reply.status, {
    'content-type': reply.type,
    'content-length': body.length,
    ...reply.headers,
  })
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy())
}
