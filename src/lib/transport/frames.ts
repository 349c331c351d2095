/**
 * Reads frames from a socket or a file: bounded in size, with every digit, and with a rejection for each
 * message that cannot be read.
 */
import {isUtf8} from 'node:buffer'
import type {Rejected} from '../define.js'
import {BadJson, parseJson} from '../json.js'

/** The JSON of one message, with numbers as text, or a rejection if the message is not JSON. */
export type ReceivedFrame = {frame: unknown} | Rejected

/** Longest accepted frame in bytes; documented frames have a few kilobytes. */
export const mostFrameBytes = 1_000_000

/** Reads one message, binary or text. */
export function readMessage(message: Buffer | string): ReceivedFrame {
  const bytes = typeof message === 'string' ? Buffer.from(message) : message
  try {
    if (!isUtf8(bytes)) throw new BadJson('it is not valid UTF-8')
    return {frame: parseJson(bytes.toString('utf8'))}
  } catch (error) {
    if (!(error instanceof BadJson)) throw error
    return {rejected: `a frame cannot be read: ${error.message}`, item: bytes.toString('utf8', 0, 200)}
  }
}

/**
 * Reads recorded frames: one a line, or one JSON document that is one frame. A line may also be a record of a
 * session, `{"direction": "in", "frame": {...}}`; records of sent messages are skipped.
 */
export async function* recordedFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<ReceivedFrame> {
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
    for (const early of opening ?? []) yield* fromSession(readLine(early))
    opening = undefined
    yield* fromSession(readLine(line))
  }
  if (!opening) return
  const document = readMessage(Buffer.concat(opening.flatMap((line) => [line, Buffer.from('\n')])))
  if ('frame' in document) yield* fromSession(document)
  else for (const line of opening) yield* fromSession(readLine(line))
}

function opens(line: Buffer): boolean {
  return (
    /^\uFEFF?\s*[[{]/.test(line.toString('utf8', 0, 100)) &&
    line.length <= mostFrameBytes &&
    'rejected' in readMessage(line)
  )
}

function readLine(line: Buffer): ReceivedFrame {
  return line.length > mostFrameBytes
    ? {rejected: `a line is longer than ${mostFrameBytes / 1e6} MB`, item: line.toString('utf8', 0, 200)}
    : readMessage(line)
}

function* fromSession(received: ReceivedFrame): Generator<ReceivedFrame> {
  const record = 'frame' in received ? received.frame : undefined
  if (typeof record !== 'object' || record === null || !('frame' in record && 'direction' in record))
    yield received
  else if (record.direction === 'in') yield {frame: record.frame}
}

/**
 * The lines of a file, without their line ends. A line that is too long is cut to one byte more than a frame
 * may have, so that the caller rejects it.
 */
async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
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
