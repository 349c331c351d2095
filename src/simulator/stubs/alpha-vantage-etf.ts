/** Alpha Vantage's profiles of exchange-traded funds. */
import {type Ask, json, jsonList, onlyKnown, type Reply} from '../stub.js'
import {fundOf} from '../funds.js'
import type {World} from '../scenario.js'

/**
 * An empty object for a symbol that is no fund of this world; a trust that holds no securities has a profile
 * that says nothing.
 */
export function etfProfile(ask: Ask, world: World): Reply | undefined {
  onlyKnown(ask.query, ['function', 'apikey', 'symbol'])
  const symbol = ask.query.get('symbol')?.toUpperCase()
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
  const fund = fundOf(world.seed, symbol, ask.atMs, world.members(ask.atMs))
  if (!fund) return json({})
  const spoil = (item: object, variant: number) =>
    variant % 2 === 0 ? {...item, weight: 'n.b.'} : {...item, symbol: undefined}
  return jsonList(
    fund.holdings.map(({symbol: held, description, weight}) => ({
      symbol: held || 'n/a',
      description,
      weight: weight.toFixed(4),
    })),
    spoil,
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
