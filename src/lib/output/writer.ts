/** Writing to a stream that may be slow, or gone. */

export interface Writer {
  /**
   * Resolves when there is room for more: true, or false when nobody reads any longer. Throws when the stream
   * failed otherwise.
   */
  write(text: string): Promise<boolean>
  /** Hands over what is still gathered. */
  end(): Promise<boolean>
}

/**
 * Gathers up to this many characters before a write: a system call for every row would be most of the work.
 */
const gatherLength = 64 * 1024
const goneCodes = new Set([
  'EPIPE',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
  'ERR_STREAM_PREMATURE_CLOSE',
])

/**
 * At most one gathered piece is on its way at a time, so a slow reader is waited for. `gather`: characters
 * before a write; 0: each text at once.
 */
export function createWriter(stream: NodeJS.WritableStream, gather = gatherLength): Writer {
  let gathered = ''
  let isGone = false
  const ignore = () => {} // what went wrong is told to the callback of the write
  stream.on('error', ignore)

  const flush = async (): Promise<boolean> => {
    if (gathered === '' || isGone) return !isGone
    const piece = gathered
    gathered = ''
    const error = await handOver(stream, piece)
    if (!error) return true
    if (!goneCodes.has(error.code ?? '')) throw error
    isGone = true
    return false
  }

  return {
    write: async (text) => {
      gathered += text
      return gathered.length < gather ? !isGone : flush()
    },
    async end() {
      const isRead = await flush()
      stream.off('error', ignore)
      return isRead
    },
  }
}

/**
 * Resolves when the stream took the text, with the error if it did not; a stream that is closed meanwhile may
 * forget to say so.
 */
function handOver(stream: NodeJS.WritableStream, piece: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const onClose = () => resolve(Object.assign(new Error('closed'), {code: 'EPIPE'}))
    stream.once('close', onClose)
    stream.write(piece, (error?: Error | null) => {
      stream.off('close', onClose)
      resolve(error ?? undefined)
    })
  })
}
