import {nextScheduledRuns} from './scheduled-runs.js'
import type {ScheduleLine} from './jobs.js'
import {wallText} from '../zone.js'

export interface Listed {
  unit: string
  command: string
  cron: string
  zone: string
  /** ISO 8601; null where it never fires. */
  next_utc: string | null
  /** Wall-clock time in the schedule's zone. */
  next_in_zone: string | null
  /** Wall-clock time in the user's zone. */
  next_here: string | null
  here: string
  catch_up: string
}

/** One row per firing, the soonest first. `here` is the user's zone. */
export function listSchedules(lines: readonly ScheduleLine[], now: Date, here: string): Listed[] {
  const rows = lines.flatMap((line) =>
    line.schedules.map((firing): Listed => {
      const next = nextScheduledRuns([firing], now, 1)[0]?.at
      return {
        unit: line.job,
        command: `fin ${line.command.join(' ')}`,
        cron: firing.cron,
        zone: firing.zone,
        next_utc: next?.toISOString() ?? null,
        next_in_zone: next ? wallText(next, firing.zone) : null,
        next_here: next ? wallText(next, here) : null,
        here,
        catch_up: firing.catchUp,
      }
    }),
  )
  const key = (row: Listed) => `${row.next_utc ?? '~'} ${row.command}`
  return rows.sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
