/** A saved answer (`--input`): the same reading and the same recognition of a "no" as from the network. */
import type {Answer, HttpRequest, Provider} from '../define.js'
import {UnexpectedBody} from '../errors.js'
import {jsonOrUndefined} from '../json.js'
import {judge, unexpected, type About} from './verdict.js'

/** The request that a saved answer should be of, as far as it is known. */
export interface SavedRequest {
  as?: HttpRequest['as']
  /** Stands in for the moment of arrival, which only the Date header of a recording tells. */
  at?: Date
  query?: HttpRequest['query']
  path?: string
}

/**
 * Reads a raw body, or one of our own recordings, which is recognised by its four fields, or a list with one
 * JSON object a line, as other tools save it. `undated`: the answer does not tell when it arrived. Throws
 * `UnexpectedBody` for anything that gives no body, a refusal included (saved, it will not change by
 * waiting), and for a recording of another request than the one with `query` and `path`, because many a body
 * does not say what it is about.
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
      nextStep: 'Give it to the command that asks for this, or name with --target whom it is about.',
    })
  const verdict = judge(answer, about)
  if ('body' in verdict) return {answer, body: verdict.body, undated}
  if ('refusal' in verdict) {
    const {body} = unexpected(answer, about, '')
    throw new UnexpectedBody(`${provider.name}: the saved answer is a refusal: ${verdict.refusal.why}`, {
      provider: provider.name,
      body,
      nextStep: 'Save an answer that holds what was asked for.',
    })
  }
  throw verdict.error instanceof UnexpectedBody
    ? verdict.error
    : unexpected(answer, about, 'the saved answer is an error of the server')
}

/** The first parameter that the recorded address has with another value. */
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
 * The recorded path, where it has as many parts as `path` and another one among them. A number in the place
 * of a name is no other: providers that know accounts by number cannot be asked here which it is.
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

/** The address only where a recording tells it. */
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

/** One JSON object a line, as a list; undefined where a line is anything else. */
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
