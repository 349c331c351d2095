/** Keeps the subscription of one connection equal to the wanted targets, at the pace of the server. */
import {randomUUID} from 'node:crypto'
import {pause} from '../clock.js'
import type {AnyFeed} from '../define-feed.js'

/** The targets that a stream wants, which may change while it runs. */
export interface WantedTargets {
  list(): readonly string[]
  /** Calls `listener` after each change, until the returned function is called. */
  onChange(listener: () => void): () => void
}

/** Targets that never change. */
export function fixedTargets(targets: readonly string[]): WantedTargets {
  return {list: () => targets, onChange: () => () => {}}
}

export interface Subscription {
  /** Sends what is missing. Resolves when everything wanted is subscribed, or when the connection ended. */
  update(): Promise<void>
  /** Subscribes to everything again on the same connection. */
  renew(): Promise<void>
}

/**
 * The subscription of a connection. `send` sends one message; `onSubscribed` is called with the targets of
 * each group of messages when these have been sent.
 */
export function createSubscription(
  feed: AnyFeed,
  {
    wanted,
    ended,
    send,
    onSubscribed,
  }: {
    wanted: WantedTargets
    ended: AbortSignal
    send(text: string): void
    onSubscribed(targets: readonly string[]): void
  },
): Subscription {
  let subscribed: readonly string[] = []
  let running: Promise<void> | undefined

  async function subscribe() {
    for (let next = nextStep(); next !== undefined; next = nextStep()) {
      const added = without(next, subscribed)
      for (const message of feed.subscribe(next, subscribed, randomUUID())) {
        if (ended.aborted) return
        send(JSON.stringify(message))
        if (feed.pace) await pause(feed.pace.everyMs, ended)
      }
      subscribed = next
      onSubscribed(added)
      if (feed.pace && added.length >= feed.pace.burst) await pause(feed.pace.pauseMs, ended)
    }
  }

  /** The next subscription on the way to the wanted one; undefined if that is reached. */
  function nextStep(): readonly string[] | undefined {
    const target = wanted.list()
    const [added, removed] = [without(target, subscribed), without(subscribed, target)]
    if (added.length === 0 && removed.length === 0) return undefined
    return [...without(subscribed, removed), ...added.slice(0, feed.pace?.burst)]
  }

  const update = () => {
    // An ended connection rejects the pause between two messages.
    running ??= subscribe()
      .catch(() => {})
      .finally(() => (running = undefined))
    return running
  }
  return {
    update,
    async renew() {
      await running
      subscribed = []
      await update()
    },
  }
}

function without(all: readonly string[], some: readonly string[]): string[] {
  const excluded = new Set(some)
  return all.filter((one) => !excluded.has(one))
}
