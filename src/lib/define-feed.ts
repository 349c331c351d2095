/** Whom a feed listens to, and how: declared facts and pure functions, as for a collector. */
import type {Rejected} from './define.js'
import type {Provider, Refusal} from './define-provider.js'
import type {NewRow, TableName} from './rows.js'

/** One live source into one table. */
export interface Feed<T extends TableName> {
  /** `bithumb`: the command `fin stream produce bithumb`. */
  name: string
  summary: string
  provider: Provider
  /** Where its socket is: `wss://...`. */
  socketUrl: string
  /** What to listen to: a statement that yields `target`. */
  targets: `select_${string}`
  /** Commands that bring what it reads, as of a collector. */
  listedBy: readonly string[]
  table: T
  /** Messages to send once connected, each as JSON. `ticket` is another one for each connection. Pure. */
  subscribe(targets: readonly string[], ticket: string): unknown[]
  /** Sent every so often, in real milliseconds, because the server closes an idle connection. */
  heartbeat: {text: string; everyMs: number}
  /**
   * Real milliseconds without any message after which the connection is taken for dead; looked at with every
   * heartbeat.
   */
  silenceMs: number
  /** The server's "no": `stop`, however often it is asked; `wait`, not now. Pure. */
  refusal(frame: unknown): (Pick<Refusal, 'why'> & {next: 'stop' | 'wait'}) | undefined
  /**
   * Pure. The rows of one frame; nothing for one that carries none, as an acknowledgement or another channel
   * of the same socket.
   */
  parse(frame: unknown): Iterable<NewRow[T] | Rejected>
  /** Column of a row that names which of the targets it is about. */
  about: keyof NewRow[T] & string
}

/** The feed of any one table, for machinery. */
export type AnyFeed = {[T in TableName]: Feed<T>}[TableName]

/** Returns its argument; it exists so that the table is inferred. */
export function defineFeed<T extends TableName>(feed: Feed<T>): Feed<T> {
  return feed
}
