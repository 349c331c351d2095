/**
 * The vocabulary. A unit (collector, mapper, cache, feed) is declared facts and one pure function; the
 * machinery in `run/` does the rest. Read this file first; whom a unit asks is in define-provider.ts, what
 * listens in define-feed.ts.
 */
import type {NewRow, TableName} from './rows.js'
import type {HttpRequest, Provider} from './define-provider.js'

export * from './define-provider.js'

/** A cron line in a zone; several when one command runs with different arguments. */
export interface Schedule {
  cron: string
  zone: string
  args?: readonly string[]
  /** Missed firings: make up for all, only for the latest, or for none. */
  catchUp: 'all' | 'latest' | 'none'
}

/** A row of the main table, or one tagged with its table, or an item that could not become a row. */
export type Parsed<T extends TableName> = NewRow[T] | TaggedRow | Rejected

export type TaggedRow = {[K in TableName]: {table: K; row: NewRow[K]}}[TableName]

/**
 * One item that could not become a row: why, and the item itself. `each` makes these from what its function
 * throws.
 */
export interface Rejected {
  rejected: string
  item: unknown
}

/**
 * What `parse` may know beside the body: whom it is about (null for a saved answer without `--target`), and
 * when it arrived.
 */
export interface From<Target> {
  target: Target | null
  /** Every target of a batched request, of which `target` is the first. */
  targets: readonly Target[]
  at: Date
  /** The collector's lists by their names; absent for one without lists. */
  lists?: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>
  /** A body given by `--input`: it is the whole answer, and nothing is asked after it. */
  saved?: boolean
  /** A body given by `--input` that does not tell when it arrived: `at` is only when it was read. */
  undated?: boolean
}

/**
 * A target has at least its name; a `select_*` statement may add columns, of which these decide when it is
 * asked.
 */
export interface AnyTarget {
  target: string
  /** Due targets with a smaller one go first; absent: 0. */
  priority?: number | null
  /** Its own interval ('7 days') in place of the unit's. */
  every?: string | null
  /**
   * ISO instant since which something new is known to be there: it is due again when its last success is
   * older.
   */
  stale_since?: string | null
  /**
   * ISO instant from which it is due, where the statement itself decides that, in place of intervals and
   * firings; null: not now.
   */
  due_at?: string | null
  /** Why it is not due although its time has come; the run says so. */
  deferred_reason?: string | null
  /** What must be done before it can be asked at all; the run says so and goes on with the others. */
  blocked_reason?: string | null
}

/** What a request may depend on beside its target. */
export interface RequestContext<Target> {
  /** Every target of a batched request; one otherwise. */
  targets: readonly Target[]
  /** Now, on the run's clock. */
  at: Date
  /**
   * The scheduled instant that this run is for, so that a late or repeated run asks the same; `at` for a unit
   * without a schedule.
   */
  firing: Date
}

/** One way to get the data. */
export interface Source<T extends TableName, Body, Target extends AnyTarget, Cursor> {
  provider: Provider
  /**
   * Targets that one request may name together (1 when absent). A batch refused with `skip` is halved until
   * the unknown target stands alone.
   */
  batch?: number
  /**
   * Label of a key that is kept for this unit. While it is set the unit uses it alone, else the general keys.
   */
  credential?: string
  /** Pure. A target that is the unit's own name stands for a unit without targets. */
  request(target: Target, cursor: Cursor | null, asked: RequestContext<Target>): HttpRequest
  /**
   * The following page, asked once this one is stored; undefined: there is none. Neither `guard` nor `after`
   * sees more than a page.
   */
  next?(body: Body, request: HttpRequest, asked: RequestContext<Target>): HttpRequest | undefined
  /**
   * Pure. Throws `UnexpectedBody` when the answer is not of this endpoint. Accepts one item of a list
   * endpoint's body as well.
   */
  parse(body: Body, from: From<Target>): Iterable<Parsed<T>>
  /**
   * Watermark stored with the rows of each page; pure. `request`: what this page answers; `at`: when it
   * arrived.
   */
  advance?(body: Body, cursor: Cursor | null, request: HttpRequest, at: Date): Cursor
}

/**
 * What a job wants of its provider's day or month, where several jobs share that. `limits/planner.ts` divides
 * it; a job without a claim gets what no reserved job needs.
 */
