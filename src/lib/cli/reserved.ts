/** Requests that the fixed jobs of the schedule reserve: by their claims, else by their declarations. */
import {demandsOf, type ScheduledDemand} from '../schedule/quota-check.js'
import type {ScheduledLine} from '../schedule/jobs.js'

/** The demands of fixed jobs. A claim that can be throttled is left out, because it reserves nothing. */
export function reservedDemands(lines: readonly ScheduledLine[]): ScheduledDemand[] {
  return demandsOf(
    lines.map((line): ScheduledLine => {
      const {claim} = line
      if (claim === undefined) return line
      return {...line, requests: claim.everyDays === claim.atLeastEveryDays ? claim.requests : undefined}
    }),
  )
}
