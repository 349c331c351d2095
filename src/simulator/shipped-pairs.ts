/** The coins that Bithumb trades, as the mapper `bithumb-coingecko` ships them. */
import {existsSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parse} from 'csv-parse/sync'
import {NeedsPerson} from '../lib/errors.js'

/** A coin that Bithumb trades, by the list of pairs that the mapper `bithumb-coingecko` ships. */
export interface Pair {
  symbol: string
  coingecko_id: string
  korean_name: string
}

const pairsFile = 'bithumb-coingecko-pairs.csv'

/** The shipped pairs. Built, the list lies beside the mapper; compiled for tests, it is still in src/. */
export function shippedPairs(): Pair[] {
  const here = dirname(fileURLToPath(import.meta.url))
  const candidates: string[] = []
  for (let folder = here; folder !== dirname(folder); folder = dirname(folder))
    candidates.push(join(folder, 'src', 'lib', 'mappers', pairsFile))
  const file = candidates.find((path) => existsSync(path))
  if (file === undefined)
    throw new NeedsPerson(`the list ${pairsFile} is missing from this installation`, {
      nextStep: 'Install fin again, or build it with: npm run build',
    })
  return parse<Pair>(readFileSync(file), {columns: true, skip_empty_lines: true})
}
