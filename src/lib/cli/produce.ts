/** Carries out `fin stream produce`: receives frames, and sends them to Kafka or prints their rows. */
import {pause} from '../clock.js'
import type {AnyFeed} from '../define-feed.js'
import {messageOf, NeedsPerson} from '../errors.js'
import {untilAborted} from '../interrupt.js'
import type {JobClaim} from '../limits/claims.js'
import {printRows} from '../output/rows.js'
import {bounded} from '../output/safe.js'
import {ownColumns} from '../rows.js'
import {rowsOfFrames} from '../run/frame-rows.js'
import {createRowFlags, leftOutText, type RowFlags, targetsOfFilter} from '../run/trade-flags.js'
import {insertRejections, rejectionOf} from '../db/rejected-rows.js'
import type {RejectedPlace, StreamRow} from '../sinks/delivery.js'
import {pluralize} from '../text.js'
import {refusedBy} from '../transport/connection-end.js'
import {type Frame, recordedFrames, type ReceivedFrame} from '../transport/frames.js'
import type {ProducerFacts} from '../transport/kafka-message.js'
import {topicOf} from '../transport/topics.js'
import type {ProduceFlags} from './flags.js'
import {isLive, readBytes} from './input.js'
import {receive, type Receiving} from './receive.js'
import {openStreamSession, type StreamSession} from './stream-session.js'

interface Received {
  frames: readonly ReceivedFrame[]
  facts: ProducerFacts
}

/** The number of rejected items that are warned about one by one. */
const warnedRejections = 20
/** The longest wait for the database that stores rejected frames. */
const rejectMs = 2_000
/** The time after a signal in which the reader of stdout may still take the last rows. */
const graceMs = 2_000

/**
 * Runs one `fin stream produce` and returns the exit code. Throws NeedsPerson if it cannot start, and
 * UnexpectedBody if the server refuses the subscription.
 */
export async function produce(
  feed: AnyFeed,
  flags: ProduceFlags,
  version: string,
  claims: () => Promise<readonly JobClaim[]>,
): Promise<number> {
  const session = await openStreamSession(feed, flags, version, claims)
  const {config, counts, context, stop} = session
  const to = flags.to ?? (config.kafkaBrokers.length > 0 ? 'kafka' : 'stdout')
  let sending: Date | undefined
  let receiving: Receiving | undefined
  let hasSucceeded = false
  try {
    requireStdout(flags, to)
    const flagged =
      to === 'stdout' ? await createRowFlags(feed, {config, counts, filter: flags.filter}) : undefined
    if (flags.input === undefined)
      receiving = await receive(session, flags, {isDelivered: to === 'kafka', undelivered: () => sending})
    const received = receiving?.source.frames() ?? recorded(session, flags.input!)
    const output = {session, receiving, noteSending: (at: Date | undefined) => (sending = at)}
    if (flagged) await printAll(received, {...output, flagged}, flags)
    else await sendAll(received, output)
    hasSucceeded = true
    return session.exitCode()
  } catch (error) {
    // Not everything could be delivered in time; the warning below says it.
    if (to !== 'kafka' || !stop.aborted || error !== stop.reason) throw error
    return session.exitCode()
  } finally {
    if (stop.aborted && to === 'kafka' && sending)
      context.log.warn(
        `${feed.name}: the frames that arrived since ${(sending as Date).toISOString()} are not in Kafka${flags.target ? '' : '; the next producer records the gap'}`,
      )
    if (hasSucceeded || counts.frames > 0)
      context.log.notice(
        `${feed.name}: ${pluralize(counts.frames, 'frame')}, ${to === 'kafka' ? pluralize(counts.sends, 'message') : pluralize(counts.rows, 'row')}, ${counts.rejected} rejected${leftOutText(counts)}`,
      )
    await receiving?.close() // it may wait for the database
    await session.close()
  }
}

/** Throws NeedsPerson for a flag that works with rows, if frames are sent. */
function requireStdout({filter}: ProduceFlags, to: string): void {
  if (to === 'kafka' && filter)
    throw new NeedsPerson('--filter chooses rows, and Kafka gets whole frames', {
      nextStep: 'Leave it out, use --target, or use it with --to stdout.',
    })
}

interface Output {
  session: StreamSession
  receiving: Receiving | undefined
  /** Notes the arrival of the oldest frame that is being delivered; undefined: all are. */
  noteSending(at: Date | undefined): void
}

