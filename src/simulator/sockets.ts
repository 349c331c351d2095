/**
 * Serves the providers' WebSockets at `/<provider>/<path of the provider>`, with the same credentials, limits
 * and injected faults as requests.
 */
import {type IncomingMessage, type Server, ServerResponse} from 'node:http'
import type {Socket} from 'node:net'
import {createConversations, type Opened} from './conversation.js'
import type {StubRequest} from './stub.js'
import type {Fault} from './faults.js'
import {barred} from './guard.js'
import type {Served} from './requests.js'

/** Serves sockets until the returned function ends every connection. `onUnknown` reports unknown sockets. */
export function serveSockets(server: Server, served: Served): () => void {
  const {stubs, scenario, clock, limiter, faults, log, hosts, onRequest, onUnknown} = served
  const conversations = createConversations(served)

  server.on('upgrade', (request: IncomingMessage, raw: Socket, head: Buffer) => {
    raw.on('error', () => raw.destroy()) // the caller disconnected
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') return answerAsHttp(server, request, raw)
    if (!URL.canParse(request.url ?? '', 'http://127.0.0.1')) return refuse(raw, 400)
    const isBarred = barred(request, {hosts, isOpen: false})
    if (isBarred) return refuse(raw, isBarred.status)
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const answer = answerHandshake(url, request.headers as StubRequest['headers'])
    if (typeof answer === 'number') return refuse(raw, answer)
    open(request, raw, head, answer).catch(() => raw.destroy())
  })

  /** The connection to open, or the HTTP status of the refusal. Logs the handshake. */
  function answerHandshake(url: URL, headers: StubRequest['headers']): Opened | number {
    const [, name = '', ...rest] = url.pathname.split('/')
    const path = `/${rest.join('/')}`
    const stub = stubs.get(name)
    const secret = stub?.secret(url.searchParams, headers)
    const talk = stub?.socket?.(path, scenario, secret)
    if (!stub || talk === undefined) {
      const text = `the simulator does not know the socket ${url.pathname}`
      log.unknown(text)
      onUnknown?.(text)
      return 404
    }
    const atMs = clock.nowMs()
    const sender = log.credential(name, secret)
    const counted = secret === undefined ? undefined : sender.credential
    const isFull = limiter.arrive(stub.provider, counted, atMs, secret).refused !== undefined
    const isServed = !isFull && typeof talk !== 'number'
    const fault = isServed ? faults.inject(name, path)?.fault.kind : undefined
    const status = isFull ? 429 : typeof talk === 'number' ? talk : statusOf(fault)
    onRequest?.(
      log.add({
        provider: name,
        ...sender,
        instant: new Date(atMs).toISOString(),
        method: 'SOCKET',
        path,
        status,
        refused: status === 429,
        fault: fault ?? null,
      }),
    )
    if (typeof talk === 'number' || status !== 101) return status
    return {provider: name, ...sender, path, talk, fault}
  }

  async function open(request: IncomingMessage, raw: Socket, head: Buffer, opened: Opened) {
    const {WebSocketServer} = await import('ws')
    // With `noServer` it only handles the protocol; each connection has its own instance.
    new WebSocketServer({noServer: true, maxPayload: 100_000}).handleUpgrade(request, raw, head, (socket) => {
      conversations.converse(socket, raw, opened).catch(() => socket.terminate())
    })
  }

  return conversations.end
}

/** HTTP status of the handshake. 101 opens the connection; other faults are injected later. */
function statusOf(fault: Fault['kind'] | undefined): number {
  if (fault === '429') return 429
  if (fault === '500') return 500
  return fault === 'blocked' || fault === 'forbidden' ? 403 : 101
}

/**
 * Answers a request that offers another protocol as a plain one, because some HTTP clients always offer it.
 */
function answerAsHttp(server: Server, request: IncomingMessage, raw: Socket) {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(raw)
  response.on('finish', () => raw.end())
  server.emit('request', request, response)
}

function refuse(raw: Socket, status: number) {
  raw.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}
