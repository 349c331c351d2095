/** CoinGecko's list of exchanges. */
import {type StubRequest, jsonList, onlyKnown, type Reply} from '../stub.js'

/** Exchanges that reports use, and some others. */
const exchangeNames: readonly (readonly [id: string, name: string])[] = [
  ['binance', 'Binance'],
  ['gdax', 'Coinbase Exchange'],
  ['kraken', 'Kraken'],
  ['upbit', 'Upbit'],
  ['bithumb', 'Bithumb'],
  ['korbit', 'Korbit'],
  ['coinone', 'Coinone'],
  ['gopax', 'GOPAX'],
  ['bybit_spot', 'Bybit'],
  ['okex', 'OKX'],
  ['huobi', 'HTX'],
  ['gate', 'Gate'],
  ['kucoin', 'KuCoin'],
  ['bitget', 'Bitget'],
  ['mxc', 'MEXC'],
  ['crypto_com', 'Crypto.com Exchange'],
  ['bitfinex', 'Bitfinex'],
  ['bitstamp', 'Bitstamp by Robinhood'],
  ['gemini', 'Gemini'],
  ['bitflyer', 'bitFlyer'],
  ['lbank', 'LBank'],
  ['bitmart', 'BitMart'],
  ['uniswap_v3', 'Uniswap V3 (Ethereum)'],
  ['pancakeswap-v3-bsc', 'PancakeSwap V3 (BSC)'],
  ['raydium2', 'Raydium'],
  ['orca', 'Orca'],
  ['curve_ethereum', 'Curve (Ethereum)'],
  ['hyperliquid-spot', 'Hyperliquid (Spot)'],
]

/** The name of an exchange by its id. */
export const exchangeName = new Map(exchangeNames)

export function exchangesReply(request: StubRequest): Reply {
  onlyKnown(request.query, ['status', 'x_cg_demo_api_key'])
  return jsonList(
    exchangeNames.map(([id, name]) => ({id, name})),
    (item) => ({...item, id: null}),
  )
}
