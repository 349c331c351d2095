/** The regular session of the exchanges in New York. */

const wallClock = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})
const workdays = new Set(['Mon', 'Tue', 'Wed', 'Thu', 'Fri'])

/**
 * True from 09:30 to 16:00 in New York, Monday to Friday. Holidays are not excluded: code that uses it must
 * bear a session without a trade.
 */
export function isRegularSession(at: Date): boolean {
  const {
    weekday = '',
    hour,
    minute,
  } = Object.fromEntries(wallClock.formatToParts(at).map(({type, value}) => [type, value]))
  const time = `${hour}:${minute}`
  return workdays.has(weekday) && time >= '09:30' && time < '16:00'
}
