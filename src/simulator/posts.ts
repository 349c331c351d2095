/**
 * Accounts of X and their posts. Each account has its own random stream, so any part of its timeline is
 * computed directly.
 */
import {dayMs, minuteMs} from '../lib/time.js'
import {stream, type Stream} from './random.js'

export interface InventedAccount {
  id: string
  /** Spelling of the platform. */
  handle: string
  name: string
  isSuspended: boolean
  /** Average posts per day. */
  perDay: number
  followers: number
  number: number
  chance: Stream
}

export type PostKind = 'plain' | 'long' | 'retweeted' | 'quoted' | 'replied_to'

/** One post as it exists at an instant. An edit gives it another id. */
export interface Post {
  account: InventedAccount
  id: string
  atMs: number
  /** Every id of the post so far, oldest first. */
  history: string[]
  kind: PostKind
  /** The post that it reposts, quotes or answers. */
  original: {account: InventedAccount; id: string} | undefined
  /** Number of its time slot in the account's timeline. All random values of the post depend on it. */
  slot: number
}

export interface Accounts {
  byHandle(handle: string): InventedAccount | undefined
  byId(id: string): InventedAccount | undefined
  /** The newest posts of an account, newest first, at most `most`. */
  timeline(account: InventedAccount, atMs: number, most: number): Post[]
  post(account: InventedAccount, slot: number, atMs: number): Post | undefined
  /** Account and slot of a post by its id. */
  locate(id: string): {account: InventedAccount; slot: number} | undefined
}

/** Handle, name, posts a day, followers in thousands. */
const people: readonly (readonly [
  handle: string,
  name: string,
  perDay: number,
  thousands: number,
  suspended?: true,
])[] = [
  ['elonmusk', 'Elon Musk', 24, 229_000],
  ['RayDalio', 'Ray Dalio', 1.2, 1_900],
  ['jimcramer', 'Jim Cramer', 8, 2_300],
  ['tim_cook', 'Tim Cook', 0.6, 15_000],
  ['Oracle', 'Oracle', 5, 1_100],
  ['sundarpichai', 'Sundar Pichai', 1, 6_100],
  ['Bitcoin', 'Bitcoin', 1.5, 8_300],
  ['saylor', 'Michael Saylor', 6, 4_800],
  ['brian_armstrong', 'Brian Armstrong', 4, 1_500],
  ['CoinbaseAssets', 'Coinbase Assets', 2, 700],
  ['JeffBezos', 'Jeff Bezos', 0.4, 7_300],
  ['Meta', 'Meta', 1.5, 14_000],
  ['PalantirTech', 'Palantir', 2, 600],
  ['Palantir', 'Palantir', 2, 90],
  ['IonQ_Inc', 'IonQ', 1, 80],
  ['IonQ', 'IonQ', 1.2, 60],
  ['ethereum', 'Ethereum', 1.5, 4_000],
  ['CNBC', 'CNBC', 20, 5_800],
  ['Tether_to', 'Tether', 2, 500],
  ['tether', 'Tether', 1.2, 450],
  ['WSJ', 'The Wall Street Journal', 18, 20_800],
  ['Tesla', 'Tesla', 3, 25_000],
  ['nvidia', 'NVIDIA', 4, 2_600],
  ['gone_quiet', 'Gone Quiet', 0.01, 1],
  ['was_suspended', 'Was Suspended', 1, 2, true],
]

/** Epoch of X's ids. An id holds the milliseconds since then, the account and a counter. */
const epochMs = 1_288_834_974_657
const idOf = (atMs: number, account: number, slot: number) =>
  String((BigInt(atMs - epochMs) << 22n) | BigInt((account << 12) | (slot & 0xfff)))
/** Length of a time slot. Half of the slots have a post. */
const slotMs = ({perDay}: InventedAccount) => Math.round(dayMs / perDay / 2)
const editedAfterMs = 12 * minuteMs

