/**
 * The providers' WebSockets: `/<provider>/<its own path>`, held to the same limits and struck by the same
 * faults as requests.
 */
import {type IncomingMessage, type Server, ServerResponse} from 'node:http'
import type {Socket} from 'node:net'
import type WebSocket from 'ws'
import {pause} from '../lib/clock.js'
import type {SocketTalk} from './stub.js'
import type {Fault} from './faults.js'
import type {Served} from './requests.js'

const mostWaitingBytes = 4_000_000
/** Real milliseconds between two looks at what is new. */
const lookEveryMs = 100

/** Returns what ends every connection. `onUnknown` is told of every socket that nobody serves. */
export function serveSockets(
  server: Server,
  {faces, world, clock, limiter, faults, log, onRequest, onUnknown}: Served,
): () => void {
  const ended = new AbortController()

  server.on('upgrade', (request: IncomingMessage, raw: Socket, head: Buffer) => {
    raw.on('error', () => raw.destroy()) // whoever asked went away
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') return answerPlainly(server, request, raw)
    if (!URL.canParse(request.url ?? '', 'http://127.0.0.1')) return refuse(raw, 400)
    const {pathname} = new URL(request.url ?? '/', 'http://127.0.0.1')
    const [, name = '', ...rest] = pathname.split('/')
    const path = `/${rest.join('/')}`
    const face = faces.get(name)
    const talk = face?.socket?.(path, world)
    if (!face || !talk) {
      const text = `the simulator does not know the socket ${pathname}`
      log.unknown(text)
      onUnknown?.(text)
      return refuse(raw, 404)
    }
    const atMs = clock.nowMs()
    const isFull = limiter.arrive(face.provider, undefined, atMs).refused !== undefined
    const fault = isFull ? undefined : faults.strike(name, path)?.fault.kind
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
    // Without a port it only speaks the protocol; it is made for one connection.
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
    // A fault strikes the first frame of news: it is garbled, or the connection breaks at it.
    let strikes = fault
    const send = (frames: readonly unknown[]) => {
      for (const frame of frames) {
        const text = JSON.stringify(frame)
        const spoiled = strikes === 'garbage' || strikes === 'one-bad-item'
        socket.send(Buffer.from(spoiled ? text.slice(0, Math.floor(text.length / 2)) : text))
        if (strikes === 'cut') return socket.terminate()
        strikes = undefined
      }
    }
    socket.on('message', (message: Buffer) => {
      const {frames, close} = talk.receive(message.toString('utf8'), clock.nowMs())
      send(frames)
      if (close !== undefined) socket.close(close)
    })
    while (!gone.signal.aborted) {
      await pause(lookEveryMs, gone.signal)
      // Whoever does not read gets the newest later, and not all of it.
      if (fault !== 'empty' && socket.bufferedAmount < mostWaitingBytes) send(talk.news(clock.nowMs()))
    }
  }

  return () => ended.abort()
}

/** 101: the connection is opened, and the fault strikes later if there is one. */
function statusOf(fault: Fault['kind'] | undefined): number {
  if (fault === '429') return 429
  if (fault === '500') return 500
  return fault === 'blocked' || fault === 'forbidden' ? 403 : 101
}

/** Some HTTP clients offer another protocol with any request; they are answered as if they had not. */
function answerPlainly(server: Server, request: IncomingMessage, raw: Socket) {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(raw)
  response.on('finish', () => raw.end())
  server.emit('request', request, response)
}

function refuse(raw: Socket, status: number) {
  raw.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}
