/** Two producers of one feed at a time: the second waits, and no trade is stored twice. */
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

const feed = {...sp500, targetsEveryMs: 60_000, pace: {everyMs: 5, burst: 2, pauseMs: 10}}

test(
  'a second producer with a key of its own waits, and takes over without a false gap',
  {timeout: 60_000},
  async (t) => {
    const sockets: WebSocket[] = []
    const open = () => sockets.filter((one) => one.readyState === one.OPEN)
    const provider = await socketServer((socket) => sockets.push(socket))
    t.after(() => provider.close())
    const {url, rows} = await databaseOf(t, server)
    await rows(`insert into sp500_companies (symbol, company_name) values ('A1', 'A'), ('A2', 'B')`)
    const env = {
      DATABASE_URL: url,
      FIN_SIMULATOR_URL: new URL(provider.url.replace('ws', 'http')).origin,
      FINNHUB_API_KEY_1: 'simulatedfinnhubkey1',
      FINNHUB_API_KEY_2: 'simulatedfinnhubkey2',
      FINNHUB_API_KEY_3: 'simulatedfinnhubkey3',
    }
    const state = async () => (await rows('select * from stream_producers'))[0]
    const first = await runFeed(t, feed, env)
    await eventually('the first one', async () => Boolean((await state())?.['connected_at']))
    const second = await runFeed(t, feed, env)
    await eventually('the second one to wait', () =>
      second.said.some((text) => text.includes('sp500 1/1: waits')),
    )
    // A stream of named targets does not stand for the feed.
    const other = await runFeed(t, feed, env, {target: ['A1']})
    await eventually('the stream of one target', () => open().length === 2)
    await other.stop()
    const startedAt = (await state())?.['started_at']
    const sentAt = new Date()
    open()[0]!.send('{"type":"trade","data":[{"c":["1"],"p":1,"s":"A1","t":1795683873858,"v":7}]}')
    await eventually('a row', async () => (await rows('select from sp500_websocket_trades')).length > 0)
    assert.equal(open().length, 1)

    await first.stop()
    await eventually('the gaps', async () => (await rows('select from stream_gaps')).length > 0)
    const gaps = await rows('select began_at from stream_gaps')
    // The gap begins where the first one ended, not where the second one began to wait.
    for (const {began_at: began} of gaps) assert.ok((began as Date) >= sentAt, `${String(began)}`)
    await eventually('the second one', async () => Boolean((await state())?.['connected_at']))
    assert.notDeepEqual((await state())?.['started_at'], startedAt)
    assert.deepEqual(second.said.filter((text) => text.includes('waits')).length, 1)
    await second.stop()
    assert.equal((await rows('select from sp500_websocket_trades')).length, 1)
  },
)
