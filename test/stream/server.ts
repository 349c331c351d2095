/**
 * A WebSocket server on loopback that a test scripts: the permitted and the forbidden behaviour of a
 * provider's socket.
 */
import {once} from 'node:events'
import {createServer, type IncomingMessage} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {Duplex} from 'node:stream'
import {WebSocketServer, type WebSocket} from 'ws'

export interface SocketServer {
  url: string
  /** The number of requests for a connection. */
  requests: number
  close(): Promise<void>
}

/**
 * `connected` receives each connection and the number of earlier ones; `refuse` answers with a status
 * instead; `clock` is the answer to `/clock`.
 */
export async function socketServer(
  connected: (socket: WebSocket, before: number) => void,
  refuse?: (before: number) => number | undefined,
  clock?: {instant: string; rate: number},
): Promise<SocketServer> {
  const http = createServer((_request, response) => {
    response.end(JSON.stringify(clock ?? {}))
  })
  const sockets = new WebSocketServer({noServer: true})
  const server: SocketServer = {
    url: '',
    requests: 0,
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      http.closeAllConnections()
      http.close()
      await once(http, 'close')
    },
  }
  http.on('upgrade', (request: IncomingMessage, raw: Duplex, head: Buffer) => {
    const before = server.requests++
    const status = refuse?.(before)
    if (status !== undefined)
      return raw.end(`HTTP/1.1 ${status} No\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n`)
    sockets.handleUpgrade(request, raw, head, (socket) => {
      socket.on('error', () => {})
      connected(socket, before)
    })
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  server.url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/websocket/v1`
  return server
}
