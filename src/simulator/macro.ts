/**
 * Macroeconomic series as FRED publishes them: the observations at an instant, with gaps, padded newest
 * values and revisions.
 */
import {DateTime} from 'luxon'
import {dayMs, hourMs, isoDay} from '../lib/time.js'
import {stream, wander, type Stream} from './random.js'

export interface InventedObservation {
  /** First day of the period. */
  date: string
  /** The value as text; `.`: no value. */
  value: string
}

export interface InventedSeries {
  id: string
  title: string
  /** Everything published by the instant, oldest first. */
  observations(atMs: number): InventedObservation[]
}

const newYork = 'America/New_York'
const yearMs = 365.25 * dayMs
/** First instant of most series. */
const firstMs = Date.UTC(1990, 0, 1)
/** The month for which prices were never collected. */
const neverPublished = '2025-10-01'

/** Maturities of the treasury curve in years; the ids follow: DGS10, GS10. */
const maturities: Readonly<Record<string, number>> = {'3MO': 0.25, '2': 2, '5': 5, '7': 7, '10': 10, '30': 30}

export function inventMacro(seed: number): Map<string, InventedSeries> {
  const prices = stream(seed, 'macro', 'cpi')
  const seasons = stream(seed, 'macro', 'cpi seasons')
  const policy = stream(seed, 'macro', 'fed funds')
  const curve = stream(seed, 'macro', 'curve')
  const series = new Map<string, InventedSeries>()
  const add = (id: string, title: string, observations: InventedSeries['observations']) =>
    series.set(id, {id, title, observations})

  /** The price index without seasons: 127 at the start of 1990, growing by about 2.6 % a year, in waves. */
  const wave = (ms: number) => wander(prices, ms, 0.00025, 0.02)
  const level = kept((ms) => 127.4 * Math.exp((0.0262 * (ms - firstMs)) / yearMs + wave(ms) - wave(firstMs)))
  const season = (month: number) => 0.004 * seasons.noise((month + 0.5) / 3, 1)

  /** True if the prices of a month are published: at 13:30 UTC on the 12th of the next month. */
  const cpiKnown = (ms: number, atMs: number) => nextMonth(ms) + 11 * dayMs + 13.5 * hourMs <= atMs
  const unadjusted = (ms: number) => level(ms) * (1 + season(new Date(ms).getUTCMonth()))

  add('CPIAUCNS', 'Consumer Price Index for All Urban Consumers: All Items', (atMs) =>
    monthsUntil(atMs)
      .filter(({ms}) => cpiKnown(ms, atMs))
      .map(({date, ms}) => ({date, value: date === neverPublished ? '.' : unadjusted(ms).toFixed(3)})),
  )

  add('CPIAUCSL', 'Consumer Price Index for All Urban Consumers: All Items, seasonally adjusted', (atMs) => {
    // Each February the seasonal factors of the last five years are revised.
    const vintage = new Date(atMs - 45 * dayMs).getUTCFullYear()
    return monthsUntil(atMs)
      .filter(({ms}) => cpiKnown(ms, atMs))
      .map(({date, ms}) => {
        const year = Number(date.slice(0, 4))
        const revision = 0.0004 * seasons.noise(ms / dayMs / 31, 10 + (Math.min(vintage, year + 5) % 97))
        return {date, value: date === neverPublished ? '.' : (level(ms) * (1 + revision)).toFixed(3)}
      })
  })

  add('FPCPITOTLZGUSA', 'Inflation, consumer prices for the United States', (atMs) => {
    const mean = (year: number) =>
      Array.from({length: 12}, (_, month) => unadjusted(Date.UTC(year, month, 1))).reduce((a, b) => a + b) /
      12
    const list: InventedObservation[] = []
    // A year is published in June of the second year after it.
    for (let year = 1960; Date.UTC(year + 2, 5, 20) <= atMs; year++)
      list.push({date: `${year}-01-01`, value: ((mean(year) / mean(year - 1) - 1) * 100).toPrecision(15)})
    return list
  })

  const target = (ms: number) =>
    Math.max(
      0.125,
      Math.round((2.9 + rateWave(policy, Math.floor(ms / (46 * dayMs)) * 46 * dayMs)) * 4) / 4 - 0.125,
    )
  const fedFunds = kept((ms) => (target(ms) - 0.045 + 0.02 * policy.noise(ms / dayMs, 9)).toFixed(2))
  const yieldOf = (years: number) =>
    kept((ms) =>
      Math.max(
        0.02,
        target(ms) * Math.exp(-years / 18) +
          (3.4 + rateWave(curve, ms) * 0.5) * (1 - Math.exp(-years / 18)) +
          0.21 * Math.log1p(years) +
          0.05 * curve.noise(ms / (2 * dayMs), 20 + Math.round(years)),
      ).toFixed(2),
    )

  add('DFF', 'Federal Funds Effective Rate', dailyRate(fedFunds, true))
  add('FF', 'Federal Funds Effective Rate, weekly, ending Wednesday', (atMs) => {
    const list: InventedObservation[] = []
    for (let end = Date.UTC(1990, 0, 3); end + 1.8 * dayMs <= atMs; end += 7 * dayMs) {
      const mean =
        Array.from({length: 7}, (_, back) => Number(fedFunds(end - back * dayMs))).reduce((a, b) => a + b) / 7
      list.push({date: isoDay(end), value: mean.toFixed(2)})
    }
    return list
  })
  add('FEDFUNDS', 'Federal Funds Effective Rate', monthlyMean(fedFunds, true))
  for (const [name, years] of Object.entries(maturities)) {
    const title = `Market Yield on U.S. Treasury Securities at ${name === '3MO' ? '3-Month' : `${name}-Year`} Constant Maturity`
    const rate = yieldOf(years)
    add(`DGS${name}`, title, dailyRate(rate, false))
    add(`GS${name === '3MO' ? '3M' : name}`, title, monthlyMean(rate, false))
  }
  return series
}

