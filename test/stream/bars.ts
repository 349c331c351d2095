/** Bars computed from the stored trades and quotes without SQL, to compare trade_bars with. */
import type pg from 'pg'
import {minuteMs} from '../../src/lib/time.js'

interface Trade {
  asset_class: string
  symbol: string
  ms: string
  id: string
  price: string
  volume: string | null
  is_flagged: boolean
}

export type Bar = Record<string, string | number | null>

const sources = [
  ['equity', 'sp500_websocket_trades'],
  ['mover', 'finnhub_trades'],
  ['etf', 'etf_realtime_prices'],
] as const

/** The digits after the point in which amounts are added here. */
const digits = 12
const scaled = (text: string): bigint => {
  const [whole = '', part = ''] = text.split('.')
  return BigInt(whole + part.padEnd(digits, '0'))
}
const plain = (amount: bigint, places: number): string => {
  const text = String(amount).padStart(places + 1, '0')
  return `${text.slice(0, -places)}.${text.slice(-places)}`.replace(/\.?0+$/, '')
}
const same = (text: string) => plain(scaled(text), digits)

/** The bars of everything that is stored, by key. */
export async function naiveBars(client: pg.Client): Promise<Bar[]> {
  const trades: Trade[] = []
  for (const [asset, table] of sources)
    trades.push(
      ...(
        await client.query<Trade>(
          `select '${asset}' as asset_class, symbol, timestamp_ms::text as ms, id::text, price::text, volume::text,
            flag is not null as is_flagged from ${table}`,
        )
      ).rows,
    )
  const quotes = await client.query<Trade>(
    `select 'crypto' as asset_class, market as symbol, timestamp_field::text as ms, id::text, trade_price::text as price,
      null as volume, false as is_flagged from bithumb_ticker`,
  )
  const groups = new Map<string, Trade[]>()
  for (const trade of [...trades, ...quotes.rows].filter((one) => !one.is_flagged)) {
    const minute = Math.floor(Number(trade.ms) / minuteMs) * minuteMs
    const key = [trade.asset_class, trade.symbol, new Date(minute).toISOString()].join(' ')
    groups.set(key, [...(groups.get(key) ?? []), trade])
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, group]) => barOf(key, group))
}

function barOf(key: string, group: readonly Trade[]): Bar {
  const ordered = group.toSorted((a, b) => Number(a.ms) - Number(b.ms) || Number(a.id) - Number(b.id))
  const [first, last] = [ordered[0]!, ordered.at(-1)!]
  const prices = ordered.map(({price}) => scaled(price)).sort((a, b) => (a < b ? -1 : 1))
  const known = ordered.filter(({volume}) => volume !== null)
  const sum = (amounts: bigint[], places: number) =>
    amounts.length === 0
      ? null
      : plain(
          amounts.reduce((total, amount) => total + amount, 0n),
          places,
        )
  return {
    key,
    open: same(first.price),
    high: plain(prices.at(-1)!, digits),
    low: plain(prices[0]!, digits),
    close: same(last.price),
    volume: sum(
      known.map(({volume}) => scaled(volume!)),
      digits,
    ),
    turnover: sum(
      known.map(({price, volume}) => scaled(price) * scaled(volume!)),
      2 * digits,
    ),
    trades: group.length,
    open_at: new Date(Number(first.ms)).toISOString(),
    close_at: new Date(Number(last.ms)).toISOString(),
  }
}

/** The bars of the table, in the same form. */
export async function storedBars(client: pg.Client): Promise<Bar[]> {
  const {rows} = await client.query<Record<string, string | null> & {trades: number; at: Date[]}>(
    `select asset_class, symbol, open::text, high::text, low::text, close::text, volume::text, turnover::text, trades,
      array[minute, open_at, close_at] as at from trade_bars`,
  )
  const number = (text: string | null, places = digits) =>
    text === null ? null : plain(BigInt(padded(text, places)), places)
  return rows
    .map(({at, ...bar}) => ({
      key: [bar['asset_class'], bar['symbol'], at[0]!.toISOString()].join(' '),
      open: number(bar['open']!),
      high: number(bar['high']!),
      low: number(bar['low']!),
      close: number(bar['close']!),
      volume: number(bar['volume']!),
      turnover: number(bar['turnover']!, 2 * digits),
      trades: bar.trades,
      open_at: at[1]!.toISOString(),
      close_at: at[2]!.toISOString(),
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
}

function padded(text: string, places: number): string {
  const [whole = '', part = ''] = text.split('.')
  return whole + part.padEnd(places, '0')
}
