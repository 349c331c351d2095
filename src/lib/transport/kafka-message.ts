/**
 * The form of a Kafka message: its value holds frames of the provider, one a line. Its headers hold the
 * identity of each frame, the data origin, and the shard and host of the producer.
 */
import type {DataOrigin} from '../db/origin.js'
import type {FrameOrigin} from '../define-feed.js'
import {dayMs} from '../time.js'
import {frameIds} from './frame-ids.js'
import {type Frame, mostFrameBytes, readMessage, type ReceivedFrame} from './frames.js'

export interface ProducerFacts {
  shard: FrameOrigin['shard']
  labels: FrameOrigin['labels']
  /** Real and simulated data may share a broker, but not a database. */
  origin: DataOrigin
}

export interface EncodedMessage {
  key: string
  value: Buffer
  headers: Record<string, string>
  /** Arrival of its first frame, in epoch milliseconds. */
  timestamp: string
}

/** The bytes of a value and its identities above which the next frame begins another message. */
const mostValueBytes = 64_000

/**
 * The messages of frames, in order. The key is the shard, so that a partition keeps the order of its frames.
 */
export function encodeFrames(
  frames: readonly Frame[],
  {shard, labels, origin}: ProducerFacts,
): EncodedMessage[] {
  const groups: Frame[][] = []
  let bytes = Infinity
  for (const frame of frames) {
    const size = frame.bytes.length + frame.id.length + 2 // with the separators
    if (bytes + size > mostValueBytes) {
      groups.push([])
      bytes = 0
    }
    groups.at(-1)!.push(frame)
    bytes += size
  }
  return groups.map((group) => ({
    key: String(shard?.index ?? 1),
    value: Buffer.concat(
      group.flatMap(({bytes}, index) => (index === 0 ? [inOneLine(bytes)] : [lineEnd, inOneLine(bytes)])),
    ),
    headers: {
      ids: group.map(({id}) => id).join(','),
      origin,
      ...(shard === null ? {} : {shard: String(shard.index), host: shard.host}),
      ...(Object.keys(labels).length === 0 ? {} : {labels: JSON.stringify(labels)}),
    },
    timestamp: String(group[0]!.at.getTime()),
  }))
}

const lineEnd = Buffer.from('\n')

/** JSON without line ends, which are white space between its values. */
function inOneLine(json: Buffer): Buffer {
  if (!json.includes(0x0a) && !json.includes(0x0d)) return json
  return Buffer.from(json.map((byte) => (byte === 0x0a || byte === 0x0d ? 0x20 : byte)))
}

/**
 * The most bytes of messages that are sent together. They become one batch of a partition, and brokers accept
 * batches of about a megabyte.
 */
const mostBatchBytes = 800_000

/** Groups of messages, in order, each of which a broker accepts. A message that is larger is alone. */
export function batchesOf(messages: readonly EncodedMessage[]): EncodedMessage[][] {
  const batches: EncodedMessage[][] = []
  let bytes = Infinity
  for (const message of messages) {
    const size = sizeOf(message)
    if (bytes + size > mostBatchBytes) {
      batches.push([])
      bytes = 0
    }
    batches.at(-1)!.push(message)
    bytes += size
  }
  return batches
}

function sizeOf({value, headers}: EncodedMessage): number {
  return Object.values(headers).reduce((sum, text) => sum + Buffer.byteLength(text), 100 + value.length)
}

/** A message as the Kafka library delivers it. */
export interface RawMessage {
  value: Buffer | null
  headers?: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>
  timestamp: string
}

/** Header of a message that could not be decompressed, with the reason. */
export const unreadableHeader = 'fin-unreadable'

/**
 * The frames of a message, whose JSON is not checked yet. Headers are optional: a frame without an identity
 * gets one from its content, so that the message may come from another program.
 */
export function decodeFrames(message: RawMessage): {
  frames: ReceivedFrame[]
  from: Pick<FrameOrigin, 'shard' | 'labels'>
  at: Date
} {
  const at = new Date(arrivalMs(message.timestamp))
  const from = {shard: shardOf(message), labels: labelsOf(header(message, 'labels'))}
  const unreadable = header(message, unreadableHeader)
  if (message.value === null || unreadable !== undefined) {
    const rejected = unreadable ?? 'the message has no value'
    return {frames: [{rejected, item: null}], from, at}
  }
  const lines = linesOf(message.value)
  const ids = header(message, 'ids')?.split(',') ?? []
  const hasIds = ids.length === lines.length && ids.every((id) => idPattern.test(id))
  const idOf = frameIds()
  const frames = lines.map((line, index): ReceivedFrame => {
    if (line.length > mostFrameBytes)
      return {
        rejected: `a frame is longer than ${mostFrameBytes / 1e6} MB`,
        item: line.toString('utf8', 0, 200),
      }
    if (hasIds) return {bytes: line, id: ids[index]!, at}
    const read = readMessage(line)
    return 'rejected' in read ? read : {bytes: line, id: idOf(read.compact), at}
  })
  return {frames, from, at}
}

/**
 * Why a message may not become rows in a database of this data origin; undefined if it may. A message without
 * the header may come from another program.
 */
export function foreignReason(message: RawMessage, wanted: DataOrigin): string | undefined {
  const origin = header(message, 'origin')
  if (origin === undefined || origin === wanted) return undefined
  const what = origin === 'real' || origin === 'simulated' ? `${origin} data` : 'data of unknown origin'
  return `the message holds ${what}, and this database holds ${wanted} data`
}

const yearMs = 366 * dayMs

/** The timestamp of a message, or 1970 for one that is missing or no instant of this or the next century. */
export function arrivalMs(timestamp: string): number {
  const ms = Number(timestamp)
  return ms >= 0 && ms < 230 * yearMs ? ms : 0
}

const idPattern = /^[\w~-]{1,40}$/

function linesOf(value: Buffer): Buffer[] {
  const lines: Buffer[] = []
  let from = 0
  for (let end = value.indexOf(0x0a); end >= 0; end = value.indexOf(0x0a, from)) {
    lines.push(value.subarray(from, end))
    from = end + 1
  }
  if (from < value.length || lines.length === 0) lines.push(value.subarray(from))
  return lines
}

function header(message: RawMessage, name: string): string | undefined {
  const value = message.headers?.[name]
  return (Array.isArray(value) ? value[0] : value)?.toString()
}

function shardOf(message: RawMessage): FrameOrigin['shard'] {
  const index = Number(header(message, 'shard'))
  const host = header(message, 'host') ?? ''
  return Number.isInteger(index) && index >= 1 && index <= 10_000 && host !== ''
    ? {index, host: host.slice(0, 253)}
    : null
}

function labelsOf(text: string | undefined): Record<string, string> {
  const labels: Record<string, string> = Object.create(null) as Record<string, string>
  try {
    for (const [target, label] of Object.entries(JSON.parse(text ?? '{}') as object))
      if (typeof label === 'string') labels[target] = label
  } catch {
    // Labels are descriptive: rows are stored without them.
  }
  return labels
}
