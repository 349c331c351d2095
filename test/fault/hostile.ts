/**
 * A server that stands in for the simulator and answers as no provider should; it serves /clock, so no pause
 * is real.
 */
import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'

export type Answering = (request: IncomingMessage, response: ServerResponse, count: number) => void

export interface Hostile {
  url: string
  /** Requests to providers so far: address and headers as they came. */
  asked: {url: string; headers: IncomingMessage['headers']}[]
  /** How the next requests are answered; `count` starts from 1 here. */
  answer(answering: Answering): void
  /** Moves the clock, for what is due once a day. */
  advance(ms: number): void
  close(): Promise<void>
}

export async function startHostile(at = new Date('2026-11-23T21:00:00Z')): Promise<Hostile> {
  let atMs = at.getTime()
  let answering: Answering = (_, response) => response.writeHead(404).end()
  let count = 0
  const asked: Hostile['asked'] = []

  const server = createServer((request, response) => {
    const url = request.url ?? '/'
    if (!url.startsWith('/clock')) {
      asked.push({url, headers: request.headers})
      return answering(request, response, ++count)
    }
    let text = ''
    request
      .on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      .on('end', () => {
        // Time goes on to what somebody waits for.
        if (url === '/clock/sleep')
          atMs = Math.max(atMs, Date.parse((JSON.parse(text) as {until: string}).until))
        response
          .writeHead(200, {'content-type': 'application/json'})
          .end(JSON.stringify({instant: new Date(atMs).toISOString(), rate: 0}))
      })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer(next) {
      answering = next
      count = 0
    },
    advance: (ms) => {
      atMs += ms
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
