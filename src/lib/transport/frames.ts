/**
 * Reads frames from a socket or a file: bounded in size, with every digit, and with a rejection for each
 * message that cannot be read.
 */
import {isUtf8} from 'node:buffer'
import type {Rejected} from '../define.js'
import {BadJson, parseJson} from '../json.js'
import {frameIds} from './frame-ids.js'

/** A message that is JSON: its text, its value with numbers as text, its identity, and when it arrived. */
export interface Frame {
  text: string
  frame: unknown
  id: string
  at: Date
}

/** One message, or a rejection if it is not JSON. */
export type ReceivedFrame = Frame | Rejected

/** Longest accepted frame in bytes; documented frames have a few kilobytes. */
export const mostFrameBytes = 1_000_000

/** The JSON of one message, binary or text, or a rejection. */
export function readMessage(message: Buffer | string): {text: string; frame: unknown} | Rejected {
  const bytes = typeof message === 'string' ? Buffer.from(message) : message
  try {
    if (!isUtf8(bytes)) throw new BadJson('it is not valid UTF-8')
    const text = bytes.toString('utf8')
    return {text, frame: parseJson(text)}
  } catch (error) {
    if (!(error instanceof BadJson)) throw error
    return {rejected: `a frame cannot be read: ${error.message}`, item: bytes.toString('utf8', 0, 200)}
  }
}

/** Makes a reader of the messages of one connection or recording. */
export function frameReader(now: () => Date): (message: Buffer | string) => ReceivedFrame {
  const idOf = frameIds()
  return (message) => {
    const read = readMessage(message)
    return 'frame' in read ? {...read, id: idOf(read.frame), at: now()} : read
  }
}

/**
 * Reads recorded frames: one a line, or one JSON document that is one frame. A line may also be a record of a
 * session, `{"direction": "in", "frame": {...}}`; records of sent messages are skipped.
 */
export async function* recordedFrames(
  source: AsyncIterable<Uint8Array>,
  now: () => Date,
): AsyncGenerator<ReceivedFrame> {
  const idOf = frameIds()
  for await (const read of recordedMessages(source)) {
    if (!('frame' in read)) yield read
    else {
      const {text, frame} = withoutSession(read)
      if (frame !== undefined) yield {text, frame, id: idOf(frame), at: now()}
    }
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
  if ('frame' in document) yield document
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
function withoutSession(read: {text: string; frame: unknown}): {text: string; frame: unknown} {
  const record = read.frame
  if (typeof record !== 'object' || record === null || !('frame' in record && 'direction' in record))
    return read
  if (record.direction !== 'in') return {text: '', frame: undefined}
  return {text: JSON.stringify(record.frame), frame: record.frame}
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
