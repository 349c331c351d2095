/**
 * A race: a provider on loopback that counts every arrival by its own rules, and processes that ask it as
 * often as the ledger lets them. The provider also serves the clock when the race is run on simulated time:
 * the time moves only while every process that is alive sleeps.
 */
import {type ChildProcess, spawn} from 'node:child_process'
import {createServer, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import type {Limit} from '../../src/lib/define.js'
import {root} from '../paths.js'
import {twoSecrets} from './settings.js'

export interface Arrival {
  key: string
  racer: string
  at: number
  refused: boolean
}

export interface RaceFacts {
  databaseUrl: string
  limits: readonly Limit[]
  /** Simulated time from one instant to another; absent: real time for so many milliseconds. */
  from?: string
  ends: string | number
  processes: number
  /** Credentials that are set; default: two. */
  keys?: 1 | 2
  /** Racers that kill themselves between taking a place and using it: name to turn. */
  dies?: Readonly<Record<string, number>>
  /** Whom to kill while its request is being answered: called at each arrival. */
  kills?(arrivals: readonly Arrival[]): boolean
  /** Simulated milliseconds that an answer takes. */
  latencyMs?(arrivals: readonly Arrival[]): number
  /** Whether the provider, counting by its own rules, has room. */
  allows(arrivals: readonly Arrival[], key: string, at: number): boolean
}

export interface RaceResult {
  arrivals: Arrival[]
  killed: number
  lost: number
  failures: string[]
}

export async function race(facts: RaceFacts): Promise<RaceResult> {
  const arrivals: Arrival[] = []
  const racers = new Map<string, ChildProcess>()
  const sleepers = new Set<{untilMs: number; answer: ServerResponse}>()
  const result: RaceResult = {arrivals, killed: 0, lost: 0, failures: []}
  let simulatedMs = facts.from === undefined ? undefined : Date.parse(facts.from)
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
    const arrival = {key, racer, at: now(), refused: !facts.allows(arrivals, key, now())}
    arrivals.push(arrival)
    if (facts.kills?.(arrivals)) return void racers.get(racer)!.kill('SIGKILL')
    if (simulatedMs !== undefined) simulatedMs += facts.latencyMs?.(arrivals) ?? 0
    answer.statusCode = arrival.refused ? 429 : 200
    return void answer.end('{}')
  })
  server.keepAliveTimeout = 600_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ends = new Date(typeof facts.ends === 'number' ? Date.now() + facts.ends : facts.ends).toISOString()

  const run = (name: string): Promise<void> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [join(root, 'dist', 'test', 'limits', 'racer.js')], {
        env: {
          PATH: process.env['PATH'],
          TZ: 'UTC',
          DATABASE_URL: facts.databaseUrl,
          ...twoSecrets,
          ...(facts.keys === 1 ? {NORTH_KEY_2: ''} : {}),
          RACE_PROVIDER: address,
          RACE_NAME: name,
          RACE_ENDS: ends,
          RACE_LIMITS: JSON.stringify(facts.limits),
          RACE_DIES_AT: String(facts.dies?.[name] ?? ''),
          ...(facts.from === undefined ? {} : {FIN_SIMULATOR_URL: address}),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      racers.set(name, child)
      let said = ''
      child.stdout.on('data', (chunk: Buffer) => (result.lost += chunk.toString().split('lost ').length - 1))
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
      child.on('close', (code, signal) => {
        racers.delete(name)
        // whoever was killed is started anew, as a cron would
        const again = signal === 'SIGKILL' ? run(`${name}-again`) : undefined
        if (signal === 'SIGKILL') result.killed++
        else if (code !== 0) result.failures.push(`${name} ended with ${code}: ${said}`)
        move()
        void Promise.resolve(again).then(() => resolve())
      })
    })
  await Promise.all(Array.from({length: facts.processes}, (_, at) => run(`racer-${at + 1}`)))
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  return result
}

/** Kills whoever asks at these arrivals, or at the next one of somebody who will not die by itself anyway. */
export function killAt(
  counts: readonly number[],
  spared: readonly string[] = [],
): NonNullable<RaceFacts['kills']> {
  const left = [...counts]
  return (arrivals) => {
    if (left.length === 0 || arrivals.length < left[0]! || spared.includes(arrivals.at(-1)!.racer))
      return false
    left.shift()
    return true
  }
}

/** Sliding limits as a provider would check them: what arrived in the window that ends now. */
export function slidingRoom(limits: readonly {requests: number; ms: number}[]): RaceFacts['allows'] {
  return (arrivals, key, at) =>
    limits.every(
      ({requests, ms}) =>
        arrivals.filter((arrival) => arrival.key === key && !arrival.refused && arrival.at > at - ms).length <
        requests,
    )
}
