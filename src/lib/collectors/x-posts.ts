import {type AnyTarget, defineCollector, type HttpRequest, type Parsed} from '../define.js'
import {UnexpectedBody} from '../errors.js'
import {each, isItem} from '../parse.js'
import {timeline, x} from '../providers/x.js'
import {accountGroups, wrongAccount} from '../providers/x/accounts.js'
import {compareIds, instantOfId, metaOf, type TimelinePage, pageOf, post} from '../providers/x/posts.js'

/** A row of the list, with the id that x-profiles found. */
interface Account extends AnyTarget {
  username?: string | null
  category?: string | null
  group?: string | null
  credential?: string | null
  user_id?: string | null
  max_results?: number | null
}

/**
 * The cursor of an account. X sends the newest posts first, so a walk reads pages from the newest post back
 * to `since_id`. If a walk stops in between, it resumes at `until_id`; `newest` is its first post. Posts
 * after that come with the next walk.
 */
interface Walk {
  /** All posts up to this id are stored. */
  since_id?: string
  until_id?: string
  newest?: string
  /** Posts of this walk so far. */
  seen?: number
  /** Gaps: between these two posts, of which the older is stored, X no longer offers all posts. */
  gaps?: {after_id: string; before_id: string; after: string | null; before: string | null}[]
}

type Row = Extract<Parsed<'x_posts'>, {tweet_id: unknown}>

/** The number of posts of a timeline that X offers, replies included. */
const offered = 3200
/** The number of posts in the first request of an account. It is small because posts cost money. */
const firstPosts = 50

const window = (cron: string, group: string) =>
  ({cron, zone: 'Asia/Seoul', args: ['--token', group], catchUp: 'latest'}) as const

/**
 * Posts of configured X accounts, each from its cursor. Its windows open at 02:00 and 06:00. Each quarter
 * hour in them is one slot of a credential on the free plan.
 */
export const xPosts = defineCollector<'x_posts', unknown, Account, Walk>({
  name: 'x-posts',
  summary: 'collect the posts of X accounts',
  schedule: [window('*/15 2-4 * * *', 'primary'), window('*/15 6-8 * * *', 'secondary')],
  targets: 'select_x_posts_accounts',
  lists: {
    accounts: {
      shipped: 'collectors/x-accounts.csv',
      ownFile: 'x-accounts.csv',
      columns: ['username', 'group', 'category', 'frequency', 'priority', 'credential'],
      problem: wrongAccount,
    },
  },
  groups: {names: accountGroups, of: ({group}) => group},
  within: '8 days',
  tables: ['x_posts', 'x_posts_history'],
  key: ['tweet_id'],
  sources: {
    x: {
      provider: x,
      request: ({target, user_id, credential, max_results}, cursor) =>
        timeline(
          user_id ?? target,
          {
            max_results: Math.min(
              Math.max(max_results ?? firstPosts, 5),
              cursor?.since_id === undefined ? firstPosts : 100,
            ),
            since_id: cursor?.since_id,
            until_id: cursor?.until_id,
          },
          credential ?? undefined,
        ),
      next: followingPage,
      advance,
      *parse(body, {target, at}) {
        const page = pageOf(body)
        const {category = null, group = null, user_id = null} = target ?? {}
        if (target !== null && user_id === null) checkAuthor(page, target.target)
        const account = {username: target?.username ?? target?.target ?? null, category, group, user_id}
        const seen = new Set<string>()
        for (const row of each(page.posts, (item) => post(item, page, account, at))) {
          yield row
          if (!('tweet_id' in row) || seen.has(row.tweet_id)) continue
          seen.add(row.tweet_id)
          yield* historyOf(row, at)
        }
      },
    },
  },
})

/**
 * Checks the authors of a saved answer, because it does not name its account. Throws UnexpectedBody if none
 * of them is the account.
 */
function checkAuthor({posts, users}: TimelinePage, handle: string): void {
  const names = new Set(
    posts
      .map((one) => (isItem(one) ? users.get(String(one['author_id']))?.['username'] : undefined))
      .filter((name) => typeof name === 'string'),
  )
  if (names.size === 0 || [...names].some((name) => name.toLowerCase() === handle.toLowerCase())) return
  throw new UnexpectedBody(`these are posts of ${[...names].slice(0, 3).join(', ')}, not of ${handle}`, {
    nextStep: 'Name the account of the posts with --target.',
  })
}

/** The next page. The first walk of an account, without `since_id`, has only one. */
function followingPage(body: unknown, request: HttpRequest): HttpRequest | undefined {
  const {nextToken} = metaOf(body)
  if (nextToken === undefined || request.query?.['since_id'] === undefined) return undefined
  return {...request, query: {...request.query, pagination_token: nextToken}}
}

function advance(body: unknown, cursor: Walk | null): Walk {
  const {ids, nextToken} = metaOf(body)
  const {since_id, gaps = []} = cursor ?? {}
  const newest = [cursor?.newest, ids[0], since_id]
    .filter((id) => id !== undefined)
    .toSorted((a, b) => compareIds(b, a))[0]
  const oldest = ids.at(-1) ?? cursor?.until_id
  const seen = (cursor?.seen ?? 0) + ids.length
  const knownGaps = gaps.length > 0 ? {gaps} : {}
  if (since_id !== undefined && nextToken !== undefined)
    return {
      since_id,
      ...(oldest === undefined ? {} : {until_id: oldest}),
      ...(newest === undefined ? {} : {newest}),
      seen,
      ...knownGaps,
    }
  const end = newest === undefined ? {} : {since_id: newest}
  if (since_id === undefined || oldest === undefined || seen < offered) return {...end, ...knownGaps}
  const gap = {
    after_id: since_id,
    before_id: oldest,
    after: instantOfId(since_id) ?? null,
    before: instantOfId(oldest) ?? null,
  }
  return {...end, gaps: [...gaps, gap]}
}

/** The counts of a post at this instant. A post without counts in the answer gets no row. */
function* historyOf(
  {tweet_id, retweet_count, reply_count, like_count, quote_count, bookmark_count, impression_count}: Row,
  at: Date,
): Generator<Parsed<'x_posts'>> {
  const counts = {retweet_count, reply_count, like_count, quote_count, bookmark_count, impression_count}
  if (Object.values(counts).some((value) => value !== null))
    yield {table: 'x_posts_history', row: {tweet_id, observed_at: at.toISOString(), ...counts}}
}
