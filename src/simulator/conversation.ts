/** The open sockets of the simulator: answers, updates, injected faults, and their end. */
import type {Socket} from 'node:net'
import type WebSocket from 'ws'
import {pause} from '../lib/clock.js'
import type {ConnectionEntry} from './connections.js'
import type {FaultKind} from './faults.js'
import type {Served} from './requests.js'
import type {SocketTalk} from './stub.js'

/** A connection after its handshake. */
export interface Opened {
  provider: string
  credential: string
  digest: string | null
  path: string
  talk: SocketTalk
  /** The fault that was injected at the handshake. */
  fault: FaultKind | undefined
}

export interface Conversations {
  /** Serves a connection until its end. */
  converse(socket: WebSocket, raw: Socket, opened: Opened): Promise<void>
  /** Ends every connection. */
  end(): void
}

const maxBufferedBytes = 4_000_000
/** Real milliseconds between two checks for updates. */
const pollEveryMs = 100
/** An open connection can get a fault once in this many checks: once a second. */
const pollsPerFault = 10
/** Number of frames after which other connections get their turn. */
const framesPerTurn = 1_000

/** A connection from its opening to its end. */
interface Connection extends Opened {
  socket: WebSocket
  raw: Socket
  entry: ConnectionEntry
  /** Aborted at the end of the connection. */
  gone: AbortSignal
  /** True after the fault `hang`: nothing is sent or answered any more. */
  isSilent: boolean
}

export function createConversations({
  clock,
  faults,
  connections,
}: Pick<Served, 'clock' | 'faults' | 'connections'>): Conversations {
  const ended = new AbortController()
  /** The open connections to providers that allow one for each credential. */
  const sole = new Map<string, WebSocket>()

  async function converse(socket: WebSocket, raw: Socket, opened: Opened) {
    const {provider, credential, digest, path, talk, fault} = opened
    const entry = connections.opened({provider, credential, digest, path}, clock.nowMs())
    if (fault) entry.injected(fault, clock.nowMs())
    const gone = new AbortController()
    const onEnd = () => socket.terminate()
    ended.signal.addEventListener('abort', onEnd, {once: true})
    socket.once('close', () => {
      ended.signal.removeEventListener('abort', onEnd)
      entry.closed(clock.nowMs())
      gone.abort()
    })
    socket.on('error', () => socket.terminate())
    if (talk.isSole && endsBoth(socket, `${provider} ${digest}`)) return
    const connection = {...opened, socket, raw, entry, gone: gone.signal, isSilent: false}
    const send = sender(connection)
    socket.on('message', (message: Buffer) => {
      if (connection.isSilent) return
      const atMs = clock.nowMs()
      const {frames, close} = talk.receive(message.toString('utf8'), atMs)
      entry.subscribed(talk.targets(), atMs)
      for (const frame of frames) send(frame)
      if (close !== undefined) socket.close(close)
    })
    await sendUpdates(connection, send)
  }

  /** Ends this connection and the other one of the same credential; false if there is no other. */
  function endsBoth(socket: WebSocket, credential: string): boolean {
    const other = sole.get(credential)
    if (other) {
      sole.delete(credential)
      other.terminate()
      socket.terminate()
      return true
    }
    sole.set(credential, socket)
    socket.once('close', () => {
      if (sole.get(credential) === socket) sole.delete(credential)
    })
    return false
  }

  /** Sends what is due, until the end of the connection. */
  async function sendUpdates(connection: Connection, send: (frame: unknown) => void): Promise<never> {
    const {socket, talk, fault, gone} = connection
    const poll = poller(connection)
    let sent = 0
    for (;;) {
      await poll()
      if (fault === 'empty') continue
      for (const frame of talk.updates(clock.nowMs())) {
        // A slow reader gets the remaining frames later.
        while (connection.isSilent || socket.bufferedAmount >= maxBufferedBytes) await poll()
        send(frame)
        if (++sent % framesPerTurn === 0) await pause(0, gone)
      }
    }
  }

  /** A function that waits for the next check and injects faults. It throws after the connection ended. */
  function poller(connection: Connection): () => Promise<void> {
    const {socket, entry, provider, path, gone} = connection
    // Connections that open together get their faults at different moments.
    let polls = entry.n
    return async () => {
      await pause(pollEveryMs, gone)
      if (++polls % pollsPerFault !== 0 || connection.isSilent) return
      const kind = faults.injectOpen(provider, path)
      if (kind === undefined) return
      entry.injected(kind, clock.nowMs())
      if (kind === 'drop') socket.terminate()
      else silence(connection)
    }
  }

  return {converse, end: () => ended.abort()}
}

/** Sends frames. A fault affects the first one: it arrives truncated, or the connection breaks after it. */
function sender({socket, talk, fault}: Connection): (frame: unknown) => void {
  let pendingFault = fault
  return (frame) => {
    const text = JSON.stringify(frame)
    const isCorrupted = pendingFault === 'garbage' || pendingFault === 'one-bad-item'
    const sent = isCorrupted ? text.slice(0, Math.floor(text.length / 2)) : text
    socket.send(talk.form === 'text' ? sent : Buffer.from(sent))
    if (pendingFault === 'cut') return socket.terminate()
    pendingFault = undefined
  }
}

/**
 * Lets a connection hang: what arrives is read and ignored, so that not even a ping is answered. The end of
 * the connection is still noticed.
 */
function silence(connection: Connection) {
  connection.isSilent = true
  connection.raw.removeAllListeners('data')
  connection.raw.resume()
}
