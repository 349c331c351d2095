import {
  type AnyTarget,
  type RequestContext,
  defineCollector,
  type From,
  type HttpRequest,
  type Parsed,
} from '../define.js'
import {UnexpectedBody} from '../errors.js'
import {hourly} from '../define-schedule.js'
import {each, flag, isItem, textOrNull, wordsOrNull} from '../parse.js'
import {lookup, statusesAfter, truthSocial} from '../providers/truth-social.js'
import {
  accountOf,
  greatest,
  idAt,
  idBefore,
  idOrNull,
  isId,
  read,
  type Read,
  statusesOf,
  withNumbers,
} from '../providers/truth-social/posts.js'
import {compareIds} from '../providers/x/posts.js'
import {dayMs} from '../time.js'

/**
 * A row of the list, with the id that a look-up found, and with the oldest post whose counts are due again.
 */
interface Account extends AnyTarget {
  username?: string | null
  account_id?: string | null
  refresh_from?: string | null
  /** `min_id` of the cursor. A walk right after a look-up starts there. */
  walked_to?: string | null
}

interface Walk {
  /** Found by a look-up, which is made once. */
  account_id?: string
  /** Set if the answer to the look-up marks the account as suspended. */
  is_suspended?: true
  /** All posts up to this id are stored. It never decreases. */
  min_id?: string
}

/** The first run of an account starts this many days before its scheduled instant. */
const firstDays = 7
const accountTypes = ['individual', 'government', 'business']

/**
 * Posts of Truth Social accounts, oldest first from each account's cursor, so that no post is missed if a run
 * is late. The counts of a post are read again once it is 1, 6 and 24 hours old. The walk then begins at the
 * oldest such post.
 */
export const truthPosts = defineCollector<'truth_social_posts', unknown, Account, Walk>({
  name: 'truth-posts',
  summary: 'collect the posts of Truth Social accounts',
  schedule: [hourly(8, 'latest')],
  targets: 'select_truth_posts_accounts',
  lists: {
    accounts: {
      shipped: 'collectors/truth-accounts.csv',
      ownFile: 'truth-accounts.csv',
      columns: ['username', 'account_id', 'account_type', 'market_influence'],
      problem: wrongAccount,
    },
  },
  tables: ['truth_social_posts'],
  key: ['id'],
  sources: {
    'truth-social': {
      provider: truthSocial,
      request: (account, cursor, context) =>
        account.account_id
          ? walk(account.account_id, account, cursor, context)
          : lookup(account.username ?? account.target),
      next: followingPage,
      advance,
      parse(body, from) {
        if (!accountOf(body)) return each(statusesOf(body), (item) => post(item, from))
        if (!from.saved) return [] // the answer to a look-up; the next request is for the posts
        throw new UnexpectedBody('it is an account, the answer to a look-up, and has no posts', {
          nextStep: 'Give the answer that lists the posts: /api/v1/accounts/ID/statuses.',
        })
      },
    },
  },
})

/**
 * The problem with values of the list that go into every post; undefined: none. A problem that only blocks
 * one account (no name, no id) is in its `blocked_reason`.
 */
function wrongAccount(rows: readonly Readonly<Record<string, string>>[]): string | undefined {
  for (const {username = '', account_type: type = '', market_influence: weight = ''} of rows) {
    const wrong = (column: string, value: string, right: string) =>
      `the account "${username}" has the ${column} "${value}": write ${right}`
    if (!accountTypes.includes(type)) return wrong('account_type', type, accountTypes.join(', '))
    if (!/^(\d|10)$/.test(weight)) return wrong('market_influence', weight, 'a whole number from 0 to 10')
  }
  return undefined
}

function walk(
  accountId: string,
  {refresh_from, walked_to}: Account,
  cursor: Walk | null,
  {scheduledAt}: RequestContext<Account>,
): HttpRequest {
  const from = cursor?.min_id ?? walked_to ?? idAt(scheduledAt.getTime() - firstDays * dayMs)
  const refresh = isId(refresh_from) ? idBefore(refresh_from) : from
  return statusesAfter(accountId, compareIds(refresh, from) < 0 ? refresh : from)
}

