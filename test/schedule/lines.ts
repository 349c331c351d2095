import {marketMinutes} from '../../src/lib/define-schedule.js'
import {defineProvider, type Schedule} from '../../src/lib/define.js'
import {loadLines, type LoadableCommand, type LoadedLine} from '../../src/lib/schedule/lines.js'

export const scheduledAt = (cron: string, zone = 'UTC', more: Partial<Schedule> = {}): Schedule => ({
  cron,
  zone,
  catchUp: 'latest',
  ...more,
})

export const counted = defineProvider({
  name: 'counted',
  baseUrl: 'https://counted.example',
  credentials: {1: 'COUNTED_API_KEY_1', news: 'COUNTED_API_KEY_NEWS'},
  limits: [
    {requests: 5, per: 'minute', of: 'credential', window: 'sliding'},
    {requests: 25, per: 'day', of: 'credential', window: 'sliding'},
    {requests: 300, per: 'month', of: 'credential', window: {startsAt: 'first of month UTC'}},
  ],
  settings: [{variable: 'COUNTED_REQUESTS_PER_DAY', per: 'day', doc: 'requests per day'}],
})

export const keyless = defineProvider({
  name: 'keyless',
  baseUrl: 'https://keyless.example',
  limits: [{requests: 2, per: 'second', of: 'address', window: 'sliding'}],
})

/**
 * A command class as oclif gives it. `unit` is its collector, mapper or cache, or the properties of the class
 * itself.
 */
export function command(id: string, loaded: object, filters = true): LoadableCommand {
  return {id, flags: filters ? {'only-if-scheduled': {}} : {}, load: () => Promise.resolve(loaded)}
}

export function collector(name: string, schedule: readonly Schedule[], more: object = {}): LoadableCommand {
  return command(`ingest:${name}`, {
    collector: {name, summary: `collect ${name}`, schedule, sources: {counted: {provider: counted}}, ...more},
  })
}

/**
 * Schedules of every kind that the jobs have: weekly, daily, hourly, every quarter hour of a session,
 * monthly, with arguments.
 */
export const manyCommands: readonly LoadableCommand[] = [
  collector('weekly-seoul', [scheduledAt('0 1 * * 1', 'Asia/Seoul')]),
  collector('weekly-new-york', [scheduledAt('0 15 * * 1', 'America/New_York')]),
  collector('daily-utc', [scheduledAt('10 6 * * *')]),
  collector('daily-london', [scheduledAt('35 23 * * *', 'Europe/London')]),
  collector('monthly-seoul', [scheduledAt('5 3 1 * *', 'Asia/Seoul')]),
  collector('month-ends', [scheduledAt('0 12 28-31 * *', 'America/New_York')]),
  collector('hourly', [scheduledAt('30 * * * *', 'UTC', {catchUp: 'none'})]),
  collector('session', [scheduledAt('*/15 9-16 * * 1-5', 'America/New_York', {catchUp: 'none'})]),
  collector('ten-minutes', [scheduledAt('*/10 * * * *', 'UTC', {catchUp: 'none'})]),
  collector('five-minutes', [scheduledAt('*/5 * * * *', 'UTC', {catchUp: 'none'})]),
  collector('twice', [scheduledAt('0 3 * * *'), scheduledAt('20 15 * * *')]),
  collector('grouped', [
    scheduledAt('0 14 * * *', 'America/New_York', {args: ['--token', 'primary'], catchUp: 'all'}),
    scheduledAt('0 15 * * *', 'America/New_York', {args: ['--token', 'secondary'], catchUp: 'all'}),
  ]),
  command('map:pairs', {
    mapper: {name: 'pairs', summary: 'pair them', schedule: [scheduledAt('45 7 * * 0')]},
  }),
  command('cache:prices', {
    cache: {
      name: 'prices',
      summary: 'cache prices',
      schedule: [scheduledAt('* 9-16 * * 1-5', 'America/New_York', {catchUp: 'none'})],
    },
  }),
  command('cache:market', {cache: {name: 'market', summary: 'cache the market', schedule: marketMinutes}}),
  command('notify:weekly', {summary: 'send mail', schedule: [scheduledAt('0 0 * * 0')], needs: ['SMTP_URL']}),
  command('db:start', {summary: 'not scheduled'}),
]

export const manyLines = (): Promise<LoadedLine[]> => loadLines(manyCommands)
