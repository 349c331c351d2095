/**
 * What luxon says of every zone in twenty years, written by the build (bin/zones.mjs). The first use of
 * `Intl` takes Node two thirds of its whole start, which a command of a moment need not wait for. What is not
 * here, luxon or `Intl` is asked.
 */
import {readFileSync, realpathSync} from 'node:fs'

export const minuteMs = 60_000

interface ZoneTable {
  fromMs: number
  toMs: number
  /**
   * First this edition of the zone database with the two instants, then a line for each zone: its name, an
   * offset in minutes, and the minutes since 1970 at which it changes, each with the offset from there on.
   * The last line is `end`.
   */
  text: string
}

let table: ZoneTable | undefined
let isRead = false
const lines = new Map<string, readonly number[] | undefined>()

/**
 * What is added to an instant to get the wall clock of a zone; undefined for a zone or an instant that is not
 * in the table.
 */
export function tableOffsetMs(zone: string, instantMs: number): number | undefined {
  const line = lineOf(zone)
  if (line === undefined || table === undefined || instantMs < table.fromMs || instantMs >= table.toMs)
    return undefined
  let at = line.length - 1
  while (at > 0 && line[at - 1]! * minuteMs > instantMs) at -= 2
  return line[at]! * minuteMs
}

/** Whether the table has a zone of this very name. */
export function isInTable(zone: string): boolean {
  return lineOf(zone) !== undefined
}

/** The zone of this machine, found as ICU finds it, by the link to its file; otherwise by `Intl`. */
export function zoneOfMachine(link = '/etc/localtime'): string {
  try {
    const [, name] = /\/zoneinfo\/(.+)$/.exec(realpathSync(link)) ?? []
    if (name === 'Etc/UTC' || name === 'UTC') return 'UTC'
    if (name !== undefined && isInTable(name)) return name
  } catch {
    // no such link: other systems keep it elsewhere
  }
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return zone === 'Etc/Unknown' ? 'UTC' : zone // an empty TZ
}

function lineOf(zone: string): readonly number[] | undefined {
  if (lines.has(zone)) return lines.get(zone)
  if (!isRead) {
    isRead = true
    table = readTable()
  }
  // another name could match across the end of a line
  const from = table && /^[\w+/-]+$/.test(zone) ? table.text.indexOf(`\n${zone} `) : -1
  const line =
    table && from >= 0
      ? table.text
          .slice(from + zone.length + 2, table.text.indexOf('\n', from + 1))
          .split(' ')
          .map(Number)
      : undefined
  lines.set(zone, line)
  return line
}

/**
 * Undefined where it is missing or not whole, or was made from another edition of the zone database than this
 * Node has.
 */
function readTable(): ZoneTable | undefined {
  try {
    const text = readFileSync(new URL('../../start/zones', import.meta.url), 'latin1')
    const [edition, fromMs, toMs] = text.slice(0, text.indexOf('\n')).split(' ')
    return edition === process.versions['tz'] && text.endsWith('\nend\n')
      ? {text, fromMs: Number(fromMs), toMs: Number(toMs)}
      : undefined
  } catch {
    return undefined
  }
}
