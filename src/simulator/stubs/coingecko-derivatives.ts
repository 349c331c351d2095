/** CoinGecko's derivatives: perpetual contracts of many coins, and dated futures of the largest. */
import {dayMs, hourMs, minuteMs} from '../../lib/time.js'
import type {Coin} from '../coins.js'
import {type StubRequest, jsonList, onlyKnown, type Reply} from '../stub.js'
import type {Scenario} from '../scenario.js'

const markets = ['Binance (Futures)', 'Bybit (Futures)', 'OKX (Futures)', 'Bitget Futures', 'Deribit']
const dated = new Set(['bitcoin', 'ethereum'])

export function derivativesReply(request: StubRequest, scenario: Scenario): Reply {
  onlyKnown(request.query, ['include_tickers', 'x_cg_demo_api_key'])
  const at = Math.floor(request.atMs / minuteMs) * minuteMs
  const coins = [...new Set(scenario.bithumb.markets(at).map((market) => market.coin))].filter(
    (coin) => coin.quality === 'whole',
  )
  const rows = coins.flatMap((coin) =>
    markets.flatMap((market, position) => {
      if (!dated.has(coin.id) && coin.chance.uniform(110 + position) > 0.4) return []
      const of = (expiryMs?: number) => contract({coin, market, position, expiryMs}, at, scenario)
      return dated.has(coin.id) && position > 1 ? [of(), ...expiries(at).map((expiry) => of(expiry))] : [of()]
    }),
  )
  const corrupt = (row: object, variant: number) =>
    variant % 2 === 0 ? {...row, contract_type: 'option'} : {...row, market: null}
  return jsonList(rows, corrupt)
}

/** The last Fridays of the next four quarters, at 08:00 UTC. */
function expiries(atMs: number): number[] {
  const found: number[] = []
  const now = new Date(atMs)
  for (let month = now.getUTCMonth() - (now.getUTCMonth() % 3) + 2; found.length < 4; month += 3) {
    const last = Date.UTC(now.getUTCFullYear(), month + 1, 0, 8)
    const friday = last - ((new Date(last).getUTCDay() + 2) % 7) * dayMs
    if (friday > atMs) found.push(friday)
  }
  return found
}

interface Contract {
  coin: Coin
  market: string
  /** Position of the market in the list. */
  position: number
  /** Undefined: a perpetual contract. */
  expiryMs: number | undefined
}

function contract({coin, market, position, expiryMs}: Contract, at: number, scenario: Scenario) {
  const {chance} = coin
  const index = scenario.usd(coin, at)
  const premium =
    0.0006 * chance.noise(at / (8 * hourMs), 120 + position) +
    (expiryMs === undefined ? 0 : (0.06 * (expiryMs - at)) / (365 * dayMs))
  const symbol = coin.symbol.toUpperCase()
  const isSilent = chance.uniform(130 + position) < 0.05
  const interest = index * coin.supply * (0.002 + 0.01 * chance.uniform(131 + position))
  const suffix =
    expiryMs === undefined ? '' : `-${new Date(expiryMs).toISOString().slice(2, 10).replaceAll('-', '')}`
  return {
    market,
    symbol: `${symbol}USDT${suffix}`,
    index_id: symbol,
    price: String(Number((index * (1 + premium)).toPrecision(8))),
    price_percentage_change_24h: (index / scenario.usd(coin, Math.max(coin.bornMs, at - dayMs)) - 1) * 100,
    contract_type: expiryMs === undefined ? 'perpetual' : 'futures',
    index: isSilent ? null : index,
    basis: premium * -100,
    spread: chance.uniform(132 + position) < 0.2 ? null : 0.01 + 0.05 * chance.uniform(133 + position),
    funding_rate: expiryMs === undefined && !isSilent ? Number((premium * 20).toFixed(6)) : null,
    open_interest: isSilent ? null : interest,
    volume_24h: interest * 3 * chance.uniform(134 + position),
    last_traded_at: Math.floor((at - chance.whole(135, 0, 50_000)) / 1000),
    expired_at: expiryMs === undefined ? null : expiryMs / 1000,
  }
}
