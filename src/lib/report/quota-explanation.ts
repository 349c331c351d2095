/** Explains the planner's allocation as text. Pure. */
import {pluralize, formatNumber} from '../text.js'
import type {Plan, Allocation} from '../limits/planner.js'

/**
 * The explanation of a plan, line by line. `withOneMore` is the plan with one more key; its effect is
 * explained.
 */
export function explain(
  {provider, keys, byAddress, perDay, wishedPerDay, monthDays, keysForAll, shares}: Plan,
  withOneMore?: Plan,
): string[] {
  if (perDay === Infinity) return [`${provider} limits no day and no month: nothing has to be divided.`]
  const fits = shares.every(({givesWay}) => !givesWay)
  return [
    `${provider} with ${pluralize(keys, 'key')}${byAddress ? ' from one address, which it counts as well,' : ''} allows ${pluralize(perDay, 'request')} a day (${formatNumber(perDay * monthDays)} in this month of ${monthDays} days); its jobs claim ${formatNumber(wishedPerDay)} (${formatNumber(wishedPerDay * monthDays)}).`,
    ...(fits
      ? ['Everything fits.']
      : [
          `Not everything fits. ${throttledText(shares)} ${keysForAll === undefined ? 'Another key would change nothing.' : `With ${pluralize(keysForAll, 'key')} all would fit.`}`.trim(),
        ]),
    ...(withOneMore && !fits && !byAddress ? [gainText(shares, withOneMore.shares)] : []),
    ...shares.map(
      (allocation) =>
        `${allocation.unit}: ${rateText(allocation)}${allocation.isReserved ? ', reserved' : allocation.takesLeftovers ? ', and requests that no other job needs' : ''}: ${allocation.why}.`,
    ),
  ]
}

/** The effect of one more key, job by job. */
function gainText(now: readonly Allocation[], withOneMore: readonly Allocation[]): string {
  const gains = now.flatMap((allocation, at) => {
    const more = withOneMore[at]
    if (!more || more.perDay <= allocation.perDay * (1 + 1e-9)) return []
    return [
      `${allocation.unit} every ${days(more.everyDays)} instead of ${Number.isFinite(allocation.everyDays) ? `every ${days(allocation.everyDays)}` : 'never'}`,
    ]
  })
  return gains.length === 0 ? 'One more key would change nothing.' : `One more key: ${gains.join('; ')}.`
}

/** The throttled jobs, the least valuable first. */
function throttledText(shares: readonly Allocation[]): string {
  const names = shares
    .filter(({givesWay}) => givesWay)
    .map(({unit}) => unit)
    .toReversed()
  return names.length === 1
    ? `${names[0]} is throttled.`
    : `${names[0]} is throttled first, then ${names.slice(1).join(', then ')}.`
}

function rateText(allocation: Allocation): string {
  const {requests, wishedEveryDays, everyDays, perDay} = allocation
  const claimed = `${pluralize(requests, 'request')} every ${days(wishedEveryDays)}`
  if (!allocation.givesWay) return claimed
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
