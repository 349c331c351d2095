/** Runs a cache: rows from SQL -> pure function -> snapshots in PostgreSQL, then the hash in Redis. */
import type {AnyCache, CacheEntry} from '../define-cache.js'
import type {Database} from '../db/database.js'
import {NeedsPerson, TryLater} from '../errors.js'
import {lastPrint, type Market} from '../market/sessions.js'
import {describeRedis} from '../redis/address.js'
import type {HashChange} from '../redis/hash.js'
import type {Context} from './context.js'
import type {Collected} from './options.js'
import {recordRun, type RecordedOptions} from './recorded-run.js'
import {type StoreResult, storeMapped} from './store.js'

export interface RefreshOptions extends RecordedOptions {
  market: Market
  emit?: ((rows: readonly object[]) => void | Promise<void>) | undefined
}

type Entry = CacheEntry<never>

/**
 * Runs `cache` once. The snapshots are committed first. If Redis then takes no values, TryLater is thrown,
 * and the next run writes them. Throws NeedsPerson if REDIS_URL is missing, and the errors of the database;
 * then nothing is written.
 */
export async function refresh(
  cache: AnyCache,
  options: RefreshOptions,
  context: Context,
): Promise<Collected> {
  const {market, emit} = options
  // a dry run needs no Redis
  const url = options.dryRun ? undefined : redisUrlFor(cache, context)
  return recordRun(cache.name, options, context, async ({database, run, stop, counts}) => {
    const entries = await entriesOf(cache, market, database)
    counts.rows_received = entries.length
    stop.throwIfAborted()
    let change: HashChange = {written: 0, removed: []}
    if (run && url !== undefined && entries.length > 0) {
      const stored = await storeSnapshots(cache, entries, {database, market, runId: run.id})
      counts.rows_inserted = stored.inserted
      counts.rows_updated = stored.updated
      counts.rows_rejected = stored.rejected
      // A value that the table rejects is not published either.
      const good = new Set<object>(stored.good)
      const accepted = entries.filter(({snapshot}) => good.has(snapshot))
      change = await publish(cache, accepted, {url, context, stop})
    }
    await emit?.(snapshotsOf(entries))
    return {
      message: entries.length === 0 ? nothingStored(cache, market) : null,
      secondary: new Map([[cache.hash.key, {rows: change.written, changed: change.written}]]),
      ended: change.removed.map((name) => ({name, fate: `removed from ${cache.hash.key}`})),
    }
  })
}

function snapshotsOf(entries: readonly Entry[]): object[] {
  return entries.map(({snapshot}) => snapshot)
}

async function storeSnapshots(
  cache: AnyCache,
  entries: readonly Entry[],
  {database, market, runId}: {database: Database; market: Market; runId: string},
): Promise<StoreResult> {
  const rows = new Map<string, object[]>([[cache.tables[0], snapshotsOf(entries)]])
  const origin = {job: cache.name, source: cache.from, target: undefined, receivedAt: market.at, runId}
  return storeMapped(database, cache, {rows, rejected: []}, origin)
}

/** The address of Redis. Throws NeedsPerson if it is missing or is not one. */
function redisUrlFor({hash}: AnyCache, {config: {redisUrl}}: Context): string {
  if (redisUrl === undefined)
    throw new NeedsPerson(`the hash ${hash.key} is in Redis, and REDIS_URL is not set`, {
      nextStep: 'Set it like redis://127.0.0.1:6379, or see the values with --dry-run.',
    })
  describeRedis(redisUrl)
  return redisUrl
}

async function entriesOf(cache: AnyCache, market: Market, database: Database): Promise<Entry[]> {
  const {until, latest, previous} = market
  const instants = [until, latest.opens, lastPrint(latest), previous.opens, lastPrint(previous)]
  const rows = await database.query(
    cache.from,
    instants.map((at) => at.toISOString()),
  )
  return [...(cache.entries(rows, market) as Iterable<Entry>)]
}

interface Publishing {
  url: string
  context: Context
  stop: AbortSignal
}

async function publish(
  {hash, channel}: AnyCache,
  entries: readonly Entry[],
  {url, context, stop}: Publishing,
): Promise<HashChange> {
  const [{connectRedis}, {replaceFields}] = await Promise.all([
    import('../redis/connection.js'),
    import('../redis/hash.js'),
  ])
  try {
    const connection = await connectRedis(url, {stop, onEnd: () => {}})
    try {
      return await replaceFields(connection.redis, entries, {...hash, channel, at: context.clock.now()})
    } finally {
      await connection.close()
    }
  } catch (error) {
    stop.throwIfAborted()
    const {reasonOfRedis} = await import('../redis/reasons.js')
    const {why, nextStep} = reasonOfRedis(causeOf(error as Error), url)
    throw new TryLater(
      `the snapshots are stored, but Redis at ${describeRedis(url)} takes no values: ${why}`,
      {nextStep: `${nextStep} The next run writes the values.`},
    )
  }
}

/** The error of the command for which Redis discards a whole transaction. */
function causeOf(error: Error & {previousErrors?: Error[]}): Error {
  return error.previousErrors?.[0] ?? error
}

function nothingStored({feed}: AnyCache, {until}: Market): string {
  return `no trade up to ${until.toISOString()} is stored, so Redis is left as it is; to receive trades: fin stream run ${feed}`
}
