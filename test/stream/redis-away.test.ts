/** A Redis that is away, refuses writes or comes back empty: rows are kept until it takes them. */
import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {type AddressInfo, createServer} from 'node:net'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {after, beforeEach, test} from 'node:test'
import {pathToFileURL} from 'node:url'
import {NeedsPerson} from '../../src/lib/errors.js'
import {describeRedis} from '../../src/lib/redis/address.js'
import {reasonOfRedis} from '../../src/lib/redis/reasons.js'
import {root} from '../paths.js'
import {freePort} from '../servers/guarded.js'
import {startRedis} from '../servers/redis.js'
import {fullTest} from '../size.js'
import {at, clientOf, eventually, openSink, prices, trades} from './redis-sink.js'

const server = await startRedis(await freePort())
const skip = server.skipReason
const {host} = new URL(skip === false ? server.url : 'redis://127.0.0.1:1')
const client = clientOf(server.url)
beforeEach(async () => {
  if (skip === false) await client.flushall()
})
after(async () => {
  client.disconnect()
  await server.stop()
})
const aapl = (price: string, atMs: number) => trades({symbol: 'AAPL', price, atMs})

test('Redis is away at the start, and is filled when it comes', {skip, timeout: 60_000}, async (t) => {
  const free = await freePort()
  const {sink, counts, lines, written} = openSink(`redis://127.0.0.1:${free}`, {
    newest: () => Promise.resolve(trades({symbol: 'MSFT', price: '3', atMs: 1_000})),
  })
  assert.equal(sink.isAway(), false)
  sink.put(aapl('1', 1_000), at)
  await sink.flushed()
  assert.equal(sink.isAway(), true)
  sink.put(aapl('2', 2_000), new Date(at.getTime() + 1_000))
  await sink.flushed()
  await eventually('a second attempt', () => counts.storeFailures.redis >= 2)
  assert.deepEqual(lines, [
    `warning: sp500: Redis at 127.0.0.1:${free} takes no values: it refuses connections. The newest ones are written when it does. Check that the server runs, and the address in REDIS_URL.`,
  ])
  assert.deepEqual(written, [])

  const late = await startRedis(free)
  const reader = clientOf(late.url)
  t.after(async () => {
    reader.disconnect()
    await late.stop()
  })
  await eventually('both symbols', async () => Object.keys(await prices(reader)).length === 2)
  assert.deepEqual(await prices(reader), {AAPL: 2, MSFT: 3})
  assert.equal(sink.isAway(), false)
  assert.deepEqual(lines.slice(1), [`sp500: Redis at 127.0.0.1:${free} accepts values again`])
  assert.deepEqual(written, [at])
  await sink.close(5_000)
})

test('Redis goes away and comes back empty: it is rebuilt', {skip, timeout: 60_000}, async (t) => {
  const free = await freePort()
  const first = await startRedis(free)
  const stored = [...trades({symbol: 'MSFT', price: '3', atMs: 1_000}), ...aapl('1', 1_000)]
  const {sink, counts, lines, writes} = openSink(first.url, {newest: () => Promise.resolve(stored)})
  sink.put(aapl('1', 1_000), at)
  await eventually('the rebuild', () => counts.storedRows.redis >= 3)
  await first.stop()
  await eventually('the outage', () => sink.isAway())

  // Every put of the outage: the memory is bounded by the number of targets.
  const symbols = Array.from({length: 50}, (_, index) => `S${index}`)
  const rows = trades(...symbols.map((symbol) => ({symbol, price: '1', atMs: 0})))
  for (let put = 1; put <= 200_000; put++)
    sink.put([{...rows[put % 50]!, price: String(put), timestamp_ms: String(put)}], at)
  await sink.flushed()
  await eventually('an attempt', () => counts.storeFailures.redis > 0)
  writes.length = 0

  const second = await startRedis(free)
  const reader = clientOf(second.url)
  t.after(async () => {
    reader.disconnect()
    await second.stop()
  })
  await eventually('the rebuild', async () => Object.keys(await prices(reader)).length === 52)
  assert.deepEqual(writes, [50, 2])
  const found = await prices(reader)
  assert.deepEqual([found['S0'], found['S1'], found['MSFT']], [200_000, 199_951, 3])
  assert.deepEqual(
    lines.map((line) => /takes no values|accepts values again/.exec(line)?.[0]),
    ['takes no values', 'accepts values again'],
  )
  await sink.close(5_000)
})

test(
  'an idle connection that is closed is opened again without a message',
  {skip, timeout: 60_000},
  async () => {
    let reads = 0
    const {sink, lines} = openSink(server.url, {
      newest: () => {
        reads++
        return Promise.resolve(aapl(String(reads), reads))
      },
    })
    await eventually('the rebuild', async () => (await prices(client))['AAPL'] === 1)
    await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await eventually('the next rebuild', async () => (await prices(client))['AAPL'] === 2)
    assert.deepEqual(lines, [])
    assert.equal(sink.isAway(), false)
    await sink.close(5_000)
  },
)

