/** Carries out `fin stream consume` and `fin stream run`: stores rows in PostgreSQL and Redis. */
import type {AnyFeed} from '../define-feed.js'
import {NeedsPerson} from '../errors.js'
import {untilAborted} from '../interrupt.js'
import type {JobClaim} from '../limits/claims.js'
import {rowsOfFrames} from '../run/frame-rows.js'
import {createRowFlags, targetsOfFilter} from '../run/trade-flags.js'
import type {Delivery} from '../sinks/delivery.js'
import {storedPositions} from '../sinks/positions.js'
import type {Stored} from '../sinks/postgres.js'
import type {ConsumeFlags, RunFlags} from './flags.js'
import {receive, type ReceiveFlags} from './receive.js'
import {rowDeliveries} from './row-lines.js'
import {openStores, type Stores} from './stores.js'
import {openStreamSession, type StreamSession} from './stream-session.js'

/** Runs one `fin stream consume` and returns the exit code. Throws NeedsPerson if it cannot start. */
export async function consume(
  feed: AnyFeed,
  flags: ConsumeFlags,
  version: string,
  claims: () => Promise<readonly JobClaim[]>,
): Promise<number> {
  const session = await openStreamSession(feed, flags, version, claims)
  try {
    const from = flags.from ?? (session.config.kafkaBrokers.length > 0 ? 'kafka' : 'stdin')
    if (from === 'kafka' && targetsOfFilter(flags.filter))
      throw new NeedsPerson('--filter would leave out the other rows of the topic for good', {
        nextStep: 'Leave it out, or use it with --from stdin.',
      })
    if (flags.from === undefined && from === 'stdin' && process.stdin.isTTY)
      throw new NeedsPerson('KAFKA_BROKERS is not set, and stdin is a terminal', {
        nextStep: `Set it, or pipe rows: fin stream produce ${feed.name} --to stdout | fin stream consume ${feed.name}`,
      })
    if (from === 'kafka') await consumeTopic(session, flags)
    else await consumeStdin(session, flags)
    return session.exitCode()
  } finally {
    await session.close()
  }
}

/** Runs one `fin stream run`: the socket, PostgreSQL and Redis in one process. */
export async function runStream(
  feed: AnyFeed,
  flags: RunFlags,
  version: string,
  claims: () => Promise<readonly JobClaim[]>,
): Promise<number> {
  const session = await openStreamSession(feed, flags, version, claims)
  try {
    await storeReceived(session, flags)
    return session.exitCode()
  } finally {
    await session.close()
  }
}

/** Stores what arrives until the `stop` of the session. */
export async function storeReceived(
  session: StreamSession,
  flags: ReceiveFlags & {latest: boolean; filter?: readonly string[] | undefined},
) {
  // As for the producer, a stream of a few named targets does not stand for the whole feed.
  const isRecorded = flags.target === undefined
  const stores = await openStores(session, {latest: flags.latest, isRecorded})
  try {
    await receiveAll(session, flags, stores)
    await stores.finish()
  } catch (error) {
    if (error !== session.context.stop.reason) throw error
    session.context.log.warn(
      `${session.feed.name}: not everything that was received could be stored${isRecorded ? '; the next start records the gap' : ''}`,
    )
  } finally {
    await stores.close()
  }
}

const framesPerDelivery = 200

/** Stores what the socket brings, until the stream ends. */
async function receiveAll(
  session: StreamSession,
  flags: Parameters<typeof storeReceived>[1],
  stores: Stores,
): Promise<void> {
  const {writer} = stores
  const {feed, config, context, counts} = session
  const flagged = await createRowFlags(feed, {config, counts, filter: flags.filter})
  const receiving = await receive(session, flags, {isDelivered: true, undelivered: writer.oldest})
  stores.record()
  const noteTarget = receiving.warnAboutSilent()
  try {
    for await (const {frames, facts} of receiving.source.frames())
      // After an outage of PostgreSQL many frames arrive together.
      for (let from = 0; from < frames.length; from += framesPerDelivery) {
        const some = frames.slice(from, from + framesPerDelivery)
        const {rows: made, rejected} = rowsOfFrames(feed, some, facts)
        for (const row of made) noteTarget(String(row[feed.about]))
        const at = some.find((one) => 'at' in one)?.at ?? context.clock.now()
        counts.rows += made.length
        const rows = flagged(made)
        const bytes = some.reduce((sum, one) => sum + ('bytes' in one ? one.bytes.length : 0), 0)
        await writer.add({rows, rejected, at, bytes})
      }
    // The record of the producer says up to when everything is delivered.
    await writer.drained()
  } finally {
    await receiving.close()
  }
}

