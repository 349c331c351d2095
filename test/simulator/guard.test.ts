/** A web page cannot control or read a simulation, and no number stops its clock for good. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {request} from 'node:http'
import {connect} from 'node:net'
import {test} from 'node:test'
import {setTimeout as later} from 'node:timers/promises'
import {fin} from '../servers.js'
import {posted, type Running, simulated, start} from './request.js'

/** Sends headers that `fetch` does not let a program set. */
async function sent(
  simulator: Running,
  path: string,
  headers: Record<string, string>,
  {method = 'GET', body = ''} = {},
): Promise<{status: number | undefined; text: string}> {
  const outgoing = request(`${simulator.url}${path}`, {method, headers})
  outgoing.end(body)
  const [answer] = (await once(outgoing, 'response')) as [import('node:http').IncomingMessage]
  let text = ''
  for await (const chunk of answer) text += String(chunk)
  return {status: answer.statusCode, text}
}

/** The first line of the answer to a request that is written byte for byte. */
async function raw(simulator: Running, ...lines: string[]): Promise<string> {
  const socket = connect(simulator.port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  const [first] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return first.toString('latin1').split('\r\n')[0]!
}

const asSocket = [
  'GET /bithumb/websocket/v1 HTTP/1.1',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
]

test('a host of another name is refused, for controls, providers and sockets alike', async (t) => {
  const simulator = await simulated(t, {hosts: ['Sim.example']})
  for (const host of ['evil.example', 'evil.example:4010', '127.0.0.1.evil.example', '192.0.2.1', '[::2]'])
    for (const path of ['/clock', '/log', '/bithumb/v1/market/all']) {
      const {status, text} = await sent(simulator, path, {host})
      assert.equal(status, 421, `${host} ${path}`)
      assert.match(text, /--allow-host NAME/)
    }
  for (const host of ['127.0.0.1', 'localhost:80', 'LOCALHOST', '[::1]:4010', '127.9.9.9', 'sim.example:1'])
    assert.equal((await sent(simulator, '/clock', {host})).status, 200, host)
  assert.match(await raw(simulator, ...asSocket, 'Host: evil.example'), / 421 /)
  assert.match(await raw(simulator, ...asSocket, 'Host: localhost'), / 101 /)
  for (const lines of [['GET /log HTTP/1.0'], ['GET /log HTTP/1.1', 'Host:']])
    assert.match(await raw(simulator, ...lines), / 421 /)
})

test('a web page neither reads nor changes anything', async (t) => {
  const simulator = await simulated(t)
  const json = 'application/json'
  for (const origin of ['http://evil.example', 'null', simulator.url]) {
    for (const path of ['/clock', '/log', '/log/summary', '/faults', '/sockets', '/trades'])
      assert.equal((await sent(simulator, path, {origin})).status, 403, path)
    const headers = {origin, 'content-type': json}
    for (const [path, method] of [
      ['/clock', 'POST'],
      ['/clock/sleep', 'POST'],
      ['/faults', 'POST'],
      ['/faults', 'DELETE'],
    ] as const)
      assert.equal((await sent(simulator, path, headers, {method, body: '{}'})).status, 403)
    assert.match(await raw(simulator, ...asSocket, 'Host: localhost', `Origin: ${origin}`), / 403 /)
  }
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'text/json; a=application/json', ''])
    for (const path of ['/clock', '/faults', '/clock/sleep']) {
      const body = '{"advanceMs": 3600000}'
      const {status, text} = await sent(simulator, path, {'content-type': type}, {method: 'POST', body})
      assert.equal(status, 415, `${type} ${path}`)
      assert.match(text, /content-type: application\/json/)
    }
  assert.equal(simulator.clock.nowMs(), start.getTime())
  const typed = {'content-type': 'Application/JSON; charset=utf-8'}
  const moved = await sent(simulator, '/clock', typed, {method: 'POST', body: '{"advanceMs": 1000}'})
  assert.match(moved.text, /06:00:01/)
})

test('a number out of bounds is refused in words, and changes nothing', async (t) => {
  const simulator = await simulated(t)
  const before = (await simulator.request('/clock')).text
  for (const [path, wrong] of [
    ['/clock', {advanceMs: 9e15}],
    ['/clock', {advanceMs: 6e12}],
    ['/clock', {advanceMs: -1}],
    ['/clock', {instant: '2026-11-24T00:00:00Z', advanceMs: 8.64e15}],
    ['/clock', {instant: '+275760-09-13T00:00:00Z'}],
    ['/clock', {instant: '9999-12-31T23:59:59Z', rate: 5}],
    ['/clock', {instant: '0001-01-01T00:00:00Z'}],
    ['/clock', {rate: 1e8}],
    ['/clock/sleep', {until: '+010000-01-01T00:00:00Z'}],
    ['/clock/sleep', {}],
    ['/faults', {provider: '*', kind: '500', probability: 1.5}],
    ['/faults', {provider: '*', kind: '500', times: 0.5}],
    ['/faults', {provider: '*', kind: '500', times: 1e12}],
    ['/faults', {provider: '*', kind: 'slow', ms: 1e9}],
  ] as const) {
    const answer = await posted(`${simulator.url}${path}`, wrong)
    assert.equal(answer.status, 400, JSON.stringify(wrong))
    assert.match(await answer.text(), /years 1970 to 2199|is not (an? )?(number|instant|fault)/)
  }
  assert.equal((await simulator.request('/clock')).text, before)
  assert.deepEqual((await simulator.request('/faults')).body, [])
  const {code, stderr} = await fin(['simulate', '--at', '+012026-11-23T06:00:00Z', '--', 'fin', '--version'])
  assert.equal(code, 2, stderr)
})

test('a clock that runs fast stops at its last instant, and the providers still answer', async (t) => {
  const simulator = await simulated(t)
  await posted(`${simulator.url}/clock`, {instant: '2199-12-31T23:59:58Z', rate: 1e7})
  await later(5)
  const answer = await simulator.request('/bithumb/v1/market/all')
  assert.equal(answer.status, 200, answer.text)
  assert.match((await simulator.request('/clock')).text, /2199-12-31T23:59:59\.999Z/)
  await posted(`${simulator.url}/clock/sleep`, {until: '2199-12-31T23:59:59.999Z'})
})

test('a path that is not an address is refused as such', async (t) => {
  const simulator = await simulated(t)
  for (const path of ['//', '///', '//[', '//:99999/'])
    assert.match(await raw(simulator, `GET ${path} HTTP/1.1`, 'Host: localhost'), / 400 /, path)
})