/**
 * The next request: after a look-up the posts of the account, after a page of posts those after its newest
 * one. Undefined if a page has nothing newer.
 */
function followingPage(
  body: unknown,
  request: HttpRequest,
  context: RequestContext<Account>,
): HttpRequest | undefined {
  const account = accountOf(body)
  if (account)
    return account['suspended'] === true || !isId(account['id'])
      ? undefined
      : walk(account['id'], context.targets[0]!, null, context)
  const from = String(request.query?.['min_id'])
  const newest = newestOf(body)
  return newest === undefined || compareIds(newest, from) <= 0
    ? undefined
    : {...request, query: {...request.query, min_id: newest}}
}

function advance(body: unknown, cursor: Walk | null, request: HttpRequest): Walk {
  const account = accountOf(body)
  const {account_id, min_id} = cursor ?? {}
  if (account) {
    const id = isId(account['id']) ? account['id'] : account_id
    return {
      ...(id === undefined ? {} : {account_id: id}),
      ...(account['suspended'] === true ? {is_suspended: true} : {}),
      ...(min_id === undefined ? {} : {min_id}),
    }
  }
  const requested = request.query?.['min_id']
  const reached = greatest(min_id, newestOf(body), typeof requested === 'string' ? requested : undefined)
  return {
    ...(account_id === undefined ? {} : {account_id}),
    ...(reached === undefined ? {} : {min_id: reached}),
  }
}

function newestOf(body: unknown): string | undefined {
  return greatest(
    ...statusesOf(body)
      .filter(isItem)
      .map(({id}) => (isId(id) ? id : undefined)),
  )
}

/** One post. An author who is not in the list counts as an individual without influence. */
function post(
  item: unknown,
  {lists, at}: From<Account>,
): Extract<Parsed<'truth_social_posts'>, {kind: unknown}> {
  const found = read(item)
  const {status, one, original} = found
  const {tags, mentions} = status
  const card = isItem(original['card']) ? original['card'] : {}
  return {
    ...status,
    verified: isItem(one['account']) ? flag(one['account']['verified']) : null,
    has_tags: Array.isArray(tags) ? tags.length > 0 : null,
    has_mentions: Array.isArray(mentions) ? mentions.length > 0 : null,
    card_url: textOrNull(card['url']),
    card_title: textOrNull(card['title']),
    card_description: textOrNull(card['description']),
    card_image: textOrNull(card['image']),
    spoiler_text: textOrNull(original['spoiler_text']),
    ...kindOf(found),
    poll: isItem(original['poll']) ? withNumbers(original['poll']) : null,
    ...weightOf(status, lists),
    collected_at: at.toISOString(),
  }
}

/** The kind of the post (repost, quote, reply or own post), and the id of the other post. */
function kindOf({status, one, reblog}: Read) {
  const quoteId = idOrNull(one, 'quote_id')
  const quoteOf = quoteId ?? (isItem(one['quote']) ? idOrNull(one['quote'], 'id') : null)
  const isQuote = quoteId !== null || isItem(one['quote'])
  const kind = reblog ? 'reblog' : isQuote ? 'quote' : status.in_reply_to_id !== null ? 'reply' : 'post'
  return {quote_id: quoteId, kind, reblog_of_id: reblog ? idOrNull(reblog, 'id') : null, quote_of_id: quoteOf}
}

/** The author's columns of the list, found by name or id. */
function weightOf(author: {username: string; account_id: string}, lists: From<Account>['lists']) {
  const listed = lists?.['accounts']?.find(
    ({username, account_id}) =>
      username?.replace(/^@/, '').toLowerCase() === author.username.toLowerCase() ||
      (account_id !== '' && account_id === author.account_id),
  )
  return {
    account_type: wordsOrNull(listed?.['account_type']) ?? 'individual',
    market_influence: Number(listed?.['market_influence'] ?? 0),
  }
}
