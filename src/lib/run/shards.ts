/** Divides the targets of a feed among its producers, so that another list of targets moves none of them. */
import {pause} from '../clock.js'
import type {Database} from '../db/database.js'
import {NeedsPerson} from '../errors.js'

/** A producer of a feed: number `index` of `count`, from 1. */
export interface Shard {
  index: number
  count: number
}

/** The number of shards of `--shard auto`: ten, as in the design of the system. */
const defaultCount = 10

/**
 * Reads `3/10`, or `auto` and `auto/10`, which take the ordinal at the end of the host name of a pod:
 * `fin-sp500-2` is the third. Throws NeedsPerson for anything else.
 */
export function shardFrom(text: string, host: string): Shard {
  const [, name = '', total] = /^(auto|\d{1,5})(?:\/(\d{1,5}))?$/.exec(text) ?? []
  const ordinal = /-(\d{1,5})$/.exec(host)?.[1]
  const index = name === 'auto' ? ordinal && Number(ordinal) + 1 : Number(name)
  const count = total === undefined && name === 'auto' ? defaultCount : Number(total)
  if (name === 'auto' && index === undefined)
    throw new NeedsPerson(
      `--shard auto: the host name "${host}" does not end in the ordinal of a pod, such as -0`,
      {nextStep: 'Name the shard, such as --shard 1/10.'},
    )
  if (typeof index !== 'number' || !(index >= 1 && index <= count))
    throw new NeedsPerson(`--shard ${text} is not a shard`, {
      nextStep: 'Write it like 3/10: the third of ten. `auto` and auto/10 take the ordinal of the pod.',
    })
  return {index, count}
}

export interface Assignment {
  /** Target -> shard. */
  shardOf: Map<string, number>
  /** Assigned before, and no longer a target. */
  removed: string[]
  /** Targets that did not have a shard before. */
  added: string[]
  /** Targets for which no shard has room. */
  leftOver: string[]
}

/** Pure. Targets keep their shard; a new one gets the shard with the fewest targets. */
export function assignShards(
  targets: readonly string[],
  before: ReadonlyMap<string, number>,
  count: number,
  most: number,
): Assignment {
  const wanted = new Set(targets)
  const shardOf = new Map([...before].filter(([target]) => wanted.has(target)))
  const sizes = new Array<number>(count).fill(0)
  for (const shard of shardOf.values()) sizes[shard - 1]!++
  const added: string[] = []
  const leftOver: string[] = []
  for (const target of targets) {
    if (shardOf.has(target)) continue
    const least = sizes.indexOf(Math.min(...sizes))
    if (sizes[least]! >= most) leftOver.push(target)
    else {
      sizes[least]!++
      shardOf.set(target, least + 1)
      added.push(target)
    }
  }
  return {shardOf, added, leftOver, removed: [...before.keys()].filter((target) => !wanted.has(target))}
}

const retryMs = 200

/**
 * The targets of one shard, in order, and those for which no shard has room. Stores the assignment, under a
 * lock, so that all producers see the same.
 */
export async function targetsOfShard(
  database: Database,
  {
    feed,
    targets,
    shard,
    most,
    stop,
  }: {feed: string; targets: readonly string[]; shard: Shard; most: number; stop: AbortSignal},
): Promise<{own: string[]; leftOver: string[]}> {
  const read = async () => {
    const rows = await database.query<{target: string; shard: number}>('select_stream_shards', [
      feed,
      shard.count,
    ])
    return assignShards(targets, new Map(rows.map((row) => [row.target, row.shard])), shard.count, most)
  }
  let found = await read()
  while (found.added.length > 0 || found.removed.length > 0) {
    const lock = await database.lock(`shards ${feed}`)
    if (lock) {
      try {
        found = await read()
        await database.transaction(async (tx) => {
          await tx.query('delete_stream_shards', [feed, shard.count, found.removed])
          const shards = found.added.map((target) => found.shardOf.get(target))
          await tx.query('insert_stream_shards', [feed, shard.count, found.added, shards])
        })
      } finally {
        await lock.release()
      }
      break
    }
    await pause(retryMs, stop)
    found = await read()
  }
  return {
    own: targets.filter((target) => found.shardOf.get(target) === shard.index),
    leftOver: found.leftOver,
  }
}
