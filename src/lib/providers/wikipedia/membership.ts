/**
 * Works out from when to when each company was a member of the S&P 500. Pure. Its input is the list of
 * members and the table of changes, which contradict each other in places: nothing is guessed, and each
 * doubt is a flag.
 */
import type {MembershipChange} from './changes.js'

/** A member as the list names it. */
export interface ListedMember {
  symbol: string
  company_name: string
  /** "Date added"; null or undefined if the list does not state it. */
  date_added: string | null | undefined
}

/** One period of a symbol in the index. A bound that a flag calls unknown is the widest possible one. */
export interface MembershipPeriod {
  symbol: string
  /** The periods of a symbol are numbered from 1, earliest first. */
  period_number: number
  /** The first day as a member; null: unknown, and no other row bounds it. */
  from_date: string | null
  /** The first day that it was no longer a member; null: still a member. */
  to_date: string | null
  /** No removal is stated, and the list does not name the member: `to_date` is the day of the page. */
  is_end_assumed: boolean
  company_name: string | null
  /** Which tables of the page name the period. */
  source: 'members' | 'changes' | 'both'
  /** The doubts, joined by "; "; null: none. */
  flag: string | null
}

/** The periods of every symbol of the list and of the changes, by symbol. `today`: the day of the page. */
export function periodsOf(
  members: readonly ListedMember[],
  changes: readonly MembershipChange[],
  today: string,
): MembershipPeriod[] {
  const listed = new Map(members.map((member) => [member.symbol, member]))
  const events = eventsBySymbol(changes)
  return [...new Set([...listed.keys(), ...events.keys()])]
    .sort()
    .flatMap((symbol) => periodsOfSymbol(symbol, events.get(symbol) ?? [], listed.get(symbol), today))
}

interface Event {
  day: string
  kind: 'added' | 'removed'
  company_name: string | null
}

/**
 * Additions and removals of each symbol, oldest first, each once. On one day the removal is first: a symbol
 * that leaves and joins on one day passes from one company to another.
 */
function eventsBySymbol(changes: readonly MembershipChange[]): Map<string, Event[]> {
  const events = new Map<string, Event[]>()
  for (const {day, added, removed} of changes) {
    for (const [kind, side] of [
      ['removed', removed],
      ['added', added],
    ] as const) {
      if (side === null) continue
      const known = events.get(side.symbol) ?? []
      if (known.some((event) => event.day === day && event.kind === kind)) continue
      events.set(side.symbol, [...known, {day, kind, company_name: side.company_name}])
    }
  }
  for (const some of events.values())
    some.sort((a, b) => (a.day < b.day || (a.day === b.day && a.kind > b.kind) ? -1 : 1))
  return events
}

/** A period while the rows of its symbol are read. */
type PeriodDraft = Omit<MembershipPeriod, 'symbol' | 'period_number' | 'flag'> & {flags: string[]}

function periodsOfSymbol(
  symbol: string,
  events: readonly Event[],
  member: ListedMember | undefined,
  today: string,
): MembershipPeriod[] {
  const periods: PeriodDraft[] = []
  const open = {to_date: null, is_end_assumed: false, source: 'changes'} as const
  let isOpen = false
  for (const {day, kind, company_name} of events) {
    const last = periods.at(-1)
    if (kind === 'added') {
      if (last && isOpen) {
        last.to_date = day
        last.flags.push(`end unknown: no removal before the addition of ${day}`)
      }
      periods.push({...open, from_date: day, company_name, flags: []})
      isOpen = true
    } else if (last && isOpen) {
      last.to_date = day
      last.company_name ??= company_name
      isOpen = false
    } else {
      const flag =
        last === undefined
          ? 'start unknown: no addition before the removal'
          : `start unknown: no addition since the removal of ${last.to_date}`
      periods.push({...open, from_date: last?.to_date ?? null, to_date: day, company_name, flags: [flag]})
    }
  }
  compareWithList(periods, isOpen, member, today)
  return periods.map(({flags, ...period}, index) => ({
    symbol,
    period_number: index + 1,
    ...period,
    flag: flags.length === 0 ? null : flags.join('; '),
  }))
}

/** Brings the last period of a symbol into line with the list of members, or flags that the two disagree. */
function compareWithList(
  periods: PeriodDraft[],
  isOpen: boolean,
  member: ListedMember | undefined,
  today: string,
) {
  const last = periods.at(-1)
  if (member === undefined) {
    if (!last || !isOpen || (last.from_date ?? '') > today) return
    last.to_date = today
    last.is_end_assumed = true
    last.flags.push('end unknown: no removal, but the list of members does not name it')
    return
  }
  const {company_name, date_added = null} = member
  // A change that is announced for a later day: the list still names the member.
  const isCurrent = last !== undefined && (isOpen || (last.to_date ?? '') > today)
  if (!isCurrent) {
    periods.push(listedPeriod(last?.to_date ?? null, company_name, date_added))
    return
  }
  last.source = 'both'
  if (last.from_date === null && date_added !== null && date_added < (last.to_date ?? '9999')) {
    last.from_date = date_added
    last.flags = []
  } else if (date_added !== null && date_added !== last.from_date)
    last.flags.push(`dates differ: the list of members says ${date_added}`)
}

/** The period of a member whose addition is not among the changes. `removed`: the day of its last removal. */
function listedPeriod(removed: string | null, company_name: string, date_added: string | null): PeriodDraft {
  const common = {company_name, to_date: null, is_end_assumed: false, source: 'members'} as const
  if (removed === null)
    return {
      ...common,
      from_date: date_added,
      flags: date_added === null ? ['start unknown: the list of members has no date'] : [],
    }
  const isLater = date_added !== null && date_added >= removed
  return {
    ...common,
    from_date: isLater ? date_added : removed,
    flags: [
      isLater
        ? `no addition since the removal of ${removed}`
        : `start unknown: the list of members names it, no addition since the removal of ${removed}`,
    ],
  }
}
