/** The socket of Finnhub in the simulator: sign-in, messages, trades, one connection per key, its log. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {test, type TestContext} from 'node:test'
import {setTimeout as later} from 'node:timers/promises'
import {WebSocket} from 'ws'
import type {SimulatorOptions} from '../../src/simulator/server.js'
import type {LoggedConnection} from '../../src/simulator/connections.js'
import {faultFromText} from '../../src/simulator/faults.js'
import {full} from '../size.js'
import {type Running, simulated, start} from './request.js'

type Row = Record<string, unknown>

const keys = ['1', '2', '3'].map((n) => `simulatedkey${n}`)
const startMs = start.getTime()

interface Client {
  socket: WebSocket
  frames: Row[]
  /** Code of the end of the connection. */
  code: Promise<number>
  /** Sends messages, and waits until the simulator has read them. */
  send(...messages: unknown[]): Promise<void>
  subscribe(...symbols: string[]): Promise<void>
  trades(): Row[]
  /** Waits until so many trades have come. */
  received(count: number): Promise<void>
}

async function connected(t: TestContext, simulator: Running, key = keys[0], path = '/finnhub/') {
  const socket = new WebSocket(`${simulator.url.replace('http', 'ws')}${path}?token=${key}`)
  t.after(() => socket.terminate())
  const frames: Row[] = []
  const trades: Row[] = []
  socket.on('error', () => {})
  socket.on('message', (data: Buffer, isBinary) => {
    assert.equal(isBinary, false, 'every frame is a text')
    const frame = JSON.parse(data.toString()) as Row
    frames.push(frame)
    if (frame['type'] === 'trade') trades.push(...(frame['data'] as Row[]))
  })
  const code = once(socket, 'close').then(([number]) => number as number)
  await once(socket, 'open')
  const send = async (...messages: unknown[]) => {
    for (const message of messages)
      socket.send(typeof message === 'string' ? message : JSON.stringify(message))
    socket.ping()
    await once(socket, 'pong')
  }
  const client: Client = {
    socket,
    frames,
    code,
    send,
    subscribe: (...symbols) => send(...symbols.map((symbol) => ({type: 'subscribe', symbol}))),
    trades: () => trades,
    async received(count) {
      while (trades.length < count) await once(socket, 'message')
    },
  }
  return client
}

/** The true trades of a symbol, as Finnhub sends them. */
function truth({scenario}: Running, symbol: string, fromMs: number, toMs: number): Row[] {
  const shown = scenario
    .trades(symbol, fromMs, toMs)
    .map(({symbol: s, ms: t, price: p, volume: v, conditions: c}) => ({c, p, s, t, v}))
  return JSON.parse(JSON.stringify(shown)) as Row[]
}
const sorted = (trades: readonly Row[]) => trades.map((trade) => JSON.stringify(trade)).sort()

async function refusedWith(simulator: Running, path: string): Promise<number | undefined> {
  const socket = new WebSocket(`${simulator.url.replace('http', 'ws')}${path}`)
  socket.on('error', () => {})
  const [request, response] = (await once(socket, 'unexpected-response')) as [
    import('node:http').ClientRequest,
    import('node:http').IncomingMessage,
  ]
  request.destroy()
  return response.statusCode
}

test('a handshake without a key or with a wrong one is 401, and no log holds the key', async (t) => {
  const lines: unknown[] = []
  const options: SimulatorOptions = {
    onRequest: (request) => lines.push(request),
    onUnknown: (text) => lines.push(text),
  }
  const simulator = await simulated(t, options)
  for (const path of [
    '/finnhub/',
    '/finnhub',
    '/finnhub/?token=',
    '/finnhub/?token=short',
    '/finnhub/?key=a',
  ])
    assert.equal(await refusedWith(simulator, path), 401, path)
  assert.equal(await refusedWith(simulator, `/finnhub/other?token=${keys[0]}`), 404)
  await connected(t, simulator, keys[0])
  await connected(t, simulator, keys[1], '/finnhub')
  const logs = await Promise.all(['/log', '/log/summary', '/sockets'].map((path) => simulator.request(path)))
  assert.deepEqual(
    (logs[2]?.body as LoggedConnection[]).map(({provider, credential, path}) => [provider, credential, path]),
    [
      ['finnhub', 'key 2', '/'],
      ['finnhub', 'key 3', '/'],
    ],
  )
  const texts = JSON.stringify([lines, ...logs.map(({text}) => text)])
  for (const secret of [...keys, 'short']) assert.ok(!texts.includes(secret), secret)
})

