/** Opens the resources of a job for one command, and closes them at its end. */
import {loadConfig} from '../config.js'
import {stopOnSignal} from '../interrupt.js'
import type {JobClaim} from '../limits/claims.js'
import {createLog} from '../output/log.js'
import {openContext, type Context} from '../run/context.js'
import type {Invocation} from './run-output.js'

interface Shown {
  quiet: boolean
  verbose: boolean
  /** Shows a wait as progress; false if no progress is drawn. */
  showWait?: (text: string) => boolean
  /** The claims of all jobs, for a command that makes requests. */
  claims?: () => Promise<readonly JobClaim[]>
}

/** Returns the exit code of `work`. Throws its errors, and those of wrong settings. */
export async function withContext(
  {quiet, verbose, showWait, claims}: Shown,
  {config: {version}}: Pick<Invocation, 'config'>,
  work: (context: Context) => Promise<number>,
): Promise<number> {
  const log = createLog({quiet, verbose, ...(showWait ? {showWait} : {})})
  const context = await openContext({
    ...{config: loadConfig(), log, stop: stopOnSignal(), version},
    ...(claims ? {claims} : {}),
  })
  try {
    return await work(context)
  } finally {
    await context.close()
  }
}
