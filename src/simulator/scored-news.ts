/**
 * Articles with sentiment scores: about the reports of companies, about assets, and about topics. They are a
 * function of (seed, day).
 */
import {dayMs, isoDay} from '../lib/time.js'
import {stream, type Stream} from './random.js'
import {realMembers} from './real-members.js'
import type {Scenario} from './scenario.js'

export interface Mention {
  /** `AAPL`, `BRK-B`, `CRYPTO:BTC`, `FOREX:USD`. */
  ticker: string
  relevance: number
  score: number
}

export interface ScoredArticle {
  url: string
  title: string
  summary: string
  publishedMs: number
  authors: readonly string[]
  source: string
  domain: string
  tickers: readonly Mention[]
  /** Slugs: `financial_markets`. */
  topics: readonly string[]
  /** Sentiment, -1 to 1. */
  score: number
}

const sectorTopics: Readonly<Record<string, string>> = {
  'Information Technology': 'technology',
  'Health Care': 'life_sciences',
  Financials: 'finance',
  Industrials: 'manufacturing',
  'Consumer Discretionary': 'retail_wholesale',
  'Consumer Staples': 'retail_wholesale',
  Energy: 'energy_transportation',
  'Real Estate': 'real_estate',
  'Communication Services': 'technology',
}
/** Assets with articles on most days, beside the well-known members of the index. */
const assets = [
  ['CRYPTO:BTC', 'Bitcoin', 'blockchain'],
  ['CRYPTO:ETH', 'Ethereum', 'blockchain'],
  ['FOREX:USD', 'the dollar', 'economy_monetary'],
  ['COIN', 'Coinbase', 'blockchain'],
  ['MSTR', 'Strategy', 'blockchain'],
  ['RIOT', 'Riot Platforms', 'blockchain'],
  ['MARA', 'MARA Holdings', 'blockchain'],
  ['COP', 'ConocoPhillips', 'energy_transportation'],
  ['EOG', 'EOG Resources', 'energy_transportation'],
  ['SLB', 'SLB', 'energy_transportation'],
  ['TGT', 'Target', 'retail_wholesale'],
  ['LOW', "Lowe's", 'real_estate'],
  ['SBUX', 'Starbucks', 'retail_wholesale'],
  ['DE', 'Deere', 'manufacturing'],
  ['MRNA', 'Moderna', 'life_sciences'],
] as const
const general = [
  'economy_macro',
  'economy_fiscal',
  'economy_monetary',
  'financial_markets',
  'ipo',
  'mergers_and_acquisitions',
  'real_estate',
  'blockchain',
  'manufacturing',
  'earnings',
] as const
const outlets = [
  ['Benzinga', 'www.benzinga.com'],
  ['MarketBeat', 'www.marketbeat.com'],
  ['Ad Hoc News', 'www.ad-hoc-news.de'],
  ['Invezz', 'invezz.com'],
  ['Business Wire', 'www.businesswire.com'],
] as const
const verbs = ['Rises on', 'Slips after', 'Weighs', 'Defends', 'Expands', 'Rethinks', 'Cuts', 'Bets on']
const things = [
  'New Factory Plans',
  'Analyst Upgrade',
  'Supply Deal',
  'Cost Programme',
  'Court Ruling',
  'Guidance',
  'Margin Pressure',
  'Buyback',
]

/** Members with articles on most days; others have few. */
const wellKnown = new Set(realMembers.map(({symbol}) => symbol))

/** Articles of recently requested days, by scenario. */
const cached = new WeakMap<Scenario, Map<number, readonly ScoredArticle[]>>()
const maxCachedDays = 400

/** Articles published in [fromMs, toMs], oldest first. */
export function articlesBetween(scenario: Scenario, fromMs: number, toMs: number): ScoredArticle[] {
  const days = cached.get(scenario) ?? new Map<number, readonly ScoredArticle[]>()
  cached.set(scenario, days)
  const found: ScoredArticle[] = []
  for (let day = Math.floor(fromMs / dayMs); day * dayMs <= toMs; day++) {
    let ofDay = days.get(day)
    if (ofDay === undefined) {
      if (days.size >= maxCachedDays) days.clear()
      days.set(
        day,
        (ofDay = [...articlesOf(scenario, day * dayMs)].sort((a, b) => a.publishedMs - b.publishedMs)),
      )
    }
    found.push(...ofDay.filter(({publishedMs}) => publishedMs >= fromMs && publishedMs <= toMs))
  }
  return found
}

