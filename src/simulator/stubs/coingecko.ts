import {coingecko} from '../../lib/providers/coingecko.js'
import {type ProviderStub, json, NotSimulated} from '../stub.js'
import {createQuotes} from '../quotes.js'
import {coinProfileReply, coinTickersReply} from './coingecko-coin.js'
import {derivativesReply} from './coingecko-derivatives.js'
import {exchangesReply} from './coingecko-exchanges.js'
import {globalMarketReply} from './coingecko-global.js'
import {coinMarketsReply} from './coingecko-markets.js'

/** Stub of CoinGecko. It accepts any demo key, and requests without a key. */
export function coingeckoStub(): ProviderStub {
  const quotes = createQuotes()
  return {
    provider: coingecko,
    secret: (query, headers) => headers['x-cg-demo-api-key'] || query.get('x_cg_demo_api_key') || undefined,
    answer(request, scenario) {
      if (request.method !== 'GET') throw new NotSimulated('this method')
      if (request.path === '/api/v3/coins/markets') return coinMarketsReply(request, scenario, quotes)
      if (request.path === '/api/v3/global') return globalMarketReply(request, scenario, quotes)
      if (request.path === '/api/v3/exchanges/list') return exchangesReply(request)
      if (request.path === '/api/v3/derivatives') return derivativesReply(request, scenario)
      const [, id, part] = /^\/api\/v3\/coins\/([^/]+)(\/tickers)?$/.exec(request.path) ?? []
      if (id !== undefined && part === undefined)
        return coinProfileReply(decodeURIComponent(id), request, scenario, quotes)
      if (id !== undefined) return coinTickersReply(decodeURIComponent(id), request, scenario)
      if (request.path === '/api/v3/ping') return json({gecko_says: '(V3) To the Moon!'})
      throw new NotSimulated('this path')
    },
    refuse(limit, untilMs, request) {
      const seconds = String(Math.max(1, Math.ceil((untilMs - request.atMs) / 1000)))
      const message =
        limit.per === 'month'
          ? 'You have used up the credits of this month. Your monthly API credit limit is reached; please subscribe to a plan with more credits.'
          : "You've exceeded the Rate Limit. Please visit https://www.coingecko.com/en/api/pricing to subscribe to our API plans for higher rate limits."
      return json({status: {error_code: 429, error_message: message}}, 429, {'retry-after': seconds})
    },
  }
}
