/** The regular session of the exchanges in New York. */
import {hourMs, minuteMs} from '../time.js'
import {offsetMs} from '../zone.js'

const zone = 'America/New_York'
const opensMs = 9.5 * hourMs
const closesMs = 16 * hourMs

/**
 * True from 09:30 to 16:00 in New York, Monday to Friday. Holidays are not excluded: code that uses it must
 * bear a session without a trade.
 */
export function isRegularSession(at: Date): boolean {
  const wall = new Date(at.getTime() + offsetMs(zone, at.getTime()))
  const sinceMidnightMs = wall.getUTCHours() * hourMs + wall.getUTCMinutes() * minuteMs
  const weekday = wall.getUTCDay()
  return weekday >= 1 && weekday <= 5 && sinceMidnightMs >= opensMs && sinceMidnightMs < closesMs
}
