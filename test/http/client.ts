/**
 * A client for a server of the test: a provider, a small ledger in memory, and a log that keeps its lines.
 */
import {createServer, type RequestListener, type Server} from 'node:http'
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from 'node:net'
import {tmpdir} from 'node:os'
import type {TestContext} from 'node:test'
import {loadConfig} from '../../src/lib/config.js'
import type {Clock} from '../../src/lib/clock.js'
import type {HttpRequest, Provider, Refusal} from '../../src/lib/define.js'
import {QuotaSpent} from '../../src/lib/errors.js'
import {openClient as openRealClient, type HttpClient} from '../../src/lib/http/client.js'
import type {ClientOptions} from '../../src/lib/http/options.js'
import {createPace} from '../../src/lib/limits/pace.js'
import {fakeClock, type FakeClock} from '../clock.js'

/** Starts a server on loopback that stops with the test, and returns its origin. */
export async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  const origin = await listen(server)
  t.after(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return origin
}

/** A server that sends raw bytes, for answers that no HTTP library would send. */
export async function serveBytes(t: TestContext, onSocket: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    onSocket(socket)
  })
  const origin = await listen(server)
  t.after(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  )
  return origin
}

async function listen(server: Server | TcpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export const canary = 'canary-7f3b/secret+0'

/** A provider with one credential in the query; `changes` replace any part. */
export function testProvider(baseUrl: string, changes: Partial<Provider> = {}): Provider {
  return {
    name: 'example',
    baseUrl,
    credentials: {1: 'EXAMPLE_API_KEY'},
    limits: [],
    authorize: (request, secret) => ({...request, query: {...request.query, apikey: secret}}),
    ...changes,
  }
}

export interface MemoryLedger {
  reserve: ClientOptions['ledger']['reserve']
  startCooldown: ClientOptions['ledger']['startCooldown']
  /** The events, in order: `reserve 1`, `start`, `answered 200`, `release`, `cooldown 1 spent`. */
  events: string[]
  notes: string[]
  cooldowns: Map<string, Refusal>
}

/**
 * Returns the labels in order and passes over those in a cooldown. It is not the real ledger and keeps only
 * its contract.
 */
export function memoryLedger(labels: readonly string[], clock: Clock): MemoryLedger {
  const events: string[] = []
  const notes: string[] = []
  const cooldowns = new Map<string, Refusal>()
  return {
    events,
    notes,
    cooldowns,
    async reserve({provider, credential}) {
      const inCooldown = (label: string) => cooldowns.has(label) && cooldowns.get(label)!.next !== 'wait'
      const label = labels.find((one) => (credential === undefined || one === credential) && !inCooldown(one))
      if (label === undefined)
        throw new QuotaSpent('no reservation is left', {provider: provider.name, until: clock.now()})
      events.push(`reserve ${label}`)
      return {
        label,
        goAt: clock.now(),
        started: async () => void events.push('start'),
        finish: async ({outcome, status, note, posts, usd}) => {
          const cost = `${posts === undefined ? '' : `, ${posts} posts`}${usd === undefined ? '' : `, $${usd}`}`
          events.push(status === undefined ? outcome : `${outcome} ${status}${cost}`)
          if (note !== undefined) notes.push(note)
        },
        release: async () => void events.push('release'),
      }
    },
    async startCooldown(_provider, label, refusal) {
      cooldowns.set(label, refusal)
      events.push(`cooldown ${label} ${refusal.next}`)
    },
  }
}

export interface TestClient {
  /** `get` is `request` without a target; it returns the body only. */
  api: HttpClient & {get(request: HttpRequest): Promise<unknown>}
  clock: FakeClock
  ledger: MemoryLedger
  log: string[]
}

export interface TestClientOptions {
  env?: Record<string, string>
  labels?: readonly string[]
  clock?: FakeClock
  options?: Partial<ClientOptions>
}

export function openClient(
  provider: Provider,
  {env = {}, labels = ['1'], clock = fakeClock(), options = {}}: TestClientOptions = {},
): TestClient {
  const ledger = memoryLedger(labels, clock)
  const log: string[] = []
  const note = (text: string) => void log.push(text)
  const config = loadConfig({EXAMPLE_API_KEY: canary, ...env}, tmpdir())
  const api = openRealClient({
    provider,
    config,
    clock,
    ledger,
    pace: createPace(fakeClock(undefined, 'advances', true), config),
    job: 'example-unit',
    log: {error: note, warn: note, notice: note, detail: note},
    ...options,
  })
  return {api: {...api, get: async (request) => (await api.request(request)).body}, clock, ledger, log}
}

/** The error with which a promise was rejected. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
  throw new Error('the promise was expected to be rejected, and was not')
}
