import {finnhub} from '../../lib/providers/finnhub.js'
import {dayMs, isoDay} from '../../lib/time.js'
import {
  marketNewsCategories,
  type Category,
  createCompanyNews,
  marketStories,
  type CompanyNews,
  type Story,
} from '../company-news.js'
import {
  type StubRequest,
  type ProviderStub,
  json,
  jsonList,
  NotSimulated,
  onlyKnown,
  type Reply,
  textReply,
} from '../stub.js'
import type {Scenario} from '../scenario.js'
import {finnhubSocketTalk} from './finnhub-socket.js'

/** Most articles in an answer. Older ones are omitted without a notice. */
const mostArticles = 246
const mostNews = 100
const ownCategories: Readonly<Record<Category, readonly string[]>> = {
  general: ['top news', 'business', 'technology', 'company news'],
  forex: ['forex'],
  crypto: ['crypto'],
  merger: ['merger', 'company news'],
}
/** Symbols that Finnhub spells with a hyphen in its answers over HTTP. All others have a dot. */
const hyphenated: Readonly<Record<string, string>> = {'BF-B': 'BF.B'}
const keyPattern = /^[0-9a-zA-Z]{12,64}$/

/** Stub of Finnhub's free plan. */
export function finnhubStub(): ProviderStub {
  const newsroom = createCompanyNews()
  return {
    provider: finnhub,
    secret: (query, headers) => headers['x-finnhub-token'] || query.get('token') || undefined,
    answer: (request, scenario) => answer(request, scenario, newsroom),
    socket(path, scenario, secret) {
      if (path !== '/') return undefined
      return keyPattern.test(secret ?? '') ? finnhubSocketTalk(scenario) : 401
    },
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

function answer(request: StubRequest, scenario: Scenario, newsroom: CompanyNews): Reply {
  if (request.method !== 'GET') throw new NotSimulated('this method')
  if (request.secret === undefined)
    return textReply(
      'API limit reached. Please sign up for a free account at https://finnhub.io/register to get a free API key.',
      429,
    )
  if (!keyPattern.test(request.secret)) return json({error: 'Invalid API key'}, 401)
  if (request.path === '/api/v1/company-news') return ofCompany(request, scenario, newsroom)
  if (request.path === '/api/v1/news') return ofMarket(request, scenario)
  if (request.path === '/api/v1/stock/candle' || request.path === '/api/v1/news-sentiment')
    return json({error: "You don't have access to this resource."}, 403)
  throw new NotSimulated('this path')
}

const rateHeaders = ({remaining, capacity}: StubRequest) => ({
  'x-ratelimit-limit': String(capacity),
  'x-ratelimit-remaining': String(remaining),
})

function ofCompany(request: StubRequest, scenario: Scenario, newsroom: CompanyNews): Reply {
  onlyKnown(request.query, ['symbol', 'from', 'to', 'token'])
  const symbol = request.query.get('symbol') ?? ''
  const [fromMs, toMs] = [instant(request, 'from'), instant(request, 'to')]
  const own = ownSymbol(symbol)
  const yearAgo = Date.parse(isoDay(request.atMs - 365 * dayMs))
  const stories =
    own === ''
      ? []
      : newsroom.company(scenario, own, Math.max(fromMs, yearAgo), toMs + dayMs - 1, request.atMs)
  const items = stories.slice(0, mostArticles).map((story) => shown(story, 'company', symbol))
  return jsonList(items, corrupt, undefined, rateHeaders(request))
}

/** The scenario's spelling of a symbol; empty if Finnhub spells it otherwise. */
function ownSymbol(symbol: string): string {
  const isHyphenated = Object.values(hyphenated).includes(symbol)
  return hyphenated[symbol] ?? (isHyphenated || symbol.includes('-') ? '' : symbol)
}

function instant(request: StubRequest, name: string): number {
  const value = request.query.get(name) ?? ''
  if (!/^\d{4}-\d\d-\d\d$/.test(value)) throw new NotSimulated(`${name}=${value}`)
  return Date.parse(value)
}

function ofMarket(request: StubRequest, scenario: Scenario): Reply {
  onlyKnown(request.query, ['category', 'minId', 'token'])
  const category = marketNewsCategories.find((one) => one === request.query.get('category'))
  if (category === undefined) throw new NotSimulated(`category=${request.query.get('category') ?? ''}`)
  const above = Number(request.query.get('minId') ?? 0)
  const stories = marketStories(scenario.seed, category, request.atMs, 240)
    .filter(({id}) => id > above)
    .slice(0, mostNews)
  const items = stories.map((story) =>
    shown(story, ownCategories[category][story.id % ownCategories[category].length] ?? category, ''),
  )
  return jsonList(items, corrupt, undefined, rateHeaders(request))
}

function shown({id, ms, headline, summary, image, source, url}: Story, category: string, related: string) {
  return {category, datetime: ms / 1000, headline, id, image, related, source, summary, url}
}

function corrupt(item: object, variant: number): unknown {
  const kinds = [
    {...item, datetime: 0},
    {...item, url: ''},
    {...item, headline: 'a headline with \u0000 in it', summary: '\u0000'},
    {...item, datetime: undefined},
  ]
  return kinds[variant % kinds.length]
}
