/**
 * Accounts, posts and tags in Truth Social's format: HTML with shortened links, ids as text, counts that
 * grow.
 */
import {dayMs, isoDay} from '../../lib/time.js'
import type {Truth, TruthAccount, TruthTag} from '../truths.js'
import type {Scenario} from '../scenario.js'

const site = 'https://truthsocial.com'

/** An account. A suspended one has only its id and its name. */
export function account(
  {id, username, name, isSuspended, followers, perDay, chance}: TruthAccount,
  atMs: number,
) {
  const day = Math.floor(atMs / dayMs)
  return {
    id,
    username,
    acct: username,
    display_name: isSuspended ? '' : name,
    locked: false,
    bot: false,
    discoverable: false,
    group: false,
    created_at: '2022-02-20T00:00:00.000Z',
    note: '<p></p>',
    url: isSuspended ? '' : `${site}/@${username}`,
    avatar: `${site}/avatars/original/missing.png`,
    header: '',
    followers_count: isSuspended ? 0 : followers + Math.floor(followers * 0.001 * chance.noise(day / 30, 20)),
    following_count: isSuspended ? 0 : chance.whole(3, 5, 900),
    statuses_count: isSuspended ? 0 : Math.floor((day - 19_000) * perDay),
    last_status_at: isSuspended ? null : isoDay(atMs),
    verified: !isSuspended && followers > 500_000,
    location: '',
    website: '',
    premium: false,
    ...(isSuspended ? {suspended: true} : {}),
    emojis: [],
    fields: [],
  }
}

/** A post. `depth` above 0: an original, which is shown without its own original. */
export function status(post: Truth, scenario: Scenario, atMs: number, depth = 0): Record<string, unknown> {
  const {account: author, id, atMs: postedMs, kind, original, slot, editedMs} = post
  const {chance} = author
  const whole =
    original && depth === 0 ? scenario.truths.post(original.account, original.slot, atMs) : undefined
  const nested = whole ? status(whole, scenario, atMs, 1) : null
  const {html, tags, card} = textOf(post, scenario)
  const likes = kind === 'reblog' ? 0 : scenario.truths.likes(post, atMs)
  const url = `${site}/@${author.username}/${id}`
  const named = kind === 'quote' ? undefined : original?.account
  const mentioned =
    named === undefined
      ? []
      : [{id: named.id, username: named.username, url: `${site}/@${named.username}`, acct: named.username}]
  return {
    id,
    created_at: new Date(postedMs).toISOString(),
    in_reply_to_id: kind === 'reply' ? original!.id : null,
    quote_id: kind === 'quote' ? original!.id : null,
    in_reply_to_account_id: kind === 'reply' ? original!.account.id : null,
    sensitive: false,
    spoiler_text: '',
    visibility: 'public',
    language: kind === 'media' ? null : 'en',
    uri: url,
    url,
    content:
      kind === 'reblog' && nested
        ? `<p>RT ${mention(original!.account)}${String(nested['content']).replace(/^<p>/, '')}`
        : html,
    account: account(author, atMs),
    media_attachments: attachments(post),
    mentions: mentioned,
    tags: tags.map((name) => ({name})),
    card,
    group: null,
    quote: kind === 'quote' ? nested : null,
    in_reply_to: kind === 'reply' ? nested : null,
    reblog: kind === 'reblog' ? nested : null,
    sponsored: false,
    replies_count: Math.floor(likes * 0.05),
    reblogs_count: Math.floor(likes * 0.2),
    favourites_count: likes,
    reaction: null,
    upvotes_count: likes,
    downvotes_count: 0,
    favourited: false,
    reblogged: false,
    muted: false,
    pinned: false,
    bookmarked: false,
    poll:
      kind === 'poll'
        ? poll(String(100_000 + Math.abs(slot % 900_000)), postedMs, likes, chance.uniform(slot, 40), atMs)
        : null,
    emojis: [],
    votable: kind === 'poll',
    edited_at: editedMs === undefined ? null : new Date(editedMs).toISOString(),
    version: '1',
    editable: false,
    title: null,
    embedded_announcement: null,
  }
}

function poll(id: string, postedMs: number, likes: number, yesFraction: number, atMs: number) {
  const votes = [Math.floor(likes * yesFraction), likes - Math.floor(likes * yesFraction)]
  return {
    id,
    expires_at: new Date(postedMs + dayMs).toISOString(),
    expired: atMs > postedMs + dayMs,
    multiple: false,
    votes_count: likes,
    voters_count: likes,
    voted: false,
    own_votes: [],
    options: [
      {title: 'YES & always', votes_count: votes[0]},
      {title: 'No', votes_count: votes[1]},
    ],
    emojis: [],
  }
}

