/** Servers that accept a connection and never answer, and a server of another protocol. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer as createHttpServer} from 'node:http'
import {type AddressInfo, createServer, type Server, type Socket} from 'node:net'
import {mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {test} from 'node:test'
import {loadConfig} from '../../src/lib/config.js'
import {checkKafka, checkRedis, checkSimulator} from '../../src/lib/report/doctor/servers.js'

async function addressOf(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('doctor reports a wait for a server that never answers', async (t) => {
  const sockets: Socket[] = []
  const mute = createServer((socket) => sockets.push(socket.on('error', () => {})))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    mute.close()
  })
  const address = await addressOf(mute)
  const config = loadConfig(
    {REDIS_URL: `redis://${address}`, KAFKA_BROKERS: address, FIN_SIMULATOR_URL: `http://${address}`},
    mkdtempSync(`${tmpdir()}/fin-test-slow-`),
  )
  const notices: string[] = []
  const log = {notice: (text: string) => void notices.push(text)}
  const checks = await Promise.all([
    checkSimulator(config, log),
    checkRedis(config, log),
    checkKafka(config, log),
  ])
  assert.deepEqual(
    checks.flat().map(({state}) => state),
    ['broken', 'broken', 'broken'],
  )
  assert.deepEqual(notices.toSorted(), [
    `waiting for Kafka at ${address}`,
    `waiting for Redis at ${address}`,
    `waiting for the simulator at http://${address}`,
  ])
})

test('doctor says that a server behind REDIS_URL is none of Redis', async (t) => {
  const server = createHttpServer((_, response) => response.end('hello'))
  t.after(() => server.close())
  const address = await addressOf(server)
  const config = loadConfig({REDIS_URL: `redis://${address}`}, mkdtempSync(`${tmpdir()}/fin-test-other-`))
  const {state, found} = await checkRedis(config)
  assert.deepEqual([state, found], ['broken', `${address}: it does not speak the protocol of Redis`])
})

test('doctor says that an address in KAFKA_BROKERS is wrong', async () => {
  const config = loadConfig({KAFKA_BROKERS: 'localhost'}, mkdtempSync(`${tmpdir()}/fin-test-other-`))
  const {state, found, next_step} = await checkKafka(config)
  assert.deepEqual([state, found], ['broken', 'address 1 of 1 in KAFKA_BROKERS is not host:port'])
  assert.match(next_step ?? '', /^Set it like KAFKA_BROKERS=/)
})
