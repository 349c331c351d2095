/**
 * Reads the parts of Alpha Vantage's answers that are not plain JSON: instants, and texts for "unknown".
 */
import {plainCode} from '../../codes.js'
import {textOrNull} from '../../parse.js'

const sentinels = new Set(['none', '-', 'n/a', '.', 'null'])

/** Text, or null for the provider's markers of an unknown value. */
export function known(value: unknown): string | null {
  const found = textOrNull(value)?.trim() ?? null
  return found === null || sentinels.has(found.toLowerCase()) ? null : found
}

/** `known` of a code, such as a currency or an exchange. */
export function knownCode(value: unknown): string | null {
  return known(typeof value === 'string' ? plainCode(value) : value)
}

/** ISO instant from `20260517T110100`, which is UTC without a mark. Throws for any other text. */
export function compactTime(value: string): string {
  const [, year, month, date, hour, minute, second = '00'] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?$/.exec(value) ?? []
  const iso = `${year}-${month}-${date}T${hour}:${minute}:${second}.000Z`
  const ms = Date.parse(iso)
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== iso)
    throw new Error(`"${value.slice(0, 40)}" is not an instant such as 20260517T110100`)
  return iso
}

/** An instant as a request names it: `20260517T1101`, truncated to the minute. */
export function asCompactMinute(at: Date): string {
  return at.toISOString().slice(0, 16).replaceAll(/[-:]/g, '')
}

/**
 * ISO instant from `2026-05-15 16:16:00 US/Eastern`: wall-clock time and its zone. Throws for any other text.
 */
export function stampedTime(value: string): string {
  const [whole, date, time, zone = ''] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ([A-Za-z_]+(?:\/[A-Za-z_]+)?)$/.exec(value.trim()) ?? []
  const wallMs = Date.parse(`${date}T${time}Z`)
  if (whole === undefined || Number.isNaN(wallMs))
    throw new Error(`"${value.slice(0, 60)}" is not a time of the form 2026-05-15 16:16:00 US/Eastern`)
  let ms = wallMs
  // the offset depends on the instant, so the second pass corrects the first
  for (let pass = 0; pass < 2; pass++) ms = wallMs - (wallOf(zone, ms) - ms)
  return new Date(ms).toISOString()
}

/** The wall-clock time of a zone at an instant, as if it were UTC, in epoch milliseconds. */
function wallOf(zone: string, ms: number): number {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    throw new Error(`"${zone}" is not a time zone`)
  }
  const of = Object.fromEntries(format.formatToParts(ms).map(({type, value}) => [type, Number(value)]))
  return Date.UTC(of['year']!, of['month']! - 1, of['day'], of['hour'], of['minute'], of['second'])
}
