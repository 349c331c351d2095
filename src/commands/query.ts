import * as Args from '@oclif/core/args'
import {queryCommand} from '../lib/cli/query-command.js'
import {ReadCommand} from '../lib/cli/read-command.js'
import {createLog} from '../lib/output/log.js'
import {unknownName} from '../lib/output/suggest.js'
import {namedQueries, parameterHelp, parameterUsage, type NamedQuery} from '../lib/report/named-queries.js'

export default class Query extends ReadCommand {
  static override summary = 'run a named query and print its rows'
  static override description = `Give a parameter as a flag of its name. Without NAME the command lists the queries, their purpose, and their parameters.
fin query NAME --help explains the parameters of one query and their defaults, fin query --verbose those of all.`

  static override usage = 'query [NAME] [--PARAMETER VALUE ...] [--json | --ndjson | --csv]'
  static override examples = [
    {description: 'List the queries', command: '<%= config.bin %> query'},
    {
      description: 'List them with the meaning of each parameter',
      command: '<%= config.bin %> query --verbose',
    },
    {description: 'The ten largest coins', command: '<%= config.bin %> query top-coins --limit 10'},
    {
      description: 'Pairs to be reviewed, as CSV',
      command: '<%= config.bin %> query bithumb-coingecko-mapping --status suspicious --csv',
    },
  ]

  static override args = {name: Args.string({ignoreStdin: true, description: 'name of the query'})}

  override async run(): Promise<void> {
    const queries = namedQueries()
    const query = await this.namedIn(this.argv, queries)
    if (query === undefined) return this.list(queries)
    // An argument before the name: oclif finds the command of a query only where its name comes first.
    const argv = this.argv.toSpliced(this.argv.indexOf(query.name), 1)
    return new (queryCommand(query.name))(argv, this.config).run()
  }

  /** The query that the command line names, at any position. Throws NeedsPerson for an unknown name. */
  private async namedIn(
    argv: readonly string[],
    queries: readonly NamedQuery[],
  ): Promise<NamedQuery | undefined> {
    const found = queries.find(({name}) => argv.includes(name))
    const [first] = argv
    if (found !== undefined || first === undefined || first.startsWith('-')) return found
    throw unknownName(
      'query',
      first,
      queries.map(({name}) => name),
      'See: fin query',
    )
  }

  private async list(queries: readonly NamedQuery[]): Promise<void> {
    const {flags} = await this.parse(Query)
    const rows = queries.map(({name, summary, parameters}) => ({
      query: name,
      parameters: parameters.map(parameterUsage).join(' '),
      for: summary,
    }))
    await this.print(rows, flags, 'UTC')
    if (!flags.verbose) return
    const log = createLog({quiet: false, verbose: true})
    for (const {name, parameters} of queries)
      for (const parameter of parameters)
        log.detail(`${name} ${parameterUsage(parameter)}: ${parameterHelp(parameter)}`)
  }
}
