/**
 * A server in place of the simulator whose answers a test chooses. It serves /clock, so no pause takes real
 * time.
 */
import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'

export type Responder = (request: IncomingMessage, response: ServerResponse, count: number) => void

export interface Hostile {
  url: string
  /** Requests to providers so far: address and headers as they came. */
  asked: {url: string; headers: IncomingMessage['headers']}[]
  /** Sets the answer to the next requests; `count` starts from 1 here. */
  answer(respond: Responder): void
  /** Moves the clock, for jobs that are due once a day. */
  advance(ms: number): void
  close(): Promise<void>
}

export async function startHostile(at = new Date('2026-11-23T21:00:00Z')): Promise<Hostile> {
  let atMs = at.getTime()
  let respond: Responder = (_, response) => response.writeHead(404).end()
  let count = 0
  const asked: Hostile['asked'] = []

  const server = createServer((request, response) => {
    const url = request.url ?? '/'
    if (!url.startsWith('/clock')) {
      asked.push({url, headers: request.headers})
      return respond(request, response, ++count)
    }
    let text = ''
    request
      .on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      .on('end', () => {
        // The clock moves to the instant that the client waits for.
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
      respond = next
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
