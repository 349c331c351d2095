/** Log of the sockets that the simulator opened: when, by which credential, and for which targets. */

export interface LoggedSubscription {
  /** A symbol, or the code of a market. */
  target: string
  /** Instants of the simulated clock, as everywhere in this log. */
  subscribedAt: string
  /** Null while it is subscribed, and if the connection closed first. */
  unsubscribedAt: string | null
}

export interface LoggedConnection {
  /** Counts up from 1 in the order of opening. */
  n: number
  provider: string
  /** Label and digest of the credential, as in the log of requests. */
  credential: string
  digest: string | null
  path: string
  openedAt: string
  closedAt: string | null
  /** The last fault that was injected into this connection, and when. */
  fault: string | null
  faultAt: string | null
  subscriptions: LoggedSubscription[]
}

/** The entry of one connection. Instants are milliseconds of the simulated clock. */
export interface ConnectionEntry {
  readonly n: number
  /** States which targets are subscribed from now on. */
  subscribed(targets: readonly string[], atMs: number): void
  injected(fault: string, atMs: number): void
  closed(atMs: number): void
}

export interface ConnectionLog {
  opened(
    connection: Pick<LoggedConnection, 'provider' | 'credential' | 'digest' | 'path'>,
    atMs: number,
  ): ConnectionEntry
  /** The logged connections; with `after` only those with a larger number. */
  connections(filter?: {provider?: string | undefined; after?: number | undefined}): LoggedConnection[]
}

const maxConnections = 1_000
/** Subscriptions of one connection; the oldest ended ones are dropped. */
const maxSubscriptions = 2_000

export function createConnectionLog(): ConnectionLog {
  const stored: LoggedConnection[] = []
  let count = 0
  return {
    opened(connection, atMs) {
      const logged: LoggedConnection = {
        n: ++count,
        ...connection,
        openedAt: instant(atMs),
        closedAt: null,
        fault: null,
        faultAt: null,
        subscriptions: [],
      }
      stored.push(logged)
      if (stored.length > maxConnections) dropFirst(stored, ({closedAt}) => closedAt !== null)
      return {
        n: logged.n,
        subscribed: (targets, ms) => subscribe(logged.subscriptions, targets, instant(ms)),
        injected(fault, ms) {
          logged.fault = fault
          logged.faultAt = instant(ms)
        },
        closed(ms) {
          logged.closedAt = instant(ms)
        },
      }
    },
    connections: ({provider, after} = {}) =>
      stored.filter((one) => (provider === undefined || one.provider === provider) && one.n > (after ?? 0)),
  }
}

/** Ends the subscriptions of other targets, and starts those of new ones. */
function subscribe(subscriptions: LoggedSubscription[], targets: readonly string[], at: string) {
  const wanted = new Set(targets)
  for (const one of subscriptions)
    if (one.unsubscribedAt === null && !wanted.delete(one.target)) one.unsubscribedAt = at
  for (const target of wanted) {
    subscriptions.push({target, subscribedAt: at, unsubscribedAt: null})
    if (subscriptions.length > maxSubscriptions)
      dropFirst(subscriptions, ({unsubscribedAt}) => unsubscribedAt !== null)
  }
}

/** Drops the first item that has ended, or the first one if none has. */
function dropFirst<Item>(items: Item[], hasEnded: (item: Item) => boolean) {
  items.splice(Math.max(0, items.findIndex(hasEnded)), 1)
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}
