/** Formats one value for a table. */
import {DeepJson} from '../json.js'
import {wallFormat} from '../time.js'
import {safeLine} from './safe.js'

const instant = /^\d{4,}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)$/
const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i

export interface Shown {
  text: string
  isInstant: boolean
}

/**
 * The text of a cell: a dash for null, the wall-clock time in the zone for an instant, compact JSON for an
 * object. It holds no control characters of a terminal.
 */
export function displayCell(cell: unknown, zone: string | undefined): Shown {
  if (cell === null || cell === undefined) return {text: '–', isInstant: false}
  if (cell instanceof Date) return {text: wallClock(cell, zone), isInstant: true}
  if (cell instanceof DeepJson) return {text: safeLine(String(cell)), isInstant: false}
  if (typeof cell !== 'string')
    return {text: safeLine(typeof cell === 'object' ? JSON.stringify(cell) : String(cell)), isInstant: false}
  if (instant.test(cell)) {
    const at = new Date(cell.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'))
    if (!Number.isNaN(at.getTime())) return {text: wallClock(at, zone), isInstant: true}
  }
  return {text: safeLine(cell), isInstant: false}
}

export function isNumberText(text: string): boolean {
  return number.test(text)
}

/** The format of instants in a zone; in UTC if the zone does not exist. */
function formatIn(zone: string): Intl.DateTimeFormat {
  try {
    return wallFormat(zone)
  } catch {
    return wallFormat('UTC')
  }
}

/** The zone in which instants are shown. */
export function zoneShown(zone = 'UTC'): string {
  return formatIn(zone).resolvedOptions().timeZone
}

/** `2026-05-18 16:00:00` in the zone. */
export function wallClock(at: Date, zone = 'UTC'): string {
  return formatIn(zone).format(at)
}
