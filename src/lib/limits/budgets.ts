/**
 * What the jobs of a provider with a day's or a month's limit want of it, the most valuable first. Data only:
 * `planner.ts` divides. A provider that is not named here has room for everything that is scheduled.
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
  /**
   * It runs every hour and takes whatever nobody else needs. What it wants is then known from its last run,
   * and no place is kept for it while it has nothing due.
   */
  takesLeftovers?: boolean
  /**
   * Label of a key that is kept for it: while that is set, it shares with the others only what the provider
   * counts by address.
   */
  ownKey?: string
  /** What it is worth, in words: the order of the list, explained. */
  worth: string
}

export const budgets: Readonly<Record<string, readonly Claim[]>> = {
  'alpha-vantage': [
    {
      unit: 'earnings-calendar',
      requests: 1,
      everyDays: 1,
      atLeastEveryDays: 1,
      worth: 'the report dates of the whole market for one request; balance sheets and news follow them',
    },
    {
      unit: 'top-gainers',
      requests: 1,
      everyDays: 1,
      atLeastEveryDays: 1,
      worth: 'sixty movers for one request; a day that is missed cannot be had later',
    },
    {
      unit: 'ipo-calendar',
      requests: 1,
      everyDays: 7,
      atLeastEveryDays: 7,
      worth: 'every expected listing for one request',
    },
    {
      unit: 'balance-sheet',
      requests: 503,
      everyDays: 85,
      atLeastEveryDays: 91,
      takesLeftovers: true,
      worth: 'a company that has just reported has new figures; the others are asked once a quarter',
    },
    {
      unit: 'company-overview',
      requests: 503,
      everyDays: 24,
      atLeastEveryDays: 90,
      takesLeftovers: true,
      worth: 'ratios and estimates move slowly; whatever is left over brings them sooner',
    },
    {
      unit: 'etf-profile',
      requests: 52,
      everyDays: 6,
      atLeastEveryDays: 30,
      takesLeftovers: true,
      worth: 'the holdings of funds change by the week at most',
    },
    {
      unit: 'news-sentiment',
      requests: 25,
      everyDays: 1,
      atLeastEveryDays: 7,
      ownKey: 'news',
      worth:
        'scored news, 25 queries a day, is meant to have a key of its own; without one it gets what is left over',
    },
  ],
  coingecko: [
    {
      unit: 'coingecko-ids',
      requests: 20,
      everyDays: 1,
      atLeastEveryDays: 1,
      worth:
        'every other crypto table joins on it, and it brings the price and rank of 5,000 coins for 20 requests',
    },
    {
      unit: 'coingecko-global',
      requests: 1,
      everyDays: 1,
      atLeastEveryDays: 1,
      worth: 'the whole market for one request',
    },
    {
      unit: 'coingecko-derivatives',
      requests: 1,
      everyDays: 7,
      atLeastEveryDays: 7,
      worth: 'every contract for one request',
    },
    {
      unit: 'coingecko-tickers',
      requests: 385,
      everyDays: 1,
      atLeastEveryDays: 3,
      worth:
        'the premium of Korean exchanges over the world, coin by coin: it changes by the hour and has no other source',
    },
    {
      unit: 'coin-details',
      requests: 1000,
      everyDays: 5,
      atLeastEveryDays: 30,
      worth:
        'descriptions, links and community figures of the first 1,000 coins change slowly, and their prices come with coingecko-ids',
    },
  ],
}
