import {defineCollector, type AnyTarget, type From, type HttpRequest} from '../define.js'
import {UnexpectedBody} from '../errors.js'
import {hourly} from '../define-schedule.js'
import {code} from '../codes.js'
import {
  decimal,
  described,
  each,
  filled,
  flag,
  isItem,
  isoTime,
  list,
  must,
  positive,
  textOrNull,
} from '../parse.js'
import {
  coingecko,
  coinSymbols,
  coinTickers,
  exchangesList,
  ids,
  tickersPerPage,
} from '../providers/coingecko.js'

/** A coin, and the columns that the database joins to its quotes. */
interface Coin extends AnyTarget {
  exchange_ids?: string
  market_code?: string | null
  symbol?: string | null
  coin_name?: string | null
  korean_name?: string | null
  match_method?: string | null
  market_cap_rank?: number | null
  price_change_percentage_24h?: string | null
  bithumb_price_krw?: string | null
  bithumb_quoted_at?: string | null
  bithumb_change_pct?: string | null
}

/** The name of the target that is the provider's list of exchanges, not a coin. */
const exchanges = 'exchanges/list'
/**
 * The most pages of one coin. A stablecoin is in thousands of pairs; the pages beyond hold the smallest ones.
 */
const mostPages = 10

/**
 * Quotes of the coins that Bithumb trades, on Korean and on other exchanges. One answer has both sides of the
 * premium. It is a snapshot: a missed day cannot be collected later.
 */
export const coingeckoTickers = defineCollector({
  name: 'coingecko-tickers',
  summary: 'collect quotes of the coins of Bithumb on exchanges all over the world',
  schedule: [hourly(45)],
  claim: {
    rank: 40,
    requests: 385,
    everyDays: 1,
    atLeastEveryDays: 3,
    rationale:
      'the premium of Korean exchanges over the world, coin by coin: it changes by the hour and has no other source',
  },
  targets: 'select_coingecko_ticker_coins',
  dependsOn: ['fin map bithumb-coingecko'],
  lists: {
    exchanges: {
      shipped: 'collectors/coingecko-exchanges.csv',
      ownFile: 'coingecko-exchanges.csv',
      columns: ['exchange_id'],
      problem: wrongExchange,
    },
  },
  every: '20 hours',
  within: '3 days',
  snapshot: true,
  tables: ['coingecko_tickers_bithumb_matched'],
  key: ['coingecko_id', 'exchange_id', 'base', 'target', 'timestamp'],
  sources: {
    coingecko: {
      provider: coingecko,
      request: ({target, exchange_ids: ids}: Coin) =>
        target === exchanges ? exchangesList() : coinTickers(target, ids ?? ''),
      next: (body: unknown, request: HttpRequest) => {
        const page = Number(request.query?.['page'])
        return page < mostPages &&
          isItem(body) &&
          Array.isArray(body['tickers']) &&
          body['tickers'].length >= tickersPerPage
          ? {...request, query: {...request.query, page: page + 1}}
          : undefined
      },
      parse: (body: unknown, {target}: From<Coin>) =>
        target?.target === exchanges ? checkExchanges(body, target.exchange_ids ?? '') : quotes(body, target),
    },
  },
})

/** The problem with the ids of the list; undefined: none. `checkExchanges` checks that CoinGecko has them. */
function wrongExchange(rows: readonly Readonly<Record<string, string>>[]): string | undefined {
  const ids = rows.map(({exchange_id: id = ''}) => id)
  const wrong = ids.find((id) => !/^[a-z0-9][a-z0-9_.-]*$/.test(id))
  if (wrong !== undefined)
    return `"${wrong}" is not an exchange_id: write CoinGecko's own id in small letters, such as binance or bybit_spot`
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  return twice === undefined ? undefined : `the exchange_id "${twice}" is there twice`
}

/**
 * Yields no row. Throws UnexpectedBody if the provider's list lacks a configured exchange, because its quotes
 * would be missing without a message.
 */
function checkExchanges(body: unknown, configured: string): [] {
  const ids = new Set<string>()
  for (const item of list(body, 'id')) if (isItem(item) && typeof item['id'] === 'string') ids.add(item['id'])
  const gone = configured.split(',').filter((id) => id !== '' && !ids.has(id))
  if (gone.length > 0) {
    throw new UnexpectedBody(
      `its list of exchanges no longer names ${gone.join(', ')}: their quotes are missing from now on`,
      {
        nextStep:
          'Write the current ids into coingecko-exchanges.csv in the folder of settings (FIN_CONFIG_DIR), first line: exchange_id',
      },
    )
  }
  return []
}

