/** The highest rate that one writer reaches with insert_trades.sql, without socket, Kafka and Redis. */
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import pg from 'pg'
import {root} from '../test/paths.js'
import {
  randomFrameId,
  randomTrade,
  rowsPerTransaction,
  symbols,
  TradeArrays,
  tradesPerFrame,
} from './stream-trades.js'

/** Trades of one millisecond, as at 60,000 a second. */
const tradesPerMs = 60

/** Rows a second, one transaction after another. */
export async function insertRate(url: string, seconds: number): Promise<number> {
  const text = readFileSync(join(root, 'bench', 'insert_trades.sql'), 'utf8')
  const client = new pg.Client(url)
  await client.connect()
  const beganMs = Date.now()
  let rows = 0
  const prepare = () => {
    const arrays = new TradeArrays()
    for (const end = rows + rowsPerTransaction; rows < end; rows += tradesPerFrame) {
      const ms = beganMs + Math.floor(rows / tradesPerMs)
      const trades = Array.from({length: tradesPerFrame}, (_, place) =>
        randomTrade(symbols[(rows + place) % symbols.length]!, ms),
      )
      arrays.add(randomFrameId(), trades)
    }
    return arrays.parameters()
  }
  try {
    const startedAt = performance.now()
    while (performance.now() - startedAt < seconds * 1000)
      await client.query({name: 'insert', text, values: prepare()})
    return (rows / (performance.now() - startedAt)) * 1000
  } finally {
    await client.end()
  }
}
