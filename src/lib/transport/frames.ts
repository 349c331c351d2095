/**
 * Reads frames from a socket or a file: bounded in size, with every digit, and with a rejection for each
 * message that cannot be read.
 */
import {isUtf8} from 'node:buffer'
import type {Rejected} from '../define.js'
import {BadJson, mostLevels, nativeValue, parseJson} from '../json.js'
import {frameIds} from './frame-ids.js'

/** A message that is JSON: its bytes, its identity, and when it arrived. */
export interface Frame {
  bytes: Buffer
  id: string
  at: Date
}

/** One message, or a rejection if it is not JSON. */
export type ReceivedFrame = Frame | Rejected

/**
 * A message as it arrived. `value` shows its kind only, because its numbers may have lost digits; undefined
 * for a rejection.
 */
export interface ReadFrame {
  received: ReceivedFrame
  value: unknown
}

/** Longest accepted frame in bytes; documented frames have a few kilobytes. */
export const mostFrameBytes = 1_000_000

/** The value of a frame, with numbers as text. Throws `BadJson`. */
export function frameValue(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new BadJson('it is not valid UTF-8')
  return parseJson(bytes)
}

/** The rejection of a message that is not JSON. */
export function rejectedFrame(bytes: Buffer, {message}: BadJson): Rejected {
  return {rejected: `a frame cannot be read: ${message}`, item: bytes.toString('utf8', 0, 200)}
}

interface Message {
  bytes: Buffer
  /** Its JSON with numbers of JavaScript, and that as text. */
  value: unknown
  compact: string
}

/** One message, binary or text, or a rejection. */
export function readMessage(message: Buffer | string): Message | Rejected {
  const bytes = typeof message === 'string' ? Buffer.from(message) : message
  try {
    if (!isUtf8(bytes)) throw new BadJson('it is not valid UTF-8')
    // The native parser alone is three times as fast as `frameValue`.
    const value = nativeValue(bytes.toString('utf8'))
    return {bytes, value, compact: JSON.stringify(value)}
  } catch (error) {
    const why =
      error instanceof RangeError ? new BadJson(`its JSON nests deeper than ${mostLevels} levels`) : error
    if (!(why instanceof BadJson)) throw error
    return rejectedFrame(bytes, why)
  }
}

/** Makes a reader of the messages of one connection. */
export function frameReader(now: () => Date): (message: Buffer | string) => ReadFrame {
  const idOf = frameIds()
  return (message) => withIdentity(readMessage(message), idOf, now)
}

function withIdentity(
  read: Message | Rejected,
  idOf: (compact: string) => string,
  now: () => Date,
): ReadFrame {
  if ('rejected' in read) return {received: read, value: undefined}
  return {received: {bytes: read.bytes, id: idOf(read.compact), at: now()}, value: read.value}
}

/**
 * Reads recorded frames: one a line, or one JSON document that is one frame. A line may also be a record of a
 * session, `{"direction": "in", "frame": {...}}`; records of sent messages are skipped.
 */
export async function* recordedFrames(
  source: AsyncIterable<Uint8Array>,
  now: () => Date,
): AsyncGenerator<ReadFrame> {
  const idOf = frameIds()
  for await (const read of recordedMessages(source)) {
    const message = 'rejected' in read ? read : withoutSession(read)
    if (message) yield withIdentity(message, idOf, now)
  }
}

async function* recordedMessages(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<ReturnType<typeof readLine>> {
  // The lines read so far if the first line is incomplete JSON: perhaps a document over many lines.
  let opening: Buffer[] | undefined
  let openingBytes = 0
  let isFirst = true
  for await (const line of linesOf(source)) {
    if (line.toString('latin1').trim() === '') continue
    if (isFirst && opens(line)) opening = []
    isFirst = false
    openingBytes += line.length + 1
    if (opening && openingBytes <= mostFrameBytes) {
      opening.push(line)
      continue
    }
    for (const early of opening ?? []) yield readLine(early)
    opening = undefined
    yield readLine(line)
  }
  if (!opening) return
  const document = readMessage(Buffer.concat(opening.flatMap((line) => [line, Buffer.from('\n')])))
  if ('bytes' in document) yield document
  else for (const line of opening) yield readLine(line)
}

function opens(line: Buffer): boolean {
  return (
    /^\uFEFF?\s*[[{]/.test(line.toString('utf8', 0, 100)) &&
    line.length <= mostFrameBytes &&
    'rejected' in readMessage(line)
  )
}

function readLine(line: Buffer) {
  return line.length > mostFrameBytes
    ? {rejected: `a line is longer than ${mostFrameBytes / 1e6} MB`, item: line.toString('utf8', 0, 200)}
    : readMessage(line)
}

/** The frame in a record of a session; undefined for a record of a sent message. */
function withoutSession(read: Message): Message | undefined {
  const record = read.value
  if (typeof record !== 'object' || record === null || !('frame' in record && 'direction' in record))
    return read
  if (record.direction !== 'in') return undefined
  const {frame} = frameValue(read.bytes) as {frame: unknown}
  const value = record.frame
  return {bytes: Buffer.from(JSON.stringify(frame)), value, compact: JSON.stringify(value)}
}

/**
 * The lines of a file, without their line ends. A line that is too long is cut to one byte more than a frame
 * may have, so that the caller rejects it.
 */
export async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] = []
  let size = 0
  const add = (part: Uint8Array) => {
    if (size <= mostFrameBytes) parts.push(part.subarray(0, mostFrameBytes + 1 - size))
    size += part.length
  }
  for await (const chunk of source) {
    let from = 0
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      add(chunk.subarray(from, end))
      yield Buffer.concat(parts)
      parts = []
      size = 0
      from = end + 1
    }
    add(chunk.subarray(from))
  }
  if (size > 0) yield Buffer.concat(parts)
}
