/** Explains the planner's allocation as text. Pure. */
import {pluralize, formatNumber} from '../text.js'
import type {QuotaPlan, Allocation} from '../limits/planner.js'

/**
 * The explanation of a plan, line by line. `withOneMore` is the plan with one more key; its effect is
 * explained.
 */
export function explain(
  {
    provider,
    credentials,
    byAddress,
    perDay,
    wishedPerDay,
    monthDays,
    credentialsForAll,
    allocations,
  }: QuotaPlan,
  withOneMore?: QuotaPlan,
): string[] {
  if (perDay === Infinity) return [`${provider} limits no day and no month: nothing has to be divided.`]
  const fits = allocations.every(({isThrottled}) => !isThrottled)
  return [
    `${provider} with ${pluralize(credentials, 'key')}${byAddress ? ' from one address, which it counts as well,' : ''} allows ${pluralize(perDay, 'request')} a day (${formatNumber(perDay * monthDays)} in this month of ${monthDays} days); its jobs claim ${formatNumber(wishedPerDay)} (${formatNumber(wishedPerDay * monthDays)}).`,
    ...(fits
      ? ['Everything fits.']
      : [
          `Not everything fits. ${throttledText(allocations)} ${credentialsForAll === undefined ? 'Another key would change nothing.' : `With ${pluralize(credentialsForAll, 'key')} all would fit.`}`.trim(),
        ]),
    ...(withOneMore && !fits && !byAddress ? [gainText(allocations, withOneMore.allocations)] : []),
    ...allocations.map(
      (allocation) =>
        `${allocation.job}: ${rateText(allocation)}${allocation.isReserved ? ', reserved' : allocation.takesLeftovers ? ', and requests that no other job needs' : ''}: ${allocation.why}.`,
    ),
  ]
}

/** The effect of one more key, job by job. */
function gainText(now: readonly Allocation[], withOneMore: readonly Allocation[]): string {
  const gains = now.flatMap((allocation, at) => {
    const more = withOneMore[at]
    if (!more || more.perDay <= allocation.perDay * (1 + 1e-9)) return []
    return [
      `${allocation.job} every ${days(more.everyDays)} instead of ${Number.isFinite(allocation.everyDays) ? `every ${days(allocation.everyDays)}` : 'never'}`,
    ]
  })
  return gains.length === 0 ? 'One more key would change nothing.' : `One more key: ${gains.join('; ')}.`
}

/** The throttled jobs, the largest rank first. */
function throttledText(allocations: readonly Allocation[]): string {
  const names = allocations
    .filter(({isThrottled}) => isThrottled)
    .map(({job}) => job)
    .toReversed()
  return names.length === 1
    ? `${names[0]} is throttled.`
    : `${names[0]} is throttled first, then ${names.slice(1).join(', then ')}.`
}

function rateText(allocation: Allocation): string {
  const {requests, wishedEveryDays, everyDays, perDay} = allocation
  const claimed = `${pluralize(requests, 'request')} every ${days(wishedEveryDays)}`
  if (!allocation.isThrottled) return claimed
  return perDay === 0
    ? `nothing instead of ${claimed}`
    : `${pluralize(requests, 'request')} every ${days(everyDays)} instead of every ${days(wishedEveryDays)} (${formatNumber(perDay)} a day)`
}

function days(exact: number): string {
  const n = Math.round(exact * 1e6) / 1e6
  if (n === 1) return 'day'
  return n < 3 && !Number.isInteger(n)
    ? pluralize(Math.round(n * 24), 'hour')
    : `${n.toLocaleString('en-US', {maximumFractionDigits: 1})} days`
}
