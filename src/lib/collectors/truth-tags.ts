import {defineCollector, type From} from '../define.js'
import {hourly} from '../define-schedule.js'
import {count, describe, each, epochSeconds, filled, isItem, list, must, textOrNull} from '../parse.js'
import {trendingTags, truthSocial} from '../providers/truth-social.js'
import {dayMs, isoDay} from '../time.js'

const days = [0, 1, 2, 3, 4, 5, 6] as const

/**
 * Trending tags of Truth Social: one row for each tag and day of the provider. A row does not change once the
 * next day has begun; it has the figures of the last answer on its day. `growth_rate`: percent, today against
 * yesterday (today is not over). `weekly_average`: mean uses of those of the seven days that are known.
 * `trend_score`: 2 u² / (u + a), from today's uses u and the average a. It is u for a constant tag, up to 2 u
 * for a new one, and less than u for a fading one. `tag_category` and `market_relevance` come from a list of
 * words; a tag that matches none is general, 0.
 */
export const truthTags = defineCollector({
  name: 'truth-tags',
  summary: 'collect the trending tags of Truth Social',
  schedule: [hourly(39)],
  lists: {
    words: {
      shipped: 'collectors/truth-tag-words.csv',
      ownFile: 'truth-tag-words.csv',
      columns: ['word', 'category', 'market_relevance'],
      problem: wrongWord,
    },
  },
  snapshot: true,
  tables: ['truth_social_tags'],
  key: ['name', 'collected_date'],
  sources: {
    'truth-social': {
      provider: truthSocial,
      request: () => trendingTags(),
      parse: (body: unknown, from) => each(list(body, 'history'), (item) => tag(item, from)),
    },
  },
})

interface Day {
  ms: number
  uses: number | null
  accounts: number | null
}

function tag(item: unknown, {lists, at}: From<unknown>) {
  const name = filled(item, 'name').replace(/^#/, '')
  const one = item as Record<string, unknown>
  const known = historyOf(must(item, 'history'))
  const today = known.todayMs
  const recent = Array.isArray(one['recent_history']) ? (one['recent_history'] as unknown[]) : []
  const uses = days.map((ago) => known.byDay.get(today - ago * dayMs)?.uses ?? count(recent[ago] ?? null))
  const [now = null, yesterday = null] = uses
  const reported = uses.filter((value) => value !== null)
  const sum = reported.reduce((all, value) => all + value, 0)
  const {category, market_relevance} = meaningOf(name, lists?.['words'] ?? [])
  return {
    name,
    collected_date: isoDay(today),
    url: textOrNull(one['url']),
    total_uses: now,
    total_accounts: known.byDay.get(today)?.accounts ?? null,
    recent_statuses_count: count(one['recent_statuses_count'] ?? null),
    history_data: [...known.byDay.values()].map((day) => ({
      day: String(day.ms / 1000),
      uses: day.uses,
      accounts: day.accounts,
    })),
    day_0_uses: now,
    day_1_uses: yesterday,
    day_2_uses: uses[2] ?? null,
    day_3_uses: uses[3] ?? null,
    day_4_uses: uses[4] ?? null,
    day_5_uses: uses[5] ?? null,
    day_6_uses: uses[6] ?? null,
    trend_score:
      now === null ? null : (ratio(2 * now * now * reported.length, now * reported.length + sum) ?? '0'),
    growth_rate: now === null || yesterday === null ? null : ratio(100 * (now - yesterday), yesterday),
    weekly_average: ratio(sum, reported.length),
    tag_category: category,
    market_relevance,
    collected_at: at.toISOString(),
  }
}

/**
 * Days by their start, newest first. "Today" comes from the provider, because our clock may be in another
 * day.
 */
function historyOf(value: unknown): {byDay: Map<number, Day>; todayMs: number} {
  if (!Array.isArray(value) || value.length === 0)
    throw new Error(`field "history" is ${describe(value)}, expected days`)
  const found = (value as unknown[])
    .map((entry) => {
      const ms = Date.parse(epochSeconds(must(entry, 'day')) ?? '')
      if (Number.isNaN(ms) || !isItem(entry)) throw new Error('a day of "history" has no date')
      const ago = count(entry['days_ago'] ?? null)
      return {
        ms,
        uses: count(entry['uses'] ?? null),
        accounts: count(entry['accounts'] ?? null),
        todayMs: ago === null ? ms : ms + ago * dayMs,
      }
    })
    .toSorted((a, b) => b.ms - a.ms)
  return {
    byDay: new Map(found.map(({ms, uses, accounts}) => [ms, {ms, uses, accounts}])),
    todayMs: Math.max(...found.map(({todayMs}) => todayMs)),
  }
}

/** A quotient of whole numbers with two decimals; null if the divisor is 0. */
function ratio(dividend: number, divisor: number): string | null {
  if (divisor === 0) return null
  const [top, bottom] = [BigInt(dividend) * 200n, BigInt(divisor) * 2n]
  const size = ((top < 0n ? -top : top) + BigInt(divisor)) / bottom
  const digits = String(size).padStart(3, '0')
  return `${top < 0n && size > 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

type Words = readonly Readonly<Record<string, string>>[]

function meaningOf(name: string, words: Words): {category: string; market_relevance: number} {
  const plain = name.normalize('NFKC').toLowerCase()
  const found = words.find(({word = ''}) => fits(plain, word.normalize('NFKC').toLowerCase()))
  return {
    category: found?.['category'] || 'general',
    market_relevance: Number(found?.['market_relevance'] ?? 0),
  }
}

/** True if the tag matches the word. `*` matches any characters, or none. */
function fits(name: string, word: string): boolean {
  const parts = word.split('*')
  if (word.replaceAll('*', '') === '') return false
  if (parts.length === 1) return name === word
  if (
    !name.startsWith(parts[0]!) ||
    !name.endsWith(parts.at(-1)!) ||
    name.length < word.length - parts.length + 1
  )
    return false
  let from = 0
  for (const part of parts) {
    const index = name.indexOf(part, from)
    if (index < 0) return false
    from = index + part.length
  }
  return true
}

function wrongWord(words: Words): string | undefined {
  const bad = words.find(({market_relevance}) => !/^([0-9]|10)$/.test(market_relevance ?? ''))
  return bad === undefined
    ? undefined
    : `the market_relevance of "${bad['word']}" is not a whole number from 0 to 10`
}
