/**
 * Statements meant for people. A file `sql/select_*.sql` is one when it begins with `-- query NAME: what it is for`,
 * followed by one line per parameter: `-- $1 name (type, default): what it means`, where the default may be `required`, or
 * for an instant `now`. A boolean whose default is false is a flag without a value.
 */
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {packageFolder, type StatementName} from '../db/statement.js'
import {NeedsPerson} from '../errors.js'

const types = ['text', 'integer', 'number', 'date', 'instant', 'boolean'] as const

export interface QueryParameter {
  name: string
  type: typeof types[number]
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
const parameterLine = /^-- \$(\d+) ([a-z][a-z0-9-]*) \((\w+), ([^)]*)\): (.+)$/

/** Every named query, by name. */
export function namedQueries(folder = join(packageFolder(), 'sql')): NamedQuery[] {
  return readdirSync(folder)
    .filter((file) => file.startsWith('select_') && file.endsWith('.sql'))
    .map((file) => readNamedQuery(file.slice(0, -'.sql'.length) as StatementName, readFileSync(join(folder, file), 'utf8')))
    .filter((query) => query !== undefined)
    .sort((a, b) => a.name < b.name ? -1 : 1)
}

/** The query that the text declares; undefined when it declares none. Throws for a declaration that is not of the form above. */
export function readNamedQuery(statement: StatementName, text: string): NamedQuery | undefined {
  const [first = '', ...lines] = text.split('\n')
  const [, name, summary] = head.exec(first) ?? []
  if (name === undefined || summary === undefined) return undefined
  const parameters: QueryParameter[] = []
  for (const line of lines) {
    if (!line.startsWith('--')) break
    const [, place, parameter, type, standard, meaning] = parameterLine.exec(line) ?? []
    if (parameter === undefined || meaning === undefined || Number(place) !== parameters.length + 1 || !isType(type))
      throw new Error(`sql/${statement}.sql: "${line}" is not of the form "-- $1 name (type, default): meaning"`)
    parameters.push({name: parameter, type, default: standard === 'required' ? undefined : standard, summary: meaning})
  }
  return {name, statement, summary, parameters}
}

function isType(text: string | undefined): text is typeof types[number] {
  return types.some((type) => type === text)
}

const accepted: Record<typeof types[number], RegExp> = {
  text: /^/,
  integer: /^[+-]?\d{1,18}$/,
  number: /^[+-]?(\d+(\.\d*)?|\.\d+)$/,
  date: /^\d{4}-\d\d-\d\d$/,
  instant: /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/,
  boolean: /^(true|false)$/,
}

/** The values of $1, $2, ... in order; `now` is that of the run's clock. Throws NeedsPerson for a missing or malformed one. */
export function parametersOf(query: NamedQuery, given: Readonly<Record<string, unknown>>, now: Date): (string | null)[] {
  return query.parameters.map(({name, type, default: standard, summary}) => {
    const value = given[name] === true ? 'true' : given[name] ?? (type === 'instant' && standard === 'now' ? now.toISOString() : standard)
    if (typeof value !== 'string') throw new NeedsPerson(`the query ${query.name} needs --${name}`, {nextStep: `--${name}: ${summary}`})
    if (value === 'null' && given[name] === undefined) return null
    if (!accepted[type].test(value)) throw new NeedsPerson(`--${name} is "${value}", which is no ${type}`, {nextStep: `--${name}: ${summary}`})
    return value
  })
}
