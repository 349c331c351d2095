import {defineCollector, type Parsed} from '../define.js'
import {daily} from '../define-schedule.js'
import {messageOf, UnexpectedBody} from '../errors.js'
import {code, companySymbol} from '../codes.js'
import {decimal, describe, described, each, filled, integer, isItem, must, positive, text} from '../parse.js'
import {alphaVantage, query} from '../providers/alpha-vantage.js'
import {symbols} from '../providers/alpha-vantage/symbols.js'
import {stampedTime} from '../providers/alpha-vantage/text.js'

type Row = Extract<Parsed<'top_gainers'>, {category: unknown}>
type Item = Readonly<Record<string, unknown>>

const categories = ['top_gainers', 'top_losers', 'most_actively_traded'] as const

/**
 * Gainers, losers and most active symbols of the last US session. The timestamp of the provider identifies a
 * batch. While it does not change, as over a weekend, nothing is written and no notification is sent.
 */
export const topGainers = defineCollector({
  name: 'top-gainers',
  summary: 'collect the top gainers, losers and most active symbols of the US market',
  // the timestamp is 16:16 in New York, which is 20:16 or 21:16 UTC
  schedule: [daily('22:15', 'UTC')],
  claim: {
    rank: 20,
    requests: 1,
    everyDays: 1,
    atLeastEveryDays: 1,
    rationale: 'sixty movers for one request; a missed day cannot be collected later',
  },
  snapshot: true,
  tables: ['top_gainers'],
  key: ['batch_id', 'category', 'symbol'],
  sources: {
    'alpha-vantage': {
      provider: alphaVantage,
      request: () => query('TOP_GAINERS_LOSERS'),
      parse: (body: unknown) => each(movers(body), mover),
    },
  },
})

/**
 * The items of all three lists. Each gets its category, rank and timestamp, so that a rejected item can be
 * parsed alone.
 */
function movers(body: unknown): Item[] {
  if (!isItem(body)) throw new UnexpectedBody(`expected the movers of a session, got ${describe(body)}`)
  if ('category' in body && 'rank' in body && 'ticker' in body) return [body]
  const stamp = body['last_updated']
  return categories.flatMap((category) => {
    const items = body[category]
    if (!Array.isArray(items) || typeof stamp !== 'string')
      throw new UnexpectedBody(`expected "last_updated" and the list "${category}", got ${describe(body)}`)
    return onlyFirst(items).map((item, index) => ({
      category,
      rank: String(index + 1),
      last_updated: stamp,
      ...item,
    }))
  })
}

/** Removes repeated symbols; the first one keeps its rank. */
function onlyFirst(items: readonly unknown[]): Item[] {
  const tickers = new Set<unknown>()
  return items
    .map((item) => (isItem(item) ? item : {item}))
    .filter(({ticker}) => ticker === undefined || (!tickers.has(ticker) && tickers.add(ticker)))
}

function mover(item: Item): Row {
  const lastUpdated = stampOf(item)
  return {
    // the timestamp as digits, in UTC: an equal answer has the same number, a later one a larger number
    batch_id: lastUpdated.slice(0, 19).replaceAll(/\D/g, ''),
    category: filled(item, 'category'),
    symbol: companySymbol(code(item, 'ticker', symbols)),
    rank_position: Number(must(item, 'rank')),
    price: described(item, 'price', positive),
    change_amount: described(item, 'change_amount', decimal),
    change_percentage: described(item, 'change_percentage', decimal),
    volume: described(item, 'volume', integer),
    last_updated: lastUpdated,
  }
}

/**
 * The timestamp of the answer. Throws UnexpectedBody if it cannot be read, because then no item has a batch.
 */
function stampOf(item: Item): string {
  try {
    return stampedTime(text(item, 'last_updated'))
  } catch (error) {
    throw new UnexpectedBody(`last_updated: ${messageOf(error)}`)
  }
}
