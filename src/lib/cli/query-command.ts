/** The command of one named query: its parameters are its flags. */
import * as Flags from '@oclif/core/flags'
import type {FlagInput} from '@oclif/core/interfaces'
import {NeedsPerson} from '../errors.js'
import {
  exampleOf,
  isSwitch,
  namedQuery,
  parameterHelp,
  parametersOf,
  parameterUsage,
  placeholder,
  type NamedQuery,
  type StatementQuery,
} from '../report/named-queries.js'
import type {Context} from '../run/context.js'
import {feedNames, jobNames} from './jobs.js'
import {ReadCommand, type ReadFlags} from './read-command.js'

export abstract class QueryCommand extends ReadCommand {
  static query: NamedQuery

  override async run(): Promise<void> {
    const {query} = this.ctor as typeof QueryCommand
    const {flags} = await this.parse(this.ctor as typeof QueryCommand)
    await this.within(flags, async (context) => {
      const {clock, config} = context
      const {commands} = this.config
      const jobs = [...jobNames(commands), ...feedNames(commands)]
      const parameters = parametersOf(query, flags as Record<string, unknown>, clock.now(), jobs)
      if ('statement' in query) return this.printStatement(query, parameters, flags, context)
      const {columns, rows} = query
      return this.print(rows(parameters), flags, config.zone, {columns, keep: ['note']})
    })
  }

  /** Prints the rows of a statement. Without rows, it prints the reason. */
  private async printStatement(
    query: StatementQuery,
    parameters: (string | null)[],
    flags: ReadFlags,
    {config, database, log, stop}: Context,
  ): Promise<void> {
    const {tablesOfQuery} = await import('../report/empty-tables.js')
    const {statement} = await import('../db/statement.js')
    const opened = await database()
    const rows = async function* () {
      try {
        for await (const batch of opened.stream<object>(query.statement, parameters)) {
          stop.throwIfAborted()
          yield* batch
        }
      } catch (error) {
        throw (await parameterError(query, flags as Record<string, unknown>, error)) ?? error
      }
    }
    const printed = await this.printStored(rows(), {log, config}, flags, {keep: ['note']})
    if (printed === 0 && flags.csv) {
      // A cursor without rows does not tell its columns, and CSV without a header is not a table.
      const {fields} = await opened.pool.query(statement(query.statement).text, parameters)
      await this.print([], flags, config.zone, {columns: fields.map((field) => field.name)})
    }
    if (printed === 0) {
      const {reasonForNoRows} = await import('../report/no-rows.js')
      const reason = await reasonForNoRows(opened, query.name, parameters)
      if (reason !== undefined) log.notice(`${query.name}: ${reason}`)
    }
    await this.sayMissing(opened, log, query.name, await tablesOfQuery(opened, query.statement))
  }
}

/** The class of the command of a query. Throws an error for a query that does not exist. */
export function queryCommand(
  name: string,
): new (...given: ConstructorParameters<typeof ReadCommand>) => QueryCommand {
  const query = namedQuery(name)
  return class extends QueryCommand {
    static override query = query
    static override summary = query.summary.replace(/\.$/, '')
    static override description = 'fin query --verbose explains the parameters of every query.'
    static override usage = ['query', name, ...query.parameters.map(parameterUsage)].join(' ')
    static override examples = ['', ' --csv'].map(
      (format) => `<%= config.bin %> query ${name}${exampleOf(query)}${format}`,
    )
    static override flags = parameterFlags(query)
  }
}

function parameterFlags({parameters}: NamedQuery): FlagInput {
  return Object.fromEntries(
    parameters.map((parameter) => {
      const summary = parameterHelp(parameter)
      const flag = isSwitch(parameter)
        ? Flags.boolean({summary})
        : Flags.string({summary, helpValue: placeholder(parameter)})
      return [parameter.name, flag]
    }),
  )
}

/**
 * The error as NeedsPerson, if a value caused it: the value is out of range for the statement. It names the
 * given parameters. Undefined for any other error.
 */
async function parameterError(
  {name, parameters}: NamedQuery,
  given: Readonly<Record<string, unknown>>,
  error: unknown,
): Promise<NeedsPerson | undefined> {
  const {isDataError} = await import('../postgres-errors.js')
  const typed = parameters.filter((one) => given[one.name] !== undefined)
  if (typed.length === 0 || !isDataError(error)) return undefined
  const values = typed.map(({name: flag}) => {
    const value = given[flag]
    return value === true ? `--${flag}` : `--${flag} ${shortened(String(value))}`
  })
  return new NeedsPerson(`the query ${name} refuses ${values.join(' ')}: ${error.message}`, {
    nextStep: typed.map((one) => `--${one.name}: ${one.summary}`).join('\n'),
    cause: error,
  })
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
