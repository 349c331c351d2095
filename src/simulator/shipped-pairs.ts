/** The coins that Bithumb trades, as the mapper `bithumb-coingecko` ships them. */
import {existsSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parse} from 'csv-parse/sync'
import {NeedsPerson} from '../lib/errors.js'

/** One line of the shipped list: a symbol of Bithumb and its coin at CoinGecko. */
export interface ShippedPair {
  symbol: string
  coingecko_id: string
  korean_name: string
}

const pairsFile = 'bithumb-coingecko-pairs.csv'

/** Reads the shipped pairs from src/ of this installation. Throws NeedsPerson if the file is missing. */
export function shippedPairs(): ShippedPair[] {
  const here = dirname(fileURLToPath(import.meta.url))
  const candidates: string[] = []
  for (let folder = here; folder !== dirname(folder); folder = dirname(folder))
    candidates.push(join(folder, 'src', 'lib', 'mappers', pairsFile))
  const file = candidates.find((path) => existsSync(path))
  if (file === undefined)
    throw new NeedsPerson(`the list ${pairsFile} is missing from this installation`, {
      nextStep: 'Install fin again, or build it with: npm run build',
    })
  return parse<ShippedPair>(readFileSync(file), {columns: true, skip_empty_lines: true})
}
