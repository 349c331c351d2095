import {nextScheduledRuns} from './scheduled-runs.js'
import type {ScheduledLine} from './lines.js'
import {wallText} from '../zone.js'

/** A row of `fin schedule list`. */
export interface ListedSchedule {
  unit: string
  command: string
  cron: string
  zone: string
  /** ISO 8601; null if no run is ever scheduled. */
  next_utc: string | null
  /** Wall-clock time in the schedule's zone. */
  next_in_zone: string | null
  /** Wall-clock time in the user's zone. */
  next_here: string | null
  here: string
  catch_up: string
}

/** One row per schedule, in the order of their next runs. `here` is the zone of the user. */
export function listSchedules(lines: readonly ScheduledLine[], now: Date, here: string): ListedSchedule[] {
  const rows = lines.flatMap((line) =>
    line.schedules.map((schedule): ListedSchedule => {
      const next = nextScheduledRuns([schedule], now, 1)[0]?.at
      return {
        unit: line.job,
        command: `fin ${line.command.join(' ')}`,
        cron: schedule.cron,
        zone: schedule.zone,
        next_utc: next?.toISOString() ?? null,
        next_in_zone: next ? wallText(next, schedule.zone) : null,
        next_here: next ? wallText(next, here) : null,
        here,
        catch_up: schedule.catchUp,
      }
    }),
  )
  const key = (row: ListedSchedule) => `${row.next_utc ?? '~'} ${row.command}`
  return rows.sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
