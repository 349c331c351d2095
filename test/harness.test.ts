import assert from 'node:assert/strict'
import {type ChildProcess, spawn} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {once} from 'node:events'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, describe, test} from 'node:test'
import {Redis} from 'ioredis'
import kafkajs from 'kafkajs'
import pg from 'pg'
import {fakeClock} from './clock.js'
import {root} from './paths.js'
import {kafka, postgres, redis} from './servers.js'

const [database, cache, broker] = await Promise.all([postgres(), redis(), kafka()])
after(() => Promise.all([database.stop(), cache.stop(), broker.stop()]))

test('two databases of one server are separate', async () => {
  const clients = await Promise.all(
    ['one', 'two'].map(async (name) => {
      const client = new pg.Client(await database.database(name))
      await client.connect()
      await client.query('create table t (n int)')
      return client
    }),
  )
  await clients[0]!.query('insert into t values (1)')
  const counts = await Promise.all(
    clients.map(
      async (client) => (await client.query<{n: string}>('select count(*) as n from t')).rows[0]!.n,
    ),
  )
  assert.deepEqual(counts, ['1', '0'])
  await Promise.all(clients.map((client) => client.end()))
})

test('a database with the schema is a separate copy', async () => {
  const urls = await Promise.all([database.withSchema('real'), database.withSchema('simulated', 'simulated')])
  const origins = await Promise.all(
    urls.map(async (url) => {
      const client = new pg.Client(url)
      await client.connect()
      const {rows} = await client.query<{world: string}>('select world from fin_world')
      await client.end()
      return rows
    }),
  )
  assert.deepEqual(origins, [[{world: 'real'}], [{world: 'simulated'}]])
})

test('Redis returns a stored value', {skip: cache.skipReason}, async (t) => {
  t.diagnostic(`Redis: ${cache.how}`)
  const client = new Redis(cache.url, {retryStrategy: () => null})
  const key = `fin-test:${randomBytes(6).toString('hex')}`
  await client.set(key, 'kept', 'EX', 60)
  assert.equal(await client.get(key), 'kept')
  await client.del(key)
  client.disconnect()
})

test('Kafka delivers a message', {skip: broker.skipReason, timeout: 120_000}, async (t) => {
  t.diagnostic(`Kafka: ${broker.how}`)
  const topic = `fin-test-${randomBytes(6).toString('hex')}`
  const retry = {retries: 40, initialRetryTime: 100, maxRetryTime: 2000}
  const client = new kafkajs.Kafka({
    brokers: broker.url.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
    retry,
  })
  const producer = client.producer({createPartitioner: kafkajs.Partitioners.DefaultPartitioner})
  const consumer = client.consumer({groupId: topic})
  t.after(() => Promise.all([producer.disconnect(), consumer.disconnect()]))
  await producer.connect()
  await producer.send({topic, messages: [{key: 'BTC', value: '1.5'}]})
  await consumer.connect()
  await consumer.subscribe({topic, fromBeginning: true})
  const got = await new Promise((resolve, reject) => {
    // A crash after which the consumer restarts by itself means that the coordinator was still being elected.
    consumer.on('consumer.crash', ({payload}) => {
      if (!payload.restart) reject(payload.error)
    })
    consumer
      .run({eachMessage: async ({message}) => resolve([message.key?.toString(), message.value?.toString()])})
      .catch(reject)
  })
  assert.deepEqual(got, ['BTC', '1.5'])
})

test('the fake clock wakes sleepers in the order of their instants', async () => {
  const clock = fakeClock('2026-03-02T12:00:00Z', 'waits')
  const woken: string[] = []
  const sleeps = [
    clock.sleep(2000).then(() => woken.push('late')),
    clock.sleep(1000).then(() => woken.push('early')),
  ]
  clock.advance(500)
  assert.equal(clock.waiting, 2)
  clock.advance(1500)
  await Promise.all(sleeps)
  assert.deepEqual(woken, ['early', 'late'])
  const stop = new AbortController()
  const stopped = clock.sleep(1000, stop.signal)
  stop.abort(new Error('enough'))
  await assert.rejects(stopped, /enough/)
  assert.equal(clock.waiting, 0)
})

