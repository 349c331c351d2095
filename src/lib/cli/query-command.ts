/** The command of one named query: its parameters are its flags. */
import * as Flags from '@oclif/core/flags'
import type {FlagInput} from '@oclif/core/interfaces'
import {NeedsPerson} from '../errors.js'
import {namedQuery, parametersOf, parameterType, type NamedQuery} from '../report/named-queries.js'
import {jobNames} from './jobs.js'
import {ReadCommand} from './read-command.js'

export abstract class QueryCommand extends ReadCommand {
  static query: NamedQuery

  override async run(): Promise<void> {
    const {query} = this.ctor as typeof QueryCommand
    const {flags} = await this.parse(this.ctor as typeof QueryCommand)
    await this.within(flags, async ({clock, config, database, log, stop}) => {
      const {tablesOfQuery} = await import('../report/empty-tables.js')
      const {statement} = await import('../db/statement.js')
      const jobs = jobNames(this.config.commands)
      const parameters = parametersOf(query, flags as Record<string, unknown>, clock.now(), jobs)
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
    static override usage = ['query', name, ...query.parameters.map((one) => `[${parameterType(one)}]`)].join(
      ' ',
    )
    static override examples = [`<%= config.bin %> query ${name}`, `<%= config.bin %> query ${name} --csv`]
    static override flags = parameterFlags(query)
  }
}

function parameterFlags({parameters}: NamedQuery): FlagInput {
  return Object.fromEntries(
    parameters.map((parameter) => {
      const {name, type, summary, default: byDefault} = parameter
      if (type === 'boolean' && byDefault === 'false') return [name, Flags.boolean({summary})]
      const help = byDefault === undefined ? summary : `${summary} [default: ${byDefault}]`
      return [
        name,
        Flags.string({summary: help, helpValue: parameter.words?.join('|') ?? type.toUpperCase()}),
      ]
    }),
  )
}

/**
 * The error as NeedsPerson, if a value caused it: the value is out of range for its type or for the
 * statement. Undefined for any other error.
 */
async function parameterError(
  {name, parameters}: NamedQuery,
  error: unknown,
): Promise<NeedsPerson | undefined> {
  const {isDataError} = await import('../postgres-errors.js')
  if (parameters.length === 0 || !isDataError(error)) return undefined
  const nextStep = parameters.map(({name: parameter, summary}) => `--${parameter}: ${summary}`).join('\n')
  return new NeedsPerson(`the query ${name} refuses a parameter: ${error.message}`, {nextStep, cause: error})
}
