/**
 * A channel between the producer of rows and their printer. `push` resolves once the rows are consumed, so
 * memory stays bounded.
 */

export interface Channel<Row> extends AsyncIterable<Row> {
  /** Resolves when the rows are consumed, or immediately if the reader has stopped. */
  push(rows: readonly Row[]): Promise<void>
  /** Declares that no more rows follow. */
  end(): void
}

/** Makes a channel for one writer and one reader. */
export function createChannel<Row>(): Channel<Row> {
  const waiting: {rows: readonly Row[]; consumed: () => void}[] = []
  let isEnded = false
  let isAbandoned = false
  let wake: () => void = () => {}
  return {
    push(rows) {
      if (isAbandoned || rows.length === 0) return Promise.resolve()
      return new Promise((consumed) => {
        waiting.push({rows, consumed})
        wake()
      })
    },
    end() {
      isEnded = true
      wake()
    },
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          const next = waiting.shift()
          if (next) {
            try {
              yield* next.rows
            } finally {
              next.consumed() // also when the reader stops among these rows
            }
          } else if (isEnded) {
            return
          } else {
            await new Promise<void>((resolve) => {
              wake = resolve
            })
          }
        }
      } finally {
        isAbandoned = true
        for (const {consumed} of waiting.splice(0)) consumed()
      }
    },
  }
}