test(
  'newest rows that cannot be read are reported once, and read again',
  {skip, timeout: 60_000},
  async () => {
    let reads = 0
    const {sink, lines} = openSink(server.url, {
      newest: async () => {
        if (++reads <= 2) throw new Error('the database is away')
        return trades({symbol: 'MSFT', price: '3', atMs: 1_000})
      },
    })
    sink.put(aapl('1', 1_000), at)
    await eventually('the first attempt', () => reads === 1)
    await sink.flushed()
    assert.deepEqual(await prices(client), {AAPL: 1})
    await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await eventually('the third attempt', async () => (await prices(client))['MSFT'] === 3)
    assert.deepEqual(lines, [
      'warning: sp500: the newest rows cannot be read to fill Redis: the database is away; trying again every 5 s',
    ])
    await sink.close(5_000)
  },
)

const refusals = [
  {
    name: 'its memory is full',
    start: () => client.config('SET', 'maxmemory', '1'),
    end: () => client.config('SET', 'maxmemory', '0'),
    nextStep: 'Raise its maxmemory',
  },
  {
    name: 'it is a replica',
    start: () => client.replicaof('127.0.0.1', 1),
    end: () => client.replicaof('NO', 'ONE'),
    nextStep: 'Name the primary server in REDIS_URL',
  },
  {
    name: 'a key that fin writes holds a value of another type',
    start: () => client.set('sp500_realtime_data', 'text'),
    end: () => client.del('sp500_realtime_data'),
    nextStep: 'Delete that key',
  },
]
for (const {name, start, end, nextStep} of refusals)
  test(`Redis takes no values: ${name}`, {skip, timeout: 60_000}, async () => {
    const {sink, counts, lines, writes} = openSink(server.url)
    try {
      sink.put(trades({symbol: 'MSFT', price: '1', atMs: 1_000}), at)
      await sink.flushed()
      await client.del('sp500_realtime_data')
      await start()
      sink.put(aapl('1', 1_000), at)
      await sink.flushed()
      assert.equal(sink.isAway(), true)
      await eventually('a second attempt', () => counts.storeFailures.redis >= 2)
      sink.put(aapl('2', 2_000), at)
    } finally {
      await end()
    }
    await eventually('the write', async () => (await prices(client))['AAPL'] === 2)
    await sink.flushed()
    assert.equal(sink.isAway(), false)
    assert.deepEqual(writes, [1, 1])
    assert.equal(lines.length, 2)
    assert.ok(lines[0]!.includes(`${host} takes no values: ${name}`), lines[0])
    assert.ok(lines[0]!.includes(nextStep), lines[0])
    assert.equal(lines[1], `sp500: Redis at ${host} accepts values again`)
    await sink.close(5_000)
  })

test(
  'a missing and a wrong password are reported without it, and tried again',
  {skip, timeout: 60_000},
  async () => {
    const [wrong, right] = ['canary-wrong%2F1', 'canary-right']
    await client.config('SET', 'requirepass', right)
    const sinks = [
      openSink(server.url),
      openSink(`redis://:${wrong}@${host}/0`),
      openSink(`redis://default:${wrong}@${host}`),
      openSink(`redis://:${right}@${host}`),
    ]
    try {
      for (const {sink} of sinks) {
        sink.put(aapl('1', 1_000), at)
        await sink.flushed()
      }
      const [none, refused, refusedUser, accepted] = sinks
      assert.match(none!.lines.join(), /it requires a password\. .* Set the password in REDIS_URL/)
      for (const {lines} of [refused!, refusedUser!])
        assert.match(lines.join(), /it does not accept the user or the password\. .* Correct REDIS_URL/)
      assert.deepEqual(accepted!.lines, [])
      await client.config('SET', 'requirepass', '')
      await client.del('sp500_realtime_data')
      await eventually('the write', async () => (await prices(client))['AAPL'] === 1)
    } finally {
      await client.config('SET', 'requirepass', '')
      await Promise.all(sinks.map(({sink}) => sink.close(5_000)))
    }
    assert.doesNotMatch(sinks.flatMap(({lines}) => lines).join(), /canary/)
  },
)

