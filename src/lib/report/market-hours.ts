/** The rows of `fin query market-hours`, from the calendar of the exchanges in New York. Pure. */
import {NeedsPerson} from '../errors.js'
import {firstDay} from '../market/holidays.js'
import {marketDay, wallHours} from '../market/hours.js'
import {dayMs, isoDay} from '../time.js'

interface MarketHours {
  /** The day in New York. */
  day: string
  state: string
  /** Null for a closed day, like `closes_at` and `seoul`. */
  opens_at: string | null
  closes_at: string | null
  /** `23:30-06:00`: the session on the wall clock of Seoul. */
  seoul: string | null
  /** The reason for a closed day or an early close; null for a usual session. */
  note: string | null
}

/** The last day that the text of a day can name. */
const lastMs = Date.parse('9999-12-31')

/** One row for each calendar day. Throws NeedsPerson for a day before the first one of the calendar. */
export function* marketHours(since: string, days: number): Generator<MarketHours> {
  if (since < firstDay)
    throw new NeedsPerson(`--since is "${since}", and the calendar of the exchanges begins at ${firstDay}`, {
      nextStep: `Give a day from ${firstDay} on.`,
    })
  const firstMs = Date.parse(since)
  for (let ms = firstMs; ms < firstMs + days * dayMs && ms <= lastMs; ms += dayMs) {
    const day = isoDay(ms)
    const {state, session, reason} = marketDay(day)
    yield {
      day,
      state,
      opens_at: session?.opens.toISOString() ?? null,
      closes_at: session?.closes.toISOString() ?? null,
      seoul: session ? wallHours(session, 'Asia/Seoul') : null,
      note: reason ?? null,
    }
  }
}