function* articlesOf(scenario: Scenario, day: number): Generator<ScoredArticle> {
  for (const {symbol, name, sector} of scenario.members(day)) {
    const of = stream(scenario.seed, 'news', symbol, isoDay(day))
    const [report] = scenario.reports(symbol, day - 2 * dayMs, day + 3 * dayMs, day)
    const own = name.replace(/ \(.*\)$/, '')
    const topic = sectorTopics[sector] ?? 'financial_markets'
    const ticker = symbol.replace('.', '-')
    if (report && of.uniform(1) < 0.6) {
      const isAfter = report.day <= isoDay(day)
      const title = isAfter
        ? `${own} ${of.uniform(2) < 0.5 ? 'Beats' : 'Misses'} Estimates`
        : `What to Expect From ${own}'s Report`
      yield article(of, {n: 0, day, title, tickers: [ticker], topics: ['earnings', topic]})
    }
    if (of.uniform(4) < (wellKnown.has(symbol) ? 0.6 : 0.03))
      yield article(of, {
        n: 1,
        day,
        title: `${own} ${of.pick(5, verbs)} ${of.pick(6, things)}`,
        tickers: [ticker],
        topics: [topic, 'financial_markets'],
      })
  }
  for (const [ticker, name, topic] of assets) {
    const of = stream(scenario.seed, 'news', ticker, isoDay(day))
    if (of.uniform(1) < 0.6)
      yield article(of, {
        n: 1,
        day,
        title: `${name} ${of.pick(5, verbs)} ${of.pick(6, things)}`,
        tickers: [ticker],
        topics: [topic, of.pick(7, general)],
      })
  }
  for (const topic of general) {
    const of = stream(scenario.seed, 'news', topic, isoDay(day))
    for (let n = 0; n < of.whole(9, 0, 3); n++)
      yield article(of, {
        n: n + 2,
        day,
        title: `${topic.replaceAll('_', ' ')}: ${of.pick(n + 20, verbs)} ${of.pick(n + 30, things)}`,
        tickers: [],
        topics: [topic, of.pick(n + 40, general)],
      })
  }
}

/** Unusual endings of titles, which break careless parsers. */
const oddities = [
  ' &amp; More',
  ' &#39;Again&#39;',
  ' 🚀📈',
  ' — تقرير',
  ' 「速報」',
  ` ${'and on '.repeat(90)}`,
  ' &amp;amp; so on',
]

interface Draft {
  /** Number of the article in its stream and day. */
  n: number
  day: number
  /** The title before an unusual ending is added. */
  title: string
  tickers: readonly string[]
  topics: readonly string[]
}

function article(of: Stream, {n, day, title: plain, tickers, topics}: Draft): ScoredArticle {
  const publishedMs = day + of.whole(n, 0, 86_399, 1) * 1000
  const [source, host] = of.pick(n, outlets, 2)
  const title = of.uniform(n, 3) < 0.15 ? `${plain}${of.pick(n, oddities, 4)}` : plain
  const score = six(of.uniform(n, 5) * 1.2 - 0.5)
  const slug = plain.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  const draw = of.whole(n, 0, 12, 6)
  return {
    url: `https://${host}/${isoDay(day).replaceAll('-', '/')}/${slug}-${of.whole(n, 10_000, 99_999, 7)}`,
    title,
    summary: of.uniform(n, 8) < 0.1 ? '' : `${title}. A summary of what was written about it.`,
    publishedMs,
    source,
    domain: host,
    score,
    authors:
      draw === 12
        ? Array.from({length: 22}, (_, index) => `account_${index}`)
        : draw < 3
          ? []
          : ['A. Writer', 'B. Editor'].slice(0, 1 + (draw % 2)),
    tickers: tickers.map((ticker, index) => ({
      ticker,
      relevance: six(1 - index * 0.2),
      score: six(Math.max(-1, Math.min(1, score + 0.1))),
    })),
    topics: [...new Set(topics)],
  }
}

function six(value: number): number {
  return Number(value.toFixed(6))
}
