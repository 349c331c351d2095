/** Explains why a named query has no rows, if its parameters are the reason. */
import type {Database} from '../db/database.js'

type Explain = (database: Database, parameters: readonly (string | null)[]) => Promise<string | undefined>

/** The explanations by the name of the query. */
const explanations: Readonly<Record<string, Explain>> = {'series-as-of': seriesMissing}

/** The reason for a result without rows. Undefined if none is known, or if the tables are empty. */
export async function reasonForNoRows(
  database: Database,
  query: string,
  parameters: readonly (string | null)[],
): Promise<string | undefined> {
  return explanations[query]?.(database, parameters)
}

async function seriesMissing(
  database: Database,
  [series, at]: readonly (string | null)[],
): Promise<string | undefined> {
  const stored = await database.query<{series_id: string; known_from: string}>('select_macro_series')
  if (stored.length === 0) return undefined
  const found = stored.find(({series_id: id}) => id === series?.toUpperCase())
  if (found === undefined)
    return `there is no series "${series}"; stored: ${stored.map(({series_id: id}) => id).join(', ')}`
  if (Date.parse(at ?? '') >= Date.parse(found.known_from)) return undefined
  return `no value of ${found.series_id} is known from before ${found.known_from}; fin ingest macro-vintages collects earlier ones`
}