describe('a run of the tests', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fin-test-tally-'))
  after(() => rmSync(folder, {recursive: true, force: true}))

  /** Runs one made-up test file as bin/test would; the checks of build and types pass and count. */
  const runOf = async (
    body: string,
    options: readonly string[] = [],
    seen: (child: ChildProcess, printed: string) => void = () => {},
  ) => {
    const file = join(mkdtempSync(join(folder, 'one-')), 'made-up.test.js')
    writeFileSync(
      file,
      `const {describe, test} = require('node:test')\nconst assert = require('node:assert')\n${body}\n`,
    )
    const [preloaded, main] = ['end.js', 'main.js'].map((name) => join(root, 'dist', 'test', name))
    const child = spawn(process.execPath, ['--import', preloaded!, main!, ...options, file], {
      // A run of tests inside a test process would do nothing, so the variable that marks it is removed.
      env: {
        ...process.env,
        NODE_TEST_CONTEXT: undefined,
        FIN_TEST_DATABASE_URL: database.url,
        FIN_TEST_BUILD: 'ok',
        FIN_TEST_TYPES: 'ok',
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let printed = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => seen(child, (printed += text)))
    const [code] = (await once(child, 'close')) as [number | null]
    return {code, printed, last: printed.trimEnd().split('\n').at(-1)}
  }

  const ofSize = `test('size', (t) => t.diagnostic('of size ' + process.env.FIN_TEST_SIZE))`

  test('counts passed tests and checks, and names the size of the run and the files that took longest', async () => {
    const {code, printed, last} = await runOf(
      `${ofSize}\ndescribe('group', () => { test('two', () => {}); test('three', () => {}) })`,
    )
    assert.equal(last, '5 passed, 0 failed', printed)
    assert.equal(code, 0)
    assert.match(printed, /of size everyday\n/)
    assert.match(printed, /in 1 files; those that took longest:\n +\d+\.\d s {2}\S+made-up\.test\n/)
  })

  test('counts every test although a connection stays open', async () => {
    const {code, last} = await runOf(
      `require('node:net').createServer().listen(0)\nfor (let i = 0; i < 300; i++) test('test ' + i, () => {})`,
    )
    assert.equal(last, '302 passed, 0 failed')
    assert.equal(code, 0)
  })

  test('counts skipped tests and groups and names the reason', async () => {
    const {code, printed, last} = await runOf(`
      test('runs', () => {})
      test('needs a cache', {skip: 'no Redis on this machine'}, () => assert.fail())
      test('finds out late', (t) => t.skip('no Kafka either'))
      test('says nothing', {skip: true}, () => assert.fail())
      describe('a whole group', {skip: 'no Redis on this machine'}, () => { test('inside', () => assert.fail()) })`)
    assert.equal(last, '3 passed, 0 failed, 4 skipped', printed)
    assert.equal(code, 0)
    assert.match(
      printed,
      /\nskipped: no Redis on this machine\n {2}\S+ › needs a cache\n {2}\S+ › a whole group\n/,
    )
    assert.match(printed, /\nskipped: no Kafka either\n {2}\S+ › finds out late\n/)
    assert.match(printed, /\nskipped: no reason given\n {2}\S+ › says nothing\n/)
  })

  test('runs only the tests that match --name', async () => {
    const {printed, last} = await runOf(
      `test('one', () => {})\ntest('two', () => assert.fail())\ndescribe('group', () => { test('one too', () => {}); test('three', () => assert.fail()) })`,
      ['--name', '^one'],
    )
    assert.equal(last, '4 passed, 0 failed', printed)
    const none = await runOf(`test('one', () => {})`, ['--name', 'nothing is called this'])
    assert.equal(none.last, '2 passed, 1 failed', none.printed)
  })

  test('passes the size of a longer run to the tests', async () => {
    for (const size of ['full', 'soak'])
      assert.match((await runOf(ofSize, [`--${size}`])).printed, new RegExp(`of size ${size}\n`))
  })

  const failures: Record<string, {body: string; last: string; reported: RegExp; options?: string[]}> = {
    'a test that fails': {
      body: `test('good', () => {})\ndescribe('group', () => { test('bad', () => assert.equal(1, 2, 'one is not two')) })`,
      last: '3 passed, 1 failed',
      reported: /\nFAILED {2}\S+ › bad\n.*one is not two/,
    },
    'a file that cannot be loaded': {
      body: `require('./not-there.cjs')`,
      last: '2 passed, 1 failed',
      reported: /\nFAILED {2}\S+made-up\.test\n/,
    },
    'a process that is killed': {
      body: `test('good', () => {})\ntest('dies', () => process.kill(process.pid, 'SIGKILL'))`,
      last: '2 passed, 1 failed',
      reported: /its process was ended by SIGKILL/,
    },
    'a test that never ends': {
      body: `test('good', () => {})\ntest('waits for nothing', () => new Promise(() => {}))`,
      options: ['--limit', '5'], // Node 24 waits for the rejection
      last: '3 passed, 1 failed',
      reported: /› waits for nothing\n|timed out after 5000ms.*\n(.*\n)*.*running: waits for nothing\n/,
    },
    'a hook that fails': {
      body: `require('node:test').after(() => { throw new Error('not cleaned up') })\ntest('good', () => {})`,
      last: '3 passed, 1 failed',
      reported: /not cleaned up/,
    },
  }
  for (const [name, {body, last, reported, options}] of Object.entries(failures)) {
    test(`fails because of ${name}`, async () => {
      const run = await runOf(body, options)
      assert.equal(run.last, last, run.printed)
      assert.match(run.printed, reported)
      assert.equal(run.code, 1)
    })
  }

  test('reports an interrupted run as failed, with the results so far', async () => {
    let isStopped = false
    const {code, printed, last} = await runOf(
      `test('good', () => {})\ntest('long', () => new Promise((resolve) => setTimeout(resolve, 600_000)))`,
      [],
      (child, so) => {
        if (!isStopped && so.includes('› good')) isStopped = child.kill('SIGTERM')
      },
    )
    assert.match(printed, /the whole run\nstopped by SIGTERM/)
    assert.match(last ?? '', /^\d+ passed, [1-9]\d* failed$/)
    assert.equal(code, 1)
  })
})