test(
  'an error of the server is put into plain words, and a password in it is not shown',
  {timeout: 60_000},
  async (t) => {
    const password = 'canary-secret'
    const errors = [
      ['LOADING Redis is loading the dataset in memory', /it still loads its data/],
      ['MASTERDOWN Link with MASTER is down', /it is a replica that has lost its primary server/],
      ['ERR max number of clients reached', /it has too many connections/],
      [`ERR odd \u001b[2J ${password} ${'x'.repeat(10_000)}`, /it answers "ERR odd \\u001b\[2J \*\*\* x{50}/],
    ] as const
    for (const [error, wanted] of errors) {
      const stub = createServer((socket) => {
        socket.on('error', () => {})
        socket.on('data', (sent) => {
          const commands = sent.toString().match(/^\*\d+\r$/gm)?.length ?? 0
          socket.write(`-${error}\r\n`.repeat(commands))
        })
      }).listen(0, '127.0.0.1')
      t.after(() => stub.close())
      await once(stub, 'listening')
      const address = `127.0.0.1:${(stub.address() as AddressInfo).port}`
      const {sink, lines} = openSink(`redis://:${password}@${address}`)
      sink.put(aapl('1', 1_000), at)
      await sink.flushed()
      await sink.close(5_000)
      assert.match(lines[0]!, wanted)
      assert.ok(lines[0]!.length < 500)
      assert.doesNotMatch(lines.join(), /canary/)
    }
    const inScript = new Error(
      "ERR Error running script (call to f_0): @user_script:3: @user_script: 3: -OOM command not allowed when used memory > 'maxmemory'.",
    )
    assert.equal(reasonOfRedis(inScript, 'redis://localhost').why, 'its memory is full')
  },
)

test('a database that does not exist is not replaced by another one', {skip, timeout: 60_000}, async () => {
  const {sink, lines} = openSink(`redis://${host}/9999`)
  sink.put(aapl('1', 1_000), at)
  await sink.flushed()
  await sink.close(5_000)
  assert.match(lines[0]!, /it has no database of that number/)
  assert.deepEqual(await client.keys('*'), [])
})

test('REDIS_URL that is not an address is refused without showing it', () => {
  for (const url of [
    'redis://:canary@127.0.0.1:port',
    'http://:canary@127.0.0.1',
    'canary',
    'redis://:canary%ZZ@127.0.0.1',
    'redis://127.0.0.1/canary',
  ])
    assert.throws(
      () => openSink(url),
      (error) =>
        error instanceof NeedsPerson && !/canary/.test(`${error.message} ${error.nextStep} ${error.stack}`),
    )
  assert.deepEqual(
    ['redis://user:secret@cache.example.com', 'rediss://[::1]:6380/2', 'redis:///1'].map(describeRedis),
    ['cache.example.com:6379', '[::1]:6380', 'localhost:6379'],
  )
})

fullTest('a server that does not answer is left, and connected to again', {timeout: 60_000}, async () => {
  if (skip !== false) return
  const {sink, lines} = openSink(server.url)
  sink.put(aapl('1', 1_000), at)
  await sink.flushed()
  await client.call('CLIENT', 'PAUSE', '7000', 'ALL')
  sink.put(aapl('2', 2_000), at)
  await sink.flushed()
  assert.match(lines[0]!, /it does not answer in time/)
  await eventually('the write', () => !sink.isAway())
  assert.deepEqual(await prices(client), {AAPL: 2})
  await sink.close(5_000)
})

test('close ends at its time limit while the server does not answer', {timeout: 60_000}, async (t) => {
  const stub = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1')
  t.after(() => stub.close())
  await once(stub, 'listening')
  const {sink, lines} = openSink(`redis://127.0.0.1:${(stub.address() as AddressInfo).port}`)
  sink.put(aapl('1', 1_000), at)
  const flushed = sink.flushed()
  await once(stub, 'connection')
  await sink.close(100)
  await flushed
  assert.match(lines.join(), /the newest values of 1 target are not written/)
})

for (const [what, address] of [
  ['that answers', host],
  ['that is away', '127.0.0.1:1'],
] as const)
  test(`the process ends by itself after close, with a Redis ${what}`, {skip, timeout: 60_000}, async () => {
    const module = (path: string) => JSON.stringify(pathToFileURL(join(root, 'dist', path)).href)
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `const {openSink, trades, at} = await import(${module('test/stream/redis-sink.js')})
        const {sink} = openSink(${JSON.stringify(`redis://${address}`)}, {newest: () => Promise.reject(new Error('away'))})
        for (let n = 1; n <= 3; n++) {
          sink.put(trades({symbol: 'AAPL', price: '1', atMs: n}), at)
          await sink.flushed()
        }
        await sink.close(5000)
        console.log(process.getActiveResourcesInfo().filter((one) => /Timeout|TCP/.test(one)).join() || 'nothing left')`,
      ],
      {stdio: ['ignore', 'pipe', 'inherit']},
    )
    const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
    assert.deepEqual([printed.trim(), code], ['nothing left', 0])
  })
