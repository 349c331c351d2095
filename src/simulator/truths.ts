/** Accounts of Truth Social, their posts, and tags. Each account and each tag has its own random stream. */
import {dayMs, hourMs, minuteMs} from '../lib/time.js'
import type {InventedAccount} from './posts.js'
import {stream} from './random.js'

export interface TruthAccount extends Omit<InventedAccount, 'handle'> {
  username: string
}

export type TruthKind = 'plain' | 'media' | 'link' | 'quote' | 'reblog' | 'poll' | 'reply' | 'video'

/** One post as it exists at an instant. */
export interface Truth {
  account: TruthAccount
  id: string
  atMs: number
  kind: TruthKind
  /** The post that it reposts, quotes or answers. */
  original: {account: TruthAccount; slot: number; id: string} | undefined
  /** Instant of its edit. */
  editedMs: number | undefined
  slot: number
}

export interface TruthTag {
  name: string
  /** Uses of the tag in a UTC day, counted up to an instant. */
  uses(day: number, atMs: number): number
}

export interface Truths {
  byName(username: string): TruthAccount | undefined
  byId(id: string): TruthAccount | undefined
  post(account: TruthAccount, slot: number, atMs: number): Truth | undefined
  /** Posts between two instants without deleted ones, oldest first. */
  between(account: TruthAccount, fromMs: number, toMs: number, atMs: number): Truth[]
  /** The most liked posts of the last two days, most liked first. */
  trending(atMs: number): Truth[]
  likes(post: Truth, atMs: number): number
  tags: readonly TruthTag[]
}

/** Name, posts a day, followers in thousands, and the real id where it is known. */
const people: readonly (readonly [
  username: string,
  name: string,
  perDay: number,
  thousands: number,
  id?: string,
])[] = [
  ['realDonaldTrump', 'Donald J. Trump', 16, 12_900, '107780257626128497'],
  ['WhiteHouse', 'The White House', 9, 2_700],
  ['DonaldJTrumpJr', 'Donald Trump Jr.', 5, 6_200],
  ['HarborLedger', 'Harbor Ledger', 20, 900],
  ['PrairieWire', 'Prairie Wire', 24, 2_100],
  ['FinchAndSons', 'Finch & Sons', 6, 150],
  ['CapitolNotes', 'Capitol Notes', 12, 640],
  ['GoldenPlains', 'Golden Plains', 4, 80],
  ['was_suspended', '', 1, 0],
]
const suspended = new Set(['was_suspended'])
const names = [
  'Bitcoin',
  'Tariffs',
  'MAGA',
  '관세',
  'Inflation',
  'FedWatch',
  'Gold',
  'TradeDeal',
  'SaveCollegeSports',
  'Crypto',
  'BorderSecurity',
  'Economy',
  'OilPrices',
  'Nasdaq',
  'GoodMorning',
  'Freedom',
  'XRP',
  'Election',
  'ChinaTrade',
  'StockMarket',
  'Jobs',
  'FarmersFirst',
  'Dollar',
  'TaxCuts',
  'SundayThoughts',
  'Energy',
]

/** Length of a time slot. Half of the slots have a post. */
const slotMs = ({perDay}: TruthAccount) => Math.round(dayMs / perDay / 2)
const editedAfterMs = 40 * minuteMs
const deletedAfterMs = 3 * hourMs
/** An id holds the milliseconds since 1970 above its last 16 bits. */
const idOf = (atMs: number, {number}: TruthAccount, slot: number) =>
  String((BigInt(atMs) << 16n) | BigInt((number << 8) | (slot & 0xff)))

