/** The targets of a feed follow the database: at a notification, and also when that is lost. */
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import pg from 'pg'
import {loadConfig} from '../../src/lib/config.js'
import type {Database} from '../../src/lib/db/database.js'
import {openDatabase} from '../../src/lib/db/pool.js'
import type {AnyFeed} from '../../src/lib/define-feed.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {etf} from '../../src/lib/feeds/etf.js'
import {movers} from '../../src/lib/feeds/movers.js'
import {listedTargets, namedTargets} from '../../src/lib/run/feed-targets.js'
import {postgres, type Postgres} from '../servers.js'
import {allFrames, listenTo} from '../stream/listen.js'
import {eventually} from '../stream/redis-sink.js'
import {socketServer} from '../stream/server.js'

let server: Postgres
let database: Database
let client: pg.Client
before(async () => {
  server = await postgres()
  const url = await server.withSchema('targets')
  database = await openDatabase(loadConfig({DATABASE_URL: url}, '/'))
  client = new pg.Client(url)
  await client.connect()
})
after(async () => {
  await client.end()
  await database.close()
  await server.stop()
})

let batch = 0
/** Stores a new batch of movers, which notifies. */
async function store(...symbols: readonly string[]): Promise<void> {
  const at = new Date('2026-11-27T15:00:00Z').toISOString()
  await client.query(
    `insert into top_gainers (batch_id, category, symbol, rank_position, last_updated)
     select $1, case when place = 1 then 'top_losers' else 'top_gainers' end, symbol, place, $3
     from pg_catalog.unnest($2::text[]) with ordinality as n (symbol, place)`,
    [++batch, symbols, at],
  )
}

/** The targets of movers. `lines` are the warnings, `reads` counts the reads of the list. */
async function open(stop: AbortSignal, feed: AnyFeed = movers) {
  const seen = {reads: 0, changes: 0, lines: [] as string[]}
  // The connection that listens gets a name, so that the test finds it.
  const options = {...database.pool.options, application_name: 'listener'}
  const counted: Database = {
    ...database,
    pool: Object.assign(Object.create(database.pool) as pg.Pool, {options}),
    query(name, params) {
      if (name === feed.targets) seen.reads++
      return database.query(name, params)
    },
  }
  const log = {error() {}, warn: (text: string) => seen.lines.push(text), notice() {}, detail() {}}
  const targets = await listedTargets({feed, database: counted, shard: undefined, log, stop})
  targets.onChange(() => seen.changes++)
  return {targets, seen}
}

/** Processes of the server that listen to notifications. */
async function listeners(): Promise<number[]> {
  const {rows} = await client.query<{pid: number}>(
    `select pid from pg_catalog.pg_stat_activity where datname = current_database() and application_name = 'listener'`,
  )
  return rows.map(({pid}) => pid)
}

test('a database without targets names the command that fills it', async () => {
  await assert.rejects(
    open(AbortSignal.abort()),
    (error: Error) =>
      error instanceof NeedsPerson &&
      /movers: there are no targets: run fin ingest top-gainers first/.test(error.message),
  )
})

