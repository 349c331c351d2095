/** Short forms for the schedules in declarations of jobs. */
import type {Schedule} from './define.js'

const days = {sun: 0, mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6} as const

/** `daily('06:00', 'UTC')`: every day at that wall-clock time of the zone. */
export function daily(
  time: `${number}:${number}`,
  zone: string,
  catchUp: Schedule['catchUp'] = 'latest',
): Schedule {
  const [hour, minute] = time.split(':')
  return {cron: `${Number(minute)} ${Number(hour)} * * *`, zone, catchUp}
}

/** `weekly('mon 15:00', 'America/New_York')`: every week at that wall-clock time of the zone. */
export function weekly(
  when: `${keyof typeof days} ${number}:${number}`,
  zone: string,
  catchUp: Schedule['catchUp'] = 'latest',
): Schedule {
  const [day, time] = when.split(' ') as [keyof typeof days, string]
  const [hour, minute] = time.split(':')
  return {cron: `${Number(minute)} ${Number(hour)} * * ${days[day]}`, zone, catchUp}
}

/** `hourly(30)`: at that minute of every hour. By default a missed hour is not caught up on. */
export function hourly(minute: number, catchUp: Schedule['catchUp'] = 'none'): Schedule {
  return {cron: `${minute} * * * *`, zone: 'UTC', catchUp}
}

/**
 * Every hour, and every minute of the sessions in New York. The command of the job leaves out the minutes
 * before an opening and after an early close. A container may start minutes after the hour: --force lets it
 * work then.
 */
export const marketMinutes: readonly Schedule[] = [
  {...hourly(0), args: ['--force']},
  {cron: '1-59 9-15 * * 1-5', zone: 'America/New_York', catchUp: 'none'},
]
