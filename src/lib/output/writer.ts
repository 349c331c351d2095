/** Writes to a stream that may be slow or closed. */

export interface Writer {
  /**
   * Resolves when the stream can take more text: true, or false if the reader has closed it. Throws any other
   * error of the stream.
   */
  write(text: string): Promise<boolean>
  /** Writes the text that is still buffered. */
  end(): Promise<boolean>
}

/**
 * The number of characters that are buffered before a write. A system call per row would dominate the time.
 */
const bufferLength = 64 * 1024
const closedCodes = new Set([
  'EPIPE',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
  'ERR_STREAM_PREMATURE_CLOSE',
])

/**
 * Makes a writer that has at most one write in progress, so it waits for a slow reader. `limit` is the
 * number of characters before a write; 0 writes each text immediately.
 */
export function createWriter(stream: NodeJS.WritableStream, limit = bufferLength): Writer {
  let buffered = ''
  let isClosed = false
  const ignore = () => {} // the callback of the write gets the error as well
  stream.on('error', ignore)

  const flush = async (): Promise<boolean> => {
    if (buffered === '' || isClosed) return !isClosed
    const text = buffered
    buffered = ''
    const error = await writeTo(stream, text)
    if (!error) return true
    if (!closedCodes.has(error.code ?? '')) throw error
    isClosed = true
    return false
  }

  return {
    write: async (text) => {
      buffered += text
      return buffered.length < limit ? !isClosed : flush()
    },
    async end() {
      const isRead = await flush()
      stream.off('error', ignore)
      return isRead
    },
  }
}

/**
 * Writes the text, and resolves with undefined or with the error. It also listens for 'close', because a
 * stream that is closed during a write may not call back.
 */
function writeTo(stream: NodeJS.WritableStream, text: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const onClose = () => resolve(Object.assign(new Error('closed'), {code: 'EPIPE'}))
    stream.once('close', onClose)
    stream.write(text, (error?: Error | null) => {
      stream.off('close', onClose)
      resolve(error ?? undefined)
    })
  })
}
