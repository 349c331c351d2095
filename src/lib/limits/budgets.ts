/**
 * What the jobs of a provider want from its day or month, the most valuable first. Data only: `planner.ts` divides.
 * A provider that is not named here has room for everything that is scheduled.
 */

/** One job's claim on a provider's quota. */
export interface Claim {
  unit: string
  /** Requests of one run, or of one round over all its targets. */
  requests: number
  /** How often that is wished for. */
  everyDays: number
  /** The slowest that is still of use. As often as wished: the claim is reserved and gives no way. */
  atLeastEveryDays: number
  /** What it is worth, in words: the order of the list, explained. */
  worth: string
}

export const budgets: Readonly<Record<string, readonly Claim[]>> = {
  coingecko: [
    {
      unit: 'coingecko-ids', requests: 20, everyDays: 1, atLeastEveryDays: 1,
      worth: 'every other crypto table joins on it, and it brings the price and rank of 5,000 coins for 20 requests',
    },
    {unit: 'coingecko-global', requests: 1, everyDays: 1, atLeastEveryDays: 1, worth: 'the whole market for one request'},
    {unit: 'coingecko-derivatives', requests: 1, everyDays: 7, atLeastEveryDays: 7, worth: 'every contract for one request'},
    {
      unit: 'coingecko-tickers', requests: 385, everyDays: 1, atLeastEveryDays: 3,
      worth: 'the premium of Korean exchanges over the world, coin by coin: it changes by the hour and has no other source',
    },
    {
      unit: 'coin-details', requests: 1000, everyDays: 5, atLeastEveryDays: 30,
      worth: 'descriptions, links and community figures of the first 1,000 coins change slowly, and their prices come with coingecko-ids',
    },
  ],
}
