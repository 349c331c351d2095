/** Detects a run that is recorded as running although its process no longer exists. */
import {hostname} from 'node:os'

/** The columns of a run that identify its process. */
export interface RecordedRun {
  outcome: string
  host: string
  pid: number
}

/**
 * The outcome of a run, or `died` if it is recorded as running and its process on this host no longer exists.
 * Processes of other hosts cannot be checked.
 */
export function outcomeShown(
  {outcome, host, pid}: RecordedRun,
  thisHost = hostname(),
  isAlive = processIsAlive,
): string {
  return outcome === 'running' && host === thisHost && !isAlive(pid) ? 'died' : outcome
}

function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
