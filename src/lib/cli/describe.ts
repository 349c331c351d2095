/** The lines of a command's help below its summary, derived from the declaration of its job. */
import type {Schedule, List} from '../define.js'

/** One line for each list that a user may replace by a file. */
export function listLines(lists: Readonly<Record<string, List>> = {}): string[] {
  return Object.values(lists).flatMap(({shipped, ownFile, columns = []}) =>
    ownFile === undefined
      ? []
      : [
          `Reads ${ownFile} (${columns.join(', ')}) from the folder of settings, if it exists${shipped === undefined ? '' : ', instead of the built-in list'}.`,
        ],
  )
}

/** One line for each schedule. */
export function scheduleText(schedule: readonly Schedule[] = []): string[] {
  return schedule.map(
    ({cron, zone, args = []}) =>
      `Scheduled: ${cron} (${zone})${args.length > 0 ? ` with ${args.join(' ')}` : ''}.`,
  )
}