function quotes(body: unknown, target: Coin | null) {
  const items = list(body, 'converted_last', 'tickers')
  // --target of a saved answer may be a market code
  const market = target !== null && /^[A-Z0-9]+-[^a-z]+$/.test(target.target) ? target.target : null
  const requested = market === null && target !== null ? target.target : subject(items)
  const nameOfPage = isItem(body) ? textOrNull(body['name']) : null
  return each(items, (item) => {
    const id = coinOf(item) ?? requested
    if (id === undefined)
      throw new UnexpectedBody('no quote names its coin', {
        nextStep: 'Name the coin of the answer: --target bitcoin',
      })
    // The answer for a quote currency also lists pairs of other coins. Such a quote is the price of the other
    // coin.
    const own = id === requested ? target : null
    const [quote, joined] = [quoted(item), joinedTo(own)]
    return {
      coingecko_id: id,
      ...quote,
      ...joined,
      market_code: own === null ? null : (joined.market_code ?? market),
      // longer ones are contract addresses
      symbol: joined.symbol ?? (quote.base.length <= 20 ? quote.base : null),
      coin_name: joined.coin_name ?? (id === requested ? nameOfPage : null),
    }
  })
}

/** The columns that come from the quote. Its parts, its instant and its price in USD identify it. */
function quoted(item: unknown) {
  const exchange = must(item, 'market')
  return {
    exchange_id: code(exchange, 'identifier', ids),
    base: code(item, 'base', coinSymbols).toUpperCase(),
    target: code(item, 'target', coinSymbols).toUpperCase(),
    timestamp: quotedAt(item),
    exchange_name: filled(exchange, 'name'),
    last_price: described(item, 'last', positive),
    volume_24h: described(item, 'volume', decimal),
    converted_last_usd: positive(must(must(item, 'converted_last'), 'usd')),
    converted_volume_usd: described(item, 'converted_volume', (amounts) => decimal(must(amounts, 'usd'))),
    trust_score: described(item, 'trust_score', textOrNull),
    bid_ask_spread_percentage: described(item, 'bid_ask_spread_percentage', decimal),
    last_traded_at: described(item, 'last_traded_at', isoTime),
    last_fetch_at: described(item, 'last_fetch_at', isoTime),
    is_anomaly: described(item, 'is_anomaly', flag),
    is_stale: described(item, 'is_stale', flag),
    trade_url: described(item, 'trade_url', textOrNull),
    coin_mcap_usd: isItem(item) ? positive(item['coin_mcap_usd'] ?? null) : null,
  }
}

/** The columns that the database joins to the quotes of a coin; nulls if the coin is not the target. */
function joinedTo(coin: Coin | null) {
  const known: Partial<Coin> = coin ?? {}
  return {
    market_code: known.market_code ?? null,
    symbol: known.symbol ?? null,
    coin_name: known.coin_name ?? null,
    korean_name: known.korean_name ?? null,
    match_method: known.match_method ?? null,
    market_cap_rank: known.market_cap_rank ?? null,
    bithumb_price_krw: known.bithumb_price_krw ?? null,
    bithumb_quoted_at: known.bithumb_quoted_at ?? null,
    bithumb_change_pct: known.bithumb_change_pct ?? null,
    price_change_percentage_24h: known.price_change_percentage_24h ?? null,
  }
}

/** The instant of a quote; if it has none, the instant of its trade or its fetch. */
function quotedAt(item: unknown): string {
  const at =
    isoTime(must(item, 'timestamp')) ??
    isoTime(must(item, 'last_traded_at')) ??
    isoTime(must(item, 'last_fetch_at'))
  if (at === null) throw new Error('a quote needs its instant')
  return at
}

/** The id of the coin; older answers do not have it. */
function coinOf(item: unknown): string | undefined {
  return isItem(item) && textOrNull(item['coin_id']) !== null ? code(item, 'coin_id', ids) : undefined
}

/** The coin of an answer: the one that is part of every pair. If both are, the base. */
function subject(items: readonly unknown[]): string | undefined {
  const [first] = items
  const other = isItem(first) ? textOrNull(first['target_coin_id']) : null
  const isPartOf = (id: string) => (item: unknown) =>
    isItem(item) && (item['coin_id'] === id || item['target_coin_id'] === id)
  return [coinOf(first), other].find((id) => typeof id === 'string' && items.every(isPartOf(id))) ?? undefined
}