test('messages: no acknowledgement, an error for an invalid one, silence about unknown symbols, a ping a minute', async (t) => {
  const simulator = await simulated(t)
  const client = await connected(t, simulator)
  await client.subscribe('NOSUCH', 'aapl')
  assert.deepEqual(client.frames, [])
  const invalid = [
    'nonsense',
    '7',
    '[]',
    {type: 'subscribe'},
    {type: 'subscribe', symbol: 7},
    {type: 'other'},
  ]
  await client.send(...invalid)
  assert.deepEqual(
    client.frames.splice(0),
    invalid.map(() => ({msg: 'Invalid message', type: 'error'})),
  )
  await simulator.post('/clock', {advanceMs: 59_999})
  await later(300)
  assert.deepEqual(client.frames, [])
  let minutes = 0
  while (client.frames.length < 2) {
    await simulator.post('/clock', {advanceMs: 60_000})
    minutes++
    await later(50)
  }
  assert.ok(client.frames.length <= minutes)
  assert.ok(client.frames.every(({type}) => type === 'ping'))
})

test('the 51st symbol is refused and not subscribed; an unsubscribed one frees a place', async (t) => {
  const simulator = await simulated(t)
  const client = await connected(t, simulator)
  const symbols = simulator.scenario
    .members(startMs)
    .map(({symbol}) => symbol)
    .slice(0, 52)
  const [extra = '', last = ''] = symbols.splice(50)
  await client.subscribe(...symbols, symbols[0]!)
  assert.deepEqual(client.frames, [])
  await client.subscribe(extra)
  assert.deepEqual(client.frames.splice(0), [{msg: 'Subscribing to too many symbols', type: 'error'}])
  await client.send({type: 'unsubscribe', symbol: symbols[7]})
  await client.subscribe(last)
  assert.deepEqual(client.frames, [])
  await simulator.post('/clock', {advanceMs: 30_000})
  const expected = [...symbols.filter((_, n) => n !== 7), last].flatMap((symbol) =>
    truth(simulator, symbol, startMs, startMs + 30_000),
  )
  await client.received(expected.length)
  assert.deepEqual(sorted(client.trades()), sorted(expected))
})

test('a second connection on a key ends both; another key and a third connection are served', async (t) => {
  const simulator = await simulated(t)
  const other = await connected(t, simulator, keys[1])
  const first = await connected(t, simulator)
  const second = await connected(t, simulator)
  assert.deepEqual(await Promise.all([first.code, second.code]), [1006, 1006])
  const third = await connected(t, simulator)
  await Promise.all([third.subscribe('AAPL'), other.subscribe('AAPL')])
  await simulator.post('/clock', {advanceMs: 30_000})
  const expected = truth(simulator, 'AAPL', startMs, startMs + 30_000)
  await Promise.all([third.received(expected.length), other.received(expected.length)])
})

test('each trade after the subscription is sent once, the same on every connection, until it is unsubscribed', async (t) => {
  const simulator = await simulated(t, {tradesPerSecond: 5})
  const [one, two] = [await connected(t, simulator, keys[0]), await connected(t, simulator, keys[1])]
  await one.subscribe('AAPL', 'MSFT')
  await simulator.post('/clock', {advanceMs: 20_000})
  await two.subscribe('MSFT')
  await simulator.post('/clock', {advanceMs: 20_123})
  await one.send({type: 'unsubscribe', symbol: 'AAPL'})
  await simulator.post('/clock', {advanceMs: 20_000})
  await one.subscribe('AAPL')
  await simulator.post('/clock', {advanceMs: 100_000})
  const [again, end] = [startMs + 60_123, startMs + 160_123]
  const ofOne = [
    ...truth(simulator, 'AAPL', startMs, startMs + 40_123),
    ...truth(simulator, 'AAPL', again, end),
    ...truth(simulator, 'MSFT', startMs, end),
  ]
  const ofTwo = truth(simulator, 'MSFT', startMs + 20_000, end)
  await Promise.all([one.received(ofOne.length), two.received(ofTwo.length)])
  assert.deepEqual(sorted(one.trades()), sorted(ofOne))
  assert.deepEqual(sorted(two.trades()), sorted(ofTwo))

  const frames = one.frames.flatMap(({data}) => (data ? [data as Row[]] : []))
  assert.ok(frames.every((trades) => trades.length > 0 && trades.length <= 20))
  assert.ok(
    frames.some((trades) => trades.some(({t: ms}, n) => (ms as number) < (trades[n - 1]?.['t'] as number))),
  )
  assert.ok(frames.some((trades) => new Set(sorted(trades)).size < trades.length))

  const [logged] = (await simulator.request('/sockets?provider=finnhub')).body as LoggedConnection[]
  const at = (ms: number) => new Date(ms).toISOString()
  assert.deepEqual(logged?.subscriptions, [
    {target: 'AAPL', subscribedAt: at(startMs), unsubscribedAt: at(startMs + 40_123)},
    {target: 'MSFT', subscribedAt: at(startMs), unsubscribedAt: null},
    {target: 'AAPL', subscribedAt: at(again), unsubscribedAt: null},
  ])
  const query = `symbol=MSFT&from=${at(startMs + 20_000)}&to=${at(end)}`
  assert.equal(((await simulator.request(`/trades?${query}`)).body as Row[]).length, ofTwo.length)
  assert.equal((await simulator.request('/trades?symbol=MSFT&from=yesterday&to=now')).status, 400)
})

