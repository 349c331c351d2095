/** Faults of a provider's socket: silence, broken connections, floods and refusals. Each loss is recorded. */
import assert from 'node:assert/strict'
import {after, test, type TestContext} from 'node:test'
import {setTimeout as pause} from 'node:timers/promises'
import pg from 'pg'
import type {WebSocket} from 'ws'
import {sp500} from '../../src/lib/feeds/sp500.js'
import {postgres} from '../servers.js'
import {soak} from '../size.js'
import {eventually} from './running.js'
import {socketServer} from './server.js'
import {databaseOf, runFeed} from './session.js'

const server = await postgres()
after(() => server.stop())

const symbols = ['A1', 'A2', 'A3', 'A4', 'A5']
/** The feed with short times. */
const fast = {
  ...sp500,
  targetsEveryMs: 60_000,
  pace: {everyMs: 5, burst: 2, pauseMs: 300},
  heartbeat: {text: null, everyMs: 400},
  silenceMs: 600,
  noDataMs: () => 60_000,
}

/** One connection of the scripted provider. */
interface Talk {
  socket: WebSocket
  /** The symbols that the client subscribed to, in order. */
  subscribed: string[]
  /** Sends a frame with trades; each trade has a number of its own, which is its volume. */
  trade(symbol: string, ...numbers: number[]): void
  /** The connection answers nothing any more, not even a ping. */
  hang(): void
}

/** A provider whose connections behave as `script` says, and the stream that listens to it. */
async function streamOf(
  t: TestContext,
  script: (talk: Talk, before: number) => void,
  facts: Partial<typeof sp500> = {},
) {
  const talks: Talk[] = []
  const atMs: number[] = []
  const provider = await socketServer((socket, before) => {
    atMs.push(performance.now())
    const talk: Talk = {
      socket,
      subscribed: [],
      trade: (symbol, ...numbers) => socket.send(frameOf(symbol, ...numbers)),
      hang: () => (socket as unknown as {_socket: {pause(): void}})._socket.pause(),
    }
    talks.push(talk)
    socket.on('message', (message: Buffer) => {
      const {type, symbol} = JSON.parse(message.toString('utf8')) as {type: string; symbol: string}
      if (type === 'subscribe') talk.subscribed.push(symbol)
    })
    script(talk, before)
  })
  t.after(() => provider.close())
  const {url, rows} = await databaseOf(t, server)
  await rows(`insert into sp500_companies (symbol, company_name) select s, s from unnest($1::text[]) s`, [
    symbols,
  ])
  const env = {
    DATABASE_URL: url,
    FIN_SIMULATOR_URL: new URL(provider.url.replace('ws', 'http')).origin,
    FINNHUB_API_KEY_1: 'simulatedfinnhubkey1',
  }
  const stream = await runFeed(t, {...fast, ...facts} as typeof sp500, env)
  const numbers = async () =>
    (await rows('select volume::integer as n from sp500_websocket_trades order by 1')).map(({n}) => Number(n))
  return {
    ...{provider, talks, atMs, rows, stream, numbers, url},
    gaps: () => rows(`select * from stream_gaps where kind = 'socket' order by symbols[1]`),
    state: async () => (await rows('select * from stream_producers'))[0] ?? {},
    /** Waits until connection `index` is subscribed to everything. */
    subscribed: (index: number) =>
      eventually(
        `connection ${index}`,
        () => talks[index]?.subscribed.length === symbols.length && stream.counts.connected === true,
        30_000,
        () => stream.said.join('\n'),
      ),
    stored: (count: number) =>
      eventually(
        `${count} rows`,
        async () => (await rows('select from sp500_websocket_trades')).length >= count,
        60_000,
        () => stream.said.join('\n'),
      ),
  }
}

const baseMs = Date.parse('2026-11-24T15:00:00Z')
/** Trade number `n` was at millisecond `n`. */
function frameOf(symbol: string, ...numbers: number[]): string {
  const data = numbers.map((n) => ({c: ['1'], p: 10 + (n % 100) / 100, s: symbol, t: baseMs + n, v: n}))
  return JSON.stringify({type: 'trade', data})
}

const upTo = (count: number) => Array.from({length: count}, (_, n) => n + 1)
const ms = (value: unknown) => (value as Date).getTime()

