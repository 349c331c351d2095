import * as Flags from '@oclif/core/flags'
import {ReadCommand} from '../lib/cli/read-command.js'
import type {AnyCollector, AnyMapper} from '../lib/define.js'
import {NeedsPerson} from '../lib/errors.js'
import type {TableStatus} from '../lib/report/table-status.js'

/** What a command class may carry. */
interface UnitClass {
  collector?: AnyCollector
  mapper?: AnyMapper
}

export default class Status extends ReadCommand {
  static override summary = 'is every table as fresh as its schedule promises'
  static override description = `Each table that a unit writes: its rows ("~" before an estimate), its newest time, and whether the unit has kept the latest firing of its schedule.
fresh: it has, for all that it asks about. stale: it has not, half an hour later. empty: it has, and nothing came. never: it has not run yet. unscheduled: it runs when it is told to.`

  static override examples = [
    '<%= config.bin %> status',
    {
      description: 'For a monitor: exit 1 when anything is stale or empty',
      command: '<%= config.bin %> status --check --quiet',
    },
  ]

  static override flags = {
    check: Flags.boolean({summary: 'exit 1 when a table is stale or empty'}),
    unit: Flags.string({summary: 'only the tables of this unit'}),
  }

  override async run(): Promise<void> {
    const {flags} = await this.parse(Status)
    const classes = (await this.ownCommands()) as UnitClass[]
    const writers = classes
      .map(({collector, mapper}) => collector ?? mapper)
      .filter((unit) => unit !== undefined)
      .filter(({name}) => flags.unit === undefined || name === flags.unit)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    if (writers.length === 0) {
      throw new NeedsPerson(`there is no unit "${flags.unit ?? ''}"`, {nextStep: 'See: fin status'})
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
      for (const wrong of new Set(statuses.map(({unit, why}) => (why === null ? null : `${unit}: ${why}`))))
        if (wrong !== null) log.notice(wrong)
      if (flags.check && late.length > 0) process.exitCode = 1
    })
  }
}

/** The units, each with how much of what it asks about is late where it asks about several things. */
function namesOf(statuses: readonly TableStatus[]): string[] {
  return [
    ...new Set(
      statuses.map(({unit, targets, targets_behind: behind}) =>
        (targets ?? 0) > 1 && behind ? `${unit} (${behind} of ${targets} targets)` : unit,
      ),
    ),
  ]
}
