/** What the fixed jobs of the schedule reserve: what they claim, else what their declarations tell. */
import {demandsOf, type Demand} from '../schedule/quota-check.js'
import type {ScheduledLine} from '../schedule/jobs.js'

/** A claim that may give way is divided by the planner, so it reserves nothing and is left out. */
export function reservedDemands(lines: readonly ScheduledLine[]): Demand[] {
  return demandsOf(
    lines.map((line): ScheduledLine => {
      const {claim} = line
      if (claim === undefined) return line
      return {...line, requests: claim.everyDays === claim.atLeastEveryDays ? claim.requests : undefined}
    }),
  )
}
