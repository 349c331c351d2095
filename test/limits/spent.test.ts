/** The messages when no reservation is possible now: spent, too little left, a wait, blocked, refused. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {QuotaSpent} from '../../src/lib/errors.js'
import {fakeClock} from '../clock.js'
import {rejection} from '../http/client.js'
import {type Opened, openForFile, provider, twoCredentials, twoSecrets} from './settings.js'

let opened: Opened
openForFile((one) => {
  opened = one
})

const day = {requests: 1, per: 'day', of: 'credential', window: 'sliding'} as const

test('a request that may cost more than is left is reported so; with nothing left the quota is reported as spent', async () => {
  const ledger = opened.ledger(fakeClock())
  const posts = {
    ...provider([{requests: 100, unit: 'posts', per: 'day', of: 'credential', window: 'sliding'}]),
    name: 'posts',
  }
  const reserve = (most: number) => ledger.reserve({provider: posts, job: 'x-posts', cost: {posts: most}})
  await (await reserve(60)).finish({outcome: 'answered', status: 200})
  const tooMuch = await rejection(reserve(50))
  assert.ok(tooMuch instanceof QuotaSpent)
  assert.match(
    tooMuch.message,
    /; of the quota 40 posts are left, and this request may take 50 posts \(100 posts a day per credential\)$/,
  )
  await (await reserve(40)).finish({outcome: 'answered', status: 200})
  assert.match(
    (await rejection(reserve(1))).message,
    /; the quota is spent \(100 posts a day per credential\)$/,
  )
})

test('the message of a cooldown states its kind', async () => {
  for (const [next, expected] of [
    ['wait', /it refuses requests until then: so it said$/],
    ['spent', /it reports that the quota is spent: so it said$/],
    ['blocked', /fin does not contact it until then: so it said$/],
  ] as const) {
    const clock = fakeClock()
    const ledger = opened.ledger(clock)
    const own = {...provider([{...day, requests: 9}]), name: `rests-${next}`}
    await ledger.startCooldown(own, 'keyless', {
      next,
      why: 'so it said',
      until: new Date(clock.now().getTime() + 3_600_000),
    })
    assert.match((await rejection(ledger.reserve({provider: own, job: 'cpi'}))).message, expected)
  }
})

test('a refused credential is named next to a spent one; if every credential is refused, the message says only that', async () => {
  const ledger = opened.ledger(fakeClock(), twoSecrets)
  const north = {...provider([day], twoCredentials), name: 'north-refused'}
  await ledger.startCooldown(north, '1', {next: 'stop', why: 'it was revoked'})
  await (await ledger.reserve({provider: north, job: 'cpi'})).finish({outcome: 'answered', status: 200})
  const spent = await rejection(ledger.reserve({provider: north, job: 'cpi'}))
  assert.match(
    spent.message,
    /; the quota is spent \(1 a day per credential\); key 1 was refused, change NORTH_KEY_1: it was revoked$/,
  )
  await ledger.startCooldown(north, '2', {next: 'stop', why: 'it was revoked'})
  await assert.rejects(ledger.reserve({provider: north, job: 'cpi'}), {
    name: 'NeedsPerson',
    exitCode: 2,
    message: /refused every key: it was revoked/,
  })
})
