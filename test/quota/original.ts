/**
 * The rules that fin replaces, on the same simulator: fixed times, credentials alternating by request, no
 * shared quota, positions that move by requested targets, limits recognised by some jobs only. No part of fin
 * takes part.
 */
import type {Simulator} from '../../src/simulator/server.js'
import {dayMs} from '../../src/lib/time.js'

interface Credentials {
  general: readonly [string, string]
  news: string
}

/** Symbols in the spelling of the provider, and the news queries of each weekday; 0 is Sunday. */
interface Lists {
  members: readonly string[]
  funds: readonly string[]
  queries: readonly (readonly Readonly<Record<string, string>>[])[]
}

/** Called with an answer that has data: the parameters of its request, and its text. */
export type Answered = (params: Readonly<Record<string, string>>, text: string) => Promise<void>

/** Plays `days` days from the instant of the simulator on. */
export async function playOriginal(
  {clock, url}: Simulator,
  days: number,
  {general: [one, two], news}: Credentials,
  lists: Lists,
  answered: Answered,
): Promise<void> {
  const goTo = (ms: number) => clock.change({advanceMs: Math.max(0, ms - clock.nowMs())})
  /** The text of the answer, after the pause that the job makes. */
  const request = async (
    credential: string,
    params: Record<string, string>,
    pauseMs: number,
  ): Promise<string> => {
    const answer = await fetch(
      `${url}/alpha-vantage/query?${new URLSearchParams({...params, apikey: credential})}`,
    )
    clock.change({advanceMs: pauseMs})
    const text = await answer.text()
    if (!isLimit(text)) await answered(params, text)
    return text
  }
  const isLimit = (text: string) => /^\s*\{\s*"(Information|Note)"/.test(text)
  const startMs = clock.nowMs()
  const at = (day: number, hour: number) => startMs + day * dayMs + hour * 3_600_000
  const answerMs = 500
  let overview = 0
  let sheet = 0
  const profiled = new Set<string>()
  for (let day = 0; day < days; day++) {
    const weekday = new Date(at(day, 0)).getUTCDay()
    goTo(at(day, 0))
    if (weekday === 2) {
      // weekly: 20 companies, 15 seconds apart; a limit is not noticed, and the position moves on all the
      // same
      for (let n = 0; n < 20; n++)
        await request(
          one,
          {function: 'BALANCE_SHEET', symbol: lists.members[(sheet + n) % lists.members.length]!},
          15_000,
        )
      sheet = sheet + 20 >= lists.members.length ? 0 : sheet + 20
    }
    goTo(at(day, 1))
    if (day === 0) {
      await request(one, {function: 'CPI', interval: 'monthly'}, answerMs)
      await request(one, {function: 'FEDERAL_FUNDS_RATE', interval: 'monthly'}, answerMs)
      for (const maturity of ['2year', '10year', '30year'])
        await request(one, {function: 'TREASURY_YIELD', interval: 'monthly', maturity}, answerMs)
      await request(two, {function: 'IPO_CALENDAR'}, answerMs)
    }
    goTo(at(day, 2))
    await request(one, {function: 'EARNINGS_CALENDAR', horizon: '12month'}, answerMs)
    goTo(at(day, 4))
    // 25 queries without a pause, the 50 newest articles of each; only the older wording of a limit would end
    // them
    for (const query of lists.queries[weekday]!)
      await request(news, {function: 'NEWS_SENTIMENT', ...query}, answerMs)
    goTo(at(day, 6))
    // 20 companies, 30 seconds apart, the credentials alternating by request; the first limit ends the run,
    // and the position moves by successes
    let successes = 0
    for (let n = 0; n < 20; n++) {
      const answer = await request(
        n % 2 === 0 ? one : two,
        {function: 'OVERVIEW', symbol: lists.members[(overview + n) % lists.members.length]!},
        30_000,
      )
      if (isLimit(answer)) break
      successes++
    }
    overview = (overview + successes) % lists.members.length
    goTo(at(day, 8))
    // 25 funds without a profile, 12 seconds apart; a fund with a profile is never requested again
    for (const symbol of lists.funds.filter((fund) => !profiled.has(fund)).slice(0, 25)) {
      if (isLimit(await request(two, {function: 'ETF_PROFILE', symbol}, 12_000))) break
      profiled.add(symbol)
    }
    goTo(at(day, 22))
    await request(two, {function: 'TOP_GAINERS_LOSERS'}, answerMs)
  }
  goTo(at(days, 0))
}
