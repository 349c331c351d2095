/** CoinGecko's contracts of derivatives exchanges: perpetuals of many coins, dated futures of the largest. */
import {dayMs, hourMs, minuteMs} from '../../lib/time.js'
import type {Coin} from '../coins.js'
import {type Ask, jsonList, onlyKnown, type Reply} from '../stub.js'
import type {World} from '../scenario.js'

const markets = ['Binance (Futures)', 'Bybit (Futures)', 'OKX (Futures)', 'Bitget Futures', 'Deribit']
const dated = new Set(['bitcoin', 'ethereum'])

export function derivatives(ask: Ask, world: World): Reply {
  onlyKnown(ask.query, ['include_tickers', 'x_cg_demo_api_key'])
  const at = Math.floor(ask.atMs / minuteMs) * minuteMs
  const coins = [...new Set(world.bithumb.markets(at).map((market) => market.coin))].filter(
    (coin) => coin.quality === 'whole',
  )
  const rows = coins.flatMap((coin) =>
    markets.flatMap((market, place) => {
      if (!dated.has(coin.id) && coin.chance.uniform(110 + place) > 0.4) return []
      const of = (expiryMs?: number) => contract({coin, market, place, expiryMs}, at, world)
      return dated.has(coin.id) && place > 1 ? [of(), ...expiries(at).map((expiry) => of(expiry))] : [of()]
    }),
  )
  const spoil = (row: object, variant: number) =>
    variant % 2 === 0 ? {...row, contract_type: 'option'} : {...row, market: null}
  return jsonList(rows, spoil)
}

/** The next four quarters' last Fridays, 08:00 UTC. */
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
  /** Of the market in the list. */
  place: number
  /** Undefined: a perpetual. */
  expiryMs: number | undefined
}

function contract({coin, market, place, expiryMs}: Contract, at: number, world: World) {
  const {chance} = coin
  const index = world.usd(coin, at)
  const premium =
    0.0006 * chance.noise(at / (8 * hourMs), 120 + place) +
    (expiryMs === undefined ? 0 : (0.06 * (expiryMs - at)) / (365 * dayMs))
  const symbol = coin.symbol.toUpperCase()
  const isSilent = chance.uniform(130 + place) < 0.05
  const interest = index * coin.supply * (0.002 + 0.01 * chance.uniform(131 + place))
  const suffix =
    expiryMs === undefined ? '' : `-${new Date(expiryMs).toISOString().slice(2, 10).replaceAll('-', '')}`
  return {
    market,
    symbol: `${symbol}USDT${suffix}`,
    index_id: symbol,
    price: String(Number((index * (1 + premium)).toPrecision(8))),
    price_percentage_change_24h: (index / world.usd(coin, Math.max(coin.bornMs, at - dayMs)) - 1) * 100,
    contract_type: expiryMs === undefined ? 'perpetual' : 'futures',
    index: isSilent ? null : index,
    basis: premium * -100,
    spread: chance.uniform(132 + place) < 0.2 ? null : 0.01 + 0.05 * chance.uniform(133 + place),
    funding_rate: expiryMs === undefined && !isSilent ? Number((premium * 20).toFixed(6)) : null,
    open_interest: isSilent ? null : interest,
    volume_24h: interest * 3 * chance.uniform(134 + place),
    last_traded_at: Math.floor((at - chance.whole(135, 0, 50_000)) / 1000),
    expired_at: expiryMs === undefined ? null : expiryMs / 1000,
  }
}
