/** Turns the answers of one target into rows by table and rejected items. */
import type {AnyCollector, AnyTarget, From, Parsed, Rejected, Source} from '../define.js'
import {recordIt, UnexpectedBody} from '../errors.js'
import {markLacking} from '../rowkeys.js'
import {isRejected, readingFields, type FieldsRead} from '../parse.js'

export interface Shaped {
  /** Rows by table, in the order of the collector's tables. */
  rows: Map<string, object[]>
  /** Items that the parse function could not turn into a row. */
  rejected: Rejected[]
  /** The descriptive fields that were read; absent for the rows of a mapper. */
  fields?: FieldsRead
}

/** The type of a source for code that handles all of them. */
export type AnySource = Source<never, unknown, AnyTarget, unknown>

/** An answer: `body` is the input of `parse`; `text` is stored if it cannot be parsed. */
export interface AnswerPage {
  body: unknown
  text: string
}

/**
 * The rows and rejected items of one page. Throws the errors of `parse`. Adds provider and target to an
 * UnexpectedBody, because `parse` does not know them.
 */
export function parsePage(
  collector: AnyCollector,
  source: AnySource,
  {body, text}: AnswerPage,
  from: From<AnyTarget>,
): Shaped {
  try {
    const {result, fields} = readingFields(() => [...(source.parse(body, from) as Iterable<Parsed<never>>)])
    const shaped = shape(collector.tables, [result])
    // Where no item lacks a field, an undefined column is a fault of `parse`, and the table rejects the row.
    if (fields.missing.size > 0) for (const rows of shaped.rows.values()) rows.forEach(markLacking)
    return {...shaped, fields}
  } catch (error) {
    if (!(error instanceof UnexpectedBody) || error.provider !== undefined) throw error
    const {
      provider: {name: provider},
    } = source
    const target = from.target?.target
    throw new UnexpectedBody(`${provider}${target === undefined ? '' : ` (${target})`}: ${error.message}`, {
      provider,
      target,
      body: error.body ?? text,
      cause: error,
      nextStep: error.nextStep ?? recordIt,
    })
  }
}

/**
 * Separates rows by table from rejected items. A row without the name of a table is for the primary table.
 */
export function shape(tables: readonly string[], yielded: Iterable<Iterable<object>>): Shaped {
  const primary = tables[0] ?? ''
  const rows = new Map<string, object[]>(tables.map((table) => [table, []]))
  const rejected: Rejected[] = []
  for (const some of yielded) {
    for (const one of some) {
      if (isRejected(one)) rejected.push(one)
      else if (isTagged(one, rows)) rows.get(one.table)?.push(one.row)
      else rows.get(primary)?.push(one)
    }
  }
  return {rows, rejected}
}

function isTagged(
  parsed: object,
  rows: ReadonlyMap<string, unknown>,
): parsed is {table: string; row: object} {
  return 'table' in parsed && 'row' in parsed && typeof parsed.table === 'string' && rows.has(parsed.table)
}
