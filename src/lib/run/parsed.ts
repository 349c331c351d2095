/** Turns the answers of one target into rows by table and rejected items. */
import type {AnyCollector, AnyTarget, From, Parsed, Rejected, Source} from '../define.js'
import {recordIt, UnexpectedBody} from '../errors.js'
import {isRejected} from '../parse.js'

export interface Shaped {
  /** Rows by table, in the order of the collector's tables. */
  rows: Map<string, object[]>
  /** Items that the parse function could not turn into a row. */
  rejected: Rejected[]
}

/** Machinery that handles any source takes this. */
export type AnySource = Source<never, unknown, AnyTarget, unknown>

/**
 * Runs `parse` over every page. Throws what `parse` throws; its UnexpectedBody then names provider and
 * target, which `parse` need not know.
 */
export function parseAll(
  collector: AnyCollector,
  source: AnySource,
  pages: readonly Page[],
  from: From<AnyTarget>,
): Shaped {
  const yielded = pages.map((page) => parsePage(source, page, from))
  return shape(collector.tables, yielded)
}

/** An answer as `parse` gets it, and as it is kept when it cannot be parsed. */
export interface Page {
  body: unknown
  text: string
}

function parsePage(source: AnySource, {body, text}: Page, from: From<AnyTarget>): object[] {
  try {
    return [...(source.parse(body, from) as Iterable<Parsed<never>>)]
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

/** Rows by table, apart from what was rejected. A row without a table's name is one of the main table. */
export function shape(tables: readonly string[], yielded: Iterable<Iterable<object>>): Shaped {
  const main = tables[0] ?? ''
  const rows = new Map<string, object[]>(tables.map((table) => [table, []]))
  const rejected: Rejected[] = []
  for (const some of yielded) {
    for (const one of some) {
      if (isRejected(one)) rejected.push(one)
      else if (isTagged(one, rows)) rows.get(one.table)?.push(one.row)
      else rows.get(main)?.push(one)
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
