/**
 * A race: a provider on loopback that counts every arrival by its own rules, and processes that request as
 * often as the ledger lets them. On simulated time the provider also serves the clock, which moves only while
 * every live process sleeps.
 */
import {type ChildProcess, spawn} from 'node:child_process'
import {createServer, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import type {Limit} from '../../src/lib/define.js'
import {root} from '../paths.js'
import {twoSecrets} from './north.js'

export interface Arrival {
  key: string
  racer: string
  at: number
  refused: boolean
}

export interface RaceOptions {
  databaseUrl: string
  limits: readonly Limit[]
  /** Simulated time from one instant to another; absent: real time for that many milliseconds. */
  from?: string
  ends: string | number
  processes: number
  /** Credentials that are set; default: two. */
  keys?: 1 | 2
  /** Racers that kill themselves between a reservation and its use: name -> number of the request. */
  dies?: Readonly<Record<string, number>>
  /** Whether to kill the process whose request arrived last, before its answer; called at each arrival. */
  kills?(arrivals: readonly Arrival[]): boolean
  /** Simulated milliseconds that an answer takes. */
  latencyMs?(arrivals: readonly Arrival[]): number
  /** Whether the provider, counting by its own rules, accepts another request. */
  allows(arrivals: readonly Arrival[], key: string, at: number): boolean
}

export interface RaceResult {
  arrivals: Arrival[]
  killed: number
  lost: number
  failures: string[]
}

export async function race(options: RaceOptions): Promise<RaceResult> {
  const arrivals: Arrival[] = []
  const racers = new Map<string, ChildProcess>()
  const sleepers = new Set<{untilMs: number; answer: ServerResponse}>()
  const result: RaceResult = {arrivals, killed: 0, lost: 0, failures: []}
  let simulatedMs = options.from === undefined ? undefined : Date.parse(options.from)
  const now = () => simulatedMs ?? Date.now()

  const state = () => JSON.stringify({instant: new Date(now()).toISOString(), rate: 0})
  const move = () => {
    if (simulatedMs === undefined || racers.size === 0 || sleepers.size < racers.size) return
    simulatedMs = Math.max(simulatedMs, Math.min(...[...sleepers].map(({untilMs}) => untilMs)))
    for (const sleeper of sleepers) {
      if (sleeper.untilMs > simulatedMs) continue
      sleepers.delete(sleeper)
      sleeper.answer.end(state())
    }
  }

  const server = createServer((request, answer) => {
    const url = new URL(request.url!, 'http://here')
    if (url.pathname === '/clock') return void answer.end(state())
    if (url.pathname === '/clock/sleep') {
      let body = ''
      request
        .on('data', (chunk: Buffer) => (body += chunk.toString()))
        .on('end', () => {
          const sleeper = {untilMs: Date.parse((JSON.parse(body) as {until: string}).until), answer}
          sleepers.add(sleeper)
          answer.on('close', () => {
            sleepers.delete(sleeper)
            move()
          })
          move()
        })
      return undefined
    }
    const [key, racer] = [url.pathname.slice(1), url.searchParams.get('racer')!]
    const arrival = {key, racer, at: now(), refused: !options.allows(arrivals, key, now())}
    arrivals.push(arrival)
    if (options.kills?.(arrivals)) return void racers.get(racer)!.kill('SIGKILL')
    if (simulatedMs !== undefined) simulatedMs += options.latencyMs?.(arrivals) ?? 0
    answer.statusCode = arrival.refused ? 429 : 200
    return void answer.end('{}')
  })
  server.keepAliveTimeout = 600_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ends = new Date(
    typeof options.ends === 'number' ? Date.now() + options.ends : options.ends,
  ).toISOString()

  const run = (name: string): Promise<void> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [join(root, 'dist', 'test', 'limits', 'racer.js')], {
        env: {
          PATH: process.env['PATH'],
          TZ: 'UTC',
          DATABASE_URL: options.databaseUrl,
          ...twoSecrets,
          ...(options.keys === 1 ? {NORTH_KEY_2: ''} : {}),
          RACE_PROVIDER: address,
          RACE_NAME: name,
          RACE_ENDS: ends,
          RACE_LIMITS: JSON.stringify(options.limits),
          RACE_DIES_AT: String(options.dies?.[name] ?? ''),
          ...(options.from === undefined ? {} : {FIN_SIMULATOR_URL: address}),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      racers.set(name, child)
      let printed = ''
      child.stdout.on('data', (chunk: Buffer) => (result.lost += chunk.toString().split('lost ').length - 1))
      child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()))
      child.on('close', (code, signal) => {
        racers.delete(name)
        // a killed process is started again, as a cron would do
        const again = signal === 'SIGKILL' ? run(`${name}-again`) : undefined
        if (signal === 'SIGKILL') result.killed++
        else if (code !== 0) result.failures.push(`${name} ended with ${code}: ${printed}`)
        move()
        void Promise.resolve(again).then(() => resolve())
      })
    })
  await Promise.all(Array.from({length: options.processes}, (_, at) => run(`racer-${at + 1}`)))
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  return result
}

/**
 * Kills the process that makes these arrivals; passes over the `spared` ones, which kill themselves, and
 * takes the next one.
 */
export function killAt(
  counts: readonly number[],
  spared: readonly string[] = [],
): NonNullable<RaceOptions['kills']> {
  const left = [...counts]
  return (arrivals) => {
    if (left.length === 0 || arrivals.length < left[0]! || spared.includes(arrivals.at(-1)!.racer))
      return false
    left.shift()
    return true
  }
}

/** Sliding limits as a provider would check them: the arrivals in the window that ends now. */
export function slidingHeadroom(limits: readonly {requests: number; ms: number}[]): RaceOptions['allows'] {
  return (arrivals, key, at) =>
    limits.every(
      ({requests, ms}) =>
        arrivals.filter((arrival) => arrival.key === key && !arrival.refused && arrival.at > at - ms).length <
        requests,
    )
}
