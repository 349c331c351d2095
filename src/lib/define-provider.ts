/** The types of a provider: its facts, one request, its answer, and its refusals. */

/** The label under which requests without a credential are counted. */
export const keyless = 'keyless'

/** Largest body accepted from a provider that does not set `maxBytes`: 8 MB. */
export const defaultMaxBytes = 8_000_000

/** A company or site that fin requests data from: address, sign-in, limits and refusals. */
export interface Provider {
  /**
   * `alpha-vantage`: also its path below `FIN_SIMULATOR_URL`, its folder in test/recordings, and its name in
   * `provider_requests`.
   */
  name: string
  /** Origin and fixed path prefix, without a trailing slash. */
  baseUrl: string
  /** Label -> environment variable. Absent: the provider needs no credential and counts the address. */
  credentials?: Readonly<Record<string, string>>
  /**
   * The provider also answers without a credential. Such requests are counted for the label `keyless`,
   * against limits of their own if there are any.
   */
  keyless?: {limits?: readonly Limit[]}
  /** Adds the secret to a request. Never called for a keyless request. */
  authorize?(request: HttpRequest, secret: string): HttpRequest
  /** Headers sent with every request, such as the User-Agent that a provider demands. */
  headers?: Readonly<Record<string, string>>
  /** Limits of requests with a credential; of all requests if `keyless` states none. */
  limits: readonly Limit[]
  /** Environment variables that let a user set a limit to what their plan allows. */
  settings?: readonly LimitSetting[]
  /** Recognises a refusal in any form, also with status 200; undefined if the answer is not a refusal. */
  refusal?(answer: Answer): Refusal | undefined
  /** How the provider counts, if `limits` alone do not describe it. */
  accounting?: Accounting
  /** Largest body accepted, in bytes after decompression; default: `defaultMaxBytes`. */
  maxBytes?: number
}

/** The counting of a provider that sells plans, bills by what it returns, or reports what is left. */
export interface Accounting {
  /** Additional limits, each of one credential, from the plan that the user states for it. */
  plans?(env: Readonly<Record<string, string | undefined>>): readonly Limit[]
  /** Environment variables that `plans` reads. */
  settings?: readonly {variable: string; doc: string}[]
  /**
   * The actual cost of an answer, also of a refusal or an error, if the `cost` of a request is only an upper
   * bound. A unit that is left out stays as reserved.
   */
  spent?(answer: Answer): Cost
  /**
   * The end of a pause after a successful answer whose headers report that few requests are left; undefined
   * if no pause is needed.
   */
  holdsUntil?(answer: Answer): Date | undefined
}

export interface HttpRequest {
  /** Path below `baseUrl`, starting with `/`. */
  path: string
  query?: Readonly<Record<string, string | number | undefined>>
  headers?: Readonly<Record<string, string>>
  /**
   * The form in which `parse` gets the body: JSON with numbers as text (the default), the text itself, either
   * (by its first character), or a list (empty for status 204).
   */
  as?: 'json' | 'text' | 'either' | 'list'
  /** The most this request can cost in the provider's other units; requests always cost one. */
  cost?: Cost
  /** Label of the one credential that may be used. */
  credential?: string
}

/** One answer of a provider. */
export interface Answer {
  status: number
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>
  text: string
  /** The body parsed without loss (numbers are text); undefined if the body is not JSON. */
  json: unknown
  /** When it arrived, on the run's clock. */
  at: Date
}

export type QuotaUnit = 'requests' | 'posts' | 'usd'

/** An amount in the provider's units beside requests: posts read, US dollars. */
export type Cost = Partial<Record<'posts' | 'usd', number>>

export interface Limit {
  /** How much fits into one window, counted in `unit`. */
  requests: number
  unit?: QuotaUnit
  per: 'second' | 'minute' | '15 minutes' | '12 hours' | 'day' | 'month'
  /** The unit of counting: `address` and `user` add all credentials together. */
  of: 'credential' | 'address' | 'user'
  /** Label of the one credential that the limit applies to; absent: it applies to each. */
  credential?: string
  /** Environment variable that must be set before anything is allowed; until then `requests` is 0. */
  needs?: string
  /**
   * `sliding`: any trailing window. Otherwise windows start at a wall-clock time: '00:00 America/New_York',
   * 'first of month UTC'.
   */
  window: 'sliding' | {readonly startsAt: string}
}

/** An environment variable that replaces the number of a limit: `COINGECKO_REQUESTS_PER_MINUTE=100`. */
export interface LimitSetting {
  variable: string
  per: Limit['per']
  unit?: QuotaUnit
  /** Applies only to the limit that counts by this; absent: to every limit of that `per` and `unit`. */
  of?: Limit['of']
  /** Applies only to a limit of this one credential. */
  credential?: string
  doc: string
}

/** A refusal, and what fin does about it. */
export interface Refusal {
  /**
   * `wait`: a short-lived limit; request again at `until`. `spent`: the quota of the credential is used up.
   * `skip`: the provider does not know the target. `stop`: a person must act. `blocked`: the provider answers
   * nothing from this address. fin then sends nothing for an hour, doubled at each repetition up to a day.
   */
  next: 'wait' | 'spent' | 'skip' | 'stop' | 'blocked'
  /** Earliest instant at which another request makes sense, if the provider stated one. */
  until?: Date | undefined
  /** The reason, as text for the user; never holds a secret. */
  why: string
  /**
   * `credential` (default): a cooldown of the credential begins. `request`: only this request was refused;
   * the credential gets no cooldown. With `next: 'wait'` the same request is tried again, not before `until`.
   * Otherwise, or if `until` is more than a minute away, its target fails, and the run continues.
   */
  of?: 'credential' | 'request'
  /**
   * The provider also gives this refusal by mistake, under load: fin tries once more before it accepts
   * `stop`.
   */
  unsure?: boolean
  /**
   * The provider requires a sign-in. For a request with a credential this means that the credential is
   * refused.
   */
  asksSignIn?: boolean
  /** The next step for the user after `stop`; by default it depends on `of`. */
  nextStep?: string
}

/** Returns its argument, so that its type is checked where it is written. */
export function defineProvider(provider: Provider): Provider {
  return provider
}

/** Every environment variable that states a plan or a limit of the provider. */
export function settingsOf({accounting, settings = []}: Provider): {variable: string; doc: string}[] {
  return [...(accounting?.settings ?? []), ...settings]
}
