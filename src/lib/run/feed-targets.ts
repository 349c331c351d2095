/** The targets that a producer subscribes to. They are read again at an interval and after a notification. */
import {pause} from '../clock.js'
import {listenOn} from '../db/notifications.js'
import type {Database} from '../db/database.js'
import type {AnyFeed} from '../define-feed.js'
import {messageOf, NeedsPerson} from '../errors.js'
import type {Log} from '../output/log.js'
import {listed} from '../text.js'
import {fixedTargets, type WantedTargets} from '../transport/subscription.js'
import {fillsList} from './nothing-due.js'
import {type Shard, targetsOfShard} from './shards.js'

export interface FeedTargets extends WantedTargets {
  /** The label of each target that has one. */
  labels(): Readonly<Record<string, string>>
}

/** The named targets; they never change. Throws NeedsPerson for an empty name. */
export function namedTargets(feed: AnyFeed, names: readonly string[]): FeedTargets {
  if (names.some((name) => name.trim() === ''))
    throw new NeedsPerson('--target is empty', {nextStep: 'Name at least one target.'})
  const targets = names.map((name) => name.trim().toUpperCase())
  if (feed.mostTargets !== undefined && targets.length > feed.mostTargets)
    throw new NeedsPerson(
      `one connection of ${feed.name} carries ${feed.mostTargets} targets, not ${targets.length}`,
      {nextStep: 'Name fewer of them with --target.'},
    )
  return {...fixedTargets(targets), labels: () => ({})}
}

export interface ListedTargetsOptions {
  feed: AnyFeed
  database: Database
  shard: Shard | undefined
  log: Log
  stop: AbortSignal
}

/** The targets of the database, as they change until `stop`. Throws NeedsPerson if there are none. */
export async function listedTargets(options: ListedTargetsOptions): Promise<FeedTargets> {
  const {feed, database, shard, log, stop} = options
  const listeners = new Set<() => void>()
  let targets: readonly string[] = []
  let labels: Record<string, string> = {}
  let reported = ''
  let failed = false

  async function read() {
    const rows = await database.query<{target: string; label?: string | null}>(feed.targets)
    const all = rows.map(({target}) => target)
    const most = feed.mostTargets ?? Infinity
    const {own, leftOver} =
      feed.mostTargets !== undefined && feed.isSharded
        ? await targetsOfShard(database, {
            feed: feed.name,
            targets: all,
            shard: shard ?? {index: 1, count: 1},
            most,
            stop,
          })
        : {own: all.slice(0, most), leftOver: all.slice(most)}
    tellLeftOver(leftOver, all.length)
    labels = Object.fromEntries(rows.flatMap(({target, label}) => (label ? [[target, label]] : [])))
    const isSame = own.length === targets.length && own.every((target, index) => target === targets[index])
    targets = own
    if (!isSame) for (const listener of listeners) listener()
    return all.length
  }

  function tellLeftOver(leftOver: readonly string[], total: number) {
    const text = listed(leftOver, 5)
    if (leftOver.length > 0 && text !== reported)
      log.warn(
        `${feed.name}: ${leftOver.length} of ${total} targets are not received, because one connection carries ${feed.mostTargets}: ${text}.${feed.isSharded ? ' More producers with a key each receive them: --shard 1/N.' : ''}`,
      )
    reported = text
  }

  let reading: Promise<void> | undefined
  let isStale = false
  /** Reads the list again. A notification during a read leads to another one. */
  function readAgain(): Promise<void> {
    isStale = true
    reading ??= (async () => {
      while (isStale && !stop.aborted) {
        isStale = false
        try {
          await read()
          failed = false
        } catch (error) {
          if (stop.aborted) return
          if (!failed)
            log.warn(
              `${feed.name}: the list of targets cannot be read, so it stays as it is: ${messageOf(error)}`,
            )
          failed = true
        }
      }
    })().finally(() => (reading = undefined))
    return reading
  }

  async function readRegularly() {
    while (!stop.aborted) {
      await pause(feed.targetsEveryMs, stop)
      await readAgain()
    }
  }

  if ((await read()) === 0)
    throw new NeedsPerson(`${feed.name}: there are no targets: ${fillsList(feed)}`, {
      nextStep: 'Or name one with --target.',
    })
  readRegularly().catch(() => {})
  if (feed.targetsChannel !== undefined)
    void listenOn(database, feed.targetsChannel, () => void readAgain(), stop)
  return {
    list: () => targets,
    labels: () => labels,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