test(
  'a connection that hangs is seen within two heartbeats, and all is subscribed again',
  {timeout: 60_000},
  async (t) => {
    let hungMs = 0
    let hungAt = 0
    const [everyMs, silenceMs] = [1_000, 1_500]
    const {talks, atMs, subscribed, stored, gaps, state, numbers, stream} = await streamOf(t, () => {}, {
      heartbeat: {text: null, everyMs},
      silenceMs,
    } as never)
    await subscribed(0)
    talks[0]!.trade('A1', 1, 2)
    await stored(2)
    await eventually('the state', async () => (await state())['connected_at'] !== null)
    await pause(1_100) // a state is recorded while all is well
    ;[hungMs, hungAt] = [performance.now(), new Date().getTime()]
    talks[0]!.hang()
    await eventually('another connection', () => talks.length === 2)
    assert.ok(
      stream.said.some((text) => text.includes('nothing came for')),
      stream.said.join('\n'),
    )
    // The wait before the first reconnection is up to a second.
    const seenMs = atMs[1]! - hungMs
    assert.ok(seenMs < 2 * everyMs + 1_000 + 1_000, `${seenMs} ms`)
    // A process that ended now would leave a gap to the next one: from the last sign of life.
    const {received_until: until} = await state()
    assert.ok(ms(until) <= hungAt + 50, `it recorded ${ms(until) - hungAt} ms after the end`)
    await subscribed(1)
    talks[1]!.trade('A5', 3)
    await stored(3)
    await eventually('the gaps', async () => (await gaps()).length === 3)
    const found = await gaps()
    assert.deepEqual(
      found.flatMap(({symbols: some}) => some as string[]),
      symbols,
    )
    for (const gap of found) {
      assert.ok(ms(gap['began_at']) <= hungAt + 50 && ms(gap['began_at']) >= hungAt - everyMs - 200)
      assert.ok(ms(gap['ended_at']) > hungAt + silenceMs - everyMs)
    }
    await stream.stop()
    assert.deepEqual(await numbers(), [1, 2, 3])
  },
)

test(
  'a process that is killed while it subscribes again leaves its gap to the next one',
  {timeout: 60_000},
  async (t) => {
    // Each group of two symbols takes two seconds, in which frames of the first ones arrive.
    const {talks, state, stored, subscribed, stream} = await streamOf(t, () => {}, {
      pace: {everyMs: 5, burst: 2, pauseMs: 1_800},
    } as never)
    await subscribed(0)
    talks[0]!.trade('A1', 1)
    await stored(1)
    await eventually('the state', async () => (await state())['received_until'] !== null)
    const endedAt = new Date().getTime()
    talks[0]!.socket.terminate()
    await eventually('the first group', () => (talks[1]?.subscribed.length ?? 0) >= 2)
    // The writer is slow, so that frames wait while the state is recorded.
    for (let n = 2; n < 1_000; n++) talks[1]!.trade('A1', n)
    await stored(900)
    await eventually('another state', async () => ms((await state())['seen_at']) > endedAt + 2_000)
    const {received_until: until, connected_at: connected} = await state()
    assert.equal(connected, null)
    assert.ok(ms(until) <= endedAt + 50, `${ms(until) - endedAt} ms`)
    await stream.stop()
  },
)

test(
  'two producers that are killed before they are subscribed do not hide a gap',
  {timeout: 60_000},
  async (t) => {
    const {rows} = await databaseOf(t, server)
    const insert = `insert into stream_gaps (feed, kind, shard, why, began_at, ended_at, symbols)
    values ('sp500', 'socket', 1, 'x', $1, $2, '{A,B}') on conflict do nothing`
    await rows(insert, ['2026-11-24T15:00:00Z', '2026-11-24T15:00:10Z'])
    await rows(insert, ['2026-11-24T15:00:00Z', '2026-11-24T15:00:40Z'])
    await rows(insert, ['2026-11-24T15:00:00Z', '2026-11-24T15:00:40Z'])
    const found = await rows('select from stream_gaps')
    assert.equal(found.length, 2)
  },
)

test('connections that break lead to slower tries, and to one gap', {timeout: 60_000}, async (t) => {
  const {talks, atMs, subscribed, stored, gaps, stream} = await streamOf(t, ({socket}, before) => {
    if (before === 1 || before === 2) socket.terminate()
  })
  await subscribed(0)
  talks[0]!.trade('A1', 1)
  await stored(1)
  const endedAt = new Date().getTime()
  talks[0]!.socket.terminate()
  await subscribed(3)
  const waits = stream.said
    .flatMap((text) => /connecting again in ([\d.]+) s/.exec(text)?.[1] ?? [])
    .map(Number)
  assert.equal(waits.length, 3)
  for (const [n, wait] of waits.entries()) assert.ok(wait <= 2 ** n, `${waits.join(', ')} s`)
  assert.ok(new Set(waits).size > 1, 'the waits are random')
  assert.equal(atMs.length, 4)
  await eventually('the gaps', async () => (await gaps()).length === 3)
  const found = await gaps()
  assert.deepEqual(
    found.flatMap(({symbols: some}) => some as string[]),
    symbols,
  )
  for (const gap of found) assert.ok(Math.abs(ms(gap['began_at']) - endedAt) < 1_000)
  await stream.stop()
})

