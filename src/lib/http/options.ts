/** What a client needs: its provider, its job, and the resources of the run. */
import type {Clock} from '../clock.js'
import type {Config} from '../config.js'
import type {Provider} from '../define.js'
import type {Ledger} from '../limits/ledger.js'
import type {Pace} from '../limits/pace.js'
import type {Log} from '../output/log.js'

export interface ClientOptions {
  provider: Provider
  config: Config
  clock: Clock
  ledger: Pick<Ledger, 'reserve' | 'startCooldown'>
  pace: Pace
  job: string
  runId?: string | null
  /** Wait for the quota and for `until` of a refusal, however long. */
  wait?: boolean | undefined
  /** Label of the only credential to use. */
  credential?: string | undefined
  /**
   * True if `credential` is dedicated to this job and not a choice of the user. The job then stays within its
   * allocation if the provider counts an address.
   */
  isDedicated?: boolean
  /** Folder for recordings of the raw answers. */
  record?: string | undefined
  log: Log
  stop?: AbortSignal
  /** Real milliseconds for one whole request: connect, headers and body; default 30,000. */
  deadlineMs?: number
  /** Real milliseconds that requests may wait in vain, all together; default 110,000. */
  stallMs?: number
}

/** Requests sent; of those, `refused` were refused by the provider and `failed` had no usable answer. */
export interface RequestCounts {
  requests: number
  refused: number
  failed: number
}
