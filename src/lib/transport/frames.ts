/** From what a socket or a file holds to frames: bounded, digit for digit, and nothing lost without a word. */
import {isUtf8} from 'node:buffer'
import type {Rejected} from '../define.js'
import {BadBody, parseJson} from '../http/body.js'

/** What came in one message, and when. */
export interface Frame {
  frame: unknown
  at: Date
}

export type Heard = Frame | Rejected

/** No documented frame is longer than some kilobytes. */
export const mostFrameBytes = 1_000_000

/** One message, binary or text, as JSON whose numbers are text. `rejected` where it is none. */
export function readMessage(message: Buffer | string, at: Date): Heard {
  const bytes = typeof message === 'string' ? Buffer.from(message) : message
  try {
    if (!isUtf8(bytes)) throw new BadBody('it is not valid UTF-8')
    return {frame: parseJson(bytes.toString('utf8')), at}
  } catch (error) {
    if (!(error instanceof BadBody)) throw error
    return {rejected: `a frame cannot be read: ${error.message}`, item: bytes.toString('utf8', 0, 200)}
  }
}

/**
 * Recorded frames, one a line, or one JSON document that holds one frame. A line may also be a record of a session:
 * `{"direction": "in", "frame": {...}, "received_at": 1622591015.09}`, of which what went out is passed over. `at` stands in
 * for an arrival that is not told.
 */
export async function* recordedFrames(source: AsyncIterable<Uint8Array>, at: Date): AsyncGenerator<Heard> {
  // From a first line that opens what it does not close: perhaps a document over many lines.
  let opening: Buffer[] | undefined
  let isFirst = true
  for await (const line of linesOf(source)) {
    if (line.toString('latin1').trim() === '') continue
    const heard = line.length > mostFrameBytes ? {rejected: `a line is longer than ${mostFrameBytes / 1e6} MB`, item: line.toString('utf8', 0, 200)} : readMessage(line, at)
    if (isFirst && 'rejected' in heard && /^\uFEFF?\s*[[{]/.test(line.toString('utf8', 0, 100))) opening = []
    isFirst = false
    if (opening && sizeOf(opening) + line.length <= mostFrameBytes) {
      opening.push(line)
      continue
    }
    for (const early of opening ?? []) yield* fromSession(readMessage(early, at), at)
    opening = undefined
    yield* fromSession(heard, at)
  }
  if (!opening) return
  const document = readMessage(Buffer.concat(opening.flatMap((line) => [line, Buffer.from('\n')])), at)
  if (!('rejected' in document)) yield* fromSession(document, at)
  else for (const line of opening) yield* fromSession(readMessage(line, at), at)
}

const sizeOf = (lines: readonly Buffer[]) => lines.reduce((sum, line) => sum + line.length, 0)

function* fromSession(heard: Heard, at: Date): Generator<Heard> {
  const record = 'frame' in heard ? heard.frame : undefined
  if (typeof record !== 'object' || record === null || !('frame' in record && 'direction' in record)) {
    yield heard
    return
  }
  if (record.direction !== 'in') return
  const seconds = 'received_at' in record ? Number(record.received_at) : Number.NaN
  yield {frame: record.frame, at: Math.abs(seconds) < 8.64e12 ? new Date(seconds * 1000) : at}
}

/** Without their line ends. One that is far too long comes in pieces, so that memory stays bounded. */
async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of source) {
    let from = 0
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      yield Buffer.concat([...parts, chunk.subarray(from, end)])
      parts = []
      size = 0
      from = end + 1
    }
    parts.push(chunk.subarray(from))
    size += chunk.length - from
    if (size > mostFrameBytes) {
      yield Buffer.concat(parts)
      parts = []
      size = 0
    }
  }
  if (size > 0) yield Buffer.concat(parts)
}
