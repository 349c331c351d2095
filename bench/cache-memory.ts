/** The memory of values in Redis: those of fin beside the keys of the design, by MEMORY USAGE. */
import type {Redis} from 'ioredis'
import type {Value} from '../test/cache/setup.js'
import {count} from './figures.js'
import type {Figure} from './main.js'

const tradesPerSecond = 1000
const fieldsOfDesign = [
  ...['symbol', 'company_name', 'current_price', 'change_amount', 'change_percentage'],
  ...['volume', 'volume_24h', 'last_updated'],
]

/**
 * `values`: the hash that fin wrote. The design's keys are a hash with fewer members, a key for each symbol,
 * and a key for each trade, of which those of one minute are written.
 */
export async function memoryFigures(
  redis: Redis,
  symbols: readonly string[],
  values: Readonly<Record<string, Value>>,
): Promise<Figure[]> {
  const usage = async (key: string) => Number(await redis.call('MEMORY', 'USAGE', key, 'SAMPLES', '0'))
  const ownMarket = await usage('sp500_market_data')
  for (const [symbol, value] of Object.entries(values)) {
    const members = Object.fromEntries(fieldsOfDesign.map((name) => [name, value[name]]))
    await redis.hset('design_market', symbol, JSON.stringify(members))
  }
  const market = await usage('design_market')

  const ms = 1_795_600_000_000
  let pipeline = redis.pipeline()
  for (const [n, symbol] of symbols.entries()) {
    const [price, volume] = [100 + n / 100, 1 + (n % 300)]
    pipeline.hset('realtime', symbol, JSON.stringify({symbol, price, volume, timestamp: ms + n}))
    pipeline.hset('listpack', symbol, JSON.stringify({symbol, price, timestamp: ms + n}))
    pipeline.set(`latest:stocks:sp500:${symbol}`, tradeText(symbol, n))
  }
  await pipeline.exec()
  const [realtime, short] = [await usage('realtime'), await usage('listpack')]
  let latest = 0
  for (const symbol of symbols) latest += await usage(`latest:stocks:sp500:${symbol}`)
  let ofTrades = 0
  for (let second = 0; second < 60; second++) {
    pipeline = redis.pipeline()
    for (let n = 0; n < tradesPerSecond; n++) {
      const symbol = symbols[(second * tradesPerSecond + n) % symbols.length]!
      const key = `realtime:stocks:sp500:${symbol}:${ms + second * 1000 + n}`
      pipeline.set(key, tradeText(symbol, n), 'EX', 432_000).call('MEMORY', 'USAGE', key)
    }
    for (const [error, answer] of (await pipeline.exec()) ?? []) {
      if (error) throw error
      if (typeof answer === 'number') ofTrades += answer
    }
  }
  const kb = (bytes: number) => `${count(bytes / 1000)} kB`
  const ratio = (own: number, others: number) => (own / others).toPrecision(2)
  const minute = market + realtime + latest + ofTrades
  const hour = market + realtime + latest + 60 * ofTrades
  const own = ownMarket + realtime
  return [
    {
      what: 'memory of sp500_market_data',
      figure: kb(ownMarket),
      beside: `the members of the design alone: ${kb(market)}, ratio ${ratio(ownMarket, market)}`,
    },
    {
      what: 'memory of sp500_realtime_data',
      figure: kb(realtime),
      beside: `without volume: ${kb(short)} (${String(await redis.object('ENCODING', 'listpack'))})`,
    },
    {
      what: 'memory of both hashes, after a minute as after an hour',
      figure: kb(own),
      beside: `all keys of the design at ${count(tradesPerSecond)} trades a second: ${kb(minute)} after a minute, ratio ${ratio(own, minute)}; ${kb(hour)} after an hour, ratio ${ratio(own, hour)}`,
    },
  ]
}

/** The value that the design writes for each trade, under two keys. */
function tradeText(symbol: string, n: number): string {
  const [price, volume] = [100 + n / 100, 1 + (n % 300)]
  const timestamp = 1_795_600_000_000 + n
  return JSON.stringify({symbol, price, volume, pod_index: 1, timestamp, source: 'sp500_websocket'})
}
