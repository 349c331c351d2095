/** The subscription of movers follows the newest batch, also after a lost connection and behind a pooler. */
import assert from 'node:assert/strict'
import {after, test, type TestContext} from 'node:test'
import {movers} from '../../src/lib/feeds/movers.js'
import {pgbouncer, postgres} from '../servers.js'
import {freezable} from '../servers/freezable.js'
import {endAll, eventually, start} from './running.js'
import {socketServer} from './server.js'
import {databaseOf, runFeed} from './session.js'

const server = await postgres()
after(async () => {
  await endAll()
  await server.stop()
})

/** A provider that notes each message, such as `subscribe A`, and a database with batches of movers. */
async function moversOf(t: TestContext) {
  const messages: string[] = []
  let connections = 0
  const provider = await socketServer((socket) => {
    connections++
    socket.on('message', (message: Buffer) => {
      const {type, symbol} = JSON.parse(message.toString('utf8')) as {type: string; symbol: string}
      messages.push(`${type} ${symbol}`)
    })
  })
  t.after(() => provider.close())
  const {url, rows} = await databaseOf(t, server)
  let batches = 0
  const insert = `insert into top_gainers (batch_id, category, symbol, rank_position, last_updated)
    select $1, 'top_gainers', s, n, now() from unnest($2::text[]) with ordinality as o (s, n)`
  return {
    url,
    rows,
    messages,
    connections: () => connections,
    env: {
      FIN_SIMULATOR_URL: new URL(provider.url.replace('ws', 'http')).origin,
      FINNHUB_API_KEY_1: 'simulatedfinnhubkey1',
    },
    /** Stores a batch; with `killing`, in the transaction that ends all connections of fin. */
    async batch(symbols: readonly string[], killing = false) {
      const kill = killing
        ? `with ended as (select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and application_name like 'fin%'), n as (select count(*) from ended) `
        : ''
      await rows(`${kill}${insert}${killing ? ' where (select * from n) > 1' : ''}`, [++batches, symbols])
    },
    /** Waits until these messages, and no others, were sent since the call before. */
    async sent(wanted: readonly string[], withinMs: number, said: () => string) {
      await eventually(
        `${wanted.join(', ')}`,
        () => messages.length >= wanted.length,
        withinMs,
        () => `${messages.join(', ')}; ${said()}`,
      )
      assert.deepEqual(messages.splice(0).sort(), [...wanted].sort())
    },
  }
}

test('the subscription follows a batch that came while nobody listened', {timeout: 120_000}, async (t) => {
  const {url, rows, env, batch, sent, connections} = await moversOf(t)
  await batch(['A', 'B', 'C', 'D'])
  const running = start(['stream', 'run', 'movers'], {...env, DATABASE_URL: url})
  await sent(['subscribe A', 'subscribe B', 'subscribe C', 'subscribe D'], 30_000, running.stderr)

  await batch(['A', 'B', 'C', 'E'])
  await sent(['unsubscribe D', 'subscribe E'], 5_000, running.stderr)

  await batch(['B', 'C', 'E', 'F'], true)
  await sent(['unsubscribe A', 'subscribe F'], 5_000, running.stderr)

  // The same set in another order, and a thousand notifications, lead to no message.
  await batch(['F', 'E', 'C', 'B'])
  await rows(`select pg_notify('top_gainers_updated', n::text) from generate_series(1, 1000) n`)
  await batch(['F', 'E', 'C', 'G'])
  await sent(['unsubscribe B', 'subscribe G'], 5_000, running.stderr)

  assert.equal(connections(), 1)
  const ended = await running.end('SIGTERM')
  assert.equal(ended.code, 0, running.stderr())
})

test(
  'a connection that dies silently is noticed, and the subscription follows',
  {timeout: 120_000},
  async (t) => {
    const {url, env, batch, sent, connections} = await moversOf(t)
    const front = await freezable(url)
    t.after(() => front.close())
    await batch(['A', 'B'])
    const running = start(['stream', 'run', 'movers'], {...env, DATABASE_URL: front.url})
    await sent(['subscribe A', 'subscribe B'], 30_000, running.stderr)
    await eventually('the listener', () => front.freezeThatSent('listen "top_gainers_updated"') === 1, 10_000)
    await batch(['B', 'C'])
    // Without a check of the connection, the next read of the list is a minute away.
    await sent(['unsubscribe A', 'subscribe C'], 15_000, running.stderr)
    assert.equal(connections(), 1)
    assert.equal((await running.end('SIGTERM')).code, 0, running.stderr())
  },
)

test('behind PgBouncer the list is read at an interval', {timeout: 120_000}, async (t) => {
  const {url, env, batch, sent, connections} = await moversOf(t)
  const pooler = await pgbouncer(url, 3)
  if (pooler.skipReason !== false) return t.skip(pooler.skipReason)
  t.after(() => pooler.stop())
  await batch(['A', 'B'])
  const feed = {...movers, targetsEveryMs: 1_000}
  const stream = await runFeed(t, feed, {...env, DATABASE_URL: pooler.url})
  const said = () => stream.said.join('\n')
  await sent(['subscribe A', 'subscribe B'], 30_000, said)
  await batch(['B', 'C'])
  await sent(['unsubscribe A', 'subscribe C'], 10_000, said)
  assert.equal(connections(), 1)
  await stream.stop()
})
