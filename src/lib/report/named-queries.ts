/**
 * Finds the named queries: those that are computed, and those that are statements. A file
 * `sql/select_*.sql` is a named query if it begins with `-- query NAME: purpose`. One line per parameter
 * follows: `-- $1 name (type, default): meaning`. A last line `-- optional: TABLE, TABLE` names tables that
 * the query can do without.
 *
 * A type may list the allowed words (`KRW|BTC`), or name the thing that a number counts (`integer rows`),
 * which then is not negative. A default may be `required`, `null` for one that the meaning explains, `now`
 * for an instant, or `today` for a date: the day in New York. A boolean whose default is false is a flag
 * without a value. A required parameter gives an example at the end of its meaning: `series of FRED, such as
 * CPIAUCNS`.
 */
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {packageFolder, type StatementName} from '../db/statement.js'
import {NeedsPerson} from '../errors.js'
import {instantTextFrom, isDay} from '../instant.js'
import {formatNumber} from '../text.js'
import {dayIn} from '../time.js'
import {marketHours} from './market-hours.js'

const types = ['text', 'integer', 'number', 'date', 'instant', 'boolean', 'unit'] as const

export interface QueryParameter {
  name: string
  type: (typeof types)[number]
  /** The allowed values. */
  words?: readonly string[] | undefined
  /** The thing that a number counts: rows, hours. */
  counts?: string | undefined
  /** Undefined if the parameter is required. */
  default: string | undefined
  summary: string
}

interface QueryFacts {
  name: string
  summary: string
  /** In the order of $1, $2, ... */
  parameters: readonly QueryParameter[]
}

/** A query whose rows are those of a statement. */
export interface StatementQuery extends QueryFacts {
  statement: StatementName
}

/** A query whose rows are computed from its parameters, without a database. */
export interface ComputedQuery extends QueryFacts {
  columns: readonly string[]
  rows(parameters: readonly (string | null)[]): Iterable<object>
}

export type NamedQuery = StatementQuery | ComputedQuery

const computedQueries: readonly ComputedQuery[] = [
  {
    name: 'market-hours',
    summary: 'the sessions of the stock exchanges in New York, day by day, with holidays and early closes.',
    parameters: [
      {name: 'since', type: 'date', default: 'today', summary: 'the first day, in New York'},
      {name: 'days', type: 'integer', counts: 'days', default: '14', summary: 'number of days'},
    ],
    columns: ['day', 'state', 'opens_at', 'closes_at', 'seoul', 'note'],
    rows: ([since, days]) => marketHours(String(since), Number(days)),
  },
]

const head = /^-- query ([a-z][a-z0-9-]*): (.+)$/
const parameterLine =
  /^-- \$(\d+) ([a-z][a-z0-9-]*) \((?:([\w-]+(?:\|[\w-]+)+)|(\w+)(?: (\w+))?), ([^)]*)\): (.+)$/

