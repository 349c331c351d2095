/**
 * Reads a saved answer (`--input`) with the same checks, also for refusals, as an answer from the network.
 */
import type {Answer, HttpRequest, Provider} from '../define.js'
import {UnexpectedBody} from '../errors.js'
import {jsonOrUndefined} from '../json.js'
import {expected, classifyAnswer, unexpected, type About} from './classify-answer.js'

/** The expected request of a saved answer, as far as it is known. */
export interface SavedRequest {
  as?: HttpRequest['as']
  /** Used as the time of arrival if the answer has no Date header, which only a recording has. */
  at?: Date
  query?: HttpRequest['query']
  path?: string
}

/**
 * Reads a raw body, a recording of fin (recognised by its four fields), or a list with one JSON object a
 * line, as other tools save it. `undated`: the time of arrival is unknown. Throws `UnexpectedBody` for
 * anything without a body, refusals included. Also throws it for a recording whose request differs from
 * `query` and `path`, because many bodies do not name their target.
 */
export function readSaved(
  provider: Provider,
  text: string,
  {as = 'json', at = new Date(0), query = {}, path}: SavedRequest = {},
): {answer: Answer; body: unknown; undated: boolean} {
  const about: About = {provider, target: undefined, as, redact: (plain) => plain}
  const {url, undated, ...answer} = savedAnswer(text, at)
  const other = otherQuery(url, query) ?? otherPath(url, provider, path)
  if (other !== undefined)
    throw new UnexpectedBody(`${provider.name}: the recording is of another request: ${other}`, {
      provider: provider.name,
      nextStep: 'Give it to the command that makes this request, or name its target with --target.',
    })
  const found = classifyAnswer(answer, about)
  if ('body' in found) return {answer, body: found.body, undated}
  if ('refusal' in found) {
    const {body} = unexpected(answer, about, '')
    throw new UnexpectedBody(`${provider.name}: the saved answer is a refusal: ${found.refusal.why}`, {
      provider: provider.name,
      body,
      nextStep: 'Save an answer that holds the requested data.',
    })
  }
  throw found.error instanceof UnexpectedBody
    ? new UnexpectedBody(found.error.message, {
        provider: provider.name,
        body: found.error.body,
        nextStep: `Save the answer of the provider${path === undefined ? '' : ` to GET ${path}`} as it is sent: ${expected(as)}, without headers.`,
      })
    : unexpected(answer, about, 'the saved answer is an error of the server')
}

/** The first parameter with another value in the recorded address. */
function otherQuery(url: string | undefined, query: NonNullable<HttpRequest['query']>): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined
  const {searchParams} = new URL(url)
  const name = Object.keys(query).find(
    (one) =>
      query[one] !== undefined && searchParams.has(one) && searchParams.get(one) !== String(query[one]),
  )
  return name === undefined ? undefined : `${name}=${searchParams.get(name)}, not ${String(query[name])}`
}

/**
 * The recorded path if it differs from `path`: as many parts, and at least one of them different. A number
 * instead of a name is not a difference, because the number of an account cannot be looked up here.
 */
function otherPath(
  url: string | undefined,
  {name, baseUrl}: Provider,
  path: string | undefined,
): string | undefined {
  if (url === undefined || path === undefined || !URL.canParse(url)) return undefined
  const whole = new URL(url).pathname
  const prefix =
    [new URL(baseUrl).pathname, `/${name}`].find((one) => one !== '/' && whole.startsWith(`${one}/`)) ?? ''
  const [recorded, wanted] = [whole.slice(prefix.length).split('/'), path.split('/')]
  const isOther =
    recorded.length === wanted.length &&
    recorded.some((part, at) => part !== wanted[at] && !/^\d+$/.test(part))
  return isOther ? `${recorded.join('/')}, not ${path}` : undefined
}

/** The saved answer; `url` is set only for a recording that names it. */
function savedAnswer(text: string, at: Date): Answer & {url?: string; undated: boolean} {
  const whole = text.replace(/^\uFEFF/, '')
  const json = jsonOrUndefined(whole) ?? objectsOf(whole)
  if (!isRecording(json)) return {status: 200, headers: {}, text: whole, json, at, undated: true}
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(isItem(json.headers) ? json.headers : {}))
    if (typeof value === 'string') headers[name.toLowerCase()] = value
  const date = Date.parse(headers['date'] ?? '')
  const body =
    typeof json.body === 'string'
      ? {text: json.body, json: jsonOrUndefined(json.body)}
      : {text: JSON.stringify(json.body), json: json.body}
  const url =
    isItem(json.request) && typeof json.request['url'] === 'string' ? {url: json.request['url']} : {}
  return {
    status: Number(json.status),
    headers,
    ...body,
    at: Number.isNaN(date) ? at : new Date(date),
    undated: Number.isNaN(date),
    ...url,
  }
}

/** The objects of a text with one JSON object a line; undefined if a line is anything else. */
function objectsOf(text: string): unknown[] | undefined {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  if (lines.length < 2 || !lines.every((line) => line.startsWith('{') && line.endsWith('}'))) return undefined
  const found = lines.map(jsonOrUndefined)
  return found.every(isItem) ? found : undefined
}

function isRecording(
  json: unknown,
): json is {request: unknown; status: string; headers: unknown; body: unknown} {
  return (
    isItem(json) &&
    'request' in json &&
    'body' in json &&
    isItem(json['headers']) &&
    typeof json['status'] === 'string' &&
    /^\d{3}$/.test(json['status'])
  )
}

function isItem(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
