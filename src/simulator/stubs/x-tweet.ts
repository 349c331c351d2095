/** A post in X's format: HTML entities in its text, offsets of cashtags in code points, counts that grow. */
import {dayMs} from '../../lib/time.js'
import type {Post} from '../posts.js'
import type {Scenario} from '../scenario.js'

/** A post with the default fields and the requested ones. */
export function tweet(
  post: Post,
  scenario: Scenario,
  atMs: number,
  fields: readonly string[],
): Record<string, unknown> {
  const {id, text, note, cashtags} = written(post, scenario)
  const {account, original, kind} = post
  const all: Record<string, unknown> = {
    author_id: account.id,
    created_at: new Date(post.atMs).toISOString(),
    lang: 'en',
    public_metrics: counts(post, atMs),
    ...(cashtags.length > 0 ? {entities: {cashtags: marked(text, cashtags)}} : {}),
    ...(note === undefined
      ? {}
      : {
          note_tweet: {
            text: note,
            ...(cashtags.length > 0 ? {entities: {cashtags: marked(note, cashtags)}} : {}),
          },
        }),
    ...(original === undefined ? {} : {referenced_tweets: [{type: kind, id: original.id}]}),
    ...(account.chance.uniform(post.slot, 30) < 0.4
      ? {
          context_annotations: [
            {
              domain: {id: '46', name: 'Business Taxonomy'},
              entity: {id: '1557697333571112960', name: 'Technology Business'},
            },
          ],
        }
      : {}),
  }
  return {
    id,
    text,
    edit_history_tweet_ids: post.history,
    ...Object.fromEntries(Object.entries(all).filter(([field]) => fields.includes(field))),
  }
}

interface Written {
  id: string
  text: string
  note: string | undefined
  cashtags: string[]
}

/** Length from which a text is truncated. The note has the whole text. */
const shortLength = 280

function written(post: Post, scenario: Scenario): Written {
  const {account, slot, kind, original, id} = post
  if (kind === 'retweeted' && original) {
    const located = scenario.accounts.locate(original.id)
    const one = located && scenario.accounts.post(located.account, located.slot, post.atMs)
    const originalText = one ? sentences(one, scenario) : {text: 'It was said before.', cashtags: []}
    const cut = `RT @${original.account.handle}: ${originalText.text}`
    return {id, text: cut.length > 140 ? `${cut.slice(0, 139)}…` : cut, note: undefined, cashtags: []}
  }
  const {text, cashtags} = sentences(post, scenario)
  const opening = kind === 'replied_to' && original ? `@${original.account.handle} ` : ''
  const ending =
    kind === 'quoted'
      ? ` https://t.co/${account.number}q${Math.abs(slot % 100_000)}`
      : post.history.length > 1
        ? ' (corrected)'
        : ''
  const whole = `${opening}${text}${ending}`
  if (kind !== 'long') return {id, text: whole, note: undefined, cashtags}
  return {
    id,
    text: `${whole.slice(0, shortLength - 26)}… https://t.co/l${Math.abs(slot % 100_000)}`,
    note: whole,
    cashtags,
  }
}

const views = [
  'looks strong into the close',
  'is where the next decade begins &amp; ends',
  'had margins &gt; 40% again',
  'is still &lt; its old high',
  'will surprise people',
  'deserves a second look 🚀',
  '오늘 강세입니다',
  'is misunderstood, &amp;lt;as always&amp;gt;',
]

/** Text about an asset of the scenario, a coin or a company, with its name and cashtag. */
function sentences(
  {account, slot, kind, atMs}: Post,
  scenario: Scenario,
): {text: string; cashtags: string[]} {
  const {chance} = account
  const coin = scenario.coins(atMs)[chance.whole(slot, 0, 30, 31)]!
  const member = scenario.members(atMs)[chance.whole(slot, 0, 502, 32)]!
  const picksCoin = chance.uniform(slot, 33) < 0.5
  const symbol = picksCoin ? coin.symbol.toUpperCase() : member.symbol
  const name = (picksCoin ? coin.name : member.name).replaceAll('&', '&amp;')
  const lead = `${name} ($${symbol}) ${chance.pick(slot, views, 34)}.`
  if (kind !== 'long') return {text: lead, cashtags: [symbol]}
  const other = Array.from(
    {length: 6},
    (_, n) =>
      `${n + 1}. ${chance.pick(slot + n, views, 35)}: that is what the numbers of this quarter say, line by line.`,
  )
  return {text: [lead, ...other].join('\n'), cashtags: [symbol]}
}

/** Cashtags with their offsets, which count code points. */
function marked(text: string, tags: readonly string[]) {
  return tags.flatMap((tag) => {
    const at = text.indexOf(`$${tag}`)
    if (at < 0) return []
    const start = [...text.slice(0, at)].length
    return [{start, end: start + [...tag].length + 1, tag}]
  })
}

/**
 * Public metrics of a post, which grow mostly in its first day. A repost has no likes and views of its own.
 */
function counts({account, slot, kind, atMs: postedMs}: Post, atMs: number) {
  const reached = 1 - Math.exp(-Math.max(0, atMs - postedMs) / (dayMs / 3))
  const seen = Math.floor(account.followers * (0.02 + 0.2 * account.chance.uniform(slot, 36)) * reached)
  const of = (part: number) => Math.floor(seen * part)
  if (kind === 'retweeted')
    return {
      retweet_count: of(0.002),
      reply_count: 0,
      like_count: 0,
      quote_count: 0,
      bookmark_count: 0,
      impression_count: 0,
    }
  return {
    retweet_count: of(0.002),
    reply_count: of(0.001),
    like_count: of(0.015),
    quote_count: of(0.0003),
    bookmark_count: of(0.0008),
    impression_count: seen,
  }
}
