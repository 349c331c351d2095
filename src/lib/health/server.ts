/** The HTTP server of a stream for Kubernetes and Prometheus: `/healthz`, `/readyz`, `/metrics`. */
import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {messageOf, NeedsPerson} from '../errors.js'
import {bounded, safeLine, withoutSecrets} from '../output/safe.js'
import type {StreamMetrics, StreamMetricsOptions} from './metrics.js'

/** Whether a stream does its work. Reasons without `ready: false` mean that it does only a part of it. */
export interface StreamState {
  ready: boolean
  /** One sentence each, such as "Redis is away". */
  reasons: readonly string[]
}

export interface HealthOptions extends StreamMetricsOptions {
  /** 0: any free port. */
  port: number
  state(): StreamState
}

export interface HealthServer {
  readonly port: number
  /** Ends every connection and frees the port. */
  close(): Promise<void>
}

interface Answer {
  status: number
  body: string
  contentType?: string
}

/** Real milliseconds in which a client must have sent its request. */
const requestMs = 3_000
/** Kubernetes and Prometheus need a few; a client that opens more must not take the files of the stream. */
const mostConnections = 50

/** Listens on all interfaces. Throws NeedsPerson if the port cannot be opened. */
export async function serveHealth({port, state, ...facts}: HealthOptions): Promise<HealthServer> {
  const {createStreamMetrics} = await import('./metrics.js')
  const metrics = createStreamMetrics(facts)
  const server = createServer(
    {headersTimeout: requestMs, requestTimeout: requestMs, connectionsCheckingInterval: 500},
    (request, response) => void respond(request, response, metrics, state),
  )
  server.maxConnections = mostConnections
  server.listen(port)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new NeedsPerson(`port ${port} cannot be opened: ${reasonOf(error)}`, {
      nextStep: 'Choose another one with --health-port; 0 takes any free port.',
      cause: error,
    })
  }
  // The stream continues if a connection cannot be accepted; the probe then fails.
  server.on('error', () => {})
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return 'another process uses it'
  if (code === 'EACCES') return 'this account may not open it'
  return messageOf(error)
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  metrics: StreamMetrics,
  state: () => StreamState,
): Promise<void> {
  const {status, body, contentType} = await answerTo(request, metrics, state).catch(
    (error: unknown): Answer => ({status: 500, body: line(messageOf(error))}),
  )
  response.writeHead(status, {
    'content-type': contentType ?? 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 405 ? {allow: 'GET, HEAD'} : {}),
  })
  response.end(body)
}

async function answerTo(
  {method, url = ''}: IncomingMessage,
  metrics: StreamMetrics,
  state: () => StreamState,
): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') return {status: 405, body: 'only GET is allowed\n'}
  switch (url.split('?')[0]) {
    case '/healthz':
      return {status: 200, body: 'ok\n'}
    case '/readyz':
      return readiness(state())
    case '/metrics':
      return {status: 200, body: await metrics.text(), contentType: metrics.contentType}
    default:
      return {status: 404, body: 'not found: there are /healthz, /readyz and /metrics\n'}
  }
}

/** The answer about readiness: one line for each reason. */
function readiness({ready, reasons}: StreamState): Answer {
  const status = ready ? 200 : 503
  if (reasons.length === 0) return {status, body: ready ? 'ready\n' : 'not ready\n'}
  return {status, body: reasons.map((why) => line(`${ready ? 'degraded' : 'not ready'}: ${why}`)).join('')}
}

/** One line without control characters and secrets, because a reason may hold text of another server. */
function line(text: string): string {
  return `${safeLine(withoutSecrets(bounded(text)))}\n`
}
