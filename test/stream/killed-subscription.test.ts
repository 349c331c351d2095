/** A producer that is killed while it subscribes: the gap of a target begins where its data ended. */
import assert from 'node:assert/strict'
import {after, test} from 'node:test'
import type {WebSocket} from 'ws'
import {sp500} from '../../src/lib/feeds/sp500.js'
import {postgres} from '../servers.js'
import {eventually} from './running.js'
import {socketServer} from './server.js'
import {databaseOf, runFeed} from './session.js'

const server = await postgres()
after(() => server.stop())

/** After the first two symbols, the subscription goes on `pauseMs` later. */
const paced = (pauseMs: number) => ({...sp500, targetsEveryMs: 60_000, pace: {everyMs: 5, burst: 2, pauseMs}})

test('targets that a killed producer had reached have a shorter gap', {timeout: 60_000}, async (t) => {
  const sockets: WebSocket[] = []
  const provider = await socketServer((socket) => sockets.push(socket))
  t.after(() => provider.close())
  const {url, rows} = await databaseOf(t, server)
  await rows(
    `insert into sp500_companies (symbol, company_name) select s, s from unnest('{A1,A2,A3}'::text[]) s`,
  )
  const before = new Date('2026-11-24T15:00:00Z')
  await rows(
    `insert into stream_producers (feed, shard, shards, host, pid, started_at, seen_at, received_until)
     values ('sp500', 1, 1, 'h', 1, $1, $1, $1)`,
    [before],
  )
  const env = {
    DATABASE_URL: url,
    FIN_SIMULATOR_URL: new URL(provider.url.replace('ws', 'http')).origin,
    FINNHUB_API_KEY_1: 'simulatedfinnhubkey1',
  }
  const trade = (n: number) =>
    sockets.at(-1)!.send(`{"type":"trade","data":[{"c":["1"],"p":1,"s":"A1","t":1795683873858,"v":${n}}]}`)
  const state = async () => (await rows('select * from stream_producers'))[0]!
  const gaps = () => rows('select began_at, symbols from stream_gaps order by ended_at, symbols')

  const first = await runFeed(t, paced(60_000), env)
  await eventually('the first gaps', async () => (await gaps()).length > 0)
  const sentAt = new Date()
  trade(1)
  await eventually('a row', async () => (await rows('select from sp500_websocket_trades')).length === 1)
  const isLater = async () => {
    const {received_later: later} = (await state()) as {received_later: Record<string, string> | null}
    return later !== null && new Date(later['A1']!) >= sentAt
  }
  await eventually('the state', isLater, 30_000, async () => JSON.stringify(await state()))
  const killed = await state()
  assert.deepEqual(killed['received_until'], before)
  assert.deepEqual(Object.keys(killed['received_later'] as object), ['A1', 'A2'])
  await first.stop()
  // A killed process writes nothing at its end.
  await rows('update stream_producers set received_until = $1, received_later = $2', [
    killed['received_until'],
    killed['received_later'],
  ])

  const second = await runFeed(t, paced(10), env)
  await eventually('its gaps', async () => (await gaps()).length === 3)
  const received = new Date((killed['received_later'] as Record<string, string>)['A1']!)
  assert.deepEqual(await gaps(), [
    {began_at: before, symbols: ['A1', 'A2']},
    {began_at: received, symbols: ['A1', 'A2']},
    {began_at: before, symbols: ['A3']},
  ])
  await eventually('the state', async () => (await state())['received_later'] === null)
  await second.stop()
})
