/** The lock of a job: a lease that a living process renews, and that a dead one loses. */
import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {hostname} from 'node:os'
import {setTimeout as pause} from 'node:timers/promises'
import {after, before, test} from 'node:test'
import pg from 'pg'
import {cpi} from '../../src/lib/collectors/cpi.js'
import {realClock} from '../../src/lib/clock.js'
import {loadConfig} from '../../src/lib/config.js'
import type {Database, LockOptions, Queries} from '../../src/lib/db/database.js'
import {lockerOn} from '../../src/lib/db/job-lock.js'
import {openDatabase} from '../../src/lib/db/pool.js'
import {processMark} from '../../src/lib/embedded/process-lock.js'
import {TryLater} from '../../src/lib/errors.js'
import {openSetup} from '../run/setup.js'
import {postgres, type Postgres} from '../servers.js'
import {eventually} from '../stream/redis-sink.js'

let server: Postgres
let url: string
let database: Database

before(async () => {
  server = await postgres()
  url = await server.withSchema('lock')
  database = await openDatabase(loadConfig({DATABASE_URL: url}, '/'))
})
after(async () => {
  await database.close()
  await server.stop()
})

const here = async () => {
  const lock = await database.lock('probe')
  const [row] = await database.query<{process: {namespace: string}}>('select_job_lock', ['probe'])
  await lock?.release()
  return row!.process.namespace
}
const holdAs = (name: string, process: object, seconds: number) =>
  database.query('insert_job_lock', [name, 'another', JSON.stringify(process), seconds, null])
const watching = () => {
  const hosts: string[] = []
  const stop = new AbortController().signal
  const wait: LockOptions = {clock: realClock, stop, onWait: (host) => hosts.push(host)}
  return {hosts, wait}
}

test('a dead process of this host holds nothing, also when another one has its pid', async () => {
  const child = spawn('sleep', ['60'])
  const namespace = await here()
  const mark = processMark(child.pid!)
  const process = {host: hostname(), pid: child.pid, mark, namespace}
  await holdAs('dies', process, 30)
  assert.equal(await database.lock('dies'), undefined, 'it lives')
  child.kill('SIGKILL')
  await once(child, 'exit')
  assert.ok(await database.lock('dies'))
  await holdAs('reused', {...process, pid: globalThis.process.pid, mark: `${mark} of before`}, 30)
  assert.ok(await database.lock('reused'))
})

test('a process of another host or container counts as alive as long as it renews', async () => {
  const process = {host: 'elsewhere', pid: globalThis.process.pid, mark: processMark(globalThis.process.pid)}
  for (const [name, other] of [
    ['host', {...process, namespace: await here()}],
    ['container', {...process, host: hostname(), namespace: 'pid:[1]'}],
  ] as const) {
    await holdAs(name, other, 30)
    const {hosts, wait} = watching()
    const taken = database.lock(name, wait)
    await pause(700)
    await database.query('update_job_lock', [name, 'another', 30])
    assert.equal(await taken, undefined)
    assert.deepEqual(hosts, [other.host], 'it says whom it watches')
  }
})

test('a process of another host that is silent loses the lock when its lease ends', async () => {
  await holdAs('silent', {host: 'gone', pid: 1, mark: 'x', namespace: 'pid:[1]'}, 2)
  const startedAt = performance.now()
  assert.ok(await database.lock('silent', watching().wait))
  assert.ok(performance.now() - startedAt > 1_000)
  const stop = new AbortController()
  await holdAs('stopped', {host: 'gone', pid: 1, mark: 'x', namespace: 'pid:[1]'}, 30)
  const onWait = () => stop.abort(new Error('stopped by a signal'))
  await assert.rejects(
    database.lock('stopped', {clock: realClock, stop: stop.signal, onWait}),
    /stopped by a signal/,
  )
})

test('many at once: one takes it, also when the lease has just ended', async () => {
  const all = await Promise.all(
    Array.from({length: 4}, () => openDatabase(loadConfig({DATABASE_URL: url}, '/'))),
  )
  try {
    await holdAs('race', {host: 'gone', pid: 1, mark: 'x', namespace: ''}, -1)
    const locks = await Promise.all([...all, ...all].map((one) => one.lock('race')))
    assert.equal(locks.filter(Boolean).length, 1)
    await locks.find(Boolean)?.release()
    assert.ok(await database.lock('race'))
  } finally {
    await Promise.all(all.map((one) => one.close()))
  }
})

test('an account without rights on the tables can neither take nor block a lock', async () => {
  const client = new pg.Client(url)
  await client.connect()
  const role = `bystander_${Date.now()}`
  try {
    await client.query(`create role ${role}`)
    await client.query(`set role ${role}`)
    await assert.rejects(client.query('select * from job_locks for update'), /permission denied/)
    await assert.rejects(
      client.query('begin; lock table job_locks in access share mode'),
      /permission denied/,
    )
    await client.query('rollback')
    for (const key of ['unit:cpi:', 'fin quota fred', 'fin schema', 'fin partitions bithumb_ticker'])
      await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [key])
    assert.ok(await database.lock('unit:cpi:'))
  } finally {
    await client.query('reset role')
    await client.query(`drop role if exists ${role}`)
    await client.end()
  }
})

test('a run that lost its lock ends and says so', async () => {
  const setup = await openSetup()
  setup.simulator.faults.add({provider: '*', kind: 'slow', ms: 20_000})
  const running = setup.collect(cpi)
  running.catch(() => {})
  while ((await setup.rows(`update job_locks set holder = 'another' returning name`)).length === 0)
    await pause(50)
  await assert.rejects(
    running,
    (error) => error instanceof TryLater && /another run took the lock/.test(error.message),
  )
  assert.deepEqual(await setup.rows('select outcome, exit_code from job_runs'), [
    {outcome: 'failed', exit_code: 1},
  ])
  assert.equal((await setup.rows('select 1 from job_locks')).length, 1, 'the lock of the other one stays')
})

test('a holder that cannot renew is told before the lease ends; a shorter outage ends nothing', async () => {
  const times = {leaseMs: 8_000, renewMs: 200, retryMs: 100, warnMs: 4_000, releaseMs: 300}
  for (const kind of ['refuses', 'is frozen']) {
    let isAway = false
    let failures = 0
    const thawed: (() => void)[] = []
    const query: Queries['query'] = async (name, params) => {
      if (isAway) {
        failures++
        if (kind === 'refuses') throw new TryLater('away')
        await new Promise<void>((resolve) => thawed.push(resolve))
      }
      return database.query(name, params)
    }
    const back = () => {
      isAway = false
      failures = 0
      for (const thaw of thawed) thaw()
    }
    const until = async () =>
      (await database.query<{until: string}>('select_job_lock', [kind]))[0]?.until ?? ''
    const lock = await lockerOn({query}, times).lock(kind)
    assert.ok(lock)
    isAway = true
    await eventually('a failure', () => failures > 0)
    const before = await until()
    back()
    await eventually('a renewal', async () => (await until()) > before)
    assert.deepEqual([lock.expiring.aborted, lock.lost.aborted], [false, false])

    isAway = true
    await once(lock.expiring, 'abort')
    assert.equal(await lockerOn(database).lock(kind), undefined, 'no other one can take it yet')
    await holdAs(kind, {}, 30) // a process of another host
    const [held] = await database.query<{holder: string}>('select_job_lock', [kind])
    assert.notEqual(held?.holder, 'another')
    if (kind === 'is frozen') await lock.release() // it does not wait for the database
    back()
    await lock.release()
    await eventually('the end of the lock', async () => (await until()) === '')
  }
})
