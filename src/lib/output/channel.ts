/**
 * Joins who makes rows to who prints them: the maker waits until its rows were taken, so memory stays
 * constant.
 */

export interface Channel<Row> extends AsyncIterable<Row> {
  /** Resolves when the rows were taken, or at once when nobody reads any more. */
  push(rows: readonly Row[]): Promise<void>
  /** No more rows will come. */
  end(): void
}

/** One writer, one reader. */
export function createChannel<Row>(): Channel<Row> {
  const waiting: {rows: readonly Row[]; taken: () => void}[] = []
  let isEnded = false
  let isAbandoned = false
  let wake: () => void = () => {}
  return {
    push(rows) {
      if (isAbandoned || rows.length === 0) return Promise.resolve()
      return new Promise((taken) => {
        waiting.push({rows, taken})
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
              next.taken() // also when the reader stops among these rows
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
        for (const {taken} of waiting.splice(0)) taken()
      }
    },
  }
}
