/** When units run, in the words that their declarations use. */
import type {Firing} from './define.js'

const days = {sun: 0, mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6} as const

/** `daily('06:00', 'UTC')`: every day at that wall-clock time of the zone. */
export function daily(
  time: `${number}:${number}`,
  zone: string,
  catchUp: Firing['catchUp'] = 'latest',
): Firing {
  const [hour, minute] = time.split(':')
  return {cron: `${Number(minute)} ${Number(hour)} * * *`, zone, catchUp}
}

/** `weekly('mon 15:00', 'America/New_York')`. */
export function weekly(
  when: `${keyof typeof days} ${number}:${number}`,
  zone: string,
  catchUp: Firing['catchUp'] = 'latest',
): Firing {
  const [day, time] = when.split(' ') as [keyof typeof days, string]
  const [hour, minute] = time.split(':')
  return {cron: `${Number(minute)} ${Number(hour)} * * ${days[day]}`, zone, catchUp}
}

/** `hourly(30)`: at that minute of every hour. A missed hour is not made up for. */
export function hourly(minute: number, catchUp: Firing['catchUp'] = 'none'): Firing {
  return {cron: `${minute} * * * *`, zone: 'UTC', catchUp}
}
