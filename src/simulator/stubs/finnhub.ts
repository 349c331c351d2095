import {finnhub} from '../../lib/providers/finnhub.js'
import {dayMs, isoDay} from '../../lib/time.js'
import {
  categories,
  type Category,
  createNewsroom,
  marketStories,
  type Newsroom,
  type Story,
} from '../company-news.js'
import {type Ask, type Face, json, jsonList, NotSimulated, onlyKnown, type Reply, text} from '../stub.js'
import type {World} from '../scenario.js'

/** So many articles are the most of one answer; what is older is left out without a word. */
const mostArticles = 246
const mostNews = 100
const ownCategories: Readonly<Record<Category, readonly string[]>> = {
  general: ['top news', 'business', 'technology', 'company news'],
  forex: ['forex'],
  crypto: ['crypto'],
  merger: ['merger', 'company news'],
}
/** Spelt with a hyphen only; the others with a dot. */
const hyphenated: Readonly<Record<string, string>> = {'BF-B': 'BF.B'}

/** Finnhub on the free plan. */
export function finnhubFace(): Face {
  const newsroom = createNewsroom()
  return {
    provider: finnhub,
    secret: (query, headers) => headers['x-finnhub-token'] || query.get('token') || undefined,
    answer: (ask, world) => answer(ask, world, newsroom),
    refuse(limit, untilMs) {
      const reset = String(Math.ceil(untilMs / 1000))
      return json({error: 'API limit reached. Please try again later. Remaining Limit: 0'}, 429, {
        'x-ratelimit-limit': String(limit.requests),
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': reset,
      })
    },
  }
}

function answer(ask: Ask, world: World, newsroom: Newsroom): Reply {
  if (ask.method !== 'GET') throw new NotSimulated('this method')
  if (ask.secret === undefined)
    return text(
      'API limit reached. Please sign up for a free account at https://finnhub.io/register to get a free API key.',
      429,
    )
  if (!/^[0-9a-zA-Z]{12,64}$/.test(ask.secret)) return json({error: 'Invalid API key'}, 401)
  if (ask.path === '/api/v1/company-news') return ofCompany(ask, world, newsroom)
  if (ask.path === '/api/v1/news') return ofMarket(ask, world)
  if (ask.path === '/api/v1/stock/candle' || ask.path === '/api/v1/news-sentiment')
    return json({error: "You don't have access to this resource."}, 403)
  throw new NotSimulated('this path')
}

const left = ({remaining, capacity}: Ask) => ({
  'x-ratelimit-limit': String(capacity),
  'x-ratelimit-remaining': String(remaining),
})

function ofCompany(ask: Ask, world: World, newsroom: Newsroom): Reply {
  onlyKnown(ask.query, ['symbol', 'from', 'to', 'token'])
  const symbol = ask.query.get('symbol') ?? ''
  const [fromMs, toMs] = [instant(ask, 'from'), instant(ask, 'to')]
  const isHyphenated = Object.values(hyphenated).includes(symbol)
  const own = hyphenated[symbol] ?? (isHyphenated || symbol.includes('-') ? '' : symbol)
  const yearAgo = Date.parse(isoDay(ask.atMs - 365 * dayMs))
  const stories =
    own === '' ? [] : newsroom.company(world, own, Math.max(fromMs, yearAgo), toMs + dayMs - 1, ask.atMs)
  const items = stories.slice(0, mostArticles).map((story) => shown(story, 'company', symbol))
  return jsonList(items, spoil, undefined, left(ask))
}

function instant(ask: Ask, name: string): number {
  const value = ask.query.get(name) ?? ''
  if (!/^\d{4}-\d\d-\d\d$/.test(value)) throw new NotSimulated(`${name}=${value}`)
  return Date.parse(value)
}

function ofMarket(ask: Ask, world: World): Reply {
  onlyKnown(ask.query, ['category', 'minId', 'token'])
  const category = categories.find((one) => one === ask.query.get('category'))
  if (category === undefined) throw new NotSimulated(`category=${ask.query.get('category') ?? ''}`)
  const above = Number(ask.query.get('minId') ?? 0)
  const stories = marketStories(world.seed, category, ask.atMs, 240)
    .filter(({id}) => id > above)
    .slice(0, mostNews)
  const items = stories.map((story) =>
    shown(story, ownCategories[category][story.id % ownCategories[category].length] ?? category, ''),
  )
  return jsonList(items, spoil, undefined, left(ask))
}

function shown({id, ms, headline, summary, image, source, url}: Story, category: string, related: string) {
  return {category, datetime: ms / 1000, headline, id, image, related, source, summary, url}
}

function spoil(item: object, variant: number): unknown {
  const kinds = [
    {...item, datetime: 0},
    {...item, url: ''},
    {...item, headline: 'a headline with \u0000 in it', summary: '\u0000'},
    {...item, datetime: undefined},
  ]
  return kinds[variant % kinds.length]
}
