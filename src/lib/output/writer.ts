/** Writing to a stream that may be slow, or gone. */

export interface Writer {
  /** Resolves when there is room for more: true, or false when nobody reads any longer. Throws when the stream failed otherwise. */
  write(text: string): Promise<boolean>
  /** Hands over what is still gathered. */
  end(): Promise<boolean>
}

/** Gathers up to this many characters before a write: a system call for every row would be most of the work. */
const gatherLength = 64 * 1024

export function createWriter(stream: NodeJS.WritableStream): Writer {
  let gathered = ''
  let isGone = false
  let failure: Error | undefined
  let wake: (() => void) | undefined
  const onError = (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') isGone = true
    else failure = error
    wake?.()
  }
  const onClose = () => {
    isGone = true
    wake?.()
  }
  const onDrain = () => wake?.()
  stream.on('error', onError).on('close', onClose).on('drain', onDrain)

  const flush = async (): Promise<boolean> => {
    if (gathered !== '' && !isGone && failure === undefined) {
      const chunk = gathered
      gathered = ''
      if (!stream.write(chunk)) await new Promise<void>((resolve) => { wake = resolve })
      wake = undefined
      // An error of this very write is told in the next turn of the loop.
      await new Promise((resolve) => { setImmediate(resolve) })
    }
    if (failure !== undefined) throw failure
    return !isGone
  }

  return {
    write: async (text) => {
      gathered += text
      return gathered.length < gatherLength ? !isGone : flush()
    },
    async end() {
      const isRead = await flush()
      stream.off('error', onError).off('close', onClose).off('drain', onDrain)
      return isRead
    },
  }
}
