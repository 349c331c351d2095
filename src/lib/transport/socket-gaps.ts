/** Notes which targets of a socket are not subscribed to, since when, and reports each such time once. */

/** A time without a connection that was subscribed to these targets. */
export interface SocketGap {
  began: Date
  ended: Date
  why: string
  targets: readonly string[]
}

export interface SocketGaps {
  /** The connection ended, or seems dead since `began`. */
  ended(began: Date, why: string): void
  /** These targets are subscribed to. */
  subscribed(targets: readonly string[], at: Date): void
  /** Everything wanted is subscribed to. */
  completed(at: Date): void
  /** Since when everything wanted is subscribed to; undefined: it is not. */
  connectedSince(): Date | undefined
  /** Up to when every target was received; undefined: never. `last`: last sign of life of a connection. */
  receivedUntil(last: Date): Date | undefined
}

interface Missing {
  began: Date
  why: string
}

/** `since`: when the data before this process ended; undefined: there was none, so the first gap is none. */
export function createSocketGaps(since: Date | undefined, onGap: (gap: SocketGap) => void): SocketGaps {
  let connectedSince: Date | undefined
  let missing: Missing | undefined = since && {began: since, why: 'no process received this stream'}
  /** Targets that an interrupted subscription had reached, so that they are missing since later. */
  const missingLater = new Map<string, Missing>()
  const reached = new Set<string>()

  return {
    ended(began, why) {
      if (connectedSince) {
        missing = {began, why}
        missingLater.clear()
      } else for (const target of reached) missingLater.set(target, {began, why})
      missing ??= {began, why}
      connectedSince = undefined
      reached.clear()
    },
    subscribed(targets, at) {
      const groups = new Map<Missing, string[]>()
      for (const target of targets) {
        const one = missingLater.get(target) ?? missing
        if (one && !connectedSince && !reached.has(target))
          groups.set(one, [...(groups.get(one) ?? []), target])
        reached.add(target)
      }
      for (const [{began, why}, ofOne] of groups) onGap({began, ended: at, why, targets: ofOne})
    },
    completed(at) {
      connectedSince = at
      missing = undefined
      missingLater.clear()
    },
    connectedSince: () => connectedSince,
    receivedUntil: (last) => (connectedSince ? last : missing?.began),
  }
}