/** Every named query, by name. */
export function namedQueries(): NamedQuery[] {
  return [...statementQueries(), ...computedQueries].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The named queries that are statements. */
export function statementQueries(folder = join(packageFolder(), 'sql')): StatementQuery[] {
  return readdirSync(folder)
    .filter((file) => file.startsWith('select_') && file.endsWith('.sql'))
    .map((file) =>
      readNamedQuery(
        file.slice(0, -'.sql'.length) as StatementName,
        readFileSync(join(folder, file), 'utf8'),
      ),
    )
    .filter((query) => query !== undefined)
}

/** The query of this name. Throws an error for a query that does not exist. */
export function namedQuery(name: string): NamedQuery {
  const query = namedQueries().find((one) => one.name === name)
  if (query === undefined) throw new Error(`there is no query "${name}"`)
  return query
}

/** The query that the text declares; undefined if it declares none. Throws for a malformed declaration. */
export function readNamedQuery(statement: StatementName, text: string): StatementQuery | undefined {
  const [first = '', ...lines] = text.split('\n')
  const [, name, summary] = head.exec(first) ?? []
  if (name === undefined || summary === undefined) return undefined
  const parameters: QueryParameter[] = []
  for (const line of lines) {
    if (!line.startsWith('--')) break
    if (/^-- optional: /.test(line)) continue
    const [, position, parameter, words, type = 'text', counts, byDefault, meaning] =
      parameterLine.exec(line) ?? []
    if (
      parameter === undefined ||
      meaning === undefined ||
      Number(position) !== parameters.length + 1 ||
      !isType(type)
    )
      throw new Error(
        `sql/${statement}.sql: "${line}" is not of the form "-- $1 name (type, default): meaning"`,
      )
    parameters.push({
      name: parameter,
      type,
      words: words?.split('|'),
      counts,
      default: byDefault === 'required' ? undefined : byDefault,
      summary: meaning,
    })
  }
  return {name, statement, summary, parameters}
}

function isType(text: string | undefined): text is (typeof types)[number] {
  return types.some((type) => type === text)
}

/** The form of the values whose whole check is their form. */
const forms: Partial<Record<(typeof types)[number], RegExp>> = {
  integer: /^[+-]?\d+$/,
  number: /^[+-]?(\d+(\.\d*)?|\.\d+)$/,
  date: /^\d{4}-\d\d-\d\d$/,
  boolean: /^(true|false)$/,
}

/** The words that stand for a value in usage and help. */
const placeholders: Record<(typeof types)[number], string> = {
  text: 'TEXT',
  integer: 'N',
  number: 'N',
  date: 'DATE',
  instant: 'INSTANT',
  boolean: 'true|false',
  unit: 'JOB',
}

/** Most that an integer of a statement can be. */
const mostInteger = 2_147_483_647

/** True for a flag without a value. */
export function isSwitch({type, default: byDefault}: QueryParameter): boolean {
  return type === 'boolean' && byDefault === 'false'
}

/** The words for the value of a parameter: `N`, `DATE`, or `KRW|BTC` with the default first. */
export function placeholder({type, words, default: byDefault}: QueryParameter): string {
  return words ? [...new Set([byDefault ?? words[0], ...words])].join('|') : placeholders[type]
}

/** A parameter as it is typed: `--since DATE`, and `[--limit N]` if it is optional. */
export function parameterUsage(parameter: QueryParameter): string {
  const typed = isSwitch(parameter) ? `--${parameter.name}` : `--${parameter.name} ${placeholder(parameter)}`
  return parameter.default === undefined ? typed : `[${typed}]`
}

/** The meaning of a parameter with its unit and its default: `maximum number of rows [default: 1000]`. */
export function parameterHelp(parameter: QueryParameter): string {
  const {type, counts, summary, default: byDefault} = parameter
  const unit = counts === undefined || counts === 'rows' ? '' : ` ${counts}`
  const meaning = type === 'instant' ? `${summary} (2026-05-18T07:00Z, or 24h for that long ago)` : summary
  if (byDefault === undefined) return `(required) ${meaning}${unit === '' ? '' : `, in${unit}`}`
  return byDefault === 'null' || isSwitch(parameter) ? meaning : `${meaning} [default: ${byDefault}${unit}]`
}

/** The required parameters with the values of their examples. */
export function exampleOf({parameters}: NamedQuery): string {
  return parameters
    .filter((one) => one.default === undefined)
    .map(({name, summary}) => ` --${name} ${/such as (\S+)$/.exec(summary)?.[1] ?? 'VALUE'}`)
    .join('')
}

/**
 * The values of $1, $2, ... in order. `now` is the time of the run's clock. `jobs` are the names that a
 * parameter of type `unit` accepts beside its default. Throws NeedsPerson for a missing or invalid value.
 */
export function parametersOf(
  query: NamedQuery,
  given: Readonly<Record<string, unknown>>,
  now: Date,
  jobs: readonly string[] = [],
): (string | null)[] {
  return query.parameters.map((parameter) => {
    const {name, summary} = parameter
    const value = given[name] === true ? 'true' : (given[name] ?? defaultOf(parameter, now))
    if (typeof value !== 'string')
      throw new NeedsPerson(`the query ${query.name} needs --${name}`, {nextStep: `--${name}: ${summary}`})
    if (given[name] === undefined) return value === 'null' ? null : value
    return accepted(parameter, value, now, jobs)
  })
}

function defaultOf({type, default: byDefault}: QueryParameter, now: Date): string | undefined {
  if (type === 'instant' && byDefault === 'now') return now.toISOString()
  return type === 'date' && byDefault === 'today' ? dayIn('America/New_York', now) : byDefault
}

/**
 * The value for the statement; a word gets its declared spelling. Throws NeedsPerson for an invalid value.
 */
function accepted(
  {name, type, words, counts, default: byDefault, summary}: QueryParameter,
  value: string,
  now: Date,
  jobs: readonly string[],
): string {
  const known = words ?? (type === 'unit' ? [byDefault ?? '', ...jobs] : undefined)
  const word = known?.find((one) => one.toLowerCase() === value.toLowerCase())
  if (word !== undefined) return word
  if (known)
    throw new NeedsPerson(`--${name} is "${value}", which is not a known ${name}`, {
      nextStep: `--${name}: ${summary}: ${known.join(', ')}`,
    })
  if (type === 'instant') return instantTextFrom(value, now, name)
  const problem = problemOf(type, counts, value)
  if (problem !== undefined)
    throw new NeedsPerson(`--${name} is "${value}"${problem}`, {nextStep: `--${name}: ${summary}`})
  return value
}

function problemOf(
  type: QueryParameter['type'],
  counts: string | undefined,
  value: string,
): string | undefined {
  if (forms[type]?.test(value) === false) return `, which is not ${article(type)} ${type}`
  if (type === 'date' && !isDay(value)) return ', which is not a day of the calendar'
  if (counts !== undefined && Number(value) < 0) return `; a number of ${counts} is not negative`
  if (type === 'integer' && Math.abs(Number(value)) > mostInteger)
    return `, which is too large; it can be at most ${formatNumber(mostInteger)}`
  return undefined
}

function article(noun: string): string {
  return /^[aeio]/.test(noun) ? 'an' : 'a'
}