/** Sends the frames to Kafka. Rejects a frame that is not JSON, because no consumer could read it. */
async function sendAll(received: AsyncIterable<Received>, {session, receiving, noteSending}: Output) {
  const {feed, config, context, counts, watch} = session
  const {log, stop} = context
  const [{kafkaClient}, {openKafkaSender}] = await Promise.all([
    import('../transport/kafka-client.js'),
    import('../transport/kafka-sender.js'),
  ])
  // The sender says what does not work, so the library's own messages are details.
  const kafka = await kafkaClient(config, {warn: log.detail})
  const topic = topicOf(feed).name
  const sender = await openKafkaSender({name: feed.name, kafka, config, topic, counts, log, stop})
  watch(() => {
    const reason = sender.awayReason()
    return reason === undefined ? undefined : {text: reason, isReady: false}
  })
  try {
    for await (const {frames, facts} of received) {
      const good = frames.filter((one): one is Frame => 'bytes' in one)
      noteSending(good[0]?.at)
      if (good.length > 0) await sender.send(good, facts)
      noteSending(undefined)
      const bad = frames.filter((one) => 'rejected' in one)
      // A database that does not answer does not hold up the frames that follow.
      if (bad.length > 0)
        await Promise.race([reject(session, receiving, bad), pause(rejectMs, stop).catch(() => {})])
    }
  } finally {
    await sender.close()
  }
}

/** Warns about rejected items, and stores them if the database is open. */
async function reject(
  {feed, context, counts}: StreamSession,
  receiving: Receiving | undefined,
  rejected: readonly RejectedPlace[],
) {
  for (const {rejected: why} of rejected)
    context.log[++counts.rejected <= warnedRejections ? 'warn' : 'detail'](
      `${feed.name}: an item cannot become a row: ${bounded(why, 300)}`,
    )
  if (rejected.length === 0) return
  const now = context.clock.now()
  const origin = {job: feed.name, source: feed.provider.name, target: undefined, runId: null, receivedAt: now}
  await receiving?.database
    ?.transaction((tx) => insertRejections(tx, rejected.map(rejectionOf), origin))
    .catch((error: unknown) =>
      context.log.warn(
        `${feed.name}: rejected items cannot be stored, so they are lost: ${messageOf(error)}`,
      ),
    )
}

/** Prints the rows. After a signal, the reader of stdout gets some seconds to take the last ones. */
async function printAll(
  received: AsyncIterable<Received>,
  output: Output & {flagged: RowFlags},
  flags: ProduceFlags,
) {
  const {feed, context, counts, stop} = output.session
  const done = new AbortController()
  const printing = printRows(rowsOf(received, output, flags.filter), {
    format: 'ndjson',
    columns: ownColumns[feed.table],
    live: flags.input === undefined || isLive(flags.input),
  })
  try {
    const isPrinted = await Promise.race([
      printing.then(() => true),
      afterStop(stop, done.signal).then(() => false),
    ])
    if (isPrinted) return
    context.log.warn(`${feed.name}: nobody reads stdout; the last rows are lost`)
    context.log.notice(`${feed.name}: ${counts.rows} rows`)
    // eslint-disable-next-line no-restricted-syntax -- a full pipe would keep the process alive
    process.exit(output.session.exitCode())
  } finally {
    done.abort()
  }
}

async function* rowsOf(
  received: AsyncIterable<Received>,
  {session, receiving, noteSending, flagged}: Output & {flagged: RowFlags},
  filter: readonly string[] | undefined,
): AsyncGenerator<StreamRow> {
  const {feed, counts} = session
  const kept = targetsOfFilter(filter)
  const noteTarget = receiving?.warnAboutSilent()
  for await (const {frames, facts} of received) {
    const {rows, rejected} = rowsOfFrames(feed, frames, facts)
    await reject(session, receiving, rejected)
    noteSending(frames.find((one) => 'at' in one)?.at)
    for (const row of flagged(rows)) {
      const target = String(row[feed.about])
      noteTarget?.(target)
      if (kept && !kept.has(target)) continue
      counts.rows++
      yield row
    }
    noteSending(undefined)
  }
}

/** The frames of a file or of stdin, one by one, until the end or a signal. */
async function* recorded(
  {feed, config, context, counts, stop}: StreamSession,
  file: string,
): AsyncGenerator<Received> {
  const facts: ProducerFacts = {shard: null, labels: {}, origin: config.origin}
  try {
    for await (const {received, value} of recordedFrames(readBytes(file, stop), context.clock.now)) {
      counts.frames++
      const refusal = feed.refusal(value)
      if (refusal) throw refusedBy(feed, {why: refusal.why, next: 'stop'})
      yield {frames: [received], facts}
    }
  } catch (error) {
    if (!stop.aborted) throw error
  }
}

async function afterStop(stop: AbortSignal, done: AbortSignal): Promise<void> {
  await untilAborted(stop)
  await pause(graceMs, done).catch(() => {})
}
