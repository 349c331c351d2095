import {defineCollector} from '../define.js'
import {daily} from '../define-schedule.js'
import {code} from '../codes.js'
import {each, filled, isItem, list, textOrNull} from '../parse.js'
import {bithumb, marketCodes, markets} from '../providers/bithumb.js'

/** Markets of Bithumb. A market that is no longer in the list is marked as delisted, not deleted. */
export const bithumbMarkets = defineCollector({
  name: 'bithumb-markets',
  summary: 'collect the markets of Bithumb',
  schedule: [daily('15:10', 'UTC')],
  tables: ['market_code_bithumb'],
  key: ['market_code'],
  guard: 'select_bithumb_markets_refusal',
  after: 'update_market_code_bithumb_delisted',
  sources: {
    bithumb: {
      provider: bithumb,
      request: markets,
      parse: (body: unknown) =>
        each(list(body, 'korean_name'), (item) => {
          const marketCode = code(item, 'market', marketCodes).toUpperCase()
          const [quote, base, ...more] = marketCode.split('-')
          if (!quote || !base || more.length > 0)
            throw new Error(`"${marketCode}" is not a market code such as KRW-BTC`)
          return {
            market_code: marketCode,
            quote,
            base,
            korean_name: filled(item, 'korean_name'),
            english_name: filled(item, 'english_name'),
            market_warning: textOrNull(isItem(item) ? item['market_warning'] : null),
            delisted_at: null,
          }
        }),
    },
  },
})
