/** Whom we ask: a provider's facts, one request, its answer, and how it says no. */

/** The label under which requests without a key are counted. */
export const keyless = 'keyless'

/** As large as an answer may be unless its provider says otherwise: 8 MB. */
export const defaultMaxBytes = 8_000_000

/** Where, how to sign in, how often, and how it says no. */
export interface Provider {
  /**
   * `alpha-vantage`: also its path under `FIN_SIMULATOR_URL`, its folder in test/recordings, its name in
   * `provider_requests`.
   */
  name: string
  /** Origin and fixed path prefix, without a trailing slash. */
  baseUrl: string
  /** Label -> environment variable. Absent: the provider needs no key and counts the address. */
  credentials?: Readonly<Record<string, string>>
  /** The provider also answers without a key; its limit is then counted for the label `keyless`. */
  keyless?: boolean
  /** Adds the secret to a request. Never called for a keyless request. */
  authorize?(request: HttpRequest, secret: string): HttpRequest
  /** Headers sent with every request, e.g. the User-Agent that a provider demands. */
  headers?: Readonly<Record<string, string>>
  /** Stated once, here. A keyless provider may have its own. */
  limits: readonly Limit[]
  /** Limits without a key, where they differ. */
  keylessLimits?: readonly Limit[]
  /** Environment variables that let a user set a limit to what their plan allows. */
  settings?: readonly LimitSetting[]
  /** Recognises a "no" in any form, also with status 200. Undefined: the answer is not a refusal. */
  refusal?(answer: Answer): Refusal | undefined
  /** How it counts, where `limits` alone do not tell. */
  accounting?: Accounting
  /** Largest body accepted, in bytes after decompression; default: `defaultMaxBytes`. */
  maxBytes?: number
}

/** How a provider counts that sells plans, bills by what it returns, or tells what is left. */
export interface Accounting {
  /** Further limits, each of one credential: what the plan that the user states for it allows. */
  plans?(env: Readonly<Record<string, string | undefined>>): readonly Limit[]
  /** Environment variables that `plans` reads. */
  settings?: readonly {variable: string; doc: string}[]
  /**
   * What an answer really cost, a refusal and an error too, where a request's `cost` is only the most it can
   * be; what is left out stays as reserved.
   */
  spent?(answer: Answer): Cost
  /**
   * Until when to ask nothing after an answer that was given, because its headers say that little is left;
   * undefined: no need.
   */
  holdsUntil?(answer: Answer): Date | undefined
}

export interface HttpRequest {
  /** Path below `baseUrl`, starting with `/`. */
  path: string
  query?: Readonly<Record<string, string | number | undefined>>
  headers?: Readonly<Record<string, string>>
  /**
   * How the body reaches `parse`: JSON with numbers as text (the default), the text itself, either (by its
   * first character), or a list (204: empty).
   */
  as?: 'json' | 'text' | 'either' | 'list'
  /** The most this request can cost in the provider's other units; requests always cost one. */
  cost?: Cost
  /** Label of the one key that may be used. */
  credential?: string
}

/** One answer as the door received it; `json` is set when the body is JSON. */
export interface Answer {
  status: number
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>
  text: string
  /** Parsed losslessly (numbers are text), or undefined when the body is no JSON. */
  json: unknown
  /** When it arrived, on the run's clock. */
  at: Date
}
export type QuotaUnit = 'requests' | 'posts' | 'usd'
/** In a provider's units beside requests: posts read, US dollars. */
export type Cost = Partial<Record<'posts' | 'usd', number>>

export interface Limit {
  /** How many `unit`s fit into one window. */
  requests: number
  unit?: QuotaUnit
  per: 'second' | 'minute' | '15 minutes' | '12 hours' | 'day' | 'month'
  /** Whom the provider counts. `address` and `user` add all credentials together. */
  of: 'credential' | 'address' | 'user'
  /** Label of the one credential that it holds for; absent: for each. */
  only?: string
  /** Environment variable without which nothing is allowed: `requests` is 0 until it is set. */
  needs?: string
  /**
   * `sliding`: any trailing window. Otherwise windows start at a wall-clock time: '00:00 America/New_York',
   * 'first of month UTC'.
   */
  window: 'sliding' | {readonly startsAt: string}
}

/** Replaces the number of one limit: `COINGECKO_REQUESTS_PER_MINUTE=100`. */
export interface LimitSetting {
  variable: string
  per: Limit['per']
  unit?: QuotaUnit
  /** Only the limit that counts this; absent: every limit of that `per` and `unit`. */
  of?: Limit['of']
  /** Only a limit of this one credential. */
  only?: string
  doc: string
}

/**
 * What happens next. `wait`: a short-lived limit, ask again at `until`. `spent`: this credential's quota is
 * used up. `skip`: the target does not exist there. `stop`: a person must act. `blocked`: it answers nothing
 * at all from here; nothing is asked for an hour, and twice as long each time that it says so again, up to a
 * day.
 */
export interface Refusal {
  next: 'wait' | 'spent' | 'skip' | 'stop' | 'blocked'
  /** When asking again makes sense, if the provider said so. */
  until?: Date | undefined
  /** In the reader's words; never holds a secret. */
  why: string
  /**
   * Whom it concerns: the credential rests (default), or only this request was refused. A `wait` of a request
   * is an outage of the server, or with `until` a request that is not worth another try before then; its
   * target fails, the others go on.
   */
  of?: 'credential' | 'request'
  /** Also said by mistake, under load: asked once more before a `stop` is believed. */
  unsure?: boolean
}

/** Returns its argument, so that it is checked where it is written. */
export function defineProvider(provider: Provider): Provider {
  return provider
}

/** Every environment variable that states a plan or a limit of the provider. */
export function settingsOf({accounting, settings = []}: Provider): {variable: string; doc: string}[] {
  return [...(accounting?.settings ?? []), ...settings]
}
