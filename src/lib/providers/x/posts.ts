/** Posts of X: reads a page of a timeline into the columns of our tables. */
import type {NewRow} from '../../rows.js'
import {UnexpectedBody} from '../../errors.js'
import {code} from '../../codes.js'
import {
  count,
  decimalOrNull,
  filled,
  flag,
  integer,
  isItem,
  isoTime,
  list,
  text,
  textOrNull,
} from '../../parse.js'

import {handles} from '../x.js'

type Item = Readonly<Record<string, unknown>>

/** A page with its included items: original posts and users by their ids. */
export interface TimelinePage {
  posts: readonly unknown[]
  originals: ReadonlyMap<string, Item>
  users: ReadonlyMap<string, Item>
}

/** The account of the timeline, as far as it is known. */
export interface XAccount {
  username: string | null
  category: string | null
  group: string | null
  user_id: string | null
}

/**
 * Reads a page. One without new posts has `meta` and no `data`. Throws UnexpectedBody for another endpoint's
 * answer.
 */
export function pageOf(body: unknown): TimelinePage {
  const includes = isItem(body) && isItem(body['includes']) ? body['includes'] : {}
  return {posts: postsOf(body), originals: byId(includes['tweets']), users: byId(includes['users'])}
}

function postsOf(body: unknown): readonly unknown[] {
  if (isItem(body) && !('data' in body) && isItem(body['meta'])) {
    if (String(body['meta']['result_count']) === '0') return []
    throw new UnexpectedBody('the page counts posts in "meta", but has none')
  }
  return list(isItem(body) && isItem(body['data']) ? body['data'] : body, 'text', 'data')
}

function byId(items: unknown): Map<string, Item> {
  return new Map(
    (Array.isArray(items) ? (items as unknown[]) : [])
      .filter(isItem)
      .map((item) => [String(item['id']), item]),
  )
}

/** The ids of a page from newest to oldest, and the token of the next page. */
export function metaOf(body: unknown): {ids: string[]; nextToken: string | undefined} {
  const meta = isItem(body) && isItem(body['meta']) ? body['meta'] : {}
  const token = meta['next_token']
  const ids = postsOf(body)
    .filter(isItem)
    .map(({id}) => id)
    .filter((id) => typeof id === 'string' && /^\d+$/.test(id)) as string[]
  return {
    ids: ids.toSorted((a, b) => compareIds(b, a)),
    nextToken: typeof token === 'string' && token !== '' ? token : undefined,
  }
}

/** Compares two ids as numbers. They are text, because they exceed 2^53. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

/** The instant of an id; undefined for ids from before November 2010, which do not contain it. */
export function instantOfId(id: string): string | undefined {
  const ms = (BigInt(id) >> 22n) + 1_288_834_974_657n
  return BigInt(id) > 29_700_859_247n ? new Date(Number(ms)).toISOString() : undefined
}

/** The row of one post. Throws if it cannot become a row. */
export function post(
  item: unknown,
  {originals, users}: TimelinePage,
  account: XAccount,
  at: Date,
): NewRow['x_posts'] {
  const id = filled(item, 'id')
  if (!/^\d{1,30}$/.test(id)) throw new Error('field "id" is not a number')
  const one = item as Item
  const [reference] = referencesOf(one)
  const original = reference && originals.get(reference.id)
  // the text of a repost is cut, that of its original is whole
  const textSource = reference?.type === 'retweeted' && original ? original : one
  const author = textOrNull(one['author_id']) ?? account.user_id
  return {
    tweet_id: id,
    author_id: author,
    text: fullText(textSource),
    created_at: isoTime(one['created_at'] ?? null) ?? instantOfId(id) ?? missing('created_at'),
    lang: textOrNull(one['lang']),
    source_account: account.username,
    account_category: account.category,
    collection_source: account.group,
    ...metrics(one),
    hashtags: entity(textSource, 'hashtags'),
    mentions: entity(textSource, 'mentions'),
    urls: entity(textSource, 'urls'),
    cashtags: entity(textSource, 'cashtags'),
    annotations: entity(textSource, 'annotations'),
    context_annotations: withNumbers(listOrNull(one['context_annotations'])),
    ...authorColumns(author === null ? undefined : users.get(author)),
    edit_history_tweet_ids: listOrNull(one['edit_history_tweet_ids']),
    referenced_type: reference?.type ?? null,
    referenced_id: reference?.id ?? null,
    referenced_text: original ? fullText(original) : null,
    collected_at: at.toISOString(),
  }
}

