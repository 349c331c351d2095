import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {FlagInput} from '@oclif/core/interfaces'
import {ReadCommand} from '../lib/cli/read-command.js'
import {NeedsPerson} from '../lib/errors.js'
import {createLog} from '../lib/output/log.js'
import {unknownName} from '../lib/output/suggest.js'
import {namedQueries, parametersOf, parameterType, type NamedQuery} from '../lib/report/named-queries.js'

export default class Query extends ReadCommand {
  static override summary = 'run a named query and print its rows'
  static override description = `Give a parameter as a flag of its name. Without NAME the command lists the queries, their purpose, and the values and defaults of their parameters.
fin query --verbose also explains each parameter.`

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
    const parameterFlags: FlagInput = Object.fromEntries(
      query.parameters.map(({name, type, summary, default: byDefault}) => [
        name,
        type === 'boolean' && byDefault === 'false'
          ? Flags.boolean({summary})
          : Flags.string({summary: byDefault === undefined ? summary : `${summary} [default: ${byDefault}]`}),
      ]),
    )
    const {flags} = await this.parse({...Query, baseFlags: Query.baseFlags, flags: parameterFlags})
    await this.within(flags, async ({clock, config, database, log, stop}) => {
      const {tablesOfQuery} = await import('../lib/report/empty-tables.js')
      const {statement} = await import('../lib/db/statement.js')
      const parameters = parametersOf(query, flags as Record<string, unknown>, clock.now(), this.jobs())
      const opened = await database()
      const rows = async function* () {
        try {
          for await (const batch of opened.stream<object>(query.statement, parameters)) {
            stop.throwIfAborted()
            yield* batch
          }
        } catch (error) {
          throw (await parameterError(query, error)) ?? error
        }
      }
      const printed = await this.printStored(rows(), {log, config}, flags, {keep: ['note']})
      if (printed === 0 && flags.csv) {
        // A cursor without rows does not tell its columns, and CSV without a header is not a table.
        const {fields} = await opened.pool.query(statement(query.statement).text, parameters)
        await this.print([], flags, config.zone, {columns: fields.map((field) => field.name)})
      }
      await this.sayMissing(opened, log, query.name, await tablesOfQuery(opened, query.statement))
    })
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
      parameters: parameters.map(parameterType).join(' '),
      for: summary,
    }))
    await this.print(rows, flags, 'UTC')
    if (!flags.verbose) return
    const log = createLog({quiet: false, verbose: true})
    for (const {name, parameters} of queries)
      for (const parameter of parameters)
        log.detail(`${name} ${parameterType(parameter)}: ${parameter.summary}`)
  }

  /** The names of all jobs. A job has the name of its command. */
  private jobs(): string[] {
    return this.config.commands
      .map(({id}) => id.split(':'))
      .flatMap(([topic, name]) => ((topic === 'ingest' || topic === 'map') && name ? [name] : []))
  }
}

/**
 * The error as NeedsPerson, if a value caused it: the value is out of range for its type or for the
 * statement. Undefined for any other error.
 */
async function parameterError(
  {name, parameters}: NamedQuery,
  error: unknown,
): Promise<NeedsPerson | undefined> {
  const {isDataError} = await import('../lib/postgres-errors.js')
  if (parameters.length === 0 || !isDataError(error)) return undefined
  const nextStep = parameters.map(({name: parameter, summary}) => `--${parameter}: ${summary}`).join('\n')
  return new NeedsPerson(`the query ${name} refuses a parameter: ${error.message}`, {nextStep, cause: error})
}