export function inventTruths(seed: number): Truths {
  const accounts = people.map(([username, name, perDay, thousands, id], number): TruthAccount => {
    const chance = stream(seed, 'truth account', username)
    const invented = idOf(
      Date.UTC(2022, 1, 20) + chance.whole(1, 0, 400) * dayMs,
      {number} as TruthAccount,
      chance.whole(2, 0, 255),
    )
    return {
      id: id ?? invented,
      username,
      name,
      isSuspended: suspended.has(username),
      perDay,
      followers: thousands * 1000,
      number,
      chance,
    }
  })
  const byName = new Map(accounts.map((account) => [account.username.toLowerCase(), account]))
  const byId = new Map(accounts.map((account) => [account.id, account]))
  const bornMs = (account: TruthAccount, slot: number) =>
    slot * slotMs(account) + Math.floor(account.chance.uniform(slot, 11) * slotMs(account))

  function post(account: TruthAccount, slot: number, atMs: number): Truth | undefined {
    const {chance} = account
    const postedMs = bornMs(account, slot)
    if (account.isSuspended || chance.uniform(slot, 10) >= 0.5 || postedMs > atMs) return undefined
    if (chance.uniform(slot, 15) < 0.03 && atMs >= postedMs + deletedAfterMs) return undefined
    const kind = kindOf(chance.uniform(slot, 13))
    const isEdited = chance.uniform(slot, 12) < 0.04 && atMs >= postedMs + editedAfterMs
    return {
      account,
      id: idOf(postedMs, account, slot),
      atMs: postedMs,
      kind,
      slot,
      editedMs: isEdited ? postedMs + editedAfterMs : undefined,
      original:
        kind === 'reblog' || kind === 'quote' || kind === 'reply' ? originalOf(account, slot) : undefined,
    }
  }

  /** An earlier post of another account. It is not a repost, quote or reply, and is never deleted. */
  function originalOf(account: TruthAccount, slot: number): NonNullable<Truth['original']> {
    const other = account.chance.pick(
      slot,
      accounts.filter((one) => one !== account && one.perDay >= 4),
      14,
    )
    for (let earlier = Math.floor((bornMs(account, slot) - editedAfterMs) / slotMs(other)) - 1; ; earlier--) {
      const {chance} = other
      if (
        chance.uniform(earlier, 10) >= 0.5 ||
        chance.uniform(earlier, 15) < 0.03 ||
        ['reblog', 'quote', 'reply'].includes(kindOf(chance.uniform(earlier, 13)))
      )
        continue
      return {account: other, slot: earlier, id: idOf(bornMs(other, earlier), other, earlier)}
    }
  }

  function between(account: TruthAccount, fromMs: number, toMs: number, atMs: number): Truth[] {
    const found: Truth[] = []
    for (
      let slot = Math.max(0, Math.floor(fromMs / slotMs(account)) - 1);
      slot * slotMs(account) <= Math.min(toMs, atMs);
      slot++
    ) {
      const one = post(account, slot, atMs)
      if (one && one.atMs >= fromMs && one.atMs <= toMs) found.push(one)
    }
    return found
  }

  /** Likes of a post, most of which come in its first day. */
  function likes({account, slot, atMs: postedMs}: Truth, atMs: number): number {
    return Math.floor(
      account.followers *
        (0.0005 + 0.002 * account.chance.uniform(slot, 36)) *
        (1 - Math.exp(-Math.max(0, atMs - postedMs) / (dayMs / 3))),
    )
  }

  return {
    byName: (username) => byName.get(username.toLowerCase()),
    byId: (id) => byId.get(id),
    post,
    between,
    likes,
    trending: (atMs) =>
      accounts
        .flatMap((account) => between(account, atMs - 2 * dayMs, atMs, atMs))
        .filter(({kind}) => kind !== 'reblog' && kind !== 'reply')
        .map((one) => ({one, likes: likes(one, atMs)}))
        .sort((a, b) => b.likes - a.likes || a.one.atMs - b.one.atMs)
        .slice(0, 40)
        .map(({one}) => one),
    tags: names.map((name, index) => {
      const chance = stream(seed, 'truth tag', name)
      return {
        name,
        uses(day, atMs) {
          const whole = Math.max(
            0,
            Math.round(
              40 * (30 - index) * (1 + 0.8 * chance.noise(day / 3, 1)) * chance.uniform(day, 2) - 60,
            ),
          )
          return Math.floor(whole * Math.min(1, Math.max(0, (atMs - day * dayMs) / dayMs)))
        },
      }
    }),
  }
}

function kindOf(drawn: number): TruthKind {
  const kinds: readonly [number, TruthKind][] = [
    [0.1, 'reblog'],
    [0.18, 'quote'],
    [0.26, 'media'],
    [0.3, 'poll'],
    [0.38, 'reply'],
    [0.45, 'video'],
    [0.7, 'link'],
  ]
  return kinds.find(([below]) => drawn < below)?.[1] ?? 'plain'
}