test('a notification changes the subscription of an open connection, and only by its differences', async () => {
  const stop = new AbortController()
  await store('AAA', 'BBB', 'CCC')
  const {targets, seen} = await open(stop.signal)
  assert.deepEqual(targets.labels(), {AAA: 'top_losers', BBB: 'top_gainers', CCC: 'top_gainers'})
  const said: string[] = []
  const socket = await socketServer((one) => {
    one.on('message', (message: Buffer) => {
      const {type, symbol} = JSON.parse(message.toString()) as {type: string; symbol: string}
      said.push(`${type === 'subscribe' ? '+' : '-'}${symbol}`)
    })
  })
  const quick: AnyFeed = {...movers, pace: {everyMs: 1, burst: 20, pauseMs: 1}}
  const heard = listenTo(quick, socket.url, {wanted: targets, stop: stop.signal})
  await eventually(
    'the first subscription',
    () => said.length === 3 && heard.listener.connectedSince() !== undefined,
  )
  await eventually('the listener', async () => (await listeners()).length === 1)
  await store('DDD', 'CCC', 'AAA')
  await eventually('the second subscription', () => said.length === 5)
  assert.deepEqual(
    [said.slice(0, 3).sort(), said.slice(3)],
    [
      ['+AAA', '+BBB', '+CCC'],
      ['-BBB', '+DDD'],
    ],
  )
  assert.equal(targets.labels()['DDD'], 'top_losers')

  // The same symbols in another batch: the list is read, and nothing is sent.
  const {reads, changes} = seen
  await store('DDD', 'CCC', 'AAA')
  await eventually('another read', () => seen.reads > reads)
  assert.equal(seen.changes, changes)
  await store('EEE', 'DDD', 'CCC', 'AAA')
  await eventually('one more symbol', () => said.length > 5)
  assert.deepEqual(said.slice(5), ['+EEE'])
  assert.deepEqual(seen.lines, [])
  stop.abort()
  await allFrames(heard.listener)
  await socket.close()
})

test('a storm of notifications leads to few reads, whatever they hold', async () => {
  const stop = new AbortController()
  await store('AAA', 'BBB')
  const {targets, seen} = await open(stop.signal)
  await eventually('the listener', async () => (await listeners()).length === 1 && seen.reads >= 2)
  await client.query(
    `select pg_catalog.pg_notify('top_gainers_updated', n || ' {"batch_id": -1' || chr(27)) from pg_catalog.generate_series(1, 1000) as n`,
  )
  await store('ZZZ', 'AAA')
  await eventually('the new list', () => targets.list().includes('ZZZ'))
  assert.deepEqual(targets.list(), ['ZZZ', 'AAA'])
  assert.equal(seen.changes, 1)
  assert.ok(seen.reads <= 100, `${seen.reads} reads`)
  stop.abort()
})

test('a connection that died, and a notification that was lost meanwhile, leave the list current', async () => {
  const stop = new AbortController()
  await store('AAA', 'BBB')
  const {targets} = await open(stop.signal)
  await eventually('the listener', async () => (await listeners()).length === 1)
  for (const symbol of ['LOST', 'AGAIN']) {
    const [pid] = await listeners()
    await client.query('select pg_catalog.pg_terminate_backend($1, 5000)', [pid])
    await store(symbol, 'AAA')
    await eventually(`the list with ${symbol}`, () => targets.list().includes(symbol))
    await eventually('another listener', async () => {
      const now = await listeners()
      return now.length === 1 && now[0] !== pid
    })
  }
  await store('LATER', 'AAA')
  await eventually('a notification to the new connection', () => targets.list().includes('LATER'))
  stop.abort()
  await eventually('no connection after the stop', async () => (await listeners()).length === 0)
})

test('targets for which the connection has no room are named once', async () => {
  const stop = new AbortController()
  await store('AAA', 'BBB', 'CCC')
  const {targets, seen} = await open(stop.signal, {...movers, mostTargets: 2})
  assert.deepEqual(targets.list(), ['AAA', 'BBB'])
  await store('AAA', 'CCC', 'BBB')
  await eventually('the second list', () => targets.list().includes('CCC'))
  await store('AAA', 'CCC', 'BBB')
  stop.abort()
  assert.deepEqual(
    seen.lines.map((line) => /(\d of \d targets are not received).*: (\w+)\.$/.exec(line)?.slice(1)),
    [
      ['1 of 3 targets are not received', 'CCC'],
      ['1 of 3 targets are not received', 'BBB'],
    ],
  )
})

test('named targets: trimmed and in capitals, at most as many as one connection carries', () => {
  assert.deepEqual(namedTargets(etf, [' spy', 'QQQ']).list(), ['SPY', 'QQQ'])
  assert.throws(() => namedTargets(etf, ['']), /--target is empty/)
  const many = Array.from({length: 51}, (_, n) => `S${n}`)
  assert.throws(() => namedTargets(etf, many), /one connection of etf carries 50 targets, not 51/)
})
