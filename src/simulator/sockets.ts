/**
 * Serves the providers' WebSockets at `/<provider>/<path of the provider>`, with the same limits and injected
 * faults as requests.
 */
import {type IncomingMessage, type Server, ServerResponse} from 'node:http'
import type {Socket} from 'node:net'
import type WebSocket from 'ws'
import {pause} from '../lib/clock.js'
import type {SocketTalk} from './stub.js'
import type {Fault} from './faults.js'
import {barred} from './guard.js'
import type {Served} from './requests.js'

const maxBufferedBytes = 4_000_000
/** Real milliseconds between two checks for updates. */
const pollEveryMs = 100

/** Serves sockets until the returned function ends every connection. `onUnknown` reports unknown sockets. */
export function serveSockets(
  server: Server,
  {stubs, scenario, clock, limiter, faults, log, hosts, onRequest, onUnknown}: Served,
): () => void {
  const ended = new AbortController()

  server.on('upgrade', (request: IncomingMessage, raw: Socket, head: Buffer) => {
    raw.on('error', () => raw.destroy()) // the caller disconnected
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') return answerAsHttp(server, request, raw)
    if (!URL.canParse(request.url ?? '', 'http://127.0.0.1')) return refuse(raw, 400)
    const isBarred = barred(request, {hosts, isOpen: false})
    if (isBarred) return refuse(raw, isBarred.status)
    const {pathname} = new URL(request.url ?? '/', 'http://127.0.0.1')
    const [, name = '', ...rest] = pathname.split('/')
    const path = `/${rest.join('/')}`
    const stub = stubs.get(name)
    const talk = stub?.socket?.(path, scenario)
    if (!stub || !talk) {
      const text = `the simulator does not know the socket ${pathname}`
      log.unknown(text)
      onUnknown?.(text)
      return refuse(raw, 404)
    }
    const atMs = clock.nowMs()
    const isFull = limiter.arrive(stub.provider, undefined, atMs).refused !== undefined
    const fault = isFull ? undefined : faults.inject(name, path)?.fault.kind
    const status = isFull ? 429 : statusOf(fault)
    onRequest?.(
      log.add({
        provider: name,
        ...log.credential(name, undefined),
        instant: new Date(atMs).toISOString(),
        method: 'SOCKET',
        path,
        status,
        refused: status === 429,
        fault: fault ?? null,
      }),
    )
    if (status !== 101) return refuse(raw, status)
    open(request, raw, head, talk, fault).catch(() => raw.destroy())
  })

  async function open(
    request: IncomingMessage,
    raw: Socket,
    head: Buffer,
    talk: SocketTalk,
    fault: string | undefined,
  ) {
    const {WebSocketServer} = await import('ws')
    // With `noServer` it only handles the protocol; each connection has its own instance.
    new WebSocketServer({noServer: true, maxPayload: 100_000}).handleUpgrade(request, raw, head, (socket) => {
      converse(socket, talk, fault).catch(() => socket.terminate())
    })
  }

  async function converse(socket: WebSocket, talk: SocketTalk, fault: string | undefined) {
    const gone = new AbortController()
    const onEnd = () => socket.terminate()
    ended.signal.addEventListener('abort', onEnd, {once: true})
    socket.once('close', () => {
      ended.signal.removeEventListener('abort', onEnd)
      gone.abort()
    })
    socket.on('error', () => socket.terminate())
    // A fault affects the first frame: it arrives truncated, or the connection breaks after it.
    let pendingFault = fault
    const send = (frames: readonly unknown[]) => {
      for (const frame of frames) {
        const text = JSON.stringify(frame)
        const isCorrupted = pendingFault === 'garbage' || pendingFault === 'one-bad-item'
        socket.send(Buffer.from(isCorrupted ? text.slice(0, Math.floor(text.length / 2)) : text))
        if (pendingFault === 'cut') return socket.terminate()
        pendingFault = undefined
      }
    }
    socket.on('message', (message: Buffer) => {
      const {frames, close} = talk.receive(message.toString('utf8'), clock.nowMs())
      send(frames)
      if (close !== undefined) socket.close(close)
    })
    while (!gone.signal.aborted) {
      await pause(pollEveryMs, gone.signal)
      // A slow reader receives the newest frames later and misses some.
      if (fault !== 'empty' && socket.bufferedAmount < maxBufferedBytes) send(talk.updates(clock.nowMs()))
    }
  }

  return () => ended.abort()
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