/** The author from the same answer; nulls if the answer does not include the author. */
function authorColumns(user: Item = {}) {
  const counts = isItem(user['public_metrics']) ? user['public_metrics'] : {}
  return {
    username: textOrNull(user['username']) === null ? null : code(user, 'username', handles),
    display_name: textOrNull(user['name']),
    user_verified: flag(user['verified']),
    user_followers_count: integer(counts['followers_count'] ?? null),
    user_following_count: count(counts['following_count'] ?? null),
    user_tweet_count: count(counts['tweet_count'] ?? null),
  }
}

function listOrNull(value: unknown): unknown[] | null {
  return Array.isArray(value) ? value : null
}

/** The counts of a post. A count that was not requested is null, not 0. */
function metrics(item: unknown): Omit<NewRow['x_posts_history'], 'tweet_id' | 'observed_at'> {
  const found = isItem(item) && isItem(item['public_metrics']) ? item['public_metrics'] : {}
  const of = (name: string) => count(decimalOrNull(found[name]))
  return {
    retweet_count: of('retweet_count'),
    reply_count: of('reply_count'),
    like_count: of('like_count'),
    quote_count: of('quote_count'),
    bookmark_count: of('bookmark_count'),
    impression_count: integer(found['impression_count'] ?? null),
  }
}

/** The order of references, because a post may have several: a quote may also be a reply. */
const kinds = ['retweeted', 'quoted', 'replied_to']

function referencesOf(one: Item): {type: string; id: string}[] {
  const given = Array.isArray(one['referenced_tweets']) ? (one['referenced_tweets'] as unknown[]) : []
  return given
    .map((reference) => ({type: filled(reference, 'type'), id: filled(reference, 'id')}))
    .toSorted((a, b) => kinds.indexOf(a.type) - kinds.indexOf(b.type))
}

/**
 * The text of a post, in the long form if there is one. X writes three characters as entities. They are
 * decoded once: `&amp;lt;` becomes the text `&lt;`.
 */
function fullText(one: Item): string {
  const note = one['note_tweet']
  const written = isItem(note) && typeof note['text'] === 'string' ? note['text'] : text(one, 'text')
  return written.replace(
    /&(amp|lt|gt);/g,
    (_, name: 'amp' | 'lt' | 'gt') => ({amp: '&', lt: '<', gt: '>'})[name],
  )
}

function entity(one: Item, name: string): unknown {
  const note = isItem(one['note_tweet']) ? one['note_tweet'] : {}
  // offsets refer to the stored text; annotations exist only for the short form
  const entities = isItem(note['entities']) && name !== 'annotations' ? note['entities'] : one['entities']
  return isItem(entities) && Array.isArray(entities[name]) ? withNumbers(entities[name]) : null
}

const numbers = new Set(['start', 'end', 'probability', 'status', 'width', 'height'])

/** Converts offsets and probabilities back to numbers, because readers of the jsonb expect numbers. */
function withNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNumbers)
  if (!isItem(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      numbers.has(name) && typeof inner === 'string' && /^-?\d+(\.\d+)?$/.test(inner)
        ? Number(inner)
        : withNumbers(inner),
    ]),
  )
}

function missing(field: string): never {
  throw new Error(`field "${field}" is missing`)
}
