import * as Flags from '@oclif/core/flags'
import {jobNames, tableWriters} from '../lib/cli/jobs.js'
import {ReadCommand, type ReadFlags} from '../lib/cli/read-command.js'
import {createLog} from '../lib/output/log.js'
import {unknownName} from '../lib/output/suggest.js'
import type {TableStatus} from '../lib/report/table-status.js'

export default class Status extends ReadCommand {
  static override summary = 'show whether each table is as fresh as its schedule expects'
  static override description = `Prints each table with its number of rows ("~" marks an estimate), its newest time, and its state.
fresh: the last scheduled run covered all targets. stale: it is more than 30 minutes late. empty: it ran and the table has no rows. never: the job has not run yet. unscheduled: the job has no schedule.
A job that never ran is late once a scheduled run and its 30 minutes have passed since the database was made.
With REDIS_URL it also shows the hit rate of that server, which counts the look-ups of all its clients.`

  static override examples = [
    '<%= config.bin %> status',
    {
      description: 'For a monitor: exit 1 and print only the late jobs if there are any',
      command: '<%= config.bin %> status --check --quiet',
    },
  ]

  static override flags = {
    check: Flags.boolean({
      summary: 'exit 1 if a table is stale or empty, or if a job never ran although its time has passed',
    }),
    unit: Flags.string({
      summary: 'show only the tables of this job; may be repeated',
      multiple: true,
      multipleNonGreedy: true,
    }),
  }

  override async run(): Promise<void> {
    const {flags} = await this.parse(Status)
    const {commands} = this.config
    const names = jobNames(commands)
    const unknown = flags.unit?.find((name) => !names.includes(name))
    if (unknown !== undefined) throw unknownName('job', unknown, names, 'See: fin status')
    await this.within(flags, async ({clock, config, database, log, stop}) => {
      const hitRate =
        config.redisUrl === undefined || flags.quiet ? undefined : this.hitRate(config.redisUrl, stop)
      const {lateTables, tableStatuses} = await import('../lib/report/table-status.js')
      // The jobs are loaded while the database answers.
      const [opened, jobs] = await Promise.all([database(), tableWriters(commands)])
      const writers = jobs
        .filter(({name}) => flags.unit?.includes(name) ?? true)
        .sort((a, b) => (a.name < b.name ? -1 : 1))
      const statuses = await tableStatuses(writers, {jobs, database: opened, config, now: clock.now()})
      const late = await lateTables(statuses, opened)
      const isOnlyLate = flags.check && flags.quiet
      await this.printStatuses(isOnlyLate ? late : statuses, flags, config.zone)
      // The late tables are the answer of --check, so --quiet leaves them and drops the rest.
      const said = isOnlyLate ? createLog({quiet: false, verbose: false}) : log
      for (const line of lateLines(late)) said.notice(line)
      if (late.length > 0) log.notice('  See: fin runs --failed, fin schedule due')
      for (const cycle of new Set(statuses.map((status) => status.cycle)))
        if (cycle !== null) log.notice(cycle)
      const reasons = (isOnlyLate ? late : statuses).flatMap(({unit: job, why}) =>
        why === null ? [] : [`${job}: ${why}`],
      )
      for (const reason of new Set(reasons)) said.notice(reason)
      if (hitRate) log.notice(await hitRate)
      if (flags.check && late.length > 0) process.exitCode = 1
    })
  }

  /** The line about Redis. It is read while the database answers. */
  private async hitRate(url: string, stop: AbortSignal): Promise<string> {
    const {hitRateText} = await import('../lib/redis/hit-rate.js')
    return hitRateText(url, stop)
  }

  private async printStatuses(
    statuses: readonly TableStatus[],
    flags: ReadFlags & {check: boolean},
    zone: string,
  ): Promise<void> {
    if (flags.json || flags.ndjson || flags.csv) return this.print(statuses, flags, zone)
    if (flags.check && flags.quiet) return
    const rows = statuses.map((status) => ({
      ...status,
      rows: status.is_estimate ? `~${status.rows}` : status.rows,
    }))
    await this.print(rows, flags, zone, {
      columns: ['table', 'unit', 'rows', 'newest', 'last_success', 'promised', 'state'],
      numeric: new Set(['rows']),
      keep: ['rows', 'state'],
    })
  }
}

/** One line per state with the jobs whose tables are late. */
function lateLines(late: readonly TableStatus[]): string[] {
  return (['stale', 'empty', 'never'] as const)
    .map((state) => [state, namesOf(late.filter((status) => status.state === state))] as const)
    .filter(([, names]) => names.length > 0)
    .map(([state, names]) => `${state === 'never' ? 'never ran' : state}: ${names.join(', ')}`)
}

/** The names of the jobs, with the number of late targets for a job that has several targets. */
function namesOf(statuses: readonly TableStatus[]): string[] {
  return [
    ...new Set(
      statuses.map(({unit: job, targets, targets_behind: behind}) =>
        (targets ?? 0) > 1 && behind ? `${job} (${behind} of ${targets} targets)` : job,
      ),
    ),
  ]
}
