/** The stores of a stream: which are opened, and when its consumer is recorded. */
import assert from 'node:assert/strict'
import {after, test} from 'node:test'
import {movers} from '../../src/lib/feeds/movers.js'
import {fin, postgres} from '../servers.js'
import {eventually} from './running.js'
import {socketServer} from './server.js'
import {databaseOf, runFeed} from './session.js'

const server = await postgres()
after(() => server.stop())

test('a feed whose values go to Redis only with --latest does not connect to it without', async (t) => {
  const provider = await socketServer((socket) => {
    socket.on('message', () =>
      socket.send('{"type":"trade","data":[{"c":["1"],"p":1,"s":"AAPL","t":1795683873858,"v":7}]}'),
    )
  })
  t.after(() => provider.close())
  const {url, rows} = await databaseOf(t, server)
  const stream = await runFeed(
    t,
    movers,
    {
      DATABASE_URL: url,
      REDIS_URL: 'redis://127.0.0.1:1',
      FIN_SIMULATOR_URL: new URL(provider.url.replace('ws', 'http')).origin,
      FINNHUB_API_KEY_1: 'simulatedfinnhubkey1',
    },
    {target: ['AAPL']},
  )
  await eventually('a row', async () => (await rows('select from finnhub_trades')).length > 0)
  await stream.stop()
  assert.doesNotMatch(stream.said.join('\n'), /Redis/)
})

test('a consumer that cannot start is not recorded', async (t) => {
  const provider = await socketServer(() => {})
  t.after(() => provider.close())
  const {url, rows} = await databaseOf(t, server)
  const env = {
    DATABASE_URL: url,
    FIN_SIMULATOR_URL: new URL(provider.url.replace('ws', 'http')).origin,
    KAFKA_BROKERS: '127.0.0.1:1',
  }
  const {code, stderr} = await fin(['stream', 'consume', 'sp500'], {env})
  assert.equal(code, 2, stderr)
  assert.match(stderr, /Kafka at 127\.0\.0\.1:1 does not answer/)
  assert.deepEqual(await rows('select * from stream_consumers'), [])
})
