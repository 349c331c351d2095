/** Posts of Truth Social: ids, and what a status says, in the shape of our rows. */
import type {NewRow} from '../../rows.js'
import {
  count,
  describe,
  decimalOrNull,
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

/** A status, and the one whose words it carries: the original where it repeats one. */
export interface Read {
  status: Status
  one: Item
  spoken: Item
  reblog: Item | undefined
}

/** The lowest id of an instant: ids hold the milliseconds since 1970 above their last 16 bits. */
export function idAt(ms: number): string {
  return String(BigInt(Math.max(0, Math.floor(ms))) << 16n)
}

/** The id just below: what comes after it begins with this one. */
export function idBefore(id: string): string {
  return String(BigInt(id) - 1n)
}

export function greatest(...ids: readonly (string | undefined)[]): string | undefined {
  return ids.filter((id) => id !== undefined && isId(id)).toSorted((a, b) => compareIds(b!, a!))[0]
}

/** Ids are numbers beyond 2^53: text, always. */
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

/** An account, as a look-up answers it; undefined for anything else. */
export function accountOf(body: unknown): Item | undefined {
  return isItem(body) && 'acct' in body && 'username' in body && !('content' in body) ? body : undefined
}

/** What a status says. Throws for what cannot be a row. */
export function read(item: unknown): Read {
  const id = number(filled(item, 'id'), 'id')
  const one = item as Item
  const reblog = isItem(one['reblog']) ? one['reblog'] : undefined
  const spoken = reblog ?? one
  const {account} = one
  if (!isItem(account)) throw new Error(`field "account" is ${describe(account)}, expected an object`)
  const media = withNumbers(spoken['media_attachments'])
  const content = text(spoken, 'content')
  const status: Status = {
    id,
    created_at: isoTime(one['created_at'] ?? null) ?? missing('created_at'),
    username: filled(account, 'username'),
    account_id: number(filled(account, 'id'), 'account.id'),
    display_name: textOrNull(account['display_name']),
    content,
    clean_content: withoutQuote(textOf(content), one),
    language: textOrNull(spoken['language']),
    ...counts(one),
    url: textOrNull(one['url']),
    uri: textOrNull(one['uri']),
    has_media: Array.isArray(media) ? media.length > 0 : null,
    media_count: Array.isArray(media) ? media.length : null,
    media_attachments: Array.isArray(media) ? media : null,
    tags: Array.isArray(spoken['tags']) ? withNumbers(spoken['tags']) : null,
    mentions: Array.isArray(spoken['mentions']) ? spoken['mentions'] : null,
    visibility: textOrNull(one['visibility']),
    sensitive: flag(spoken['sensitive']),
    in_reply_to_id: idOrNull(one, 'in_reply_to_id'),
  }
  return {status, one, spoken, reblog}
}

/** A status's own counts; one that an answer leaves out is absent, which is not zero. */
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

/** A quote ends with the address of what it quotes, also where nothing marks that line. */
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

/** Sizes and votes as numbers again: inside jsonb they are read as such. */
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
