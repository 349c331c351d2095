/**
 * Reads the named queries. A file `sql/select_*.sql` is one if it begins with `-- query NAME: purpose`. One
 * line per parameter follows: `-- $1 name (type, default): meaning`. A last line `-- optional: TABLE, TABLE`
 * names tables that the query can do without.
 *
 * A type may list the allowed words (`KRW|BTC`), or name the thing that a number counts (`integer rows`),
 * which then is not negative. A default may be `required`, `now` for an instant, or `today` for a date: the
 * day in New York. A boolean whose default is false is a flag without a value.
 */
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {packageFolder, type StatementName} from '../db/statement.js'
import {NeedsPerson} from '../errors.js'
import {dayIn} from '../time.js'

const types = ['text', 'integer', 'number', 'date', 'instant', 'boolean', 'unit'] as const

export interface QueryParameter {
  name: string
  type: (typeof types)[number]
  /** The allowed values. */
  words: readonly string[] | undefined
  /** The thing that a number counts: rows, hours. */
  counts: string | undefined
  /** Undefined if the parameter is required. */
  default: string | undefined
  summary: string
}

export interface NamedQuery {
  name: string
  statement: StatementName
  summary: string
  /** In the order of $1, $2, ... */
  parameters: QueryParameter[]
}

const head = /^-- query ([a-z][a-z0-9-]*): (.+)$/
const parameterLine =
  /^-- \$(\d+) ([a-z][a-z0-9-]*) \((?:([\w-]+(?:\|[\w-]+)+)|(\w+)(?: (\w+))?), ([^)]*)\): (.+)$/

/** Every named query, by name. */
export function namedQueries(folder = join(packageFolder(), 'sql')): NamedQuery[] {
  return readdirSync(folder)
    .filter((file) => file.startsWith('select_') && file.endsWith('.sql'))
    .map((file) =>
      readNamedQuery(
        file.slice(0, -'.sql'.length) as StatementName,
        readFileSync(join(folder, file), 'utf8'),
      ),
    )
    .filter((query) => query !== undefined)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The query of this name. Throws an error for a query that does not exist. */
export function namedQuery(name: string): NamedQuery {
  const query = namedQueries().find((one) => one.name === name)
  if (query === undefined) throw new Error(`there is no query "${name}"`)
  return query
}

/** The query that the text declares; undefined if it declares none. Throws for a malformed declaration. */
export function readNamedQuery(statement: StatementName, text: string): NamedQuery | undefined {
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

const forms: Record<(typeof types)[number], RegExp> = {
  text: /^/,
  integer: /^[+-]?\d{1,18}$/,
  number: /^[+-]?(\d+(\.\d*)?|\.\d+)$/,
  date: /^\d{4}-\d\d-\d\d$/,
  instant: /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/,
  boolean: /^(true|false)$/,
  unit: /^/,
}

/**
 * The form of a parameter in short: `--limit 20 rows`, `--since DATE`, or `--quote KRW|BTC` with the
 * default first.
 */
export function parameterType({name, type, words, counts, default: byDefault}: QueryParameter): string {
  if (type === 'boolean' && byDefault === 'false') return `--${name}`
  if (words) return `--${name} ${[...new Set([byDefault ?? words[0], ...words])].join('|')}`
  const value = byDefault === undefined || byDefault === 'null' ? type.toUpperCase() : byDefault
  return `--${name} ${value}${counts === undefined ? '' : ` ${counts}`}`
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
    return accepted(parameter, value, jobs)
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
  jobs: readonly string[],
): string {
  const known = words ?? (type === 'unit' ? [byDefault ?? '', ...jobs] : undefined)
  const word = known?.find((one) => one.toLowerCase() === value.toLowerCase())
  if (word !== undefined) return word
  if (known)
    throw new NeedsPerson(`--${name} is "${value}", which is not a known ${name}`, {
      nextStep: `--${name}: ${summary}: ${known.join(', ')}`,
    })
  const help = {nextStep: `--${name}: ${summary}`}
  if (!forms[type].test(value))
    throw new NeedsPerson(`--${name} is "${value}", which is not ${article(type)} ${type}`, help)
  if (counts !== undefined && Number(value) < 0)
    throw new NeedsPerson(`--${name} is "${value}"; a number of ${counts} is not negative`, help)
  return value
}

function article(noun: string): string {
  return /^[aeio]/.test(noun) ? 'an' : 'a'
}
