/** One run of a collector: constant facts, and a tally that changes. */
import type {Database} from '../db/database.js'
import type {AnyCollector, AnyTarget, From} from '../define.js'
import type {HttpClient} from '../http/client.js'
import type {CollectOptions} from './options.js'
import type {Context} from './context.js'
import type {AnySource} from './parsed.js'
import type {Tally} from './tally.js'
import type {RunPlan} from './due.js'

export interface CollectorRun {
  readonly collector: AnyCollector
  readonly sourceName: string
  readonly source: AnySource
  readonly options: CollectOptions
  readonly context: Context
  readonly database: Database
  readonly api: HttpClient
  readonly plan: RunPlan
  /** Null in a dry run. */
  readonly runId: string | null
  readonly lists: NonNullable<From<AnyTarget>['lists']>
  /** The collector has open rejections, which good rows of the same key settle. */
  readonly settles: boolean
  readonly tally: Tally
}
