/**
 * The types in which jobs are declared. A job is an object of facts and pure functions; the code in `run/`
 * executes it. Read this file first. Providers are in define-provider.ts, feeds in define-feed.ts, caches in
 * define-cache.ts, mappers of ranges in define-range-mapper.ts.
 */
import type {NewRow, TableName} from './rows.js'
import type {HttpRequest, Provider} from './define-provider.js'

export * from './define-provider.js'
export type * from './define-range-mapper.js'

/** A cron expression in a time zone. A job has several if it runs with different arguments. */
export interface Schedule {
  cron: string
  zone: string
  args?: readonly string[]
  /** Which missed scheduled runs `fin schedule due` lists: all, only the latest, or none. */
  catchUp: 'all' | 'latest' | 'none'
}

/**
 * A row as `parse` yields it. A nullable column is undefined if its item lacks the field (`described`): then
 * the stored value of the column stays.
 */
export type ParsedRow<T extends TableName> = {
  [C in keyof NewRow[T]]: null extends NewRow[T][C] ? NewRow[T][C] | undefined : NewRow[T][C]
}

/** A row of the primary table, a row tagged with its table, or a rejected item. */
export type Parsed<T extends TableName> = ParsedRow<T> | TaggedRow | Rejected

export type TaggedRow = {[K in TableName]: {table: K; row: ParsedRow<K>}}[TableName]

/** An item that cannot be stored, with the reason. `each` yields one for each item whose function throws. */
export interface Rejected {
  rejected: string
  item: unknown
  /** The secondary table that it was for; absent: the primary table. */
  table?: TableName
}

/** The facts that `parse` gets beside the body. */
export interface From<Target> {
  /** The target that was requested; null for a saved answer without `--target`. */
  target: Target | null
  /** Every target of a batched request, of which `target` is the first. */
  targets: readonly Target[]
  /** When the body arrived. */
  at: Date
  /** The collector's lists by name; absent for a collector without lists. */
  lists?: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>
  /** True for a body given by `--input`: it is the whole answer, and no request follows it. */
  saved?: boolean
  /** True for a body given by `--input` without its time of arrival: `at` is when the file was read. */
  undated?: boolean
}

/**
 * A target as its `select_*` statement yields it: its name, and optional columns that decide when it is
 * requested.
 */
export interface AnyTarget {
  target: string
  /** Due targets with a smaller number are requested first; absent: 0. */
  priority?: number | null
  /** The target's own interval ('7 days'); it replaces the interval of the job. */
  every?: string | null
  /** ISO instant since which new data is known to exist: the target is due if its last success is older. */
  stale_since?: string | null
  /**
   * ISO instant from which the target is due; null: not now. A statement that yields it replaces intervals
   * and scheduled runs.
   */
  due_at?: string | null
  /** Why the target is deferred although its time has come; the run reports it. */
  deferred_reason?: string | null
  /**
   * What must be done before the target can be requested; the run reports it and continues with the others.
   */
  blocked_reason?: string | null
}

/** The facts that a request may depend on beside its target and cursor. */
export interface RequestContext<Target> {
  /** Every target of a batched request; otherwise the one target. */
  targets: readonly Target[]
  /** Now, on the run's clock. */
  at: Date
  /**
   * The instant of the scheduled run, so that a late or repeated run makes the same request; `at` for a job
   * without a schedule.
   */
  scheduledAt: Date
}

/** One way for a collector to get its data. */
export interface Source<T extends TableName, Body, Target extends AnyTarget, Cursor> {
  provider: Provider
  /**
   * How many targets one request may name (absent: 1). A batch refused with `skip` is halved until the
   * unknown target is alone in its batch.
   */
  batch?: number
  /**
   * Label of the credential that is dedicated to this job. If it is not set, the job uses the general
   * credentials.
   */
  credential?: string
  /** Pure. For a job without targets, the target is the name of the job. */
  request(target: Target, cursor: Cursor | null, context: RequestContext<Target>): HttpRequest
  /**
   * The request for the next page, sent once this page is stored; undefined after the last page. `guard` and
   * `after` see one page at a time.
   */
  next?(body: Body, request: HttpRequest, context: RequestContext<Target>): HttpRequest | undefined
  /**
   * Pure. Throws `UnexpectedBody` if the answer is not of this endpoint. Also accepts one item of the body of
   * a list endpoint, because `fin replay` passes a rejected item alone.
   */
  parse(body: Body, from: From<Target>): Iterable<Parsed<T>>
  /**
   * Pure. The new cursor, stored with the rows of the page. `request` is the request for this page, `at` its
   * time of arrival.
   */
  advance?(body: Body, cursor: Cursor | null, request: HttpRequest, at: Date): Cursor
}

/**
 * The part of its provider's daily or monthly quota that a job asks for. `limits/planner.ts` divides the
 * quota among the claims; a job without a claim gets what no reserved job needs.
 */
