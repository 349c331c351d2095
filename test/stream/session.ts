/** A stream in this process: its socket, its database and its writer are real, its feed is the test's. */
import type {TestContext} from 'node:test'
import pg from 'pg'
import type {ReceiveFlags} from '../../src/lib/cli/receive.js'
import {storeReceived} from '../../src/lib/cli/consume.js'
import type {StreamSession} from '../../src/lib/cli/stream-session.js'
import {loadConfig} from '../../src/lib/config.js'
import type {AnyFeed} from '../../src/lib/define-feed.js'
import {createStreamCounts} from '../../src/lib/health/counts.js'
import {openContext} from '../../src/lib/run/context.js'
import {claims} from '../limits/claims.js'
import type {Postgres} from '../servers.js'

type Rows = Record<string, unknown>[]

export interface TestStream {
  /** What the stream said, one text per message. */
  said: string[]
  counts: StreamSession['counts']
  rows(sql: string, params?: unknown[]): Promise<Rows>
  /** Stops the stream, and rejects with its error if it had one. */
  stop(): Promise<void>
}

/** A database with the schema, and a function that runs plain SQL. */
export async function databaseOf(t: TestContext, server: Postgres) {
  const url = await server.withSchema('stream', 'simulated')
  const pool = new pg.Pool({connectionString: url, max: 2})
  pool.on('error', () => {})
  t.after(() => pool.end())
  const rows = async (sql: string, params: unknown[] = []) => (await pool.query(sql, params)).rows as Rows
  return {url, rows}
}

/** Runs `feed` as `fin stream run` does, until the end of the test or `stop`. */
export async function runFeed(
  t: TestContext,
  feed: AnyFeed,
  env: Readonly<Record<string, string>>,
  flags: ReceiveFlags & {filter?: string[]} = {},
): Promise<Omit<TestStream, 'rows'>> {
  const said: string[] = []
  const say = (text: string) => void said.push(text)
  const stop = new AbortController()
  const context = await openContext({
    config: loadConfig(env, '/'),
    log: {error: say, warn: say, notice: say, detail: () => {}},
    stop: new AbortController().signal,
    version: 'test',
    claims: async () => claims,
  })
  const counts = createStreamCounts()
  const session: StreamSession = {
    ...{feed, context, counts, stop: stop.signal, config: context.config},
    watch: () => 0,
    exitCode: () => 0,
    close: () => context.close(),
  }
  const running = storeReceived(session, {latest: false, ...flags})
  let failure: unknown
  const ended = running.catch((error: unknown) => {
    failure = error
    say(String(error))
  })
  const end = async () => {
    stop.abort(new Error('the test ended'))
    await ended
    await context.close()
  }
  t.after(end)
  return {
    said,
    counts,
    async stop() {
      await end()
      if (failure !== undefined) throw failure as Error
    },
  }
}
