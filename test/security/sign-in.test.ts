/** A password of the database never crosses a network in a form that others can read. */
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {type AddressInfo, createServer, Socket} from 'node:net'
import {networkInterfaces, tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, test} from 'node:test'
import {TLSSocket} from 'node:tls'
import pg from 'pg'
import {DatabaseClient} from '../../src/lib/db/client.js'
import {checkEncryption} from '../../src/lib/report/doctor/database.js'
import {notEncrypted} from '../../src/lib/report/doctor/servers.js'
import {fin, postgres} from '../servers.js'
import {onPath} from '../servers/guarded.js'

const folder = mkdtempSync(join(tmpdir(), 'fin-test-sign-in-'))
after(() => rmSync(folder, {recursive: true, force: true}))

const requests = {password: [0, 0, 0, 8, 0, 0, 0, 3], md5: [0, 0, 0, 12, 0, 0, 0, 5, 1, 2, 3, 4]}
const sslRequest = 80877103

/** A server that only requests a password. `received` returns the answer to it. */
async function fakeServer(
  how: keyof typeof requests,
  {host = '127.0.0.1', tls}: {host?: string; tls?: Buffer} = {},
) {
  let received = ''
  const server = createServer((raw) => {
    raw.on('error', () => {})
    const talk = (socket: Socket) => {
      socket.on('error', () => {})
      socket.once('data', () => {
        socket.write(Buffer.from(['R'.charCodeAt(0), ...requests[how]]))
        socket.on('data', (chunk: Buffer) => {
          received += chunk.toString('latin1')
          socket.end()
        })
      })
    }
    if (tls === undefined) return talk(raw)
    raw.once('data', (first: Buffer) => {
      assert.equal(first.readInt32BE(4), sslRequest)
      raw.write('S')
      talk(new TLSSocket(raw, {isServer: true, key: tls, cert: tls}))
    })
  })
  server.listen(0, host)
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  return {
    url: `postgresql://fin:DbPassw0rd@${host}:${port}/fin`,
    received: () => received,
    close: () => server.close(),
  }
}

/** A socket whose other end seems to have this address. */
const far = (address: string) => () =>
  Object.defineProperty(new Socket(), 'remoteAddress', {value: address}) as Socket

async function signIn(connectionString: string, address?: string): Promise<string> {
  const client = new DatabaseClient({
    connectionString,
    ...(address === undefined ? {} : {stream: far(address)}),
  })
  client.on('error', () => {})
  const error = await client.connect().then(
    () => undefined,
    (failure: Error & {nextStep?: string}) => failure,
  )
  return `${error?.message}\n${error?.nextStep}`
}

for (const how of ['password', 'md5'] as const)
  test(`${how}: requested by another machine without TLS, nothing is sent`, async () => {
    for (const address of ['203.0.113.5', '10.0.0.7', 'fd00::7', '2001:db8::1']) {
      const server = await fakeServer(how)
      const said = await signIn(server.url, address)
      assert.match(said, /requests .*password.* not encrypted\n.*sslmode=verify-full.*sslmode=require/)
      assert.ok(said.includes(`require_auth=${how}`), said)
      assert.equal(server.received(), '', address)
      server.close()
    }
  })

test('this machine, a method that the user named, and TLS get the password', async () => {
  for (const [parameters, address] of [
    ['', undefined],
    ['', '::1'],
    ['', '127.8.9.10'],
    ['?require_auth=password', '203.0.113.5'],
    ['?sslmode=disable&require_auth=scram-sha-256,password', '203.0.113.5'],
  ] as const) {
    const server = await fakeServer('password')
    await signIn(`${server.url}${parameters}`, address)
    assert.match(server.received(), /DbPassw0rd/, `${parameters} ${address}`)
    server.close()
  }
  const other = await fakeServer('md5')
  await signIn(`${other.url}?require_auth=password`, '203.0.113.5')
  assert.equal(other.received(), '', 'another method than the one that was named')
  other.close()
})

const openssl = onPath('openssl')
const skipTls = openssl ? false : 'no certificate: openssl is not installed'

test('an encrypted connection may carry the password', {skip: skipTls}, async () => {
  const file = join(folder, 'server.pem')
  const make = 'req -x509 -nodes -newkey rsa:2048 -days 30 -subj /CN=here'
  execFileSync(openssl!, [...make.split(' '), '-keyout', `${file}.key`, '-out', file], {stdio: 'pipe'})
  const tls = Buffer.concat([readFileSync(`${file}.key`), readFileSync(file)])
  const server = await fakeServer('password', {tls})
  await signIn(`${server.url}?sslmode=require&uselibpqcompat=true`, '203.0.113.5')
  assert.match(server.received(), /DbPassw0rd/)
  server.close()
})

const own = Object.values(networkInterfaces())
  .flat()
  .find((one) => one && !one.internal && one.family === 'IPv4')?.address
const skip = own === undefined ? 'this machine has no address but loopback' : false

test('every command that signs in refuses', {skip}, async () => {
  const server = await fakeServer('password', {host: own!})
  for (const args of [
    ['status'],
    ['db', 'status'],
    ['db', 'init'],
    ['doctor', '--json'],
    ['ingest', 'cpi', '--plan'],
  ]) {
    const {code, stdout, stderr} = await fin(args, {env: {DATABASE_URL: server.url}})
    assert.match(stdout + stderr, /requests the password itself/, args.join(' '))
    assert.equal(code, args[0] === 'doctor' ? 1 : 2, args.join(' '))
    assert.doesNotMatch(stdout + stderr, /DbPassw0rd/)
  }
  assert.equal(server.received(), '')
  server.close()
})

test('doctor names a connection that others can read', async () => {
  const server = await postgres()
  const found = async (address?: string) => {
    const pool = new pg.Pool({
      connectionString: server.url,
      ...(address === undefined ? {} : {stream: far(address)}),
    })
    pool.on('error', () => {})
    try {
      return await checkEncryption(pool)
    } finally {
      await pool.end()
    }
  }
  assert.deepEqual(await found(), [])
  for (const address of ['192.168.1.20', 'fd00::7']) {
    const [check] = await found(address)
    assert.equal(check?.state, 'attention')
    assert.match(`${check?.found} ${check?.next_step}`, /not encrypted.*sslmode=verify-full/)
  }
  await server.stop()
})

test('doctor names a Redis that others can listen to', () => {
  const url = (scheme: string, host: string) => `${scheme}://:secret@${host}:6379`
  for (const host of ['redis.example.com', '10.0.0.7']) {
    const check = notEncrypted(url('redis', host), {host, password: 'secret'})
    assert.match(`${check?.state} ${check?.found} ${check?.next_step}`, /attention .*password .*rediss:/)
    assert.doesNotMatch(notEncrypted(url('redis', host), {host})!.found, /password/)
    assert.equal(notEncrypted(url('rediss', host), {host, password: 'secret'}), undefined)
  }
  for (const host of ['127.0.0.1', 'localhost', '::1'])
    assert.equal(notEncrypted(url('redis', host), {host, password: 'secret'}), undefined)
})
