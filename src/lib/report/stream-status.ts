/** The status of each stream: its producers, its consumer groups, and what is wrong with them. */
import type {Config} from '../config.js'
import type {Queries} from '../db/database.js'
import {formatNumber} from '../text.js'
import {dayMs, minuteMs, secondMs} from '../time.js'
import type {TopicEnds} from '../transport/topic-ends.js'

export interface StreamStatus {
  feed: string
  role: 'producer' | 'consumer'
  /** `3/10`; null for a consumer group. */
  shard: string | null
  /** `connecting`: it has no connection, and tries again. */
  state: 'connected' | 'connecting' | 'running' | 'stopped'
  /** When the state began; without a connection, up to when everything is delivered. */
  since: string
  /** Frames that a producer receives, or rows that a group stores; null if it is stopped. */
  per_second: string | null
  last_event_at: string | null
  /** Messages of its topics that are not stored; null: it reads none, or their ends are not known. */
  lag: number | null
  /** Since the start of the process. */
  rejected: string
  /** Gaps of the last day: times without a connection, or missing offsets of a group. */
  gaps: string
  /** Those of them that fin stream repair has filled; null for a group. */
  repaired: string | null
  /** The length of these gaps within the last day; null for a group. */
  gap_seconds: string | null
  reconnects: string | null
  /** The members of a group that run; null for a producer. */
  members: number | null
  /** The host of a producer, or of the member seen last. */
  host: string
  group: string | null
  seen_at: string
  /** The reasons for `--check`; null: there is none. */
  why: string | null
}

export interface ProducerRow {
  feed: string
  shard: number
  shards: number
  host: string
  started_at: string
  seen_at: string
  ended_at: string | null
  connected_at: string | null
  received_until: string | null
  last_event_at: string | null
  frames_rate: string | null
  rejected: string
  reconnects: string
  gaps: string
  repaired: string
  gap_seconds: string
}

export interface ConsumerRow {
  feed: string
  consumer: string
  host: string
  started_at: string
  seen_at: string
  ended_at: string | null
  last_event_at: string | null
  rows_rate: string | null
  rejected: string
  gaps: string
}

export interface PositionRow {
  consumer: string
  topic: string
  partition: number
  next_offset: string
}

export interface StreamFacts {
  producers: readonly ProducerRow[]
  /** All members of a group follow one another, the one seen last first. */
  consumers: readonly ConsumerRow[]
  positions: readonly PositionRow[]
  /** undefined: not known. */
  ends: TopicEnds | undefined
  now: Date
}

/**
 * A producer or consumer that was not seen for so long is stopped, although it did not record its end. It
 * writes every second, or every five.
 */
const stoppedMs = 10 * secondMs
/** Frames that wait this long for a store or a broker are reported. */
const undeliveredMs = minuteMs
const mostLag = 10_000
/** A lag up to here may be one fetch. */
const leastLag = 100

/** Reads the streams. `away` is the reason why the ends of the topics are not known. */
export async function readStreams(
  database: Queries,
  config: Pick<Config, 'kafkaBrokers'>,
  now: Date,
): Promise<{statuses: StreamStatus[]; away: string | undefined}> {
  const since = new Date(now.getTime() - dayMs).toISOString()
  const [producers, consumers] = await Promise.all([
    database.query<ProducerRow>('select_stream_producers', [since]),
    database.query<ConsumerRow>('select_stream_consumers', [since]),
  ])
  const groups = [...new Set(consumers.map(({consumer}) => consumer))]
  const positions = await database.query<PositionRow>('select_stream_positions_of_groups', [groups])
  const known = {producers, consumers, positions, now}
  if (config.kafkaBrokers.length === 0 || positions.length === 0)
    return {statuses: streamStatuses({...known, ends: undefined}), away: undefined}
  const {topicEnds} = await import('../transport/topic-ends.js')
  const found = await topicEnds(config, [...new Set(positions.map(({topic}) => topic))])
  if ('ends' in found) return {statuses: streamStatuses({...known, ends: found.ends}), away: undefined}
  return {statuses: streamStatuses({...known, ends: undefined}), away: found.why}
}

/** Pure. The producers and groups of each feed, in the order of the feeds. */
export function streamStatuses(facts: StreamFacts): StreamStatus[] {
  const {consumers, producers, now} = facts
  const groups = new Set(consumers.map(({consumer}) => consumer))
  const statuses = [
    ...producers.map((row) => producerStatus(row, now)),
    ...[...groups].map((group) =>
      groupStatus(
        consumers.filter(({consumer}) => consumer === group),
        facts,
      ),
    ),
  ]
  // The sort is stable, so producers come before groups.
  return statuses.sort((a, b) => (a.feed < b.feed ? -1 : a.feed > b.feed ? 1 : 0))
}

