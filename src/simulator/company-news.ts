/**
 * News about companies and markets: articles at random instants, more of them around reports, some about two
 * companies.
 */
import {createHash} from 'node:crypto'
import {dayMs, hourMs} from '../lib/time.js'
import type {Member} from './real-members.js'
import {stream, type Stream} from './random.js'
import type {Scenario} from './scenario.js'

export interface Story {
  id: number
  ms: number
  headline: string
  summary: string
  image: string
  source: string
  url: string
}

/** Companies with hundreds of articles on some days. */
const famous = new Set(['AAPL', 'NVDA', 'TSLA'])
const sources = ['Yahoo', 'Benzinga', 'SeekingAlpha', 'ChartMill', 'CNBC', 'MarketWatch', 'Reuters']
const verbs = [
  'raises its outlook',
  'names a new chief',
  'opens a plant',
  'faces a suit',
  'cuts costs',
  'buys back shares',
  'wins a contract',
  'recalls a product',
]
const odd = [
  '🚀 {name} to the moon? Not so fast',
  'שוק ההון: {name}',
  '{name}: “what nobody says” — ﷽',
  '{name} &amp; the market',
  "Why {name}'s bet isn&#39;t one",
]

/** Data of a day that is the same for every company. */
interface Day {
  members: ReadonlyMap<string, Member>
  shared: readonly {story: Story; about: readonly string[]}[]
}

/** Articles about the companies of one scenario, with a cache of the data that a day has in common. */
export interface CompanyNews {
  /** Articles about a company between two instants that are published by `atMs`, newest first. */
  company(scenario: Scenario, symbol: string, fromMs: number, toMs: number, atMs: number): Story[]
}

export function createCompanyNews(): CompanyNews {
  const days = new Map<number, Day>()
  const dayOf = (scenario: Scenario, day: number) => {
    const known = days.get(day)
    if (known) return known
    const members = scenario.members(day * dayMs)
    const made = {
      members: new Map(members.map((member) => [member.symbol, member])),
      shared: sharedStories(scenario.seed, members, day),
    }
    if (days.size > 500) days.clear()
    days.set(day, made)
    return made
  }
  return {
    company(scenario, symbol, fromMs, toMs, atMs) {
      const until = Math.min(toMs, atMs)
      const found: Story[] = []
      for (let day = Math.floor(fromMs / dayMs); day * dayMs <= until; day++) {
        const {members, shared} = dayOf(scenario, day)
        const member = members.get(symbol)
        if (member) found.push(...storiesOf(scenario, member, day))
        for (const {story, about} of shared) if (about.includes(symbol)) found.push(story)
      }
      return found.filter(({ms}) => ms >= fromMs && ms <= until).sort((a, b) => b.ms - a.ms)
    },
  }
}

function storiesOf(scenario: Scenario, member: Member, day: number): Story[] {
  const of = stream(scenario.seed, 'company news', member.symbol)
  const near = scenario.reports(member.symbol, (day - 2) * dayMs, (day + 3) * dayMs, day * dayMs).length > 0
  const usual = famous.has(member.symbol) ? 40 : 0.2 + of.uniform(0) ** 3 * 3
  const count = Math.min(
    240,
    Math.round(usual * (near ? 3.5 : 1) * (0.4 + 1.2 * of.uniform(day, 1)) * (isWeekend(day) ? 0.3 : 1)),
  )
  return Array.from({length: count}, (_, n) =>
    write(of, `${member.symbol}/${day}/${n}`, day, n, plainName(member.name)),
  )
}

/** Three articles a day about two companies of one sector: the same article for both. */
function sharedStories(seed: number, members: readonly Member[], day: number): Day['shared'] {
  const of = stream(seed, 'sector news')
  return [0, 1, 2].map((n) => {
    const one = of.pick(day, members, 10 + n)
    const peers = members.filter(({sector, symbol}) => sector === one.sector && symbol !== one.symbol)
    const other = of.pick(day, peers, 20 + n)
    return {
      story: write(of, `sector/${day}/${n}`, day, n, `${plainName(one.name)} and ${plainName(other.name)}`),
      about: [one.symbol, other.symbol],
    }
  })
}

