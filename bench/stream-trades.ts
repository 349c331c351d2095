/** Trades of the stream benchmark, and how its writers pass them to PostgreSQL. */
import {randomBytes} from 'node:crypto'

/** A trade as Finnhub sends it: symbol, price, epoch milliseconds, size, condition codes. */
export interface Trade {
  s: string
  p: number
  t: number
  v: number
  c: string[] | null
}

export const tradesPerFrame = 10
export const rowsPerTransaction = 2000

export const symbols = [
  'AAPL MSFT NVDA AMZN META GOOGL GOOG BRK.B LLY AVGO JPM TSLA UNH XOM V PG MA COST JNJ HD MRK NFLX BAC ABBV CRM',
  'CVX KO AMD PEP WMT ADBE TMO LIN ACN MCD CSCO ABT QCOM INTU GE DHR AMAT TXN VZ CMCSA PFE NOW IBM PM UNP',
].flatMap((line) => line.split(' '))

const conditions = [['1', '12'], ['1', '8'], ['1'], ['1', '8', '12'], null]

/** A random trade: a price of up to four decimals, and one size in three is an odd lot. */
export function randomTrade(symbol: string, ms: number): Trade {
  const pick = (most: number) => Math.floor(Math.random() * most)
  return {
    c: conditions[pick(conditions.length)]!,
    p: (1_000_000 + pick(3_000_000)) / 10_000,
    s: symbol,
    t: ms,
    v: pick(3) === 0 ? 1 + pick(99) : 100 * (1 + pick(20)),
  }
}

/** The identity of a frame: 16 characters, as long as the digest that fin gives. */
export const randomFrameId = () => randomBytes(12).toString('base64url')

/** Collects trades as the six array parameters of insert_trades.sql. The bench's texts need no escapes. */
export class TradeArrays {
  #names = ''
  #ids = ''
  #prices = ''
  #volumes = ''
  #times = ''
  #conditions = ''

  add(frameId: string, trades: readonly Trade[]): void {
    let place = 0
    for (const {s, p, t, v, c} of trades) {
      this.#names += `,"${s}"`
      this.#ids += `,"${frameId}.${place++}"`
      this.#prices += `,${p}`
      this.#volumes += `,${v}`
      this.#times += `,${t}`
      this.#conditions += c === null ? ',NULL' : `,"{${c.join(',')}}"`
    }
  }

  parameters(): string[] {
    return [this.#names, this.#ids, this.#prices, this.#volumes, this.#times, this.#conditions].map(
      (list) => `{${list.slice(1)}}`,
    )
  }
}
