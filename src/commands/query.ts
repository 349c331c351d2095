import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {FlagInput} from '@oclif/core/interfaces'
import {ReadCommand} from '../lib/cli/read-command.js'
import {NeedsPerson} from '../lib/errors.js'
import {createLog} from '../lib/output/log.js'
import {didYouMean} from '../lib/output/suggest.js'
import {namedQueries, parametersOf, takes, type NamedQuery} from '../lib/report/named-queries.js'

export default class Query extends ReadCommand {
  static override summary = 'run a named query and print its rows'
  static override description = `A parameter is given as a flag of its name.
Without a name: the queries there are, what each is for, and its parameters with what they take and their default (of several words the first).
With --verbose also what each parameter means: fin query --verbose`

  static override usage = 'query [NAME] [--PARAMETER VALUE ...] [--json | --ndjson | --csv]'
  static override examples = [
    {description: 'What there is', command: '<%= config.bin %> query'},
    {description: 'What each parameter means', command: '<%= config.bin %> query --verbose'},
    {description: 'The ten largest coins', command: '<%= config.bin %> query top-coins --limit 10'},
    {
      description: 'Pairs that want a look, as CSV',
      command: '<%= config.bin %> query bithumb-coingecko-mapping --status suspicious --csv',
    },
  ]

  static override args = {name: Args.string({ignoreStdin: true, description: 'which query'})}

  override async run(): Promise<void> {
    const queries = namedQueries()
    const query = await this.namedIn(this.argv, queries)
    if (query === undefined) return this.list(queries)
    const own: FlagInput = Object.fromEntries(
      query.parameters.map(({name, type, summary, default: standard}) => [
        name,
        type === 'boolean' && standard === 'false'
          ? Flags.boolean({summary})
          : Flags.string({summary: standard === undefined ? summary : `${summary} [default: ${standard}]`}),
      ]),
    )
    const {flags} = await this.parse({...Query, baseFlags: Query.baseFlags, flags: own})
    await this.within(flags, async ({clock, config, database, stop}) => {
      const parameters = parametersOf(query, flags as Record<string, unknown>, clock.now(), this.units())
      const opened = await database()
      const rows = async function* () {
        try {
          for await (const batch of opened.stream<object>(query.statement, parameters)) {
            stop.throwIfAborted()
            yield* batch
          }
        } catch (error) {
          throw (await refusedParameter(query, error)) ?? error
        }
      }
      await this.print(rows(), flags, config.zone)
    })
  }

  /** The query that the words name, wherever its name stands among the flags. */
  private async namedIn(
    argv: readonly string[],
    queries: readonly NamedQuery[],
  ): Promise<NamedQuery | undefined> {
    const found = queries.find(({name}) => argv.includes(name))
    const [first] = argv
    if (found !== undefined || first === undefined || first.startsWith('-')) return found
    const near = didYouMean(
      first,
      queries.map(({name}) => name),
    )
    throw new NeedsPerson(`there is no query "${first}"`, {
      nextStep: near === undefined ? 'See: fin query' : `Did you mean: fin query ${near}\nSee: fin query`,
    })
  }

  private async list(queries: readonly NamedQuery[]): Promise<void> {
    const {flags} = await this.parse(Query)
    const rows = queries.map(({name, summary, parameters}) => ({
      query: name,
      parameters: parameters.map(takes).join(' '),
      for: summary,
    }))
    await this.print(rows, flags, 'UTC')
    if (!flags.verbose) return
    const log = createLog({quiet: false, verbose: true})
    for (const {name, parameters} of queries)
      for (const parameter of parameters) log.detail(`${name} ${takes(parameter)}: ${parameter.summary}`)
  }

  /** A unit has the name of its command. */
  private units(): string[] {
    return this.config.commands
      .map(({id}) => id.split(':'))
      .flatMap(([topic, name]) => ((topic === 'ingest' || topic === 'map') && name ? [name] : []))
  }
}

/**
 * Undefined when the error is not about a value: out of range for its type, or for what the statement does
 * with it.
 */
async function refusedParameter(
  {name, parameters}: NamedQuery,
  error: unknown,
): Promise<NeedsPerson | undefined> {
  const {isDataFault} = await import('../lib/postgres-errors.js')
  if (parameters.length === 0 || !isDataFault(error)) return undefined
  const nextStep = parameters.map(({name: parameter, summary}) => `--${parameter}: ${summary}`).join('\n')
  return new NeedsPerson(`the query ${name} refuses a parameter: ${error.message}`, {nextStep, cause: error})
}
