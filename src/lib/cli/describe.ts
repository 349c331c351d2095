/** What the help of a unit's command says beside its summary, derived from the unit. */
import type {Firing, List} from '../define.js'

/** One line for each list that a user may keep. */
export function listLines(lists: Readonly<Record<string, List>> = {}): string[] {
  return Object.values(lists).flatMap(({shipped, ownFile, columns = []}) =>
    ownFile === undefined
      ? []
      : [
          `Reads ${ownFile} (${columns.join(', ')}) from the folder of settings, if it is there${shipped === undefined ? '' : ', in place of its own list'}.`,
        ],
  )
}

/** One line for each time of the schedule. */
export function firingLines(schedule: readonly Firing[] = []): string[] {
  return schedule.map(
    ({cron, zone, args = []}) =>
      `Scheduled: ${cron} (${zone})${args.length > 0 ? ` with ${args.join(' ')}` : ''}.`,
  )
}