test('a server that only answers pings is left after a fresh subscription', {timeout: 60_000}, async (t) => {
  const {talks, subscribed, stored, gaps, stream} = await streamOf(t, () => {}, {
    noDataMs: () => 1_500,
    pace: {everyMs: 5, burst: 2, pauseMs: 100},
  } as never)
  await subscribed(0)
  const atLeast = new Date().getTime()
  talks[0]!.trade('A1', 1)
  await stored(1)
  const dataAt = new Date().getTime()
  await subscribed(1)
  assert.deepEqual(talks[0]!.subscribed, [...symbols, ...symbols])
  await eventually('the gaps', async () => (await gaps()).length >= 3)
  const [gap] = await gaps()
  assert.match(String(gap!['why']), /no data came/)
  assert.ok(ms(gap!['began_at']) >= atLeast && ms(gap!['began_at']) <= dataAt)
  await stream.stop()
})

test(
  'a close with 1009, and a frame above the cap, end a connection with a gap',
  {timeout: 60_000},
  async (t) => {
    const {talks, subscribed, stored, gaps, numbers, stream} = await streamOf(t, () => {})
    await subscribed(0)
    talks[0]!.trade('A1', 1)
    await stored(1)
    talks[0]!.socket.close(1009, 'too big')
    await subscribed(1)
    talks[1]!.trade('A1', 2)
    talks[1]!.socket.send(`{"type":"trade","data":"${'x'.repeat(1_000_001)}"}`)
    await subscribed(2)
    talks[2]!.trade('A1', 3)
    await stored(3)
    await eventually('the gaps', async () => (await gaps()).length === 6)
    const whys = new Set((await gaps()).map(({why}) => String(why)))
    assert.deepEqual([...whys].sort(), ['Max payload size exceeded', 'the server closed it (1009 too big)'])
    await stream.stop()
    assert.deepEqual(await numbers(), [1, 2, 3])
  },
)

test(
  'a refused subscription, duplicates and another order neither stop nor double anything',
  {timeout: 60_000},
  async (t) => {
    const {talks, subscribed, stored, numbers, stream} = await streamOf(t, () => {})
    await subscribed(0)
    talks[0]!.socket.send('{"type":"error","msg":"Subscribing to too many symbols"}')
    talks[0]!.trade('A1', 3, 1, 2)
    talks[0]!.trade('A2', 9)
    talks[0]!.trade('A2', 5, 5)
    await stored(6)
    talks[0]!.socket.terminate()
    await subscribed(1)
    // The provider sends frames again that it sent on the connection before.
    talks[1]!.trade('A2', 9)
    talks[1]!.trade('A2', 5, 5)
    talks[1]!.trade('A3', 10)
    await stored(7)
    await stream.stop()
    assert.deepEqual(await numbers(), [1, 2, 3, 5, 5, 9, 10])
    assert.ok(
      stream.said.some((text) => text.includes('refuses a target')),
      stream.said.join('\n'),
    )
  },
)

test(
  '50,000 trades a second wait for a database that is slow, in bounded memory',
  {timeout: 300_000},
  async (t) => {
    const seconds = soak ? 8 : 1
    const padding = 60_000 / seconds
    const {talks, subscribed, numbers, stored, stream, url, gaps} = await streamOf(t, () => {}, {
      silenceMs: 5_000,
    } as never)
    await subscribed(0)
    const other = new pg.Client(url)
    await other.connect()
    t.after(() => other.end())
    await other.query('begin; lock table sp500_websocket_trades in access exclusive mode')
    const {socket} = talks[0]!
    global.gc?.()
    const before = process.memoryUsage().rss
    let n = 0
    let grown = 0
    try {
      for (let part = 0; part < seconds * 10; part++) {
        for (let frame = 0; frame < 100; frame++) {
          const trades = upTo(50).map((more) => n + more)
          n += 50
          // Padding makes the frames fill the queue.
          socket.send(
            frameOf(symbols[frame % 5]!, ...trades).replace(
              '{"type"',
              `{"pad":"${'x'.repeat(padding)}","type"`,
            ),
          )
        }
        await pause(100)
      }
      await eventually('the client to read no more', () => socket.bufferedAmount > 0)
      grown = process.memoryUsage().rss - before
    } finally {
      await other.query('rollback') // the stream waits for the lock, also when it stops
    }
    await stored(n)
    await stream.stop()
    assert.deepEqual(await numbers(), upTo(n))
    assert.deepEqual(await gaps(), [])
    // The queue of frames, the rows that wait, and the buffers of both ends of the socket are bounded.
    assert.ok(grown < 300e6, `the process grew by ${grown} bytes`)
    t.diagnostic(`${n} trades; this process, which also sends them, grew by ${Math.round(grown / 1e6)} MB`)
  },
)