function producerStatus(row: ProducerRow, now: Date): StreamStatus {
  const {
    feed,
    host,
    seen_at,
    connected_at,
    received_until,
    last_event_at,
    rejected,
    gaps,
    repaired,
    reconnects,
  } = row
  const shard = `${row.shard}/${row.shards}`
  const isStopped = hasStopped(row, now)
  const state = isStopped ? 'stopped' : connected_at === null ? 'connecting' : 'connected'
  const reasons: string[] = []
  if (isStopped) reasons.push(`the producer on ${host} is stopped (last seen at ${seen_at})`)
  else if (connected_at === null)
    reasons.push(`the producer on ${host} is not connected${since(received_until)}`)
  else if (ageMs(received_until ?? seen_at, now) > undeliveredMs)
    reasons.push(`the producer on ${host} cannot deliver what it received${since(received_until)}`)
  const name = row.shards > 1 ? `${feed} ${shard}` : feed
  return {
    ...{feed, role: 'producer', shard, state},
    since: isStopped ? seen_at : (connected_at ?? received_until ?? row.started_at),
    per_second: isStopped ? null : row.frames_rate,
    ...{last_event_at, lag: null, rejected, gaps, repaired},
    gap_seconds: Number(row.gap_seconds).toFixed(1),
    ...{reconnects, members: null, host, group: null, seen_at, why: whyOf(name, reasons, seen_at, now)},
  }
}

function groupStatus(members: readonly ConsumerRow[], {positions, ends, now}: StreamFacts): StreamStatus {
  const [newest] = members
  const {feed, consumer: group, host, seen_at, gaps} = newest!
  const running = members.filter((member) => !hasStopped(member, now))
  const isStopped = running.length === 0
  const counted = isStopped ? [newest!] : running
  const rate = sum(running.map(({rows_rate}) => rows_rate))
  const lag =
    ends &&
    lagOf(
      positions.filter(({consumer}) => consumer === group),
      ends,
    )
  const reasons: string[] = []
  if (isStopped) reasons.push(`no consumer of ${group} runs (last seen at ${seen_at})`)
  if (lag !== undefined && (lag > mostLag || (lag > leastLag && lag > rate * (minuteMs / secondMs))))
    reasons.push(`${group} lags by ${formatNumber(lag)} messages, and stores ${rate} rows a second`)
  return {
    ...{feed, role: 'consumer', shard: null, state: isStopped ? 'stopped' : 'running'},
    since: isStopped ? seen_at : earliest(running.map((member) => member.started_at)),
    per_second: isStopped ? null : rate.toFixed(1),
    last_event_at: latest(members.map((member) => member.last_event_at)),
    lag: lag ?? null,
    rejected: String(sum(counted.map((member) => member.rejected))),
    ...{
      gaps,
      repaired: null,
      gap_seconds: null,
      reconnects: null,
      members: running.length,
      host,
      group,
      seen_at,
    },
    why: whyOf(feed, reasons, seen_at, now),
  }
}

/** The messages that are not stored; undefined if no topic of the positions exists. */
function lagOf(positions: readonly PositionRow[], ends: TopicEnds): number | undefined {
  let lag: number | undefined
  for (const topic of new Set(positions.map((row) => row.topic)))
    for (const [partition, {low, high}] of ends.get(topic) ?? []) {
      const found = positions.find((row) => row.topic === topic && row.partition === partition)
      const next = Number(found?.next_offset ?? low)
      // A topic that was made again ends before the position: all of it is new.
      lag = (lag ?? 0) + high - (next > high ? low : Math.max(low, next))
    }
  return lag
}

/** The reasons as one line. A stream that ended more than a day ago was ended on purpose. */
function whyOf(name: string, reasons: readonly string[], seenAt: string, now: Date): string | null {
  return reasons.length === 0 || ageMs(seenAt, now) > dayMs ? null : `${name}: ${reasons.join('; ')}`
}

function since(instant: string | null): string {
  return instant === null ? '' : ` since ${instant}`
}

function hasStopped(row: Pick<ProducerRow, 'ended_at' | 'seen_at'>, now: Date): boolean {
  return row.ended_at !== null || ageMs(row.seen_at, now) > stoppedMs
}

function ageMs(instant: string, now: Date): number {
  return now.getTime() - Date.parse(instant)
}

function sum(numbers: readonly (string | null)[]): number {
  return numbers.reduce((total, one) => total + Number(one ?? 0), 0)
}

function earliest(instants: readonly string[]): string {
  return instants.reduce((first, one) => (Date.parse(one) < Date.parse(first) ? one : first))
}

function latest(instants: readonly (string | null)[]): string | null {
  return instants.reduce(
    (last, one) => (one !== null && (last === null || Date.parse(one) > Date.parse(last)) ? one : last),
    null,
  )
}
