/**
 * Converts between instants and wall-clock time of a zone, in milliseconds. A wall time is the epoch of the
 * same clock reading in UTC.
 */
import {IANAZone} from 'luxon'
import {NeedsPerson} from './errors.js'
import {dayMs, minuteMs} from './time.js'

/** Throws NeedsPerson for a name that is not in the zone database. */
export function checkZone(zone: string): void {
  if (!IANAZone.create(zone).isValid)
    throw new NeedsPerson(`"${zone}" is not a time zone`, {
      nextStep: 'Use a name like Asia/Seoul, America/New_York or UTC.',
    })
}

/**
 * The milliseconds to add to an instant to get the wall clock of a zone. Throws NeedsPerson for a name that
 * is not in the zone database.
 */
export function offsetMs(zone: string, instantMs: number): number {
  const [before, after] = offsetsAround(zone, Math.floor(instantMs / dayMs))
  return before === after ? before : offsetAt(zone, instantMs)
}

/**
 * The offsets before and after a calendar day: equal on most days, different if the clock changes near it.
 * No zone changes its clock twice within three days.
 */
export function offsetsAround(zone: string, day: number): readonly [before: number, after: number] {
  return [offsetAt(zone, (day - 1) * dayMs), offsetAt(zone, (day + 2) * dayMs)]
}

const offsets = new Map<string, number>()

/** The offset at an instant. Cached, because a year of schedules needs the same instants many times. */
function offsetAt(zone: string, instantMs: number): number {
  const key = `${zone} ${instantMs}`
  let offset = offsets.get(key)
  if (offset === undefined) {
    checkZone(zone)
    offset = IANAZone.create(zone).offset(instantMs) * minuteMs
    offsets.set(key, offset)
  }
  return offset
}

/**
 * The instant of a wall time. A time that occurs twice gives its first instant. A time that is skipped gives
 * an instant as much later as the clock jumps (02:30 becomes 03:30), as croner does.
 */
export function instantAtWallTime(
  zone: string,
  wallMs: number,
  [before, after]: readonly [number, number],
): number {
  if (before === after) return wallMs - before
  const found = [wallMs - before, wallMs - after].filter(
    (instant) => instant + offsetMs(zone, instant) === wallMs,
  )
  return found.length === 0 ? wallMs - before : Math.min(...found)
}

/** How many times a wall time occurs: 1, or 0 or 2 at a change of the clock. */
export function occurrences(zone: string, wallMs: number): number {
  const [before, after] = offsetsAround(zone, Math.floor(wallMs / dayMs))
  if (before === after) return 1
  return [wallMs - before, wallMs - after].filter((instant) => instant + offsetMs(zone, instant) === wallMs)
    .length
}

const sampledFrom = Date.UTC(2025, 0, 1)
const samples = 366
const yearly = new Map<string, readonly number[]>()

/**
 * Every offset of a zone within ten years, in minutes. The years are fixed, so that rendered files do not
 * depend on the clock.
 */
export function offsetsOf(zone: string): readonly number[] {
  const known = yearly.get(zone)
  if (known) return known
  const found = new Set(
    Array.from({length: samples}, (_, at) => offsetMs(zone, sampledFrom + at * 10 * dayMs) / minuteMs),
  )
  const sorted = [...found].sort((a, b) => a - b)
  yearly.set(zone, sorted)
  return sorted
}

/** `2026-03-02 09:00`: an instant as the wall-clock time of a zone. */
export function wallText(instant: Date, zone: string): string {
  return new Date(instant.getTime() + offsetMs(zone, instant.getTime()))
    .toISOString()
    .slice(0, 16)
    .replace('T', ' ')
}
