/** Every wait of three seconds or more is reported once, and a silent provider costs a run a bounded time. */
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {test} from 'node:test'
import pg from 'pg'
import {realClock} from '../../src/lib/clock.js'
import {loadConfig} from '../../src/lib/config.js'
import type {Limit} from '../../src/lib/define.js'
import {TryLater} from '../../src/lib/errors.js'
import {openLedger} from '../../src/lib/limits/ledger.js'
import {createLog} from '../../src/lib/output/log.js'
import {fakeClock} from '../clock.js'
import {type Opened, openForFile, provider, twoCredentials, twoSecrets} from '../limits/settings.js'
import {openClient, rejection, serve, testProvider} from './client.js'

let opened: Opened
openForFile((given) => (opened = given))

const limit = (requests: number, per: Limit['per']): Limit => ({
  requests,
  per,
  of: 'credential',
  window: 'sliding',
})

function ledgerWith(clock = fakeClock()) {
  const waits: string[] = []
  const log = {notice: (text: string) => void waits.push(text)}
  const config = loadConfig({DATABASE_URL: opened.url, NORTH_KEY_1: twoSecrets.NORTH_KEY_1}, '/')
  const {database} = opened
  return {
    waits,
    clock,
    ledger: openLedger({database, clock, config, log, host: 'here', pid: 1, claims: async () => []}),
  }
}

for (const [name, requests, per, until] of [
  ['minute', 2, 'minute', '2026-03-02T12:01:00.001Z'],
  ['quarter', 1, 'second', undefined],
] as const)
  test(`a wait for a reservation of a ${name} is reported once, if it is long`, async () => {
    const {ledger, waits} = ledgerWith()
    const north = provider([limit(requests, per)], {...twoCredentials, name})
    for (let turn = 0; turn <= requests; turn++) {
      const reservation = await ledger.reserve({provider: north, job: 'cpi', target: `T${turn}`})
      await reservation.started()
      await reservation.finish({outcome: 'answered'})
    }
    const text = `${name} (T${requests}): waits until ${until}: the quota is spent (${requests} a ${per} per credential)`
    assert.deepEqual(waits, until === undefined ? [] : [text])
  })

test('a wait for a cooldown, and one for the quota of a day with --wait, say why', async () => {
  const {ledger, waits, clock} = ledgerWith()
  const south = provider([limit(1, 'day')], {...twoCredentials, name: 'south'})
  await ledger.startCooldown(south, '1', {
    next: 'wait',
    until: new Date(clock.now().getTime() + 40_000),
    why: 'slow down',
  })
  const first = await ledger.reserve({provider: south, job: 'cpi'})
  await first.started()
  await first.finish({outcome: 'answered'})
  await ledger.reserve({provider: south, job: 'cpi', wait: true})
  assert.match(
    waits[0]!,
    /^south: waits until 2026-03-02T12:00:40.000Z: it refuses requests until then: slow down$/,
  )
  assert.match(waits[1]!, /^south: waits until 2026-03-03T12:00:40.001Z: south: the next slot .*1 a day/)
})

test('a wait for the lock of a provider is reported', async () => {
  const {ledger, waits} = ledgerWith(fakeClock())
  const client = new pg.Client(opened.url)
  await client.connect()
  await client.query('begin')
  await client.query("insert into provider_locks values ('locked')")
  const reserving = ledger.reserve({provider: provider([], {...twoCredentials, name: 'locked'}), job: 'cpi'})
  while (waits.length === 0) await realClock.sleep(50)
  await client.query('commit')
  await reserving
  await client.end()
  assert.match(waits.join(), /^locked: waits for the quota of locked, which is locked by process \d+ /)
})

test('a stalled answer is reported, and stalls end a run in a bounded time', {timeout: 60_000}, async (t) => {
  let seen = 0
  const origin = await serve(t, () => void seen++)
  const slow = openClient(testProvider(origin), {options: {deadlineMs: 3_500, stallMs: 3_500}})
  const error = await rejection(slow.api.request({path: '/x'}, 'BRK.B'))
  assert.ok(error instanceof TryLater)
  assert.equal(
    slow.log.filter((line) => /^example \(BRK.B\): no answer yet, waits until 2026-/.test(line)).length,
    1,
  )
  assert.equal(slow.api.isStalled?.(), true)
  assert.equal(seen, 1, 'no further try')

  const quick = openClient(testProvider(origin), {options: {deadlineMs: 300, stallMs: 700}})
  await rejection(quick.api.request({path: '/x'}, 'A'))
  assert.equal(seen, 4, '300, 300 and 100 ms')
  assert.equal(quick.api.isStalled?.(), true)
})

test('with --quiet no wait is shown; on a terminal the progress shows it instead of a line', () => {
  const lines: string[] = []
  const shown: string[] = []
  const stderr = {write: (text: string) => lines.push(text) > 0}
  createLog({quiet: true, verbose: false, stderr}).waiting?.('a')
  const showWait = (text: string) => shown.push(text) > 0
  createLog({quiet: false, verbose: false, stderr, showWait}).waiting?.('b')
  createLog({quiet: true, verbose: false, stderr, showWait}).waiting?.('c')
  createLog({quiet: false, verbose: false, stderr, showWait: () => false}).waiting?.('d')
  assert.deepEqual([lines, shown], [['d\n'], ['b']])
})

for (const [given, code] of [
  ['', 3],
  [', () => 4', 4],
] as const)
  test(`a process that something keeps ends with the exit code ${code}`, () => {
    const clock = JSON.stringify(new URL('../../src/lib/clock.js', import.meta.url).href)
    const script = `
      import {exitAfter} from ${clock}
      process.exitCode = 3
      setInterval(() => {}, 1000)
      exitAfter(10${given})`
    const {status} = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {timeout: 30_000})
    assert.equal(status, code)
  })
