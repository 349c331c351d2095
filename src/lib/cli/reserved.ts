/** Requests that the fixed jobs of the schedule reserve: by their claims, else by their declarations. */
import {demandsOf, type ScheduledDemand} from '../schedule/quota-check.js'
import type {LoadedLine} from '../schedule/lines.js'

/** The demands of fixed jobs. A claim that can be throttled is left out, because it reserves nothing. */
export function reservedDemands(lines: readonly LoadedLine[]): ScheduledDemand[] {
  return demandsOf(
    lines.map((line): LoadedLine => {
      const {claim} = line
      if (claim === undefined) return line
      return {...line, requests: claim.everyDays === claim.atLeastEveryDays ? claim.requests : undefined}
    }),
  )
}
