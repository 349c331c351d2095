/** Drives a pipeline with the generator and observes from outside what it stores. */
import {type ChildProcess, fork} from 'node:child_process'
import {once} from 'node:events'
import {setTimeout as pause} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import type {Load, Order, Progress} from './stream-generator.js'

const pollMs = 50
/** The longest wait, after the last trade is sent, until all are stored. */
const drainMs = 30_000

export interface Driven {
  trades: number
  /** Milliseconds from the first trade until all trades are stored. */
  ms: number
  /** The most trades that were sent and not stored at one time. */
  backlog: number
}

export interface Stored {
  /** The trades whose INSERT began; cheap. */
  begun(): Promise<number>
  /** The trades in the table. */
  committed(): Promise<number>
}

export interface Generator {
  url: string
  /** Waits until a reader has subscribed to that many symbols. */
  subscribed(symbols: number): Promise<void>
  /**
   * Sends the load and waits until all trades that this generator ever sent are stored. Throws if some are
   * not.
   */
  send(load: Load, stored: Stored): Promise<Driven>
  stop(): void
}

export async function startGenerator(): Promise<Generator> {
  const child = fork(fileURLToPath(new URL('stream-generator.js', import.meta.url)))
  const {url} = (await answer(child)) as {url: string}
  let sent = 0
  const ask = async (order: Order) => {
    child.send(order)
    return (await answer(child)) as Progress
  }
  return {
    url,
    async subscribed(symbols) {
      while ((await ask({stored: sent})).subscribed < symbols) await pause(pollMs)
    },
    async send(load, stored) {
      const before = sent
      const beganMs = performance.now()
      child.send({load} satisfies Order)
      let backlog = 0
      for (;;) {
        const storedNow = await stored.begun()
        const progress = await ask({stored: storedNow})
        sent = progress.sent
        backlog = Math.max(backlog, sent - storedNow)
        const ms = performance.now() - beganMs
        if (progress.isDone && storedNow >= sent && (await stored.committed()) >= sent)
          return {trades: sent - before, ms, backlog}
        if (ms > load.seconds * 1000 + drainMs)
          throw new Error(`${sent - storedNow} of ${sent} trades are not stored`)
        await pause(pollMs)
      }
    },
    stop: () => void child.kill('SIGKILL'),
  }
}

/** The next message of a process. Throws if it ends first. */
export async function answer(child: ChildProcess): Promise<unknown> {
  const found = new AbortController()
  try {
    return await Promise.race([
      once(child, 'message', {signal: found.signal}).then(([message]) => message as unknown),
      once(child, 'exit', {signal: found.signal}).then(() => {
        throw new Error(`${child.spawnargs.slice(1).join(' ')} ended`)
      }),
    ])
  } finally {
    found.abort()
  }
}
