/**
 * What the fixed jobs of the schedule reserve: the planner's own figures where it has them, else what the
 * units declare.
 */
import {budgets} from '../limits/budgets.js'
import {demandsOf, type Demand} from '../schedule/proof.js'
import type {ScheduledLine} from '../schedule/units.js'

/** A claim that may give way is divided by the planner, so it reserves nothing and is left out. */
export function reservedDemands(lines: readonly ScheduledLine[]): Demand[] {
  return demandsOf(
    lines.map((line): ScheduledLine => {
      const claim = budgets[line.provider?.name ?? '']?.find(({unit}) => unit === line.unit)
      if (claim === undefined) return line
      return {...line, requests: claim.everyDays === claim.atLeastEveryDays ? claim.requests : undefined}
    }),
  )
}
