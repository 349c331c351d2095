/** What `--input` names: stdin, a file, or a pipe with a name. */
import {constants, createReadStream, fstatSync, openSync, statSync} from 'node:fs'
import {Socket} from 'node:net'
import type {Readable} from 'node:stream'
import {messageOf, NeedsPerson} from '../errors.js'

/** True where it comes in its own time, from a pipe or a terminal, and not from a file that is there. */
export function isLive(file: string): boolean {
  const found = file === '-' ? fstatSync(0) : statSync(file, {throwIfNoEntry: false})
  return found !== undefined && !found.isFile()
}

/**
 * The bytes as they come. Throws NeedsPerson for what cannot be read, and the reason of `stop`: whoever
 * writes into a pipe may never end.
 */
export async function* readBytes(file: string, stop: AbortSignal): AsyncGenerator<Buffer> {
  try {
    stop.throwIfAborted()
    const stream = open(file)
    const onStop = () => stream.destroy(stop.reason as Error)
    stop.addEventListener('abort', onStop, {once: true})
    try {
      for await (const part of stream) yield part as Buffer
      stop.throwIfAborted()
    } finally {
      stop.removeEventListener('abort', onStop)
    }
  } catch (error) {
    if (!stop.aborted && error instanceof Error && 'syscall' in error)
      throw new NeedsPerson(`cannot read ${file}: ${messageOf(error)}`, {
        nextStep: 'Check the path.',
        cause: error,
      })
    throw error
  }
}

function open(file: string): Readable {
  if (file === '-') return process.stdin
  if (!statSync(file).isFIFO()) return createReadStream(file)
  // A plain open waits for whoever writes, and so would the end of the process.
  return new Socket({
    fd: openSync(file, constants.O_RDONLY | constants.O_NONBLOCK),
    readable: true,
    writable: false,
  })
}
