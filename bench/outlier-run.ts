/** The labelled run: flags trades of the simulator whose planted prices are known, and compares. */
import {join} from 'node:path'
import {loadConfig} from '../src/lib/config.js'
import {sp500} from '../src/lib/feeds/sp500.js'
import {createStreamCounts} from '../src/lib/health/counts.js'
import {createRowFlags} from '../src/lib/run/trade-flags.js'
import {minuteMs} from '../src/lib/time.js'
import type {Planted} from '../src/simulator/planted.js'
import {createScenario} from '../src/simulator/scenario.js'
import {root} from '../test/paths.js'

export interface RunOptions {
  seeds: readonly number[]
  /** The first so many members of the index. */
  symbols: number
  minutes: number
  tradesPerSecond: number
  /** Fraction of trades with a wrong price. */
  outliers: number
}

/** A trade without a flag by its conditions: whether it is flagged, and the truth. */
export interface Judged extends Planted {
  isFlagged: boolean
  /** Its place among the regular trades since the newest jump, from 1; 0 without a jump. */
  sinceJump: number
}

export interface Score {
  /** Trades that are judged, and outliers among them. */
  trades: number
  outliers: number
  found: number
  /** Flagged trades that are right: in the first trades after a jump, and elsewhere. */
  afterJump: number
  elsewhere: number
  /** Jumps with a trade after them. */
  jumps: number
}

/** A Monday at noon in New York: the trades of the session have no code for other hours. */
const at = Date.UTC(2026, 10, 23, 17)
/** A false flag so many trades after a jump comes from it. */
const ofJump = 20

export async function* labelledTrades(options: RunOptions): AsyncGenerator<Judged> {
  // A file of the user would change which trades are judged.
  const config = loadConfig({FIN_CONFIG_DIR: join(root, 'dist', 'none')}, root)
  for (const seed of options.seeds) {
    const scenario = createScenario(seed, options.tradesPerSecond, options.outliers)
    const flagged = await createRowFlags(sp500, {config, counts: createStreamCounts()})
    for (const {symbol} of scenario.members(at).slice(0, options.symbols)) {
      let [jumpedMs, sinceJump] = [0, 0]
      for (const trade of scenario.trades(symbol, at, at + options.minutes * minuteMs)) {
        const {ms, price, conditions = null, planted} = trade
        const row = {symbol, price: String(price), timestamp_ms: String(ms), trade_conditions: conditions}
        const flag = flagged([row])[0]!['flag']
        if (flag === 'conditions') continue
        const newestMs = planted!.jump && planted!.jump.ms > at ? planted!.jump.ms : 0
        sinceJump = newestMs === 0 ? 0 : newestMs === jumpedMs ? sinceJump + 1 : 1
        jumpedMs = newestMs
        yield {...planted!, isFlagged: flag === 'outlier', sinceJump}
      }
    }
  }
}

export function scoreOf(judged: readonly Judged[]): Score {
  const wrong = judged.filter(({error}) => error !== 0)
  const falsely = judged.filter(({isFlagged, error}) => isFlagged && error === 0)
  const isAfterJump = ({sinceJump}: Judged) => sinceJump > 0 && sinceJump <= ofJump
  const afterJump = falsely.filter(isAfterJump).length
  return {
    trades: judged.length,
    outliers: wrong.length,
    found: wrong.filter(({isFlagged}) => isFlagged).length,
    afterJump,
    elsewhere: falsely.length - afterJump,
    jumps: judged.filter(({sinceJump}) => sinceJump === 1).length,
  }
}

/** The fraction of flagged trades that are outliers. */
export function precision({found, afterJump, elsewhere}: Score): number {
  return found / (found + afterJump + elsewhere)
}

/** The fraction of outliers that are flagged. */
export function recall({found, outliers}: Score): number {
  return found / outliers
}
