/** Trades of Finnhub's socket: the frames that carry them, the messages that ask for them, and refusals. */
import {code, companySymbol} from '../../codes.js'
import type {FrameOrigin} from '../../define-feed.js'
import type {Refusal, Rejected} from '../../define.js'
import {count, decimal, describe, each, instant, isItem, list, must} from '../../parse.js'

/** The columns that a trade has in every table. */
export interface Trade {
  symbol: string
  trade_id: string
  price: string
  volume: string | null
  timestamp_ms: string
  traded_at: string
  trade_conditions: string[] | null
  /** Null: the stream that stores or prints the trade flags it. */
  flag: null
}

/** Shares ("BRK.B", "OPFI+", "CELG^") and pairs of an exchange ("BINANCE:BTCUSDT"); a number is no symbol. */
const symbolAlphabet = /^(?=[^A-Za-z]{0,40}[A-Za-z])[A-Za-z0-9.:^+=*/_-]{1,40}$/

/**
 * The trades of one frame, with the place in the frame as the end of their identity, because two trades may
 * be equal in every field. A frame holds several trades, not in the order of time:
 * `{"type":"trade","data":[{"s":"AAPL","p":164.06,"t":1680286538064,"v":142,"c":["1","8"]}]}`.
 * A ping has none. Throws for a frame of another type.
 */
export function* trades(frame: unknown, {id}: Pick<FrameOrigin, 'id'>): Generator<Trade | Rejected> {
  const type = must(frame, 'type')
  if (type === 'ping') return
  if (type !== 'trade') throw new Error(`it is not a trade: type ${describe(type)}`)
  yield* each(list(frame, 's', 'data'), (item, place): Trade => {
    const atMs = count(must(item, 't'))
    const price = decimal(must(item, 'p'))
    if (atMs === null) throw new Error('field "t" is empty')
    if (price === null) throw new Error('field "p" is empty')
    const {v: volume = null, c: codes} = item as {v?: unknown; c?: unknown}
    return {
      symbol: symbolOf(item),
      trade_id: `${id}.${place}`,
      price,
      volume: decimal(volume),
      timestamp_ms: String(atMs),
      traded_at: instant(atMs),
      trade_conditions: conditions(codes),
      flag: null,
    }
  })
}

/** Symbols by their spelling at the provider, because each comes very often. */
const knownSymbols = new Map<unknown, string>()
const mostKnown = 10_000

function symbolOf(item: unknown): string {
  const sent = must(item, 's')
  const known = knownSymbols.get(sent)
  if (known !== undefined) return known
  const symbol = companySymbol(code(item, 's', symbolAlphabet))
  if (knownSymbols.size < mostKnown) knownSymbols.set(sent, symbol)
  return symbol
}

/** True for a frame with trades. A ping comes about once a minute, also while no trade does. */
export function hasTrades(frame: unknown): boolean {
  return isItem(frame) && frame['type'] === 'trade'
}

/** One message for each symbol that is new, and for each that is not wanted any more. Nothing is answered. */
export function subscriptions(wanted: readonly string[], subscribed: readonly string[]): object[] {
  const [now, before] = [new Set(wanted), new Set(subscribed)]
  // A place that is given up first is free for a new symbol.
  return [
    ...subscribed.filter((symbol) => !now.has(symbol)).map((symbol) => ({type: 'unsubscribe', symbol})),
    ...wanted.filter((symbol) => !before.has(symbol)).map((symbol) => ({type: 'subscribe', symbol})),
  ]
}

/** `{"type":"error","msg":"..."}`. It does not name the symbol that it is about. */
export function refusedFrame(
  frame: unknown,
): (Pick<Refusal, 'why'> & {next: 'stop' | 'wait' | 'skip'}) | undefined {
  if (!isItem(frame) || frame['type'] !== 'error') return undefined
  const why = typeof frame['msg'] === 'string' ? frame['msg'] : 'an error without a text'
  if (/too many symbols/i.test(why)) return {next: 'skip', why}
  if (/invalid api key|use an api key|access/i.test(why)) return {next: 'stop', why}
  return {next: 'wait', why}
}

/** Lists of condition codes by their JSON. Trades with the same codes share one list, which is frozen. */
const knownConditions = new Map<string, string[]>()
/** The longest JSON of a known list, in characters. */
const longestKnown = 100

/** The condition codes as the provider writes them; null where it states none. */
function conditions(value: unknown): string[] | null {
  if (value === undefined || value === null) return null
  if (!Array.isArray(value)) throw new Error(`field "c" is ${describe(value)}, not a list`)
  const json = JSON.stringify(value)
  const known = knownConditions.get(json)
  if (known) return known
  const other = value.find((one) => typeof one !== 'string') as unknown
  if (other !== undefined) throw new Error(`field "c" holds ${describe(other)}`)
  const codes = value as string[]
  Object.freeze(codes)
  if (json.length <= longestKnown && knownConditions.size < mostKnown) knownConditions.set(json, codes)
  return codes
}
