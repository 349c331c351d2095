/** CoinGecko's figures of the whole crypto market. */
import {dayMs, minuteMs} from '../../lib/time.js'
import {type StubRequest, json, onlyKnown, type Reply} from '../stub.js'
import {type Quotes, type Ranked, volumeOf} from '../quotes.js'
import {stream} from '../random.js'
import type {Scenario} from '../scenario.js'

/** Units of a currency for one USD: approximate and constant. */
const currencies: Readonly<Record<string, number>> = {
  usd: 1,
  aed: 3.6725,
  aud: 1.5,
  brl: 5.4,
  cad: 1.38,
  chf: 0.8,
  cny: 7.05,
  eur: 0.855,
  gbp: 0.745,
  hkd: 7.78,
  inr: 89.6,
  jpy: 156,
  mxn: 18,
  nok: 10.1,
  sek: 9.3,
  sgd: 1.29,
  thb: 31.6,
  try: 42.9,
  twd: 31.4,
  vnd: 26_300,
  zar: 16.7,
  xau: 0.00023,
  bits: 0,
  sats: 0,
}

export function globalMarketReply(request: StubRequest, scenario: Scenario, quotes: Quotes): Reply {
  onlyKnown(request.query, ['x_cg_demo_api_key'])
  const at = Math.floor(request.atMs / minuteMs) * minuteMs
  const ranking = quotes.ranking(scenario, at)
  const counted = ranking.filter(({rank}) => rank !== null)
  const total = sum(counted.map(({marketCap}) => marketCap))
  const volume = sum(counted.map(({coin, marketCap}) => volumeOf(coin, marketCap, at)))
  // Changes since the day before are those of the thousand largest coins, which are nearly the whole market.
  const largest = counted.slice(0, 1000)
  const before = sum(largest.map(({coin}) => scenario.usd(coin, at - dayMs) * coin.supply))
  const volumeBefore = sum(
    largest.map(({coin}) => volumeOf(coin, scenario.usd(coin, at - dayMs) * coin.supply, at - dayMs)),
  )
  const rates = ratesOf(scenario, at)
  const of = stream(scenario.seed, 'global')
  return json(
    {
      data: {
        active_cryptocurrencies: 12_400 + ranking.length,
        upcoming_icos: 0,
        ongoing_icos: 49,
        ended_icos: 3376,
        markets: 1470 + Math.floor(12 * (1 + of.noise(at / (30 * dayMs), 1))),
        total_market_cap: Object.fromEntries(rates.map(([name, rate]) => [name, total * rate])),
        total_volume: Object.fromEntries(rates.map(([name, rate]) => [name, volume * rate])),
        market_cap_percentage: Object.fromEntries(
          counted.slice(0, 10).map(({coin, marketCap}: Ranked) => [coin.symbol, (marketCap / total) * 100]),
        ),
        market_cap_change_percentage_24h_usd:
          (sum(largest.map(({marketCap}) => marketCap)) / before - 1) * 100,
        volume_change_percentage_24h_usd:
          (sum(largest.map(({coin, marketCap}) => volumeOf(coin, marketCap, at))) / volumeBefore - 1) * 100,
        updated_at: at / 1000,
      },
    },
    200,
    {'cache-control': 'max-age=30, public, must-revalidate, s-maxage=60'},
  )
}

function ratesOf(scenario: Scenario, at: number): [string, number][] {
  const coins = [
    ['btc', 'bitcoin'],
    ['eth', 'ethereum'],
    ['bnb', 'binancecoin'],
    ['xrp', 'ripple'],
    ['sol', 'solana'],
    ['link', 'chainlink'],
    ['dot', 'polkadot'],
  ] as const
  const perUsd = (id: string) => {
    const coin = scenario.coin(id)
    return coin ? 1 / scenario.usd(coin, at) : 0
  }
  const bitcoin = perUsd('bitcoin')
  return [
    ...coins.map(([name, id]): [string, number] => [name, perUsd(id)]),
    ...Object.entries({
      ...currencies,
      krw: scenario.bithumb.krwPerUsd(at),
      bits: bitcoin * 1e6,
      sats: bitcoin * 1e8,
    }),
  ]
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}
