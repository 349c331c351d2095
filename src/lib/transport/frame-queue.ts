/** Holds the frames of a connection until they are taken: all at once, in order, within a bound. */
import type {ReceivedFrame} from './frames.js'

export interface FrameQueue {
  add(frame: ReceivedFrame, bytes: number): void
  /** True while the queue holds so much that the connection should stop reading. */
  isFull(): boolean
  /** The frames since the last call, as soon as there is one; undefined after `end` and the last frame. */
  take(): Promise<ReceivedFrame[] | undefined>
  /** No frame follows. */
  end(): void
  /** Arrival of the oldest frame that can be read and is not taken; undefined if there is none. */
  oldest(): Date | undefined
}

/** A queue that is full with `mostBytes`. `onRoom` is called when it was full and is emptied. */
export function createFrameQueue(mostBytes: number, onRoom: () => void): FrameQueue {
  let frames: ReceivedFrame[] = []
  let bytes = 0
  let firstAt: Date | undefined
  let hasEnded = false
  let wake: (() => void) | undefined

  const notify = () => {
    wake?.()
    wake = undefined
  }
  return {
    add(frame, size) {
      if ('at' in frame) firstAt ??= frame.at
      frames.push(frame)
      bytes += size
      notify()
    },
    isFull: () => bytes >= mostBytes,
    async take() {
      while (frames.length === 0) {
        if (hasEnded) return undefined
        await new Promise<void>((resolve) => (wake = resolve))
      }
      const taken = frames
      const wasFull = bytes >= mostBytes
      frames = []
      bytes = 0
      firstAt = undefined
      if (wasFull) onRoom()
      return taken
    },
    end() {
      hasEnded = true
      notify()
    },
    oldest: () => firstAt,
  }
}
