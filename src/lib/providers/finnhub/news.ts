/** Articles of Finnhub: what is in one, which days to ask for, and how a cut answer is completed. */
import type {HttpRequest} from '../../define.js'
import {UnexpectedBody} from '../../errors.js'
import {epochSeconds, filled, isItem, isoTime, list, must, textOrNull} from '../../parse.js'
import {plainText} from '../../plain-text.js'
import {dayMs, isoDay} from '../../time.js'
import {companyNews} from '../finnhub.js'

export interface Article {
  category: string | null
  headline: string | null
  image: string | null
  related: string | null
  source: string | null
  summary: string | null
  url: string
  published: string
}

/**
 * The items of an answer of one of the two endpoints: only that of /company-news has the category `company`.
 * Throws UnexpectedBody.
 */
export function articlesIn(body: unknown, kind: 'company' | 'market'): unknown[] {
  const items = list(body, 'headline')
  const isCompany = (item: unknown) => isItem(item) && item['category'] === 'company'
  if (kind === 'company' && items.length > 0 && !items.some(isCompany))
    throw new UnexpectedBody('no article has the category "company": is this the answer of another endpoint?')
  if (kind === 'market' && items.length > 0 && items.every(isCompany))
    throw new UnexpectedBody('every article has the category "company": these are news of one company')
  return items
}

/**
 * Throws when the article cannot be placed: no address, no instant, or one that has not come yet. `at`: when
 * the answer came.
 */
export function articleOf(item: unknown, at: Date): Article {
  const published = instantOf(item)
  if (Date.parse(published) > at.getTime() + dayMs)
    throw new Error(`it is dated ${published}, after the answer`)
  return {
    category: textOrNull(must(item, 'category')),
    headline: plain(textOrNull(must(item, 'headline'))),
    image: link(textOrNull(must(item, 'image'))),
    related: textOrNull(must(item, 'related')),
    source: plain(textOrNull(must(item, 'source')))?.trim() ?? null,
    summary: plain(textOrNull(must(item, 'summary'))),
    url: link(filled(item, 'url')) ?? '',
    published,
  }
}

/** Seconds as documented, or an instant with its zone. 0 stands for "unknown". */
function instantOf(item: unknown): string {
  const value = must(item, 'datetime')
  const found = typeof value === 'string' && value.includes('T') ? isoTime(value) : epochSeconds(value)
  if (found === null || Date.parse(found) <= 0 || !/^\d{4}-/.test(found))
    throw new Error('it has no instant of publication')
  return found
}

/** Entities as the characters they stand for; null stays null. */
function plain(text: string | null): string | null {
  return text === null ? null : plainText(text)
}

/** An address that was escaped for HTML leads nowhere. */
function link(address: string | null): string | null {
  return address === null ? null : address.trim().replaceAll('&amp;', '&')
}

/** What is known of a company's news, in UTC days. */
export interface Watermark {
  /** The day to go on from: that of the newest article, or the first that was asked for. */
  day: string | null
  /** While pages of an answer follow: the day to go on from once the last of them is there. */
  newest?: string
}

/**
 * Where to go on after a page. Pages walk back from the newest article, so until the last one is there the
 * day stays the first of the walk: a run that is stopped in between begins again. Articles without an instant
 * do not count, and those that are dated after the days asked for do not either: once their day has come they
 * would hide what was written until then.
 */
export function newestDay(body: unknown, cursor: Watermark | null, request: HttpRequest): Watermark {
  const [from, to] = [String(request.query?.['from']), String(request.query?.['to'])]
  const days = daysOf(body).filter((day) => day <= to)
  const newest =
    [from, ...(cursor?.newest === undefined ? [] : [cursor.newest]), ...days].sort().at(-1) ?? from
  return rest(body, request) === undefined ? {day: newest} : {day: from, newest}
}

/**
 * News of whole days from the watermark on. One that lies outside of the days that may be asked for is not
 * believed.
 */
export function newsSince(
  symbol: string,
  cursor: Watermark | null,
  {first, oldest = first, to}: {first: string; oldest?: string; to: string},
): HttpRequest {
  const seen = cursor?.day ?? null
  return companyNews(symbol, seen !== null && seen >= oldest && seen <= to ? seen : first, to)
}

/** As many articles may be all that fit: answers of 246 and of 250 are known. */
const maybeCut = 200

/**
 * The request that completes an answer. A long one may be cut, newest first, so the days down to the oldest
 * that it reaches are asked for again, that day included, since its end may be missing: at most one request
 * per day. A class share without news is asked for in the other spelling, because a wrong one has none
 * either.
 */
export function rest(body: unknown, {query = {}}: HttpRequest): HttpRequest | undefined {
  const [symbol, from, to] = [String(query['symbol']), String(query['from']), String(query['to'])]
  const items = list(body, 'headline')
  if (items.length === 0)
    return symbol.includes('.') ? companyNews(symbol.replace('.', '-'), from, to) : undefined
  if (items.length < maybeCut) return undefined
  // A tenth may be misdated or out of order without days being passed over.
  const reached = daysOf(body)[Math.floor(items.length / 10)] ?? to
  const until = reached < to ? reached : dayBefore(to)
  return until < from ? undefined : companyNews(symbol, from, until)
}

/** UTC days of the articles, oldest first. */
function daysOf(body: unknown): string[] {
  return list(body, 'headline')
    .flatMap((item) => publishedOf(item)?.slice(0, 10) ?? [])
    .sort()
}

/** When an article was published, if it tells. */
export function publishedOf(item: unknown): string | undefined {
  try {
    return instantOf(item)
  } catch {
    return undefined
  }
}

/** `2026-11-23`, `days` later. */
export function dayOf(at: Date, days = 0): string {
  return isoDay(at.getTime() + days * dayMs)
}

const dayBefore = (day: string): string => dayOf(new Date(`${day}T00:00:00Z`), -1)
