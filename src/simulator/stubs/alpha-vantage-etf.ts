/** Alpha Vantage's profiles of exchange-traded funds. */
import {type StubRequest, json, jsonList, onlyKnown, type Reply} from '../stub.js'
import {fundOf} from '../funds.js'
import type {Scenario} from '../scenario.js'

/**
 * The profile of a fund; an empty object for a symbol that is not a fund. The profile of a trust without
 * securities has no values.
 */
export function etfProfileReply(request: StubRequest, scenario: Scenario): Reply | undefined {
  onlyKnown(request.query, ['function', 'apikey', 'symbol'])
  const symbol = request.query.get('symbol')?.toUpperCase()
  if (!symbol) return undefined
  if (symbol === 'GLD')
    return json({
      net_assets: 'n/a',
      net_expense_ratio: 'n/a',
      portfolio_turnover: 'n/a',
      dividend_yield: 'n/a',
      inception_date: 'n/a',
      leveraged: 'NO',
      sectors: [],
      holdings: [],
    })
  const fund = fundOf(scenario.seed, symbol, request.atMs, scenario.members(request.atMs))
  if (!fund) return json({})
  const corrupt = (item: object, variant: number) =>
    variant % 2 === 0 ? {...item, weight: 'n.b.'} : {...item, symbol: undefined}
  return jsonList(
    fund.holdings.map(({symbol: holdingSymbol, description, weight}) => ({
      symbol: holdingSymbol || 'n/a',
      description,
      weight: weight.toFixed(4),
    })),
    corrupt,
    (holdings) => ({
      net_assets: String(fund.assets),
      net_expense_ratio: fund.expense.toFixed(4),
      portfolio_turnover: fund.turnover?.toFixed(2) ?? 'n/a',
      dividend_yield: fund.yield.toFixed(4),
      inception_date: fund.inception,
      leveraged: 'NO',
      sectors: fund.sectors.map(({sector, weight}) => ({sector, weight: weight.toFixed(3)})),
      holdings,
    }),
  )
}
