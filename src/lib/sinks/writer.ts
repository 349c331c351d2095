/**
 * Writes deliveries to PostgreSQL and Redis, in order. While one batch is being written, the next one
 * gathers, up to a bound. So a single row is written at once, and many rows in large batches.
 */
import type {Clock} from '../clock.js'
import {NeedsPerson, TryLater} from '../errors.js'
import type {StreamCounts} from '../health/counts.js'
import type {Log} from '../output/log.js'
import {createPersistence} from '../persistently.js'
import type {Delivery} from './delivery.js'
import type {PostgresSink, Stored} from './postgres.js'
import type {RedisSink} from './redis.js'

export interface StreamWriter {
  /**
   * Adds a delivery. Returns undefined if the next one may be added at once, otherwise a promise that
   * resolves when it may. Throws if rows cannot be stored for good.
   */
  add(delivery: Delivery): Promise<void> | undefined
  /** Resolves when everything that was added is in PostgreSQL. Throws if it cannot be. */
  drained(): Promise<void>
  /** Arrival of the oldest delivery that is not in PostgreSQL; undefined if there is none. */
  oldest(): Date | undefined
  /** Why PostgreSQL takes nothing at present; undefined if it does. */
  awayReason(): string | undefined
  /** Repeats `work` until PostgreSQL answers. Throws after `stop`, and an error that waiting does not fix. */
  persistently<T>(work: () => Promise<T>): Promise<T>
  /** Rejects when rows cannot be stored for good. */
  failed: Promise<never>
}

export interface WriterOptions {
  name: string
  postgres: PostgresSink
  /** Absent: without Redis. */
  redis?: RedisSink | undefined
  counts: StreamCounts
  clock: Clock
  log: Log
  /** After this nothing is tried again. */
  stop: AbortSignal
  /** Called after each batch. */
  onStored?(stored: Stored): void
}

/** The most rows of one transaction. */
const mostRows = 2_000
/** The bounds of what waits for the next transactions. */
const mostWaitingRows = 4_000
const mostWaitingBytes = 16_000_000
/** The time without an answer after which PostgreSQL counts as away. */
const slowMs = 5_000

export function createStreamWriter(options: WriterOptions): StreamWriter {
  const {name, postgres, redis, counts, clock, log, stop, onStored} = options
  let waiting: Delivery[] = []
  let waitingRows = 0
  let waitingBytes = 0
  let writing: readonly Delivery[] = []
  let running: Promise<void> | undefined
  let failure: Error | undefined
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_resolve, reject) => (fail = reject))
  failed.catch(() => {})
  /** When the attempt began that PostgreSQL has not answered yet. */
  let waitsSinceMs: number | undefined
  let wakeAdders: (() => void)[] = []

  const outage = createPersistence({
    log,
    stop,
    failureOf(error) {
      counts.storeFailures.postgres++
      stop.throwIfAborted()
      if (!(error instanceof TryLater || error instanceof NeedsPerson)) throw error
      return error
    },
    awayText: (error) =>
      `${name}: nothing can be stored, and nothing is acknowledged: ${error.message}. fin tries again until it works. ${error.nextStep ?? ''}`.trim(),
    backText: `${name}: PostgreSQL stores rows again`,
  })

  const isFull = () => waitingRows >= mostWaitingRows || waitingBytes >= mostWaitingBytes

  /** Takes the next batch: at least one delivery. */
  function takeBatch(): Delivery[] {
    let rows = 0
    let taken = 0
    while (taken < waiting.length && (taken === 0 || rows + sizeOf(waiting[taken]!) <= mostRows))
      rows += sizeOf(waiting[taken++]!)
    const batch = waiting.slice(0, taken)
    waiting = waiting.slice(taken)
    waitingRows -= rows
    for (const {bytes} of batch) waitingBytes -= bytes
    for (const wake of wakeAdders) wake()
    wakeAdders = []
    return batch
  }

  async function work() {
    while (waiting.length > 0) {
      const batch = takeBatch()
      writing = batch
      const beganMs = clock.elapsedMs()
      const stored = await persistently(() => postgres.store(batch))
      counts.storedRows.postgres += stored.rows.length
      counts.onBatch?.('postgres', stored.rows.length, (clock.elapsedMs() - beganMs) / 1000)
      writing = []
      counts.rejected += stored.rejected
      for (const {partition, first, last} of stored.skipped)
        log.warn(
          `${name}: partition ${partition}: offsets ${first} to ${last ?? 'the end'} were gone before they were read; stream_gaps holds them`,
        )
      counts.gaps += stored.skipped.length
      onStored?.(stored)
      // A batch may hold messages of several partitions.
      const oldest = new Date(Math.min(...stored.deliveries.map(({at}) => at.getTime())))
      if (redis && stored.rows.length > 0) redis.put(stored.rows, oldest)
      else if (stored.deliveries.length > 0)
        counts.onLatency?.((clock.now().getTime() - oldest.getTime()) / 1000)
    }
  }

  function persistently<T>(work: () => Promise<T>): Promise<T> {
    return outage.persistently(async () => {
      waitsSinceMs = clock.elapsedMs()
      try {
        return await work()
      } finally {
        waitsSinceMs = undefined
      }
    })
  }

  async function untilRoom() {
    while (isFull()) {
      await new Promise<void>((resolve) => wakeAdders.push(resolve))
      throwFailure()
    }
  }

  function slowReason(): string | undefined {
    const waitMs = waitsSinceMs === undefined ? 0 : clock.elapsedMs() - waitsSinceMs
    return waitMs < slowMs ? undefined : `PostgreSQL has not answered for ${Math.floor(waitMs / 1000)} s`
  }

  function start() {
    running ??= work()
      .catch((error: unknown) => {
        failure = error as Error
        fail(error)
        for (const wake of wakeAdders) wake()
        wakeAdders = []
      })
      .finally(() => {
        running = undefined
        if (!failure && waiting.length > 0) start()
      })
  }

  function throwFailure() {
    if (failure) throw failure
  }

  return {
    add(delivery) {
      throwFailure()
      postgres.prepare(delivery)
      waiting.push(delivery)
      waitingRows += sizeOf(delivery)
      waitingBytes += delivery.bytes
      start()
      return isFull() ? untilRoom() : undefined
    },
    async drained() {
      while (running) await running
      throwFailure()
    },
    oldest: () => (writing[0] ?? waiting[0])?.at,
    awayReason: () => outage.awayReason() ?? slowReason(),
    persistently,
    failed,
  }
}

/** The rows and rejected items of a delivery: each becomes a row. */
function sizeOf({rows, rejected}: Delivery): number {
  return rows.length + rejected.length
}
