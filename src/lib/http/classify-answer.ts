/** Classifies an answer: a body, a refusal, or an error that names provider and target. */
import type {Answer, HttpRequest, Provider, Refusal} from '../define.js'
import {recordIt, TryLater, UnexpectedBody, type FinError} from '../errors.js'
import {BadJson, parseJson} from '../json.js'
import {dayMs} from '../time.js'
import type {Redact} from './redact.js'

export type AnswerClass = {body: unknown} | {refusal: Refusal} | {error: FinError}

export interface About {
  provider: Provider
  target: string | undefined
  as: HttpRequest['as']
  redact: Redact
  /** Label of the credential that the request was sent with; absent for a saved answer. */
  label?: string
}

/** A day: a longer wait in a header is cut to this, because one request a day does no harm. */
const longestWaitMs = dayMs
/** Most characters of an unparsable answer that are stored. */
const storedCharacters = 1_000_000

/**
 * Classifies an answer by the refusals that the provider declares, then by its HTTP status, then by the form
 * of its body. `raw` is the answer before redaction.
 */
export function classifyAnswer(answer: Answer, about: About, raw: Answer = answer): AnswerClass {
  // The original text is classified, because a redacted one may lack the words that tell a refusal.
  const declared = about.provider.refusal?.(raw)
  const found = refusalOrOutage(answer, signInRefused(declared, about)) ?? byStatus(answer, about.target)
  if (found !== undefined && 'next' in found) {
    return {refusal: {...found, until: endOf(found, answer), why: clip(about.redact(found.why))}}
  }
  if (found !== undefined)
    return {
      error: new TryLater(`${subject(about)}: ${clip(about.redact(found.later))}`, {
        ...facts(about),
        until: resetTime(answer) ?? found.until,
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

/** A demand to sign in, after a request that was signed in: its credential is refused. */
function signInRefused(refusal: Refusal | undefined, {label, provider}: About): Refusal | undefined {
  const variable = label === undefined ? undefined : provider.credentials?.[label]
  if (!refusal?.asksSignIn || variable === undefined) return refusal
  return {next: 'stop', why: `it does not accept ${variable}: ${refusal.why}`}
}

/** `fred (DGS10)`: the begin of every message of the client. */
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
  const body = about.redact(answer.text.slice(0, storedCharacters + 10_000)).slice(0, storedCharacters)
  return new UnexpectedBody(`${subject(about)}: ${about.redact(what)}`, {
    ...facts(about),
    body,
    nextStep: recordIt,
  })
}

/**
 * The instant at which another request makes sense: Retry-After in seconds or as a date, or a reset header if
 * nothing is left. At most a day from now.
 */
function resetTime(answer: Answer): Date | undefined {
  const now = answer.at.getTime()
  const after = answer.headers['retry-after']?.trim()
  if (after !== undefined && after !== '') {
    if (/^\d+(\.\d+)?$/.test(after)) return cappedInstant(now, Number(after) * 1_000)
    const date = Date.parse(after)
    // Relative to the Date header of the server if there is one: the local clock may differ, or be simulated.
    const server = Date.parse(answer.headers['date'] ?? '')
    if (!Number.isNaN(date)) return cappedInstant(now, date - (Number.isNaN(server) ? now : server))
  }
  const left = answer.headers['x-rate-limit-remaining'] ?? answer.headers['x-ratelimit-remaining']
  if (answer.status !== 429 && left !== '0') return undefined
  const reset = (answer.headers['x-rate-limit-reset'] ?? answer.headers['x-ratelimit-reset'])?.trim()
  if (reset === undefined || reset === '') return undefined
  if (!/^\d+(\.\d+)?$/.test(reset))
    return Number.isNaN(Date.parse(reset)) ? undefined : cappedInstant(now, Date.parse(reset) - now)
  const n = Number(reset)
  // epoch milliseconds, epoch seconds, or seconds from now
  return cappedInstant(now, n > 1e11 ? n - now : n > 1e8 ? n * 1_000 - now : n * 1_000)
}

/**
 * The end of a refusal. A header is exact for a short limit. For a spent quota it may state the limit per
 * second only, so the later instant counts.
 */
function endOf(refusal: Refusal, answer: Answer): Date | undefined {
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
 * Turns an outage into an error that is tried later: whatever its body states, the credential is still valid
 * and gets no cooldown. With such a status only `blocked` and a limit with an instant count as refusals.
 */
function refusalOrOutage(
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

function cappedInstant(now: number, ms: number): Date {
  return new Date(now + Math.min(Math.max(ms, 0), longestWaitMs))
}

function byStatus(answer: Answer, target: string | undefined): Refusal | undefined {
  const {status} = answer
  if (status < 400) return undefined
  const why = `HTTP ${status}${excerpt(answer)}`
  if (status === 401) return {next: 'stop', why}
  if (status === 403 && isBotPage(answer))
    return {
      next: 'stop',
      of: 'request',
      why: `HTTP ${status}: its bot protection blocks this address`,
      nextStep: 'Try again later.',
    }
  if (status === 402 || status === 403 || status === 451) return {next: 'stop', of: 'request', why}
  if ((status === 404 || status === 410) && target !== undefined) return {next: 'skip', why}
  if (status === 429) return {next: 'wait', why}
  return undefined
}

/** True for the page of a bot protection in front of the provider, such as that of Cloudflare. */
function isBotPage({text}: Answer): boolean {
  return (
    /^\s*</.test(text) && /just a moment\.\.\.|attention required|\/cdn-cgi\//i.test(text.slice(0, 5_000))
  )
}

function wrongForm(answer: Answer, as: NonNullable<HttpRequest['as']>): string | undefined {
  if (answer.status < 200 || answer.status > 299) return `HTTP ${answer.status}${excerpt(answer)}`
  if (answer.text.trim() === '') return 'the answer is empty'
  if (/^HTTP\/\d(\.\d)? \d{3}\b/.test(answer.text))
    return `the answer cannot be read: it begins with HTTP headers, and ${expected(as)} was expected`
  if (as === 'text' || answer.json !== undefined) return undefined
  const start = answer.text.slice(0, 1_000)
  if (/^\s*</.test(start))
    return `it answered ${/^\s*<\?xml/.test(answer.text) ? 'XML' : 'HTML'} instead of JSON${excerpt(answer)}`
  if (as === 'either' && !/^\s*[[{]/.test(start)) return undefined
  try {
    parseJson(answer.text)
  } catch (error) {
    if (error instanceof BadJson) return `the answer cannot be read: ${csvHeader(start) ?? error.message}`
    throw error
  }
  return 'the answer is a single value instead of an object or a list'
}

/** What a body should be, as text. */
export function expected(as: HttpRequest['as']): string {
  return as === 'text' ? 'text' : as === 'either' ? 'JSON or CSV' : 'JSON'
}

/** Text about a body that is CSV: its first two lines have as many fields. Undefined for any other body. */
function csvHeader(start: string): string | undefined {
  const [first = '', second = ''] = start.replace(/^\uFEFF/, '').split(/\r?\n/)
  if (/^\s*[[{"]/.test(first)) return undefined
  const separator = [',', ';', '\t'].find((one) => first.includes(one))
  if (separator === undefined || second.split(separator).length < first.split(separator).length)
    return undefined
  return `it is CSV (${clip(first, 80)}), and JSON was expected`
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
