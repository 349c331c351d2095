/** Articles of Finnhub: their fields, the days to request, and the requests that complete a cut answer. */
import type {HttpRequest} from '../../define.js'
import {UnexpectedBody} from '../../errors.js'
import {plainCode} from '../../codes.js'
import {described, epochSeconds, filled, isItem, isoTime, list, must, textOrNull} from '../../parse.js'
import {plainText} from '../../plain-text.js'
import {dayMs, isoDay} from '../../time.js'
import {newsOfCompany} from '../finnhub.js'

export interface FinnhubArticle {
  category: string | null
  headline: string | null
  image: string | null | undefined
  related: string | null | undefined
  source: string | null | undefined
  summary: string | null | undefined
  url: string
  published: string
}

/**
 * The items of an answer of one endpoint. Throws UnexpectedBody for the answer of the other one: only items
 * of /company-news have the category `company`.
 */
export function finnhubArticles(body: unknown, kind: 'company' | 'market'): unknown[] {
  const items = list(body, 'headline')
  const isCompany = (item: unknown) => isItem(item) && item['category'] === 'company'
  if (kind === 'company' && items.length > 0 && !items.some(isCompany))
    throw new UnexpectedBody('no article has the category "company": is this the answer of another endpoint?')
  if (kind === 'market' && items.length > 0 && items.every(isCompany))
    throw new UnexpectedBody('every article has the category "company": these are news of one company')
  return items
}

/**
 * The fields of an article. Throws if it has no address, no instant, or one more than a day after `at`, the
 * instant of the answer.
 */
export function finnhubArticle(item: unknown, at: Date): FinnhubArticle {
  const published = instantOf(item)
  if (Date.parse(published) > at.getTime() + dayMs)
    throw new Error(`it is dated ${published}, after the answer`)
  return {
    category: textOrNull(must(item, 'category')),
    headline: plain(textOrNull(must(item, 'headline'))),
    image: described(item, 'image', (value) => link(textOrNull(value))),
    related: described(item, 'related', (value) => codeOrNull(textOrNull(value))),
    source: described(item, 'source', (value) => plain(textOrNull(value))?.trim() ?? null),
    summary: described(item, 'summary', (value) => plain(textOrNull(value))),
    url: link(filled(item, 'url')) ?? '',
    published,
  }
}

/**
 * ISO instant from seconds, as documented, or from an instant with its zone. Throws for 0, which means
 * unknown.
 */
function instantOf(item: unknown): string {
  const value = must(item, 'datetime')
  const found = typeof value === 'string' && value.includes('T') ? isoTime(value) : epochSeconds(value)
  if (found === null || Date.parse(found) <= 0 || !/^\d{4}-/.test(found))
    throw new Error('it has no instant of publication')
  return found
}

function codeOrNull(symbols: string | null): string | null {
  return symbols === null ? null : textOrNull(plainCode(symbols))
}

/** Decodes HTML entities; null stays null. */
function plain(text: string | null): string | null {
  return text === null ? null : plainText(text)
}

/** Removes the HTML escapes from an address, because it does not work with them. */
function link(address: string | null): string | null {
  return address === null ? null : address.trim().replaceAll('&amp;', '&')
}

/** The cursor of a company's news, in UTC days. */
export interface CompanyNewsCursor {
  /** The next run resumes at this day: that of the newest article, or the first requested day. */
  day: string | null
  /** While pages of an answer follow: the day of the newest article, for `day` after the last page. */
  newest?: string
}

/**
 * The cursor after a page. Pages go back from the newest article. So until the last page the day stays the
 * first requested one, and a run that stops in between starts again. Articles without an instant do not
 * count. Articles dated after the requested days do not count either, because they would hide articles before
 * their day.
 */
export function newestDay(
  body: unknown,
  cursor: CompanyNewsCursor | null,
  request: HttpRequest,
): CompanyNewsCursor {
  const [from, to] = [String(request.query?.['from']), String(request.query?.['to'])]
  const days = daysOf(body).filter((day) => day <= to)
  const newest =
    [from, ...(cursor?.newest === undefined ? [] : [cursor.newest]), ...days].sort().at(-1) ?? from
  return nextRequest(body, request) === undefined ? {day: newest} : {day: from, newest}
}

/** Requests news of whole days from the cursor on. A cursor outside of the allowed days is ignored. */
export function newsSince(
  symbol: string,
  cursor: CompanyNewsCursor | null,
  {first, oldest = first, to}: {first: string; oldest?: string; to: string},
): HttpRequest {
  const seen = cursor?.day ?? null
  return newsOfCompany(symbol, seen !== null && seen >= oldest && seen <= to ? seen : first, to)
}

/** An answer with at least this many articles may be cut; cut answers of 246 and of 250 are known. */
const maybeCut = 200

/**
 * The request that completes an answer. A long answer may be cut after the newest articles. The next request
 * then covers the days up to the oldest one in it, including that day, because articles of it may be missing.
 * That is at most one request per day. A class share without news is requested in the other spelling, because
 * a wrong spelling has no news either.
 */
export function nextRequest(body: unknown, {query = {}}: HttpRequest): HttpRequest | undefined {
  const [symbol, from, to] = [String(query['symbol']), String(query['from']), String(query['to'])]
  const items = list(body, 'headline')
  if (items.length === 0)
    return symbol.includes('.') ? newsOfCompany(symbol.replace('.', '-'), from, to) : undefined
  if (items.length < maybeCut) return undefined
  // A tenth of the articles may have a wrong date or order, and still no day is skipped.
  const reached = daysOf(body)[Math.floor(items.length / 10)] ?? to
  const until = reached < to ? reached : dayBefore(to)
  return until < from ? undefined : newsOfCompany(symbol, from, until)
}

/** UTC days of the articles, oldest first. */
function daysOf(body: unknown): string[] {
  return list(body, 'headline')
    .flatMap((item) => publishedOf(item)?.slice(0, 10) ?? [])
    .sort()
}

/** The instant of an article; undefined if it cannot be read. */
export function publishedOf(item: unknown): string | undefined {
  try {
    return instantOf(item)
  } catch {
    return undefined
  }
}

/** The UTC day `days` after an instant: `2026-11-23`. */
export function dayOf(at: Date, days = 0): string {
  return isoDay(at.getTime() + days * dayMs)
}

const dayBefore = (day: string): string => dayOf(new Date(`${day}T00:00:00Z`), -1)
