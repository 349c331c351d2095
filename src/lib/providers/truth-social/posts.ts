/** Posts of Truth Social: their ids, and the columns of our tables from a status. */
import type {NewRow} from '../../rows.js'
import {code} from '../../codes.js'
import {
  count,
  decimalOrNull,
  describe,
  filled,
  flag,
  isItem,
  isoTime,
  list,
  text,
  textOrNull,
} from '../../parse.js'
import {textOf} from './text.js'
import {compareIds} from '../x/posts.js'

type Item = Readonly<Record<string, unknown>>

/** Columns that the tables of posts and of trends have in common. */
export type Status = Omit<
  NewRow['truth_social_trends'],
  'trend_rank' | 'trend_score' | 'collected_at' | 'updated_at'
>

/**
 * A status in several forms: the columns, the item itself, and the original (for a repost the other post).
 */
export interface Read {
  status: Status
  one: Item
  original: Item
  reblog: Item | undefined
}

/** The lowest id of an instant. Ids hold the milliseconds since 1970 above their last 16 bits. */
export function idAt(ms: number): string {
  return String(BigInt(Math.max(0, Math.floor(ms))) << 16n)
}

/** The id just below `id`, so that the posts after it begin with `id`. */
export function idBefore(id: string): string {
  return String(BigInt(id) - 1n)
}

export function greatest(...ids: readonly (string | undefined)[]): string | undefined {
  return ids.filter((id) => id !== undefined && isId(id)).toSorted((a, b) => compareIds(b!, a!))[0]
}

/** True for a valid id. Ids are text, because their numbers exceed 2^53. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,30}$/.test(value)
}

/**
 * The statuses of an answer: a list, or a single one. Throws `UnexpectedBody` for an answer of another
 * endpoint.
 */
export function statusesOf(body: unknown): unknown[] {
  return list(body, 'content')
}

/** The account in the answer to a look-up; undefined for any other answer. */
export function accountOf(body: unknown): Item | undefined {
  return isItem(body) && 'acct' in body && 'username' in body && !('content' in body) ? body : undefined
}

/** Reads a status. Throws if it cannot become a row. */
export function read(item: unknown): Read {
  const id = number(filled(item, 'id'), 'id')
  const one = item as Item
  const reblog = isItem(one['reblog']) ? one['reblog'] : undefined
  const original = reblog ?? one
  const {account} = one
  if (!isItem(account)) throw new Error(`field "account" is ${describe(account)}, expected an object`)
  const media = withNumbers(original['media_attachments'])
  const content = text(original, 'content')
  const status: Status = {
    id,
    created_at: isoTime(one['created_at'] ?? null) ?? missing('created_at'),
    username: code(account, 'username', /^[\w.@-]+$/),
    account_id: number(filled(account, 'id'), 'account.id'),
    display_name: textOrNull(account['display_name']),
    content,
    clean_content: withoutQuote(textOf(content), one),
    language: textOrNull(original['language']),
    ...counts(one),
    url: textOrNull(one['url']),
    uri: textOrNull(one['uri']),
    has_media: Array.isArray(media) ? media.length > 0 : null,
    media_count: Array.isArray(media) ? media.length : null,
    media_attachments: Array.isArray(media) ? media : null,
    tags: Array.isArray(original['tags']) ? withNumbers(original['tags']) : null,
    mentions: Array.isArray(original['mentions']) ? original['mentions'] : null,
    visibility: textOrNull(one['visibility']),
    sensitive: flag(original['sensitive']),
    in_reply_to_id: idOrNull(one, 'in_reply_to_id'),
  }
  return {status, one, original, reblog}
}

/** The counts of a status. A count that the answer omits is null, not 0. */
function counts(one: Item) {
  const of = (name: string) => count(decimalOrNull(one[name]))
  return {
    replies_count: of('replies_count'),
    reblogs_count: of('reblogs_count'),
    favourites_count: of('favourites_count'),
    upvotes_count: of('upvotes_count'),
    downvotes_count: of('downvotes_count'),
  }
}

export function idOrNull(one: Item, field: string): string | null {
  const value = one[field] ?? null
  return value === null ? null : number(value, field)
}

function number(value: unknown, field: string): string {
  if (!isId(value)) throw new Error(`field "${field}" is ${describe(value)}, expected a number`)
  return value
}

/** Removes the last line of a quote, the address of the quoted post, even if the HTML does not mark it. */
function withoutQuote(found: string | null, one: Item): string | null {
  if (found === null || ((one['quote_id'] ?? null) === null && !isItem(one['quote']))) return found
  return textOrNull(found.replace(/(^|\s)RT: https?:\/\/\S+$/, '').trim())
}

const numeric = new Set([
  'width',
  'height',
  'aspect',
  'duration',
  'bitrate',
  'channel_id',
  'pltv_timespan',
  'votes_count',
  'voters_count',
  'own_votes',
  'x',
  'y',
])

/** Converts sizes and votes back to numbers, because readers of the jsonb expect numbers. */
export function withNumbers(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((inner) => withNumbers(inner, name))
  if (isItem(value))
    return Object.fromEntries(
      Object.entries(value).map(([field, inner]) => [field, withNumbers(inner, field)]),
    )
  return numeric.has(name) && typeof value === 'string' && /^-?\d{1,15}(\.\d+)?$/.test(value)
    ? Number(value)
    : value
}

function missing(field: string): never {
  throw new Error(`field "${field}" is missing`)
}