test('class shares have a dot, as in the list of members', async (t) => {
  const simulator = await simulated(t)
  const client = await connected(t, simulator)
  await client.subscribe('BF-B', 'BF.B', 'BRK.B', 'BRK-B')
  await simulator.post('/clock', {advanceMs: 60_000})
  const expected = ['BF.B', 'BRK.B'].flatMap((symbol) => truth(simulator, symbol, startMs, startMs + 60_000))
  await client.received(expected.length)
  assert.deepEqual(sorted(client.trades()), sorted(expected))
})

test('a slow reader gets every trade later', {timeout: 120_000}, async (t) => {
  const simulator = await simulated(t, {tradesPerSecond: 1000})
  const client = await connected(t, simulator)
  await client.subscribe('AAPL')
  client.socket.pause()
  const stepMs = 20_000
  const steps = full ? 10 : 6
  for (let n = 0; n < steps; n++) {
    await simulator.post('/clock', {advanceMs: stepMs})
    await later(150) // the reader is slow; the result does not depend on this time
  }
  client.socket.resume()
  const expected = truth(simulator, 'AAPL', startMs, startMs + steps * stepMs)
  assert.ok(expected.length > 15_000 * steps)
  await client.received(expected.length)
  assert.deepEqual(sorted(client.trades()), sorted(expected))
})

const lastOf = (simulator: Running) => simulator.connections.connections().at(-1)

test('the fault hang: an open connection is silent, even to a ping, and its end is noticed', async (t) => {
  const simulator = await simulated(t)
  const client = await connected(t, simulator)
  await client.subscribe('AAPL')
  await simulator.post('/faults', {provider: 'finnhub', kind: 'hang'})
  while (lastOf(simulator)?.fault !== 'hang') await later(10)
  const heard: string[] = []
  for (const name of ['message', 'pong', 'close']) client.socket.on(name, () => heard.push(name))
  client.socket.ping()
  client.socket.send('nonsense')
  await simulator.post('/clock', {advanceMs: 600_000})
  await later(500)
  assert.deepEqual([heard, client.socket.readyState], [[], WebSocket.OPEN])
  client.socket.terminate()
  await client.code
  while (lastOf(simulator)?.closedAt === null) await later(10)
  const next = await connected(t, simulator)
  await next.subscribe('AAPL')
  await simulator.post('/clock', {advanceMs: 30_000})
  await next.received(1)
})

test('the fault drop breaks open connections, of every provider, and affects no request', async (t) => {
  const simulator = await simulated(t, {faults: [faultFromText('*:drop:3')]})
  assert.equal(
    (await simulator.request(`/finnhub/api/v1/news?category=general&token=${keys[0]}`)).status,
    200,
  )
  const clients = [
    await connected(t, simulator, keys[0]),
    await connected(t, simulator, keys[1]),
    await connected(t, simulator, '', '/bithumb/websocket/v1'),
  ]
  assert.deepEqual(await Promise.all(clients.map(({code}) => code)), [1006, 1006, 1006])
  assert.deepEqual(simulator.faults.list(), [])
  assert.deepEqual(
    simulator.connections.connections().map(({fault}) => fault),
    ['drop', 'drop', 'drop'],
  )
  simulator.faults.add(faultFromText('finnhub:drop:50%'))
  const again = await connected(t, simulator, keys[0])
  assert.equal(await again.code, 1006)
  assert.equal(simulator.faults.list().length, 1)
})

test('the log of connections holds the codes of Bithumb, too', async (t) => {
  const simulator = await simulated(t)
  const socket = new WebSocket(`${simulator.url.replace('http', 'ws')}/bithumb/websocket/v1`)
  await once(socket, 'open')
  const subscribe = async (...codes: string[]) => {
    socket.send(JSON.stringify([{ticket: 'a'}, {type: 'ticker', codes}]))
    socket.ping()
    await once(socket, 'pong')
  }
  await subscribe('KRW-BTC', 'KRW-ETH')
  await simulator.post('/clock', {advanceMs: 1_000})
  await subscribe('KRW-ETH', 'KRW-XRP')
  socket.terminate()
  while (lastOf(simulator)?.closedAt === null) await later(10)
  const [first, second] = [start.toISOString(), new Date(startMs + 1_000).toISOString()]
  assert.deepEqual(lastOf(simulator), {
    n: 1,
    provider: 'bithumb',
    credential: 'keyless',
    digest: null,
    path: '/websocket/v1',
    openedAt: first,
    closedAt: second,
    fault: null,
    faultAt: null,
    subscriptions: [
      {target: 'KRW-BTC', subscribedAt: first, unsubscribedAt: second},
      {target: 'KRW-ETH', subscribedAt: first, unsubscribedAt: null},
      {target: 'KRW-XRP', subscribedAt: second, unsubscribedAt: null},
    ],
  })
})
