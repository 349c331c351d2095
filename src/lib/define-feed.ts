/** The type of a feed: declared facts and pure functions, as for a collector. */
import type {Rejected} from './define.js'
import type {Provider, Refusal} from './define-provider.js'
import type {NewRow, TableName} from './rows.js'

/** A job that receives live data over a WebSocket and stores it in one table. */
export interface Feed<T extends TableName> {
  /** `bithumb`: the command `fin stream produce bithumb`. */
  name: string
  summary: string
  provider: Provider
  /** Address of the WebSocket: `wss://...`. */
  socketUrl: string
  /** Statement that yields each `target` to subscribe to. */
  targets: `select_${string}`
  /** Commands that store the rows which the statement reads, as for a collector. */
  dependsOn: readonly string[]
  table: T
  /** Pure. Messages to send once connected, each as JSON. `ticket` is unique for each connection. */
  subscribe(targets: readonly string[], ticket: string): unknown[]
  /** Text sent at an interval in real milliseconds, because the server closes an idle connection. */
  heartbeat: {text: string; everyMs: number}
  /**
   * Idle timeout: real milliseconds without any message after which the connection counts as dead. It is
   * checked with every heartbeat.
   */
  silenceMs: number
  /**
   * Pure. Real milliseconds without data for these targets after which fin subscribes again, and connects
   * again if that brings no data either. A keep-alive answer or a status is not data. The bound fits the
   * market: it is not an outage when few targets have no quote for a while.
   */
  noDataMs?(targets: number): number
  /** Pure. True for a frame with data of a target; absent: every frame counts. */
  isData?(frame: unknown): boolean
  /** Pure. Recognises a refusal. `stop`: trying again does not help. `wait`: the server may accept later. */
  refusal(frame: unknown): (Pick<Refusal, 'why'> & {next: 'stop' | 'wait'}) | undefined
  /** Pure. The rows of one frame; none for an acknowledgement or for another channel of the same socket. */
  parse(frame: unknown): Iterable<NewRow[T] | Rejected>
  /** Column that holds the target of a row. */
  about: keyof NewRow[T] & string
}

/** A feed of any table, for code that handles every feed. */
export type AnyFeed = {[T in TableName]: Feed<T>}[TableName]

/** Returns its argument, so that the table is inferred. */
export function defineFeed<T extends TableName>(feed: Feed<T>): Feed<T> {
  return feed
}
