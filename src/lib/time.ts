/** Durations in milliseconds, and the day and wall-clock time of an instant. */
export const secondMs = 1_000
export const minuteMs = 60 * secondMs
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs
/** The most that the clocks of two machines may differ. */
export const toleratedAheadMs = minuteMs

/** `2026-11-23`: the day in UTC. */
export function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

const formats = new Map<string, Intl.DateTimeFormat>()

/**
 * Formats instants as `2026-05-18 16:00:00` in a zone. Throws RangeError for a zone that does not exist. The
 * Swedish locale writes times as ISO 8601.
 */
export function wallFormat(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', {dateStyle: 'short', timeStyle: 'medium', timeZone: zone})
    formats.set(zone, format)
  }
  return format
}

/** `2026-11-23`: the day in a zone. Throws RangeError for a zone that does not exist. */
export function dayIn(zone: string, at: Date): string {
  return wallFormat(zone).format(at).slice(0, 10)
}
