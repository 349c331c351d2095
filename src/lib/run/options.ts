/** The options of a collector run, and its result. */
import type {Schedule} from '../define.js'
import type {RunEnd} from './job-runs.js'
import type {Ended} from './ended.js'
import type {SecondaryRows} from './store.js'

/** The flags of `fin ingest`, for a run. */
export interface CollectOptions {
  /** The source; default: the collector's first. */
  provider?: string | undefined
  names?: readonly string[] | undefined
  limit?: number | undefined
  /** Label of the credential to use. */
  token?: string | undefined
  /** The schedules of this command line; default: the collector's whole schedule. */
  schedule?: readonly Schedule[] | undefined
  /** The instant this run is for; default: now. */
  at?: Date | undefined
  dryRun?: boolean | undefined
  force?: boolean | undefined
  wait?: boolean | undefined
  record?: string | undefined
  /** The command line, for the run ledger. */
  command: string
  /** Receives the rows of the primary table once they are stored, or parsed in a dry run. */
  emit?: ((rows: readonly object[]) => void | Promise<void>) | undefined
  /** Called for every batch that was answered, with its last target. */
  progress?: ((target: string, done: number, total: number) => void) | undefined
}

/** How a run went. */
export interface Collected extends RunEnd {
  runId: string | null
  /** Why single targets failed, as text for a person. */
  complaints: readonly string[]
  /** Rows of secondary tables, by name. */
  secondary: ReadonlyMap<string, SecondaryRows>
  /** Stored rows that ended in this run, because the provider no longer lists them. */
  ended?: readonly Ended[] | undefined
  /**
   * The progress of the job through all its targets, as text; only for a job whose quota limits the targets
   * of a day.
   */
  cycle?: string | undefined
}
