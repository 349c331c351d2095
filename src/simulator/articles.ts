/**
 * Articles by topic and day, with copies by other publishers and withdrawn ones. Some are headlines of a
 * category and of their source.
 */
import {dayMs, isoDay} from '../lib/time.js'
import {inventedName} from './invented-names.js'
import {publishers, type Publisher} from './publishers.js'
import {stream} from './random.js'

export interface InventedArticle {
  url: string
  publisher: Publisher
  author: string | null
  title: string
  description: string | null
  /** The whole text, which NewsAPI truncates. */
  text: string
  image: string | null
  publishedMs: number
  /** Keywords of the article, in lower case. */
  topics: readonly string[]
  category: string
  isHeadline: boolean
  /** Instant from which a placeholder replaces the article. */
  withdrawnMs: number
}

export interface News {
  /** Articles with a keyword in a span, both ends included; newest first. */
  about(keyword: string, fromMs: number, toMs: number): InventedArticle[]
  /** Headlines in a span, both ends included; newest first. */
  headlines(fromMs: number, toMs: number): InventedArticle[]
}

/** Articles of a topic on a weekday. Any other keyword has about three. */
const rates: Readonly<Record<string, number>> = {
  business: 130,
  war: 115,
  economy: 14,
  technology: 14,
  politics: 12,
  election: 11,
  inflation: 10,
  tariff: 9,
  military: 9,
  congress: 8,
  nuclear: 7,
  sanctions: 7,
  ipo: 6,
  'trade war': 6,
  'government policy': 5,
  diplomatic: 5,
}
const topicNames = Object.keys(rates)
const categoryOf: Readonly<Record<string, string>> = {
  business: 'business',
  economy: 'business',
  inflation: 'business',
  tariff: 'business',
  ipo: 'business',
  technology: 'technology',
}
const weekend = 0.4

export function inventNews(seed: number): News {
  const days = new Map<string, InventedArticle[]>()
  const ofDay = (topic: string, day: number): InventedArticle[] => {
    const name = `${topic} ${day}`
    const known = days.get(name)
    if (known) return known
    if (days.size > 4000) days.clear()
    const made = articlesOf(seed, topic, day)
    days.set(name, made)
    return made
  }
  const between = (topics: readonly string[], fromMs: number, toMs: number) => {
    const found: InventedArticle[] = []
    for (let day = Math.floor(fromMs / dayMs); day * dayMs <= toMs; day++)
      for (const topic of topics)
        found.push(
          ...ofDay(topic, day).filter(({publishedMs}) => publishedMs >= fromMs && publishedMs <= toMs),
        )
    return found.sort((a, b) => b.publishedMs - a.publishedMs || (a.url < b.url ? -1 : 1))
  }
  return {
    about: (keyword, fromMs, toMs) => {
      const topic = keyword.toLowerCase()
      return between([...new Set([...topicNames, topic])], fromMs, toMs).filter(({topics}) =>
        topics.includes(topic),
      )
    },
    headlines: (fromMs, toMs) => between(topicNames, fromMs, toMs).filter(({isHeadline}) => isHeadline),
  }
}

/** The articles of one topic and one UTC day. */
function articlesOf(seed: number, topic: string, day: number): InventedArticle[] {
  const of = stream(seed, 'news', topic, day)
  const weekday = new Date(day * dayMs).getUTCDay()
  const count = Math.round(
    (rates[topic] ?? 3) * (weekday === 0 || weekday === 6 ? weekend : 1) * (0.85 + 0.3 * of.uniform(0)),
  )
  return Array.from({length: count}, (_, n) => n + 1).flatMap((n) => {
    const first = invent(seed, topic, day, n)
    if (of.uniform(n, 1) >= 0.08) return [first]
    // A copy of the article by another publisher, at another address.
    const publisher = of.pick(n, publishers, 2)
    const publishedMs = Math.min(
      first.publishedMs + of.whole(n, 60, 7200, 3) * 1000,
      (day + 1) * dayMs - 1000,
    )
    return [
      first,
      {
        ...first,
        publisher,
        publishedMs,
        url: `https://${publisher.domain}/wire/${day}/${n}/${slug(first.title)}`,
        isHeadline: false,
        withdrawnMs: Infinity,
      },
    ]
  })
}

const verbs = [
  'weighs',
  'warns of',
  'shrugs off',
  'prepares for',
  'gains from',
  'is hit by',
  'votes on',
  'doubts',
] as const
const things = [
  'new rules',
  'higher rates',
  'a weaker dollar',
  'supply trouble',
  'Q&A with investors',
  'a record quarter',
  'talks in Geneva',
  'mergers & deals',
] as const
const people = ['Ada Okafor', 'Jun Park', 'María Sol', "Tom O'Neil", 'Wen Li', 'Greta Lindqvist'] as const

function invent(seed: number, topic: string, day: number, n: number): InventedArticle {
  const of = stream(seed, 'article', topic, day, n)
  const publisher = of.pick(1, publishers)
  const {name} = inventedName(of)
  const title = `${name} ${of.pick(2, verbs)} ${of.pick(3, things)}: ${topic}`
  const publishedMs = day * dayMs + of.whole(4, 0, 86_399) * 1000
  const second = of.uniform(5) < 0.15 ? [of.pick(6, topicNames)] : []
  const sentence = `${name} ${of.pick(2, verbs)} ${of.pick(3, things)}, people close to it said.\r\nThe ${topic} story goes on & on. `
  return {
    url: `https://${publisher.domain}/${isoDay(publishedMs).replaceAll('-', '/')}/${slug(title)}-${day}${n}`,
    publisher,
    title,
    publishedMs,
    author:
      of.uniform(7) < 0.2
        ? null
        : of.uniform(7) < 0.4
          ? `${of.pick(8, people)}, ${of.pick(9, people)}`
          : of.pick(8, people),
    description:
      of.uniform(10) < 0.05 ? null : `${sentence.split('\r\n')[0] ?? ''} "No comment", says the rest.`,
    text: sentence.repeat(of.whole(11, 3, 40)),
    image: of.uniform(12) < 0.2 ? null : `https://${publisher.domain}/images/${n}.jpg`,
    topics: [...new Set([topic, ...second])],
    category: categoryOf[topic] ?? 'general',
    isHeadline: of.uniform(13) < 0.2,
    withdrawnMs: of.uniform(14) < 0.02 ? publishedMs + of.whole(15, 1, 12) * dayMs : Infinity,
  }
}

function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}
