/** Reads the input that `--input` names: stdin, a file, or a named pipe. */
import {constants, createReadStream, fstatSync, openSync, statSync} from 'node:fs'
import {Socket} from 'node:net'
import type {Readable} from 'node:stream'
import {messageOf, NeedsPerson} from '../errors.js'

/** Whether the input arrives over time, from a pipe or a terminal, and not from a regular file. */
export function isLive(file: string): boolean {
  const found = file === '-' ? fstatSync(0) : statSync(file, {throwIfNoEntry: false})
  return found !== undefined && !found.isFile()
}

/**
 * The bytes of the input, as they arrive. Throws NeedsPerson if the input cannot be read. Throws the reason
 * of `stop` after a signal, because the writer of a pipe may never close it.
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
  // A blocking open of a pipe waits for a writer, and the process could not end meanwhile.
  return new Socket({
    fd: openSync(file, constants.O_RDONLY | constants.O_NONBLOCK),
    readable: true,
    writable: false,
  })
}