async function consumeTopic(session: StreamSession, flags: ConsumeFlags): Promise<void> {
  const {feed, config, context, counts, stop} = session
  const {clock, log} = context
  const [
    {kafkaClient},
    {memberRequestMs, readTopic},
    {decodeFrames, foreignReason},
    {requireTopic, topicOf},
  ] = await Promise.all([
    import('../transport/kafka-client.js'),
    import('../transport/kafka-consumer.js'),
    import('../transport/kafka-message.js'),
    import('../transport/topics.js'),
  ])
  let isReading = false
  // At the start, the error of the command says it as well.
  const kafkaLog = {warn: (text: string) => (isReading ? log.warn(text) : log.detail(text))}
  const topic = topicOf(feed).name
  await requireTopic({kafka: await kafkaClient(config, kafkaLog), config, topic})
  const kafka = await kafkaClient(config, kafkaLog, undefined, memberRequestMs)
  const flagged = await createRowFlags(feed, {config, counts, filter: flags.filter})
  let onStored: ((stored: Stored) => void) | undefined
  let hasWarned = false
  const stores = await openStores(session, {
    latest: flags.latest,
    ...{isRecorded: true, isConsumer: true},
    topic,
    onStored: (stored) => onStored?.(stored),
  })
  const database = await context.database()
  try {
    const reader = await readTopic({
      ...{
        name: feed.name,
        kafka,
        config,
        topic,
        group: feed.group,
        writer: stores.writer,
        counts,
        clock,
        log,
      },
      positions: (partitions) =>
        stores.writer.persistently(() => storedPositions(database, {group: feed.group, topic}, partitions)),
      deliveryOf(message): Delivery {
        const {frames, from, at} = decodeFrames(message)
        const foreign = foreignReason(message, config.origin)
        if (foreign !== undefined) {
          if (!hasWarned)
            log.warn(`${feed.name}: ${topic}: ${foreign}; rejected_rows holds each such message`)
          hasWarned = true
          return {
            rows: [],
            rejected: [{rejected: foreign, item: null}],
            at,
            bytes: message.value?.length ?? 0,
          }
        }
        const {rows, rejected} = rowsOfFrames(feed, frames, from)
        counts.frames += frames.length
        counts.rows += rows.length
        counts.bytes += message.value?.length ?? 0
        return {rows: flagged(rows), rejected, at, bytes: message.value?.length ?? 0}
      },
    })
    onStored = reader.onStored
    stores.record()
    session.watch(() => {
      const reason = reader.awayReason()
      return reason === undefined ? undefined : {text: reason, isReady: false}
    })
    isReading = true
    try {
      await Promise.race([reader.failed, stores.writer.failed, untilAborted(stop)])
      await reader.drain()
      await stores.finish()
    } catch (error) {
      if (error !== stop.reason) throw error
      log.warn(`${feed.name}: not everything that was read could be stored; it will be read again`)
    } finally {
      await reader.close()
    }
  } finally {
    await stores.close()
  }
}

async function consumeStdin(session: StreamSession, flags: ConsumeFlags): Promise<void> {
  const {feed, config, context, counts, stop} = session
  const flagged = await createRowFlags(feed, {config, counts, filter: flags.filter})
  const stores = await openStores(session, {
    latest: flags.latest,
    ...{isRecorded: true, isConsumer: true, endsByItself: true},
  })
  stores.record()
  try {
    const targets = targetsOfFilter(flags.filter)
    for await (const delivery of rowDeliveries(feed, {targets, now: context.clock.now, stop})) {
      counts.frames++
      counts.rows += delivery.rows.length
      await stores.writer.add({...delivery, rows: flagged(delivery.rows)})
    }
    await stores.finish()
  } catch (error) {
    if (error !== context.stop.reason) throw error
    context.log.warn(`${feed.name}: rows that were read from stdin could not be stored, and are lost`)
  } finally {
    await stores.close()
  }
}
