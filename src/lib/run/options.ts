/** What a collector run is told, and what it tells. */
import type {Schedule} from '../define.js'
import type {RunEnd} from './ledger-of-runs.js'
import type {SecondaryRows} from './store.js'

/** What the flags of `fin ingest` mean to a run. */
export interface CollectOptions {
  /** Which source; default: the collector's first. */
  provider?: string | undefined
  names?: readonly string[] | undefined
  limit?: number | undefined
  /** Label of the credential to use. */
  token?: string | undefined
  /** The firings that this command line stands for; default: the collector's whole schedule. */
  schedule?: readonly Schedule[] | undefined
  /** The instant this run is for; default: now. */
  at?: Date | undefined
  dryRun?: boolean | undefined
  force?: boolean | undefined
  wait?: boolean | undefined
  record?: string | undefined
  /** The command line, for the run ledger. */
  command: string
  /** Gets the rows of the main table as they are stored, or parsed when nothing is stored. */
  emit?: ((rows: readonly object[]) => void | Promise<void>) | undefined
  /** Hears of every target that is done. */
  progress?: ((target: string, done: number, total: number) => void) | undefined
}

/** How a run went. */
export interface Collected extends RunEnd {
  runId: string | null
  /** Why single targets failed, in words for a person. */
  complaints: readonly string[]
  /** Rows of further tables, by name. */
  further: ReadonlyMap<string, SecondaryRows>
  /**
   * How far the unit is through all its targets, in words; only where the quota decides how much of them
   * comes.
   */
  cycle?: string | undefined
}
