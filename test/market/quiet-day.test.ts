/** A day without trades is no fault: neither of a table nor of a stream. */
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import pg from 'pg'
import {topGainers} from '../../src/lib/collectors/top-gainers.js'
import {loadConfig} from '../../src/lib/config.js'
import type {Database} from '../../src/lib/db/database.js'
import {openDatabase} from '../../src/lib/db/pool.js'
import {readStreams} from '../../src/lib/report/stream-status.js'
import {lateTables, tableStatuses} from '../../src/lib/report/table-status.js'
import {postgres, type Postgres} from '../servers.js'

let server: Postgres
let client: pg.Client
let database: Database
before(async () => {
  server = await postgres()
  const url = await server.withSchema('quiet')
  client = new pg.Client(url)
  await client.connect()
  database = await openDatabase(loadConfig({DATABASE_URL: url}, '/'))
})
after(async () => {
  await database?.close()
  await client?.end()
  await server?.stop()
})

test('a table whose newest rows are of the day before Thanksgiving is fresh, because its job ran on it', async () => {
  await client.query(
    `insert into top_gainers (batch_id, category, symbol, last_updated) values (1, 'top_gainers', 'A', '2026-11-25T21:16Z')`,
  )
  const state = async (ranAt: string) => {
    await client.query(
      `insert into target_state (unit, target, last_attempt, last_success) values ('top-gainers', 'top-gainers', $1, $1)
       on conflict (unit, target) do update set last_attempt = $1, last_success = $1`,
      [ranAt],
    )
    const context = {jobs: [topGainers], database, config: loadConfig({}, '/')}
    const statuses = await tableStatuses([topGainers], {...context, now: new Date('2026-11-27T12:00:00Z')})
    assert.equal(statuses[0]?.newest, '2026-11-25T21:16:00.000Z')
    return [statuses[0]?.state, (await lateTables(statuses, database)).length]
  }
  assert.deepEqual(await state('2026-11-26T22:15:00Z'), ['fresh', 0])
  assert.deepEqual(await state('2026-11-25T22:15:00Z'), ['stale', 1])
})

test('a connected producer without a trade since the evening before is not reported on Thanksgiving', async () => {
  await client.query(
    `insert into stream_producers (feed, shard, shards, host, pid, started_at, seen_at, connected_at, received_until, last_event_at)
     values ('sp500', 1, 1, 'pod-0', 1, $1, $2, $1, $2, '2026-11-26T00:59:00Z')`,
    ['2026-11-25T12:00:00Z', '2026-11-26T18:00:00Z'],
  )
  const {statuses} = await readStreams(database, {kafkaBrokers: []}, new Date('2026-11-26T18:00:01Z'))
  assert.deepEqual(
    statuses.map(({state, last_event_at: last, why}) => [state, last, why]),
    [['connected', '2026-11-26T00:59:00.000Z', null]],
  )
})
