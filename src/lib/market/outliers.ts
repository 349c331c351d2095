/**
 * Recognises prices far from the recent ones of their symbol. The state is one window of prices for each
 * symbol, so its size is bounded. The reasons for the rules: docs/decisions/flags.md.
 */
import {minuteMs} from '../time.js'

export interface OutlierRules {
  /** The number of recent prices that a price is compared with. */
  window: number
  /** Fewer prices than this judge no price. */
  minimum: number
  /** The distance from the median that makes an outlier, in (scaled) median absolute deviations. */
  deviations: number
  /** The least deviation, as a fraction of the median. */
  floor: number
  /**
   * So many consecutive outliers that agree with each other are a jump: the window restarts with them. A
   * price that is reported twice for an instant counts once.
   */
  confirmations: number
  /** Median and deviation are computed again after so many prices. */
  refresh: number
  /** A window restarts after this time without a price, in milliseconds of the trades' own instants. */
  pauseMs: number
  /** The most symbols with a window; the one that was added first is removed. */
  symbols: number
}

export const outlierRules: OutlierRules = {
  window: 32,
  minimum: 12,
  deviations: 10,
  floor: 0.001,
  confirmations: 3,
  refresh: 4,
  pauseMs: 30 * minuteMs,
  symbols: 10_000,
}

export interface OutlierJudge {
  /**
   * True for an outlier. Any other price joins the window of its symbol. Prices need not be in the order of
   * their instants. A price that is not a positive number, or has no instant, is not an outlier and joins no
   * window.
   */
  isOutlier(symbol: string, price: number, atMs: number): boolean
}

/** The factor that makes the median absolute deviation of normal values their standard deviation. */
const scale = 1.4826

interface Window {
  /** A ring: the oldest price is replaced. */
  prices: Float64Array
  count: number
  next: number
  /** Instant of the newest price. */
  atMs: number
  /** Prices since median and width were computed. */
  age: number
  median: number
  /** The greatest distance from the median of a price that is not an outlier. */
  width: number
  /** Consecutive outliers that agree with each other, and the instant of the last of them. */
  apart: number[]
  apartMs: number
  /** Consecutive prices that are much older than the window. */
  late: number
}

export function createOutlierJudge(rules: OutlierRules = outlierRules): OutlierJudge {
  const windows = new Map<string, Window>()
  const sorted = new Float64Array(rules.window)

  /** The window that a price is compared with; undefined for a price that is much older than the window. */
  function windowOf(symbol: string, atMs: number): Window | undefined {
    const known = windows.get(symbol)
    if (known) {
      if (known.atMs - atMs > rules.pauseMs) {
        // One late price changes nothing. Several show that the window is that of a wrong instant.
        if (++known.late < rules.confirmations) return undefined
        restart(known, [], atMs)
      } else if (atMs - known.atMs > rules.pauseMs) restart(known, [], atMs)
      known.late = 0
      return known
    }
    if (windows.size >= rules.symbols) windows.delete(windows.keys().next().value!)
    const prices = new Float64Array(rules.window)
    const added = {
      prices,
      count: 0,
      next: 0,
      atMs,
      age: 0,
      median: 0,
      width: 0,
      apart: [],
      apartMs: 0,
      late: 0,
    }
    windows.set(symbol, added)
    return added
  }

  function restart(window: Window, prices: readonly number[], atMs: number) {
    window.prices.set(prices)
    window.count = prices.length
    window.next = prices.length % rules.window
    window.age = rules.refresh
    window.atMs = atMs
    window.apart = []
  }

  function add(window: Window, price: number, atMs: number) {
    window.prices[window.next] = price
    window.next = (window.next + 1) % rules.window
    if (window.count < rules.window) window.count++
    window.age++
    if (atMs > window.atMs) window.atMs = atMs
    if (window.apart.length > 0) window.apart = []
  }

  function refresh(window: Window) {
    const {count} = window
    sorted.set(window.prices.subarray(0, count))
    const values = sorted.subarray(0, count).sort()
    const middle = count >> 1
    window.median = values[middle]!
    window.width = rules.deviations * Math.max(scale * deviation(values), rules.floor * window.median)
    window.age = 0
  }

  return {
    isOutlier(symbol, price, atMs) {
      if (!(price > 0 && price < Infinity && Number.isFinite(atMs))) return false
      const window = windowOf(symbol, atMs)
      if (!window) return false
      if (window.count >= rules.minimum) {
        if (window.age >= rules.refresh) refresh(window)
        if (Math.abs(price - window.median) > window.width) return isApart(window, price, atMs)
      }
      add(window, price, atMs)
      return false
    },
  }

  /** True for an outlier; false for the one that confirms a jump. */
  function isApart(window: Window, price: number, atMs: number): boolean {
    const last = window.apart.at(-1)
    if (price === last && atMs === window.apartMs) return true
    if (last !== undefined && Math.abs(price - last) > window.width) window.apart = []
    window.apart.push(price)
    window.apartMs = atMs
    if (window.apart.length < rules.confirmations) return true
    restart(window, window.apart, atMs)
    return false
  }
}

/** The median distance of sorted values from their median. Distances grow towards both ends. */
function deviation(values: Float64Array): number {
  const middle = values.length >> 1
  const median = values[middle]!
  let [low, high, distance] = [middle - 1, middle + 1, 0]
  for (let taken = 0; taken < middle; taken++) {
    const below = low >= 0 ? median - values[low]! : Infinity
    const above = high < values.length ? values[high]! - median : Infinity
    if (below <= above) {
      distance = below
      low--
    } else {
      distance = above
      high++
    }
  }
  return distance
}
