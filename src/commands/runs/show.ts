import * as Args from '@oclif/core/args'
import {ReadCommand} from '../../lib/cli/read-command.js'
import {NeedsPerson} from '../../lib/errors.js'
import {outcomeShown} from '../../lib/report/died.js'

interface RunRow {
  outcome: string
  host: string
  pid: number
}

export default class RunsShow extends ReadCommand {
  static override summary = 'everything the run ledger knows of one run'
  static override examples = ['<%= config.bin %> runs show 42']
  static override args = {id: Args.string({description: 'number of the run, from fin runs', required: true})}

  override async run(): Promise<void> {
    const {
      args: {id},
      flags,
    } = await this.parse(RunsShow)
    if (!/^\d{1,18}$/.test(id))
      throw new NeedsPerson(`"${id}" is not the number of a run`, {nextStep: 'See: fin runs'})
    await this.within(flags, async ({config, database}) => {
      const opened = await database()
      const [row] = await opened.query<RunRow>('select_run', [id])
      if (row === undefined) throw new NeedsPerson(`there is no run ${id}`, {nextStep: 'See: fin runs'})
      const run = {...row, outcome: outcomeShown(row)}
      const isData = flags.json || flags.ndjson || flags.csv
      await this.print(
        isData ? [run] : Object.entries(run).map(([field, value]) => ({field, value})),
        flags,
        config.zone,
      )
    })
  }
}
