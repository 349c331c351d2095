/** A run that is written down as running although its process is gone. */
import {hostname} from 'node:os'

export interface RunningFacts {
  outcome: string
  host: string
  pid: number
}

/**
 * `died` in place of `running` where this host's process with that id is gone; of other hosts nothing is
 * known.
 */
export function outcomeShown(
  {outcome, host, pid}: RunningFacts,
  here = hostname(),
  isAlive = processIsAlive,
): string {
  return outcome === 'running' && host === here && !isAlive(pid) ? 'died' : outcome
}

function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it is there, and not ours.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
