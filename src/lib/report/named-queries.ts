/**
 * Statements meant for people. A file `sql/select_*.sql` is one when it begins with `-- query NAME: what it
 * is for`, followed by one line per parameter: `-- $1 name (type, default): what it means`. The type may be
 * the words that there are (`KRW|BTC`), or a number with what it counts (`integer rows`), which is then not
 * negative; the default may be `required`, or for an instant `now`. A boolean whose default is false is a
 * flag without a value.
 */
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {packageFolder, type StatementName} from '../db/statement.js'
import {NeedsPerson} from '../errors.js'

const types = ['text', 'integer', 'number', 'date', 'instant', 'boolean', 'unit'] as const

export interface QueryParameter {
  name: string
  type: (typeof types)[number]
  /** The only values there are. */
  words: readonly string[] | undefined
  /** What a number counts: rows, hours. */
  counts: string | undefined
  /** Undefined: it must be given. */
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

/**
 * The query that the text declares; undefined when it declares none. Throws for a declaration that is not of
 * the form above.
 */
export function readNamedQuery(statement: StatementName, text: string): NamedQuery | undefined {
  const [first = '', ...lines] = text.split('\n')
  const [, name, summary] = head.exec(first) ?? []
  if (name === undefined || summary === undefined) return undefined
  const parameters: QueryParameter[] = []
  for (const line of lines) {
    if (!line.startsWith('--')) break
    const [, place, parameter, words, type = 'text', counts, standard, meaning] =
      parameterLine.exec(line) ?? []
    if (
      parameter === undefined ||
      meaning === undefined ||
      Number(place) !== parameters.length + 1 ||
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
      default: standard === 'required' ? undefined : standard,
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
 * What a parameter takes, in short: `--limit 20 rows`, `--quote KRW|BTC` with the default first, `--since
 * DATE`.
 */
export function takes({name, type, words, counts, default: standard}: QueryParameter): string {
  if (type === 'boolean' && standard === 'false') return `--${name}`
  if (words) return `--${name} ${[...new Set([standard ?? words[0], ...words])].join('|')}`
  const value = standard === undefined || standard === 'null' ? type.toUpperCase() : standard
  return `--${name} ${value}${counts === undefined ? '' : ` ${counts}`}`
}

/**
 * The values of $1, $2, ... in order; `now` is that of the run's clock, `units` are the names that a
 * parameter of that type may have beside its default. Throws NeedsPerson for a missing one and for one that
 * means nothing.
 */
export function parametersOf(
  query: NamedQuery,
  given: Readonly<Record<string, unknown>>,
  now: Date,
  units: readonly string[] = [],
): (string | null)[] {
  return query.parameters.map((parameter) => {
    const {name, type, default: standard, summary} = parameter
    const value =
      given[name] === true
        ? 'true'
        : (given[name] ?? (type === 'instant' && standard === 'now' ? now.toISOString() : standard))
    if (typeof value !== 'string')
      throw new NeedsPerson(`the query ${query.name} needs --${name}`, {nextStep: `--${name}: ${summary}`})
    if (given[name] === undefined) return value === 'null' ? null : value
    return accepted(parameter, value, units)
  })
}

/** The value as the statement gets it: a word in the spelling that is declared. */
function accepted(
  {name, type, words, counts, default: standard, summary}: QueryParameter,
  value: string,
  units: readonly string[],
): string {
  const known = words ?? (type === 'unit' ? [standard ?? '', ...units] : undefined)
  const word = known?.find((one) => one.toLowerCase() === value.toLowerCase())
  if (word !== undefined) return word
  if (known)
    throw new NeedsPerson(`--${name} is "${value}", which is no ${name} that there is`, {
      nextStep: `--${name}: ${summary}: ${known.join(', ')}`,
    })
  const facts = {nextStep: `--${name}: ${summary}`}
  if (!forms[type].test(value)) throw new NeedsPerson(`--${name} is "${value}", which is no ${type}`, facts)
  if (counts !== undefined && Number(value) < 0)
    throw new NeedsPerson(`--${name} is "${value}", and there is no negative number of ${counts}`, facts)
  return value
}
