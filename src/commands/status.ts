import * as Flags from '@oclif/core/flags'
import {ReadCommand} from '../lib/cli/read-command.js'
import type {AnyCollector, AnyMapper} from '../lib/define.js'
import {NeedsPerson} from '../lib/errors.js'
import type {TableStatus} from '../lib/report/table-status.js'

/** The part of a command class that is read here. */
interface JobClass {
  collector?: AnyCollector
  mapper?: AnyMapper
}

export default class Status extends ReadCommand {
  static override summary = 'show whether each table is as fresh as its schedule expects'
  static override description = `Prints each table with its number of rows ("~" marks an estimate), its newest time, and its state.
fresh: the last scheduled run covered all targets. stale: it is more than 30 minutes late. empty: it ran and the table has no rows. never: the job has not run yet. unscheduled: the job has no schedule.`

  static override examples = [
    '<%= config.bin %> status',
    {
      description: 'For a monitor: exit 1 if a table is stale or empty',
      command: '<%= config.bin %> status --check --quiet',
    },
  ]

  static override flags = {
    check: Flags.boolean({summary: 'exit 1 if a table is stale or empty'}),
    unit: Flags.string({summary: 'show only the tables of this job'}),
  }

  override async run(): Promise<void> {
    const {flags} = await this.parse(Status)
    const classes = (await this.ownCommands()) as JobClass[]
    const writers = classes
      .map(({collector, mapper}) => collector ?? mapper)
      .filter((job) => job !== undefined)
      .filter(({name}) => flags.unit === undefined || name === flags.unit)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    if (writers.length === 0) {
      throw new NeedsPerson(`there is no job "${flags.unit ?? ''}"`, {nextStep: 'See: fin status'})
    }
    await this.within(flags, async ({clock, config, database, log}) => {
      const {tableStatuses} = await import('../lib/report/table-status.js')
      const statuses = await tableStatuses(writers, {database: await database(), config, now: clock.now()})
      const isData = flags.json || flags.ndjson || flags.csv
      await this.print(
        isData
          ? statuses
          : statuses.map((status) => ({
              ...status,
              rows: status.is_estimate ? `~${status.rows}` : status.rows,
            })),
        flags,
        config.zone,
        isData
          ? {}
          : {
              columns: ['table', 'unit', 'rows', 'newest', 'last_success', 'promised', 'state'],
              numeric: new Set(['rows']),
            },
      )
      const late = (['stale', 'empty'] as const)
        .map((state) => [state, namesOf(statuses.filter((status) => status.state === state))] as const)
        .filter(([, names]) => names.length > 0)
      if (late.length > 0)
        log.notice(
          `${late.map(([state, names]) => `${state}: ${names.join(', ')}`).join('\n')}\n  See: fin runs --failed, fin schedule due`,
        )
      for (const cycle of new Set(statuses.map((status) => status.cycle)))
        if (cycle !== null) log.notice(cycle)
      for (const reason of new Set(statuses.map(({unit, why}) => (why === null ? null : `${unit}: ${why}`))))
        if (reason !== null) log.notice(reason)
      if (flags.check && late.length > 0) process.exitCode = 1
    })
  }
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