export function inventAccounts(seed: number): Accounts {
  const accounts = people.map(([handle, name, perDay, thousands, suspended], number): InventedAccount => {
    const chance = stream(seed, 'x account', handle)
    const young = 1_400_000_000_000_000_000n + BigInt(chance.whole(1, 1, 2_000_000_000)) * 100_000_007n
    return {
      id: String(number < 6 ? 20_000_000 + chance.whole(1, 0, 90_000_000) : young),
      handle,
      name,
      perDay,
      isSuspended: suspended ?? false,
      followers: thousands * 1000 + chance.whole(2, 0, 999),
      number,
      chance,
    }
  })
  const handles = new Map(accounts.map((account) => [account.handle.toLowerCase(), account]))
  const ids = new Map(accounts.map((account) => [account.id, account]))
  const firstId = (account: InventedAccount, slot: number) =>
    idOf(bornMs(account, slot), account.number, slot)
  const existing = (account: InventedAccount, slot: number, atMs: number): Post | undefined => {
    const postedMs = bornMs(account, slot)
    if (account.chance.uniform(slot, 10) >= 0.5 || postedMs > atMs) return undefined
    const isEdited = account.chance.uniform(slot, 12) < 0.03 && atMs >= postedMs + editedAfterMs
    const id = firstId(account, slot)
    const newest = isEdited ? idOf(postedMs + editedAfterMs, account.number, slot) : id
    const kind = kindOf(account, slot)
    return {
      account,
      id: newest,
      atMs: isEdited ? postedMs + editedAfterMs : postedMs,
      history: isEdited ? [id, newest] : [id],
      kind,
      original: originalOf(account, slot, kind),
      slot,
    }
  }

  /** An earlier post of another account. */
  function originalOf(account: InventedAccount, slot: number, kind: PostKind): Post['original'] {
    if (kind === 'plain' || kind === 'long') return undefined
    const other = account.chance.pick(
      slot,
      accounts.filter((one) => one !== account && one.perDay >= 1 && !one.isSuspended),
      14,
    )
    const beforeMs = bornMs(account, slot) - editedAfterMs
    for (let earlier = Math.floor(beforeMs / slotMs(other)) - 1; ; earlier--) {
      // A repost of a repost would refer to its original.
      if (other.chance.uniform(earlier, 10) >= 0.5 || kindOf(other, earlier) === 'retweeted') continue
      return {
        account: other,
        id: existing(other, earlier, bornMs(account, slot))?.id ?? firstId(other, earlier),
      }
    }
  }

  return {
    byHandle: (handle) => handles.get(handle.toLowerCase()),
    byId: (id) => ids.get(id),
    post: existing,
    timeline(account, atMs, most) {
      const posts: Post[] = []
      for (
        let slot = Math.floor(atMs / slotMs(account));
        posts.length < most + 5 && slot > 0 && slot * slotMs(account) > atMs - 3000 * dayMs;
        slot--
      ) {
        const found = existing(account, slot, atMs)
        if (found) posts.push(found)
      }
      return posts.sort((a, b) => b.atMs - a.atMs).slice(0, most)
    },
    locate(id) {
      const number = Number((BigInt(id) >> 12n) & 0x3ffn)
      const account = accounts[number]
      const postedMs = Number(BigInt(id) >> 22n) + epochMs
      if (!account) return undefined
      const near = Math.floor(postedMs / slotMs(account))
      const slot = [near, near - 1].find((one) => (one & 0xfff) === Number(BigInt(id) & 0xfffn))
      return slot === undefined ? undefined : {account, slot}
    },
  }
}

function bornMs(account: InventedAccount, slot: number): number {
  const lengthMs = slotMs(account)
  return slot * lengthMs + Math.floor(account.chance.uniform(slot, 11) * lengthMs)
}

function kindOf({chance}: InventedAccount, slot: number): PostKind {
  const drawn = chance.uniform(slot, 13)
  return drawn < 0.12
    ? 'retweeted'
    : drawn < 0.2
      ? 'quoted'
      : drawn < 0.3
        ? 'replied_to'
        : drawn < 0.37
          ? 'long'
          : 'plain'
}