export interface Claim {
  /**
   * Order of worth among the jobs of the provider: a smaller one goes first, and no two are alike. `fin quota
   * --plan` shows the order.
   */
  rank: number
  /** Requests of one run, or of one round over all its targets. */
  requests: number
  /** How often that is wished for. */
  everyDays: number
  /** The slowest that is still of use. As often as wished: the claim is reserved and gives no way. */
  atLeastEveryDays: number
  /**
   * It runs every hour and takes whatever nobody else needs. What it wants is then known from its last run,
   * and no place is kept for it while it has nothing due.
   */
  takesLeftovers?: boolean
  /** What it is worth, in words: its rank, explained. */
  worth: string
}

/** One kind of data into a table, or several. */
export interface Collector<T extends TableName, Body, Target extends AnyTarget, Cursor> {
  /** `cpi`: the command, the unit in every ledger, the schedule line. */
  name: string
  summary: string
  schedule?: readonly Schedule[]
  /** What it claims of the quota of its first source's provider. */
  claim?: Claim
  /**
   * What to ask about: a statement that yields `target` and more, or a fixed list of names. Absent: ask once.
   * A statement may take $1, the occasion as JSON: `at`, `firing` (ISO instants), each of `lists` by its
   * name, and for a provider that sells plans `left`: what the month still holds of each key (`credential`,
   * `unit`, `left`, `until`).
   */
  targets?: `select_${string}` | readonly string[]
  /** Commands that bring what the statement of the targets reads: what to run when there are none. */
  listedBy?: readonly string[]
  /** Lists that the statement of the targets, or `parse`, needs. */
  lists?: Readonly<Record<string, List>>
  /** `--token` chooses a group of targets, not a key: each request names its own key (`credential`). */
  groups?: {names: readonly string[]; of(target: Target): string | null | undefined}
  /** A target is due again after this ('20 hours', '30 days'). Absent: once per scheduled firing. */
  every?: string
  /**
   * The longest that a target goes without an answer, where the quota decides how much sooner it comes: what
   * `fin status` holds it to.
   */
  within?: string
  /**
   * The provider tells only what is now: a missed firing cannot be made up for, and is remembered as a gap.
   */
  snapshot?: true
  /** Tables written; the first is the main one. */
  tables: readonly [T, ...TableName[]]
  /** Natural key, as in the ON CONFLICT of its upsert file. */
  key: readonly (keyof NewRow[T] & string)[]
  /**
   * Run before anything is written, in the same transaction: rows of `refusal` text mean "do not store". $1:
   * rows as JSON.
   */
  guard?: `select_${string}`
  /**
   * Run after the upsert, in the same transaction: marks leavers, clears ranks. $1: rows as JSON, $2: the
   * instant of the answer.
   */
  after?: `update_${string}`
  /** The first is the default; others by `--provider`. */
  sources: Readonly<Record<string, Source<T, Body, Target, Cursor>>>
}

/**
 * A CSV file with a header line: shipped with fin (its path below src/lib), or a user's in the folder of
 * settings, which takes its place.
 */
export interface List {
  shipped?: `${string}.csv`
  ownFile?: `${string}.csv`
  /** Columns that a user's file must have. */
  columns?: readonly string[]
  /** What is wrong with the rows, in words for whoever edits them; undefined: nothing. Pure. */
  problem?(rows: readonly Readonly<Record<string, string>>[]): string | undefined
}

// For machinery: keyof of a union of rows is never, and the type is checked where it is defined.
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
export type AnyCollector = Collector<any, any, any, any>

/** Candidates from SQL, shaped by one pure function, into a table. */
export interface Mapper<T extends TableName, Candidate> {
  name: string
  summary: string
  schedule?: readonly Schedule[]
  /** Yields candidates; read by cursor in batches. $1: the lists as one JSON object, name -> rows. */
  from: `select_${string}`
  /**
   * Lists that the statement needs: one that ships with fin, or one that a user may keep in the folder of
   * settings.
   */
  lists?: Readonly<Record<string, List>>
  tables: readonly [T, ...TableName[]]
  key: readonly (keyof NewRow[T] & string)[]
  /** Pure. */
  map(batch: readonly Candidate[], from: {at: Date}): Iterable<Parsed<T>>
  /**
   * Key columns whose rows that did not come again are deleted in the same transaction, by this statement.
   * $1: rows as JSON.
   */
  replaces?: `delete_${string}`
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as for AnyCollector
export type AnyMapper = Mapper<any, any>

/** Definitions return their argument; they exist so that table, body and target are inferred. */
export function defineCollector<
  T extends TableName,
  Body,
  Target extends AnyTarget = AnyTarget,
  Cursor = never,
>(collector: Collector<T, Body, Target, Cursor>): Collector<T, Body, Target, Cursor> {
  return collector
}

export function defineMapper<T extends TableName, Candidate>(
  mapper: Mapper<T, Candidate>,
): Mapper<T, Candidate> {
  return mapper
}
