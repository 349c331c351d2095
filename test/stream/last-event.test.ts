/** The newest event counts for a producer when it arrives, and for a consumer when it is stored. */
import assert from 'node:assert/strict'
import {after, test} from 'node:test'
import pg from 'pg'
import type {WebSocket} from 'ws'
import {sp500} from '../../src/lib/feeds/sp500.js'
import {postgres} from '../servers.js'
import {eventually} from './running.js'
import {socketServer} from './server.js'
import {databaseOf, runFeed} from './session.js'

const server = await postgres()
after(() => server.stop())

test('frames that wait for PostgreSQL have arrived, and are not stored', {timeout: 60_000}, async (t) => {
  const sockets: WebSocket[] = []
  const provider = await socketServer((socket) => sockets.push(socket))
  t.after(() => provider.close())
  const {url, rows} = await databaseOf(t, server)
  await rows(`insert into sp500_companies (symbol, company_name) values ('A1', 'A')`)
  const {counts, stop} = await runFeed(t, sp500, {
    DATABASE_URL: url,
    FIN_SIMULATOR_URL: new URL(provider.url.replace('ws', 'http')).origin,
    FINNHUB_API_KEY_1: 'simulatedfinnhubkey1',
  })
  await eventually('the connection', () => counts.connected === true)
  const other = new pg.Client(url)
  await other.connect()
  try {
    await other.query('begin; lock table sp500_websocket_trades in access exclusive mode')
    const frame = '{"type":"trade","data":[{"c":["1"],"p":1,"s":"A1","t":1795683873858,"v":1}]}'
    // More than the writer takes, so that the last ones wait in the queue.
    const [count, bulk] = [
      50,
      frame.replace(/\[(\{.*\})\]/, (_, one: string) => `[${Array(300).fill(one).join(',')}]`),
    ]
    for (let n = 0; n < count; n++) sockets[0]!.send(bulk)
    await eventually('the frames', () => counts.frames === count)
    sockets[0]!.send(frame)
    await eventually('the last frame', () => counts.frames === count + 1)
    const arrivedAt = new Date(counts.lastEventMs!)
    const state = async () => (await rows('select seen_at, last_event_at from stream_consumers'))[0]
    await eventually('a later state', async () => ((await state())?.['seen_at'] as Date) > arrivedAt)
    assert.equal((await state())?.['last_event_at'], null)
    await other.query('rollback')
    await eventually('the event', async () => (await state())?.['last_event_at'] !== null)
  } finally {
    await other.end()
  }
  await stop()
})
