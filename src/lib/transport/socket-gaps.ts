/** Notes which targets of a socket are not subscribed to, since when, and reports each such time once. */

/** A time without a connection that was subscribed to these targets. */
export interface SocketGap {
  began: Date
  ended: Date
  why: string
  targets: readonly string[]
}

/** Up to when the targets of a stream were received. */
export interface Received {
  /** Every target; undefined: never. */
  until: Date | undefined
  /** Targets that were received longer, because a subscription that was not completed had reached them. */
  later: ReadonlyMap<string, Date>
}

export const nothingReceived: Received = {until: undefined, later: new Map()}

export interface SocketGaps {
  /** The connection ended, or seems dead since `began`. */
  ended(began: Date, why: string): void
  /** These targets are subscribed to. */
  subscribed(targets: readonly string[], at: Date): void
  /** Everything wanted is subscribed to. */
  completed(at: Date): void
  /** Since when everything wanted is subscribed to; undefined: it is not. */
  connectedSince(): Date | undefined
  /** `last`: last sign of life of a connection. */
  received(last: Date): Received
}

interface Missing {
  began: Date
  why: string
}

/** `since`: when the data before this process ended; without an instant, no gap is reported. */
export function createSocketGaps(since: Received, onGap: (gap: SocketGap) => void): SocketGaps {
  const missingSince = missingOf('no process received this stream')
  let connectedSince: Date | undefined
  let missing = since.until && missingSince(since.until)
  /** Targets that an interrupted subscription had reached, so that they are missing since later. */
  const missingLater = new Map([...since.later].map(([target, began]) => [target, missingSince(began)]))
  const reached = new Set<string>()

  return {
    ended(began, why) {
      const now = {began, why}
      if (connectedSince) {
        missing = now
        missingLater.clear()
      } else for (const target of reached) missingLater.set(target, now)
      missing ??= now
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
    received(last) {
      if (connectedSince) return {until: last, later: new Map()}
      const later = [...missingLater].map(([target, {began}]) => [target, began] as const)
      const now = [...reached].map((target) => [target, last] as const)
      return {until: missing?.began, later: new Map([...later, ...now])}
    },
  }
}

/** Returns the same object for the same instant, so that targets that are missing since then share a gap. */
function missingOf(why: string): (began: Date) => Missing {
  const known = new Map<number, Missing>()
  return (began) => {
    const found = known.get(began.getTime()) ?? {began, why}
    known.set(began.getTime(), found)
    return found
  }
}

/** Up to when the targets were received by one process or by the other. */
export function newestOf(one: Received, other: Received): Received {
  const until = latest(one.until, other.until)
  const later = new Map<string, Date>()
  for (const [target, at] of [...one.later, ...other.later])
    if (!until || at > until) later.set(target, latest(at, later.get(target))!)
  return {until, later}
}

function latest(one: Date | undefined, other: Date | undefined): Date | undefined {
  return one && other ? (one > other ? one : other) : (one ?? other)
}