/** Makes an article. Its id grows with the time of publication. */
function write(of: Stream, name: string, day: number, n: number, subject: string): Story {
  const lane = 100 + n
  const second = of.whole(day, 0, 86_399, lane)
  const hash = createHash('sha256')
    .update(`${of.uniform(day, lane)} ${name}`)
    .digest('hex')
  const headline =
    of.uniform(day, 1000 + n) < 0.03
      ? of.pick(day, odd, 2000 + n).replace('{name}', subject)
      : `${subject} ${of.pick(day, verbs, 3000 + n)}`
  return {
    id: (day * 86_400 + second) * 1000 + (parseInt(hash.slice(0, 5), 16) % 1000),
    ms: (day * 86_400 + second) * 1000,
    headline,
    summary:
      of.uniform(day, 4000 + n) < 0.1
        ? ''
        : `${headline}, it was said on that day.\nThe shares of its peers didn&#39;t move.`,
    image: of.uniform(day, 5000 + n) < 0.1 ? '' : `https://static.example.com/${hash.slice(0, 12)}.jpg`,
    source: of.pick(day, sources, 6000 + n),
    url: `https://finnhub.io/api/news?id=${hash}`,
  }
}

export const marketNewsCategories = ['general', 'forex', 'crypto', 'merger'] as const
export type Category = (typeof marketNewsCategories)[number]
const perHour: Readonly<Record<Category, number>> = {general: 6, forex: 3, crypto: 5, merger: 0.4}
const topics: Readonly<Record<Category, readonly string[]>> = {
  general: ['Stocks drift', 'Bonds rally', 'Oil slips', 'Retail sales rise'],
  forex: ['Dollar firms', 'Yen steadies', 'Euro eases'],
  crypto: ['Bitcoin swings', 'Miners regroup', 'A token unlocks'],
  merger: ['A bid is raised', 'A merger is called off'],
}

/**
 * News of a category from the `hours` up to `atMs`, newest first. One in twelve articles has a copy under a
 * second id and address.
 */
export function marketStories(seed: number, category: Category, atMs: number, hours: number): Story[] {
  const of = stream(seed, 'market news', category)
  const found: Story[] = []
  const last = Math.floor(atMs / hourMs)
  for (let hour = last - hours; hour <= last; hour++) {
    const count = Math.floor(perHour[category] * 2 * of.uniform(hour) + of.uniform(hour, 1))
    for (let n = 0; n < count; n++) {
      // in order of their ids
      const ms = hour * hourMs + Math.floor(((n + of.uniform(hour, 10 + n)) * 3600) / count) * 1000
      const hash = createHash('sha256').update(`${seed} ${category} ${hour} ${n}`).digest('hex')
      const headline = `${of.pick(hour, topics[category], 40 + n)} (${hash.slice(0, 4)})`
      const story = {
        id: hour * 100 + 2 * n,
        ms,
        headline,
        summary: `${headline}\nas the day went on.`,
        image: of.uniform(hour, 70 + n) < 0.2 ? '' : `https://static.example.com/${hash.slice(0, 12)}.png`,
        source: of.pick(hour, sources, 100 + n),
        url: `https://www.example.com/${category}/${hash.slice(0, 20)}`,
      }
      found.push(story)
      if (of.uniform(hour, 130 + n) < 1 / 12) found.push({...story, id: story.id + 1, url: `${story.url}-2`})
    }
  }
  return found.filter(({ms}) => ms <= atMs).sort((a, b) => b.ms - a.ms || b.id - a.id)
}

function isWeekend(day: number): boolean {
  return (day + 4) % 7 === 0 || (day + 4) % 7 === 6 // 1 January 1970 was a Thursday
}

function plainName(name: string): string {
  return name.replace(/ \(.*\)$/, '')
}