export interface Claim {
  /**
   * Priority among the jobs of the provider: a smaller rank goes first, and no two ranks are equal. `fin
   * quota --plan` shows the order.
   */
  rank: number
  /** Requests of one run, or of one round over all its targets. */
  requests: number
  /** Days between two rounds if the quota allows it. */
  everyDays: number
  /** Most days between two rounds. If it equals `everyDays`, the claim is reserved and never throttled. */
  atLeastEveryDays: number
  /**
   * The job runs every hour and takes the quota that no other job needs. Its demand is known from its last
   * run, and no quota is reserved for it while it has nothing due.
   */
  takesLeftovers?: boolean
  /** The rationale of its rank, as text. */
  rationale: string
}

/** A job that requests one kind of data from a provider and stores it in one or more tables. */
export interface Collector<T extends TableName, Body, Target extends AnyTarget, Cursor> {
  /** `cpi`: the name of the job in its command, its schedule and every ledger. */
  name: string
  summary: string
  schedule?: readonly Schedule[]
  /** The claim on the quota of the provider of its first source. */
  claim?: Claim
  /**
   * A statement that yields `target` and more columns, or a fixed list of names. Absent: one request without
   * a target. A statement may take $1, the `TargetContext` as JSON: `at` and `scheduled_at` (now and the
   * scheduled run, ISO instants), and each of `lists` by its name. For a provider that sells plans, `left`
   * holds the monthly quota that each credential has left (`credential`, `unit`, `left`, `until`).
   */
  targets?: `select_${string}` | readonly string[]
  /** Commands that store the rows from which the statement selects targets; shown if it yields none. */
  dependsOn?: readonly string[]
  /** Lists that the statement of the targets or `parse` needs. */
  lists?: Readonly<Record<string, List>>
  /** If set, `--token` chooses a group of targets, and each request names its own credential. */
  groups?: {names: readonly string[]; of(target: Target): string | null | undefined}
  /** A target is due again after this interval ('20 hours', '30 days'). Absent: once per scheduled run. */
  every?: string
  /**
   * Longest time that a target may go without an answer, for a job whose actual interval depends on the
   * quota. `fin status` reports a target that exceeds it.
   */
  within?: string
  /** The provider offers only current data: a missed scheduled run is recorded as a gap. */
  snapshot?: true
  /** Tables written; the first is the primary table. */
  tables: readonly [T, ...TableName[]]
  /** The secondary table with versions of the primary rows. A row that is rejected has no version. */
  history?: TableName
  /** Natural key, as in the ON CONFLICT of its upsert file. */
  key: readonly (keyof NewRow[T] & string)[]
  /**
   * Statement that runs before anything is written, in the same transaction. Each row that it yields is a
   * reason not to store (column `refusal`). $1: rows as JSON.
   */
  guard?: `select_${string}`
  /**
   * Such a statement for the rows of a secondary table: a reason rejects all rows of this table, and the
   * others are stored.
   */
  secondaryGuard?: {table: TableName; statement: `select_${string}`}
  /**
   * Statement that runs after the upsert, in the same transaction: it marks leavers or clears ranks. $1: rows
   * as JSON, $2: instant of the answer. It may return the `name` and the `fate` of each row that ended.
   */
  after?: `update_${string}`
  /** The first is the default; `--provider` chooses another. */
  sources: Readonly<Record<string, Source<T, Body, Target, Cursor>>>
}

/** A CSV file with a header line. A file of the user replaces the shipped one. */
export interface List {
  /** Path below src/lib of the file that ships with fin. */
  shipped?: `${string}.csv`
  /** Name of the user's file in the folder of settings. */
  ownFile?: `${string}.csv`
  /** Columns that a user's file must have. */
  columns?: readonly string[]
  /** Pure. The problem of the rows, as text for the user who edits them; undefined if the rows are valid. */
  problem?(rows: readonly Readonly<Record<string, string>>[]): string | undefined
}

// For code that handles every collector: keyof a union of rows is never. Each definition checks its own type.
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
export type AnyCollector = Collector<any, any, any, any>

/** A job that turns rows of a statement into rows of a table with one pure function. */
export interface Mapper<T extends TableName, Candidate> {
  name: string
  summary: string
  schedule?: readonly Schedule[]
  /** Statement that yields candidates, read in batches. $1: the lists as one JSON object, name -> rows. */
  from: `select_${string}`
  /** Lists that the statement needs. */
  lists?: Readonly<Record<string, List>>
  tables: readonly [T, ...TableName[]]
  key: readonly (keyof NewRow[T] & string)[]
  /** Pure. */
  map(batch: readonly Candidate[], from: {at: Date}): Iterable<Parsed<T>>
  /**
   * Statement that deletes rows which the mapper did not produce again, in the same transaction. $1: rows as
   * JSON.
   */
  replaces?: `delete_${string}`
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as for AnyCollector
export type AnyMapper = Mapper<any, any>

/** Returns its argument, so that table, body, target and cursor are inferred. */
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
