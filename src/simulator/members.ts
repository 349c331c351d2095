/**
 * The members of the S&P 500: some seventy real companies that stay, and invented ones that are replaced.
 * There are always 503 symbols of 500 companies.
 */
import {dayMs, isoDay} from '../lib/time.js'
import {inventedCompany} from './invented-names.js'
import {realMembers, type Member} from './real-members.js'
import {stream} from './random.js'

/** One row of the table of changes. A null side: the row states only the other side. */
export interface InventedChange {
  atMs: number
  added: Member | null
  removed: Member | null
  reason: string
}

const symbolCount = 503
const firstChangeMs = Date.UTC(2015, 0, 12, 14)
const everyDays = 16
/** Number of changes: until about 2046. */
const changeCount = 700

interface Event extends InventedChange {
  added: Member
  removed: Member
  slot: number
  split: boolean
}

/** Invents the index: its members and changes as functions of the instant. */
export function inventMembers(seed: number): {
  members(atMs: number): readonly Member[]
  changes(atMs: number): InventedChange[]
} {
  const slots = symbolCount - realMembers.length
  const usedSymbols = new Set(realMembers.map((member) => member.symbol))
  const invent = (slot: number, generation: number, addedMs: number | undefined): Member => {
    const of = stream(seed, 'company', slot, generation)
    const {name, sector, industry, city, region, letters} = inventedCompany(of)
    const founded = of.whole(1, 1850, 2005)
    return {
      symbol: freeSymbol(letters, usedSymbols),
      name,
      sector,
      industry,
      city,
      region,
      exchange: of.uniform(2) < 0.6 ? 'NYSE' : 'NASDAQ',
      dateAdded:
        addedMs === undefined
          ? isoDay(Date.UTC(of.whole(3, 1957, 2014), of.whole(4, 0, 11), of.whole(5, 1, 28)))
          : isoDay(addedMs),
      cik: String(9_000_000_000 + slot * 1000 + generation).padStart(10, '0'),
      founded:
        of.uniform(6) < 0.12 ? `${founded + 90 > 2010 ? 2010 : founded + 90} (${founded})` : String(founded),
    }
  }

  const founders = Array.from({length: slots}, (_, slot) => invent(slot, 0, undefined))
  const events: Event[] = []
  const current = [...founders]
  const generations = founders.map(() => 0)
  for (let n = 0; n < changeCount; n++) {
    const of = stream(seed, 'index change', n)
    const slot = of.whole(1, 0, slots - 1)
    const atMs = firstChangeMs + (n * everyDays + of.whole(2, 0, everyDays - 2)) * dayMs
    const removed = current[slot] as Member
    const generation = (generations[slot] ?? 0) + 1
    const added = invent(slot, generation, atMs)
    generations[slot] = generation
    const buyer = of.pick(4, realMembers).name.replace(/ \(.*\)$/, '')
    const reason =
      of.uniform(3) < 0.5
        ? 'Market capitalization change.'
        : `S&P 500 constituent ${buyer} acquired ${removed.name}.`
    current[slot] = added
    events.push({atMs, added, removed, reason, slot, split: of.uniform(5) < 0.04})
  }

  const past = (atMs: number) => events.filter((event) => event.atMs <= atMs)
  const membersAfter = (changes: readonly Event[]): Member[] => {
    const now = [...founders]
    for (const event of changes) now[event.slot] = event.added
    // The article lists members by name.
    return [...realMembers, ...now]
      .map((member) => ({member, key: `${member.name.toLowerCase()}\u0000${member.symbol}`}))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({member}) => member)
  }
  let latest: {changes: number; members: readonly Member[]} | undefined
  return {
    members(atMs) {
      const changes = past(atMs)
      if (latest?.changes !== changes.length)
        latest = {changes: changes.length, members: membersAfter(changes)}
      return latest.members
    },
    changes: (atMs) =>
      past(atMs)
        .reverse()
        .flatMap(({added, removed, reason, atMs, split}): InventedChange[] =>
          split
            ? [
                {atMs, added, removed: null, reason},
                {atMs, added: null, removed, reason},
              ]
            : [{atMs, added, removed, reason}],
        ),
  }
}

/** The first symbol made of a name's letters that no member, past or future, has. */
function freeSymbol(letters: string, usedSymbols: Set<string>): string {
  let symbol = `${letters.slice(0, 3)}${usedSymbols.size}`
  for (const candidate of symbolsOf(letters))
    if (candidate.length >= 3 && !usedSymbols.has(candidate)) {
      symbol = candidate
      break
    }
  usedSymbols.add(symbol)
  return symbol
}

function* symbolsOf(letters: string): Generator<string> {
  const consonants = letters.charAt(0) + letters.slice(1).replace(/[AEIOU]/g, '')
  yield consonants.slice(0, 3)
  yield consonants.slice(0, 4)
  yield letters.slice(0, 3)
  yield letters.slice(0, 4)
  for (let n = 0; n < 26 * 26; n++)
    yield `${letters.slice(0, 2)}${String.fromCharCode(65 + Math.floor(n / 26))}${String.fromCharCode(65 + (n % 26))}`
}