/** Amplitude in percentage points and period of the waves of an interest rate. */
const rateWaves = [
  [2.2, 11 * yearMs],
  [1.3, 4 * yearMs],
  [0.35, yearMs],
  [0.12, 60 * dayMs],
  [0.05, 9 * dayMs],
] as const

function rateWave(of: Stream, ms: number): number {
  return rateWaves.reduce((sum, [height, period], lane) => sum + height * of.noise(ms / period, lane + 1), 0)
}

/** Days published by the instant: each at 16:15 New York time on the next business day. */
function knownDays(fromMs: number, atMs: number, everyDay: boolean): number[] {
  const list: number[] = []
  for (let ms = fromMs; ms <= atMs; ms += dayMs) if (everyDay || !isWeekend(ms)) list.push(ms)
  while (list.length > 0 && publishedMs(list[list.length - 1] as number) > atMs) list.pop()
  return list
}

function publishedMs(ms: number): number {
  let next = ms + dayMs
  while (isWeekend(next) || isHoliday(next)) next += dayMs
  return DateTime.fromISO(isoDay(next), {zone: newYork}).set({hour: 16, minute: 15}).toMillis()
}

/** The first day of each month from 1990 to the instant. */
function monthsUntil(atMs: number): {date: string; ms: number}[] {
  const list: {date: string; ms: number}[] = []
  for (let n = 0; ; n++) {
    const ms = Date.UTC(1990, n, 1)
    if (ms > atMs) return list
    list.push({date: isoDay(ms), ms})
  }
}

/** Keeps the values of a function of the day: a series asks for the same days at each instant. */
function kept<Value>(of: (ms: number) => Value): (ms: number) => Value {
  const values = new Map<number, Value>()
  return (ms) => {
    const value = values.get(ms) ?? of(ms)
    values.set(ms, value)
    return value
  }
}

/** A daily series. `everyDay`: also on weekends and holidays. `rate`: in percent, as text. */
function dailyRate(rate: (ms: number) => string, everyDay: boolean): InventedSeries['observations'] {
  return (atMs) => {
    const days = knownDays(firstMs, atMs, everyDay)
    // FRED pads the newest values with zeros since 2026.
    return days.map((ms, n) => {
      const value = `${rate(ms)}${n >= days.length - 6 ? '00000000' : ''}`
      return {date: isoDay(ms), value: !everyDay && isHoliday(ms) ? '.' : value}
    })
  }
}

/**
 * Monthly averages of a daily series. The current month has no value until the second day of the next month.
 */
function monthlyMean(rate: (ms: number) => string, everyDay: boolean): InventedSeries['observations'] {
  const meanOf = kept((ms) => {
    const end = nextMonth(ms)
    const values: number[] = []
    for (let day = ms; day < end; day += dayMs)
      if (everyDay || (!isWeekend(day) && !isHoliday(day))) values.push(Number(rate(day)))
    return (values.reduce((a, b) => a + b, 0) / values.length).toFixed(2)
  })
  return (atMs) => {
    const list = monthsUntil(atMs)
    return list.map(({date, ms}, n) => {
      if (nextMonth(ms) + dayMs + 20.5 * hourMs > atMs) return {date, value: '.'}
      const isNewest = n >= list.length - 2
      return {date, value: `${meanOf(ms)}${isNewest ? '00000000' : ''}`}
    })
  }
}

/** The first day of the month after the one of `ms`. */
function nextMonth(ms: number): number {
  return Date.UTC(new Date(ms).getUTCFullYear(), new Date(ms).getUTCMonth() + 1, 1)
}

function isWeekend(ms: number): boolean {
  const weekday = new Date(ms).getUTCDay()
  return weekday === 0 || weekday === 6
}

/** US bank holidays that fall on a weekday, by rule. */
function isHoliday(ms: number): boolean {
  const date = new Date(ms)
  const day = date.getUTCDate()
  const month = date.getUTCMonth() + 1
  const weekday = date.getUTCDay()
  const nth = Math.ceil(day / 7)
  const monday = (m: number, n: number) => weekday === 1 && month === m && nth === n
  if (
    monday(1, 3) ||
    monday(2, 3) ||
    monday(9, 1) ||
    monday(10, 2) ||
    (weekday === 1 && month === 5 && day > 24)
  )
    return true
  if (month === 11 && weekday === 4 && nth === 4) return true
  const fixed = (m: number, d: number) => month === m && (day === d || (weekday === 1 && day === d + 1))
  return (
    fixed(1, 1) ||
    fixed(7, 4) ||
    fixed(12, 25) ||
    fixed(11, 11) ||
    (date.getUTCFullYear() > 2021 && fixed(6, 19))
  )
}
