/**
 * Parses PostgreSQL's values without loss. The parsers of the driver lose data: instants lose their
 * microseconds, and a date becomes midnight in the host's zone. Numbers inside JSON and numeric arrays
 * become floats.
 */
import pg from 'pg'
import {BadJson, DeepJson, parseJson} from '../json.js'
import {array} from './array-text.js'

type Parser = (text: string) => unknown

/** More levels than any answer has, and few enough for `JSON.stringify`, which calls itself for each. */
const deepest = 1_000

/**
 * Parses JSON. A number that a float cannot hold exactly as written becomes text. JSON of more than 1,000
 * levels stays text.
 */
function storedJson(text: string): unknown {
  try {
    return parseJson(text, {isExact: (digits) => String(Number(digits)) === digits, deepest})
  } catch (error) {
    if (error instanceof BadJson) return new DeepJson(text)
    throw error
  }
}

/**
 * Turns `2026-05-18 07:00:00.5+00` into `2026-05-18T07:00:00.500Z`, the form of `toISOString` with
 * microseconds if there are any. `infinity` and years before 1 stay unchanged. The session's zone is UTC.
 */
function parseInstant(text: string): string {
  const found = /^(\d{4,6}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(\+00)?$/.exec(text)
  if (!found) return text
  const fraction = found[3] ?? ''
  return `${found[1]}T${found[2]}.${fraction.padEnd(fraction.length > 3 ? 6 : 3, '0')}${found[4] === undefined ? '' : 'Z'}`
}

const asText: Parser = (text) => text
const {JSON: json, JSONB: jsonb, TIMESTAMPTZ, TIMESTAMP, DATE, NUMERIC, INT8, INTERVAL} = pg.types.builtins

const parsers = new Map<number, Parser>([
  [json, storedJson],
  [jsonb, storedJson],
  [TIMESTAMPTZ, parseInstant],
  [TIMESTAMP, parseInstant],
  [DATE, asText],
  [NUMERIC, asText],
  [INT8, asText],
  [INTERVAL, asText],
  // the array types of int8, numeric, date, timestamp, timestamptz, json, jsonb
  [1016, array(asText)],
  [1231, array(asText)],
  [1182, array(asText)],
  [1115, array(parseInstant)],
  [1185, array(parseInstant)],
  [199, array(storedJson)],
  [3807, array(storedJson)],
])

/** The parsers for `pg`: for clients, queries and cursors alike. */
export const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    const own = format === 'binary' ? undefined : parsers.get(oid)
    return own ?? pg.types.getTypeParser(oid, format as 'text')
  }) as typeof pg.types.getTypeParser,
}
