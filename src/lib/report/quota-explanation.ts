/** The planner's split in words. Pure. */
import {pluralize, formatNumber} from '../text.js'
import type {Plan, Allocation} from '../limits/planner.js'

/**
 * The split in words, one line each. `further`: the plan with one more key, of which it says what that would
 * change.
 */
export function explain(
  {
    provider,
    credentials: keys,
    byAddress,
    perDay,
    wishedPerDay,
    monthDays,
    credentialsForAll: keysForAll,
    allocations: shares,
  }: Plan,
  further?: Plan,
): string[] {
  if (perDay === Infinity) return [`${provider} limits no day and no month: nothing has to be divided.`]
  const fits = shares.every(({isThrottled: givesWay}) => !givesWay)
  return [
    `${provider} with ${pluralize(keys, 'key')}${byAddress ? ' from one address, which it counts as well,' : ''} allows ${pluralize(perDay, 'request')} a day (${formatNumber(perDay * monthDays)} in this month of ${monthDays} days); its jobs wish for ${formatNumber(wishedPerDay)} (${formatNumber(wishedPerDay * monthDays)}).`,
    ...(fits
      ? ['Everything fits.']
      : [
          `Not everything fits. ${gives(shares)} ${keysForAll === undefined ? 'Another key would change nothing.' : `With ${pluralize(keysForAll, 'key')} all would fit.`}`.trim(),
        ]),
    ...(further && !fits && !byAddress ? [changes(shares, further.allocations)] : []),
    ...shares.map(
      (share) =>
        `${share.job}: ${rate(share)}${share.isReserved ? ', reserved' : share.takesLeftovers ? ', and what nobody else needs' : ''}: ${share.why}.`,
    ),
  ]
}

/** What one more key would change, job by job. */
function changes(shares: readonly Allocation[], further: readonly Allocation[]): string {
  const gains = shares.flatMap((share, at) => {
    const more = further[at]
    if (!more || more.perDay <= share.perDay * (1 + 1e-9)) return []
    return [
      `${share.job} every ${days(more.everyDays)} instead of ${Number.isFinite(share.everyDays) ? `every ${days(share.everyDays)}` : 'never'}`,
    ]
  })
  return gains.length === 0 ? 'One more key would change nothing.' : `One more key: ${gains.join('; ')}.`
}

/** The least valuable job gives way first. */
function gives(shares: readonly Allocation[]): string {
  const names = shares
    .filter(({isThrottled: givesWay}) => givesWay)
    .map(({job: unit}) => unit)
    .toReversed()
  return names.length === 1
    ? `${names[0]} gives way.`
    : `${names[0]} gives way first, then ${names.slice(1).join(', then ')}.`
}

function rate(share: Allocation): string {
  const wish = `${pluralize(share.requests, 'request')} every ${days(share.wishedEveryDays)}`
  if (!share.isThrottled) return wish
  return share.perDay === 0
    ? `nothing instead of ${wish}`
    : `${pluralize(share.requests, 'request')} every ${days(share.everyDays)} instead of every ${days(share.wishedEveryDays)} (${formatNumber(share.perDay)} a day)`
}

function days(exact: number): string {
  const n = Math.round(exact * 1e6) / 1e6
  if (n === 1) return 'day'
  return n < 3 && !Number.isInteger(n)
    ? pluralize(Math.round(n * 24), 'hour')
    : `${n.toLocaleString('en-US', {maximumFractionDigits: 1})} days`
}