function attachments({kind, id, slot, account: {chance}}: Truth) {
  if (kind !== 'media' && kind !== 'video') return []
  const isVideo = kind === 'video'
  const file = `https://static-assets-1.truthsocial.com/tmtg:prime-ts-assets/media_attachments/files/${id}/original/${chance.whole(slot, 1000, 9999, 41)}`
  const more = isVideo
    ? {duration: 16.021769, bitrate: 950_863, frame_rate: '30/1'}
    : {size: '800x517', aspect: 1.5473887814313345}
  return [
    {
      id: String(BigInt(id) - 7n),
      type: isVideo ? 'video' : 'image',
      url: `${file}.${isVideo ? 'mp4' : 'jpg'}`,
      preview_url: `${file}.small.jpg`,
      external_video_id: null,
      remote_url: null,
      preview_remote_url: null,
      text_url: null,
      meta: {original: {width: 800, height: 517, ...more}},
      description: null,
      blurhash: 'UsKBRFofayRj',
      processing: 'complete',
    },
  ]
}

function mention({username}: TruthAccount): string {
  return `<span class="h-card"><a href="${site}/@${username}" class="u-url mention">@<span>${username}</span></a></span>`
}

/** A link as the site shortens it: only `href` has the whole address. */
function link(host: string, path: string): string {
  const whole = `${host}${path}`
  const [shown, rest] = [whole.slice(0, 30), whole.slice(30)].map((part) => part.replaceAll('&', '&amp;'))
  return `<a href="https://${whole.replaceAll('&', '&amp;')}" rel="nofollow noopener noreferrer" target="_blank"><span class="invisible">https://</span><span class="${rest === '' ? '' : 'ellipsis'}">${shown}</span><span class="invisible">${rest}</span></a>`
}

const views = [
  'is doing GREAT, better than ever before!',
  'should be REWARDED &amp; thanked.',
  'has margins &gt; 40% and still people complain.',
  'will be a very big success 🚀',
  'was treated unfairly, &amp;lt;believe me&amp;gt;.',
  '관세 is the most beautiful word.',
]

/** Content of a post, about coins and companies of the scenario. */
function textOf(
  {account: {chance}, slot, kind, original, editedMs, atMs}: Truth,
  scenario: Scenario,
): {html: string; tags: string[]; card: object | null} {
  if (kind === 'media') return {html: '<p></p>', tags: [], card: null}
  const coin = scenario.coins(atMs)[chance.whole(slot, 0, 30, 31)]!
  const member = scenario.members(atMs)[chance.whole(slot, 0, 502, 32)]!
  const name = (chance.uniform(slot, 33) < 0.3 ? coin.name : member.name).replaceAll('&', '&amp;')
  const tag =
    chance.uniform(slot, 34) < 0.2 ? scenario.truths.tags[chance.whole(slot, 0, 25, 35)]!.name : undefined
  const tagged =
    tag === undefined
      ? ''
      : ` <a href="${site}/tags/${tag}" class="mention hashtag" rel="tag">#<span>${tag}</span></a>`
  const lead = `${kind === 'reply' ? `${mention(original!.account)} ` : ''}${name} ${chance.pick(slot, views, 37)}${editedMs === undefined ? '' : ' (Corrected.)'}`
  const path = `/markets/${encodeURIComponent(member.symbol)}/a-story-with-a-long-name-${Math.abs(slot % 10_000)}?utm_source=ts&utm_medium=social`
  const more =
    kind === 'link' ? `<br/>${link('ledger-lane.example', path)}` : kind === 'quote' ? quoted(original!) : ''
  const closing = chance.uniform(slot, 38) < 0.3 ? '<p>Thank you for your attention to this matter!</p>' : ''
  const card =
    kind === 'link'
      ? {
          id: null,
          url: `https://ledger-lane.example${path}`,
          title: `${member.name} in the news`,
          description: '',
          type: 'link',
          author_name: '',
          author_url: '',
          provider_name: 'ledger-lane.example',
          provider_url: '',
          html: '',
          width: 800,
          height: 420,
          image: 'https://ledger-lane.example/i.jpg',
          embed_url: '',
          blurhash: null,
        }
      : null
  return {html: `<p>${lead}${tagged}${more}</p>${closing}`, tags: tag === undefined ? [] : [tag], card}
}

function quoted({account: {username}, id}: NonNullable<Truth['original']>): string {
  const address = `${site}/@${username}/posts/${id}`
  return `<span class="quote-inline"><br/>RT: ${address}</span>`
}

/** A tag with its uses by day. Days are Unix seconds; days and uses are text. */
export function tagObject({name, uses}: TruthTag, atMs: number) {
  const today = Math.floor(atMs / dayMs)
  const recent = Array.from({length: 7}, (_, ago) => uses(today - ago, atMs))
  return {
    url: `${site}/tags/${name}`,
    name,
    history: recent.map((n, ago) => ({
      day: String((today - ago) * 86_400),
      uses: String(n),
      accounts: String(Math.ceil(n * 0.6)),
      days_ago: ago,
    })),
    recent_history: recent,
    recent_statuses_count: recent.reduce((sum, n) => sum + n, 0),
  }
}
