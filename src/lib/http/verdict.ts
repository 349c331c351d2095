/** What an answer means: a body, a refusal, or an error that names provider and target. */
import type {Answer, HttpRequest, Provider, Refusal} from '../define.js'
import {recordIt, TryLater, UnexpectedBody, type FinError} from '../errors.js'
import {BadJson, parseJson} from '../json.js'
import {dayMs} from '../time.js'
import type {Redact} from './redact.js'

export type Verdict = {body: unknown} | {refusal: Refusal} | {error: FinError}

export interface About {
  provider: Provider
  target: string | undefined
  as: HttpRequest['as']
  redact: Redact
}

/** A day: whatever a header says, asking again by then does no harm. */
const longestWaitMs = dayMs
/** As much of an unparsable answer as is kept. */
const keptCharacters = 1_000_000

/**
 * The provider's own wording first, then what every HTTP server means by its status, then the form of the
 * body.
 */
export function judge(answer: Answer, about: About): Verdict {
  const said = troubleOf(answer, about.provider.refusal?.(answer)) ?? byStatus(answer, about.target)
  if (said !== undefined && 'next' in said) {
    return {refusal: {...said, until: untilOf(said, answer), why: clip(about.redact(said.why))}}
  }
  if (said !== undefined)
    return {
      error: new TryLater(`${subject(about)}: ${clip(about.redact(said.later))}`, {
        ...facts(about),
        until: resetTime(answer) ?? said.until,
        nextStep: 'Run the command again later.',
      }),
    }
  if (about.as === 'list' && answer.status === 204) return {body: []}
  const wrong = wrongForm(answer, about.as ?? 'json')
  if (wrong !== undefined) return {error: unexpected(answer, about, wrong)}
  return {
    body:
      about.as === 'text' || (about.as === 'either' && answer.json === undefined) ? answer.text : answer.json,
  }
}

/** `fred (DGS10)`: how every message of the door begins. */
export function subject({provider, target}: Pick<About, 'provider' | 'target'>): string {
  return target === undefined ? provider.name : `${provider.name} (${clip(target, 80)})`
}

export function facts({provider, target}: Pick<About, 'provider' | 'target'>): {
  provider: string
  target: string | undefined
} {
  return {provider: provider.name, target}
}

export function unexpected(answer: Pick<Answer, 'text'>, about: About, what: string): UnexpectedBody {
  const body = about.redact(answer.text.slice(0, keptCharacters + 10_000)).slice(0, keptCharacters)
  return new UnexpectedBody(`${subject(about)}: ${about.redact(what)}`, {
    ...facts(about),
    body,
    nextStep: recordIt,
  })
}

/**
 * An instant at which asking again makes sense: Retry-After in seconds or as a date, or a reset header when
 * nothing is left. Capped at a day.
 */
function resetTime(answer: Answer): Date | undefined {
  const now = answer.at.getTime()
  const after = answer.headers['retry-after']?.trim()
  if (after !== undefined && after !== '') {
    if (/^\d+(\.\d+)?$/.test(after)) return soon(now, Number(after) * 1_000)
    const date = Date.parse(after)
    // Against the server's own clock where it shows one: ours may differ, or be simulated.
    const server = Date.parse(answer.headers['date'] ?? '')
    if (!Number.isNaN(date)) return soon(now, date - (Number.isNaN(server) ? now : server))
  }
  const left = answer.headers['x-rate-limit-remaining'] ?? answer.headers['x-ratelimit-remaining']
  if (answer.status !== 429 && left !== '0') return undefined
  const reset = (answer.headers['x-rate-limit-reset'] ?? answer.headers['x-ratelimit-reset'])?.trim()
  if (reset === undefined || reset === '') return undefined
  if (!/^\d+(\.\d+)?$/.test(reset))
    return Number.isNaN(Date.parse(reset)) ? undefined : soon(now, Date.parse(reset) - now)
  const n = Number(reset)
  // epoch milliseconds, epoch seconds, or seconds from now
  return soon(now, n > 1e11 ? n - now : n > 1e8 ? n * 1_000 - now : n * 1_000)
}

/**
 * A header is exact about a short limit; of a spent quota it may know only the second, so the later of the
 * two counts.
 */
function untilOf(refusal: Refusal, answer: Answer): Date | undefined {
  if (refusal.next !== 'wait' && refusal.next !== 'spent') return refusal.until
  const named = resetTime(answer)
  if (
    named === undefined ||
    (refusal.next === 'spent' && refusal.until !== undefined && refusal.until > named)
  )
    return refusal.until
  return named
}

/**
 * An outage is the server's own trouble, whatever its body says: the key did nothing wrong and does not rest.
 * Only a limit that names its instant is believed with such a status. Other refusals pass through.
 */
function troubleOf(
  answer: Answer,
  refusal: Refusal | undefined,
): Refusal | {later: string; until?: Date | undefined} | undefined {
  if (
    isOutage(answer.status) &&
    refusal?.next !== 'blocked' &&
    (refusal?.until === undefined || (refusal.next !== 'wait' && refusal.next !== 'spent'))
  )
    return {
      later:
        refusal === undefined
          ? `HTTP ${answer.status}${excerpt(answer)}`
          : `HTTP ${answer.status}: ${refusal.why}`,
    }
  return refusal?.next === 'wait' && refusal.of === 'request'
    ? {later: refusal.why, until: refusal.until}
    : refusal
}

function isOutage(status: number): boolean {
  return status >= 500 || status === 408 || status === 425
}

function soon(now: number, ms: number): Date {
  return new Date(now + Math.min(Math.max(ms, 0), longestWaitMs))
}

function byStatus(answer: Answer, target: string | undefined): Refusal | undefined {
  const {status} = answer
  if (status < 400) return undefined
  const why = `HTTP ${status}${excerpt(answer)}`
  if (status === 401) return {next: 'stop', why}
  if (status === 402 || status === 403 || status === 451) return {next: 'stop', of: 'request', why}
  if ((status === 404 || status === 410) && target !== undefined) return {next: 'skip', why}
  if (status === 429) return {next: 'wait', why}
  return undefined
}

function wrongForm(answer: Answer, as: NonNullable<HttpRequest['as']>): string | undefined {
  if (answer.status < 200 || answer.status > 299) return `HTTP ${answer.status}${excerpt(answer)}`
  if (answer.text.trim() === '') return 'the answer is empty'
  if (as === 'text' || answer.json !== undefined) return undefined
  const start = answer.text.slice(0, 1_000)
  if (/^\s*</.test(start))
    return `it answered ${/^\s*<\?xml/.test(answer.text) ? 'XML' : 'HTML'} where JSON is due${excerpt(answer)}`
  if (as === 'either' && !/^\s*[[{]/.test(start)) return undefined
  try {
    parseJson(answer.text)
  } catch (error) {
    if (error instanceof BadJson) return `the answer cannot be read: ${error.message}`
    throw error
  }
  return 'the answer is a single value where an object or a list is due'
}

/** The title of a page, or the first words of a short text: enough to recognise an error page. */
function excerpt(answer: Answer): string {
  const start = answer.text.slice(0, 5_000)
  const words = (/<title[^>]*>([^<]*)/i.exec(start)?.[1] ?? (/^\s*</.test(start) ? '' : start))
    .replace(/\s+/g, ' ')
    .trim()
  return words === '' ? '' : `: ${clip(words, 160)}`
}

function clip(text: string, length = 400): string {
  return text.length > length ? `${text.slice(0, length - 3)}...` : text
}
