import {type Answer, defineProvider, type HttpRequest, type Refusal} from '../define.js'
import {isItem} from '../parse.js'
import {minuteMs} from '../time.js'
import {nextMonth} from './resets.js'

/**
 * CoinGecko with a demo key or without a key. Failed requests count too, because older pages say that each
 * uses a credit.
 */
export const coingecko = defineProvider({
  name: 'coingecko',
  baseUrl: 'https://api.coingecko.com/api/v3',
  credentials: {
    1: 'COINGECKO_API_KEY_1',
    2: 'COINGECKO_API_KEY_2',
    3: 'COINGECKO_API_KEY_3',
    4: 'COINGECKO_API_KEY_4',
  },
  // The limit is not published. Older pages say 5 to 15.
  keyless: {limits: [{requests: 5, per: 'minute', of: 'address', window: 'sliding'}]},
  authorize: (request, secret) => ({...request, headers: {...request.headers, 'x-cg-demo-api-key': secret}}),
  limits: [
    {requests: 30, per: 'minute', of: 'credential', window: 'sliding'}, // newer pages say 100
    {requests: 10_000, per: 'month', of: 'credential', window: {startsAt: 'first of month UTC'}},
  ],
  settings: [
    {
      variable: 'COINGECKO_REQUESTS_PER_MINUTE',
      per: 'minute',
      of: 'credential',
      doc: 'requests per minute and key (30; newer pages of the provider say 100)',
    },
    {
      variable: 'COINGECKO_REQUESTS_PER_MONTH',
      per: 'month',
      of: 'credential',
      doc: 'requests per month and key (10,000 on the demo plan)',
    },
    {
      variable: 'COINGECKO_KEYLESS_REQUESTS_PER_MINUTE',
      per: 'minute',
      of: 'address',
      doc: 'requests per minute without a key (5; the provider publishes no number)',
    },
  ],
  refusal,
  maxBytes: 24_000_000, // every derivatives contract in one answer: 0.6 MB in 2021, many times that since
})

/** The pattern of an id of CoinGecko; a few ids have blanks and brackets. */
export const ids = /^[\x20-\x7e]+$/
/** The pattern of a symbol or a contract: coins are also named in Chinese, or by a picture. */
export const coinSymbols = /^[^\p{Cc}\p{Zl}\p{Zp}]+$/u

/** One page of the coin list in USD, largest first. An empty page marks the end. */
export function coinMarkets(page: number, perPage = 250): HttpRequest {
  return {
    path: '/coins/markets',
    query: {
      vs_currency: 'usd',
      order: 'market_cap_desc',
      per_page: perPage,
      page,
      sparkline: 'false',
      price_change_percentage: '24h',
      include_rehypothecated: 'true', // wrapped and staked tokens have a rank of their own since 2026-02
    },
  }
}

export function globalMarket(): HttpRequest {
  return {path: '/global'}
}

/** The number of pairs on one page of a coin's quotes. */
export const tickersPerPage = 100

/**
 * One page of a coin's quotes on some exchanges. The largest volumes come first, so that a bound on pages
 * omits the smallest.
 */
export function coinTickers(id: string, exchangeIds: string, page = 1): HttpRequest {
  return {
    path: `/coins/${segment(id)}/tickers`,
    query: {
      exchange_ids: exchangeIds === '' ? undefined : exchangeIds,
      include_exchange_logo: 'false',
      depth: 'false',
      order: 'volume_desc',
      page,
    },
  }
}

/**
 * One coin's profile, without the parts that are not stored. The whole answer of a large coin exceeds 120 kB.
 */
export function coinProfile(id: string): HttpRequest {
  return {
    path: `/coins/${segment(id)}`,
    query: {
      localization: 'false',
      tickers: 'false',
      market_data: 'true',
      community_data: 'true',
      developer_data: 'true',
      sparkline: 'false',
    },
  }
}

/** Every contract of every derivatives exchange in one answer. */
export function derivatives(): HttpRequest {
  return {path: '/derivatives'}
}

/** Id and name of every exchange. */
export function exchangesList(): HttpRequest {
  return {path: '/exchanges/list'}
}

/** An id as one segment of a path. An id of dots only is escaped, because it would lead to another folder. */
function segment(id: string): string {
  return /^\.+$/.test(id) ? id.replaceAll('.', '%2E') : encodeURIComponent(id)
}

function refusal(answer: Answer): Refusal | undefined {
  const at = answer.at.getTime()
  const minuteLater = new Date(at + minuteMs)
  if (answer.json === undefined) {
    const page = answer.text.slice(0, 20_000)
    // a page, or the text "error code: 1015" alone
    if ((!/^\s*</.test(page) && page.length > 200) || !/cloudflare|error (code:? )?10\d\d/i.test(page))
      return undefined
    if (/\b1015\b|being rate limited/i.test(page))
      return {next: 'wait', until: minuteLater, why: 'its network limits this address (error 1015)'}
    if (/\b1020\b|access denied|restrict access|just a moment/i.test(page))
      return {
        next: 'stop',
        of: 'request',
        why: 'its network blocks this address (error 1020): try from another network',
      }
    return undefined
  }
  const error = errorOf(answer.json)
  if (error === undefined) return undefined
  const {code, message: why} = error
  if (/month(ly)?\b.*(limit|credit|quota)|(limit|credit|quota)\S* .*month/i.test(why.slice(0, 1_000)))
    return {next: 'spent', until: nextMonth(answer.at), why}
  if (code === '429' || /rate limit|throttled|too many requests/i.test(why))
    return {next: 'wait', until: minuteLater, why}
  if (code === '404' || /not found/i.test(why)) return {next: 'skip', why}
  if (/^5\d\d$/.test(code)) return {next: 'wait', of: 'request', why}
  // 10010 and 10011: the key belongs to the other kind of plan. 10002: the request had no key. 10005 and
  // 10012: the plan does not include the endpoint.
  if (
    code === '10010' ||
    code === '10011' ||
    /invalid api key|api key (is )?(invalid|disabled|expired)/i.test(why)
  )
    return {next: 'stop', why}
  return {next: 'stop', of: 'request', why}
}

/**
 * Reads the three shapes of an error: `{error: text}`, `{status: {error_code, error_message}}` (the code may
 * be one level up), `{error: {status: ...}}`.
 */
function errorOf(body: unknown): {code: string; message: string} | undefined {
  if (!isItem(body)) return undefined
  if (typeof body['error'] === 'string') return {code: textOf(body['status']), message: body['error']}
  const inner = isItem(body['error']) ? body['error'] : body
  const status = inner['status']
  if (!isItem(status) || !('error_message' in status || 'error_code' in status)) return undefined
  return {
    code: textOf(status['error_code'] ?? body['error_code']),
    message: textOf(status['error_message']).trim() || `error ${textOf(status['error_code'])}`,
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
