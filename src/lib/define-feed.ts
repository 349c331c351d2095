/** The type of a feed: declared facts and pure functions, as for a collector. */
import type {List, ParsedRow, Rejected} from './define.js'
import type {HttpRequest, Provider, Refusal} from './define-provider.js'
import type {NewRow, TableName} from './rows.js'
import type {StatementName} from './db/statement.js'

/** The facts that a row takes from the delivery of its frame. */
export interface FrameOrigin {
  /** Identity of the frame: the same for a redelivery and for a replay of a recording. */
  id: string
  /** The producer of a feed that is divided among several: its number, from 1, and its host. */
  shard: {index: number; host: string} | null
  /** The label of a target, such as the category of a mover, at the time of the frame. */
  labels: Readonly<Record<string, string>>
}

/** The pauses between messages to a server that accepts only so many of them at a time. */
export interface MessagePace {
  everyMs: number
  /** After this many messages, `pauseMs` instead. */
  burst: number
  pauseMs: number
}

/** The values in Redis of the newest row of each target. A value is the text of a JSON object. */
export interface LiveValues<Row> {
  /** Fields of one hash, by target. Absent: no hash. */
  hash?: {key: string; seconds: number; value(row: Row): string}
  /** A key for each target, written on request. */
  latest: {key(target: string): string; seconds: number; value(row: Row): string}
  /** The channel that is told about new values; absent: none. */
  channel?: string
  /** Column with the instant of a row, in epoch milliseconds. The greatest is the newest. */
  instant: keyof Row & string
  /** Statement that yields the newest row of each target. */
  newest: StatementName
}

/** Requests that stand in for a socket without data. */
export interface FeedFallback {
  /** Real milliseconds without data after which the first request is sent. */
  silentMs: number
  /** The request for the data of up to `batch` targets; its body is a frame. */
  request(targets: readonly string[]): HttpRequest
  batch: number
  /** Real milliseconds from one request of all targets to the next one. */
  everyMs: number
}

/** Full minutes of one target. `from` is the start of the first, `until` the end of the last. */
export interface BarSpan {
  target: string
  from: Date
  until: Date
}

/** The requests that fill the gaps of a feed, with one-minute bars of its targets. */
export interface FeedRepair {
  /** The most minutes of one request. */
  mostMinutes: number
  /** Pure. Every minute of the span is complete. */
  request(span: BarSpan): HttpRequest
  /**
   * Pure. The bars of the span; a minute without a trade has none. Throws `UnexpectedBody` for an answer of
   * another endpoint.
   */
  parse(body: unknown, span: BarSpan): Iterable<ParsedRow<'trade_bars'> | Rejected>
  /** Pure. True for an answer without a bar of any minute: the provider does not have the history. */
  isEmpty(body: unknown): boolean
}

/** A job that receives live data over a WebSocket and stores it. */
export interface Feed<T extends TableName> {
  /** `bithumb`: the command `fin stream produce bithumb`. */
  name: string
  summary: string
  provider: Provider
  /** Address of the WebSocket: `wss://...`. */
  socketUrl: string
  /** The parameter of the address that holds the secret of a credential; absent: no credential is needed. */
  secretParameter?: string
  /** The most targets of one connection; absent: no limit. */
  mostTargets?: number
  /** True if the targets may be divided among several producers (`--shard i/n`). */
  isSharded?: boolean
  /** Statement that yields each `target` to subscribe to, and its `label` if it has one. */
  targets: `select_${string}`
  /** Real milliseconds between two reads of the targets. */
  targetsEveryMs: number
  /** The PostgreSQL channel that announces other targets; absent: they are only read at the interval. */
  targetsChannel?: string
  /** Commands that store the rows which the statement reads, as for a collector. */
  dependsOn: readonly string[]
  /** The table of the rows. */
  table: T
  /**
   * Appends rows, with one array for each of `columns`; absent: the upsert statement of the table. Rows that
   * are stored already stay unchanged.
   */
  insert?: {statement: `insert_${string}`; columns: readonly (keyof NewRow[T] & string)[]}
  /**
   * The table of the newest row of each target. `table` then keeps the newest row of each target and
   * interval: the statement copies it there when a row of a later interval comes.
   */
  newest?: {table: TableName; copy: `insert_${string}`}
  /**
   * Pure. Messages that turn a connection subscribed to `subscribed` into one subscribed to `wanted`, each
   * sent as JSON. `subscribed` is empty for a new connection. `ticket` is unique for each call.
   */
  subscribe(wanted: readonly string[], subscribed: readonly string[], ticket: string): unknown[]
  /** Real milliseconds between these messages; absent: none. */
  pace?: MessagePace
  /**
   * Text sent at an interval in real milliseconds; null: a ping of the protocol, which the server answers.
   */
  heartbeat: {text: string | null; everyMs: number}
  /**
   * Idle timeout: real milliseconds without any message or answer to a ping after which the connection counts
   * as dead. It is checked with every heartbeat.
   */
  silenceMs: number
  /**
   * Pure. Real milliseconds without data for these targets after which fin subscribes again, and connects
   * again if that brings no data either. A keep-alive answer or a status is not data. The bound fits the
   * market: it is not an outage when few targets have no quote for a while.
   */
  noDataMs?(targets: number, at: Date): number
  /**
   * Pure. True for a frame with data of a target; numbers of `value` may have lost digits. Absent: every
   * frame counts.
   */
  isData?(value: unknown): boolean
  /**
   * Pure. Recognises a refusal; numbers of `value` may have lost digits. `stop`: trying again does not help.
   * `wait`: the server may accept later. `skip`: a target is refused, and the others arrive.
   */
  refusal(value: unknown): (Pick<Refusal, 'why'> & {next: 'stop' | 'wait' | 'skip'}) | undefined
  /**
   * Pure. The rows of one frame, whose numbers are text; none for an acknowledgement or for another channel
   * of the same socket.
   */
  parse(frame: unknown, from: FrameOrigin): Iterable<ParsedRow<T> | Rejected>
  /** Column that holds the target of a row. */
  about: keyof NewRow[T] & string
  live: LiveValues<ParsedRow<T>>
  /**
   * The condition codes of trades (`code`, `is_regular`), by which rows are flagged, beside their prices. The
   * rows then have `price`, `trade_conditions` and `flag`. Absent: the feed has no trades.
   */
  conditions?: List
  /** The Kafka consumer group. */
  group: string
  fallback?: FeedFallback
  /** How gaps are filled, or the reason why they cannot be. */
  repair: FeedRepair | {impossibleBecause: string}
}

/** A feed of any table, for code that handles every feed. */
export type AnyFeed = {[T in TableName]: Feed<T>}[TableName]

/** Returns its argument, so that the table is inferred. */
export function defineFeed<T extends TableName>(feed: Feed<T>): Feed<T> {
  return feed
}
