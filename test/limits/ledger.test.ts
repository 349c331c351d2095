import assert from 'node:assert/strict'
import {test} from 'node:test'
import {NeedsPerson, QuotaSpent, TryLater} from '../../src/lib/errors.js'
import {fakeClock} from '../clock.js'
import type {Postgres} from '../servers.js'
import {type Opened, openForFile, openOn, provider, twoCredentials, twoSecrets} from './settings.js'

let server: Postgres
let opened: Opened
openForFile((one, its) => {
  opened = one
  server = its
})

const minute = {requests: 5, per: 'minute', of: 'credential', window: 'sliding'} as const
const day = {requests: 25, per: 'day', of: 'credential', window: 'sliding'} as const
let counter = 0
/** Each test uses a provider of its own, so that no test counts the requests of another. */
const aProvider = (...args: Parameters<typeof provider>) => ({
  ...provider(...args),
  name: `north-${++counter}`,
})

test('the sixth request of a minute gets a reservation in the future, counted from the answers', async () => {
  const clock = fakeClock('2026-03-01T10:00:00Z')
  const ledger = opened.ledger(clock)
  const north = aProvider([minute])
  for (let i = 0; i < 5; i++) {
    const reservation = await ledger.reserve({provider: north, job: 'cpi'})
    assert.equal(reservation.label, 'keyless')
    assert.equal(reservation.goAt.toISOString(), clock.now().toISOString())
    await reservation.started()
    clock.advance(300)
    await reservation.finish({outcome: 'answered', status: 200})
  }
  const sixth = await ledger.reserve({provider: north, job: 'cpi'})
  // the first answer came at 10:00:00.300; the clock counts in milliseconds
  assert.equal(sixth.goAt.toISOString(), '2026-03-01T10:01:00.301Z')
  await sixth.started()
  assert.deepEqual(clock.sleeps, [58_801])
})

test('a reservation more than a minute away ends the run with the instant at which one is free', async () => {
  const clock = fakeClock('2026-03-01T10:00:00Z')
  const ledger = opened.ledger(clock)
  const north = aProvider([{...day, requests: 1}])
  const reservation = await ledger.reserve({provider: north, job: 'cpi'})
  await reservation.started()
  await reservation.finish({outcome: 'answered', status: 200})
  await assert.rejects(ledger.reserve({provider: north, job: 'cpi'}), (error) => {
    assert.ok(error instanceof QuotaSpent)
    assert.equal(error.until?.toISOString(), '2026-03-02T10:00:00.001Z')
    assert.match(error.message, /1 a day/)
    return true
  })
  const waited = await ledger.reserve({provider: north, job: 'cpi', wait: true})
  assert.equal(waited.goAt.toISOString(), '2026-03-02T10:00:00.001Z')
})

test('credentials alternate, the one with most left first', async () => {
  const clock = fakeClock('2026-03-01T10:00:00Z')
  const ledger = opened.ledger(clock, twoSecrets)
  const north = aProvider([minute, day], twoCredentials)
  const labels: string[] = []
  for (let i = 0; i < 4; i++) {
    const reservation = await ledger.reserve({provider: north, job: 'cpi'})
    labels.push(reservation.label)
    clock.advance(1000)
    await reservation.finish({outcome: 'answered', status: 200})
  }
  assert.deepEqual(labels, ['1', '2', '1', '2'])
  clock.advance(60_000)
  for (let i = 0; i < 5; i++)
    await (await ledger.reserve({provider: north, job: 'cpi', credential: '1'})).finish({outcome: 'answered'})
  clock.advance(60_001)
  const later: string[] = []
  for (let i = 0; i < 3; i++) later.push((await ledger.reserve({provider: north, job: 'cpi'})).label)
  // of the day, credential 1 has 18 of 25 left and credential 2 has 23; then the minute of credential 2 is
  // the scarcer one
  assert.deepEqual(later, ['2', '2', '1'])
})

test('a named credential serves only the jobs that request it by name', async () => {
  const clock = fakeClock('2026-03-01T10:00:00Z')
  const ledger = opened.ledger(clock, {...twoSecrets, NORTH_NEWS: 'canary-news'})
  const north = aProvider([minute], {credentials: {...twoCredentials.credentials, news: 'NORTH_NEWS'}})
  const labels = new Set<string>()
  for (let i = 0; i < 8; i++) labels.add((await ledger.reserve({provider: north, job: 'cpi'})).label)
  assert.deepEqual([...labels].sort(), ['1', '2'])
  assert.equal((await ledger.reserve({provider: north, job: 'news', credential: 'news'})).label, 'news')
  await assert.rejects(
    ledger.reserve({provider: north, job: 'cpi', credential: 'nobody'}),
    (error) => error instanceof NeedsPerson && /1, 2, news/.test(error.nextStep!),
  )
})

test('without a credential the variable to set is named, or the keyless limits apply', async () => {
  const ledger = opened.ledger(fakeClock('2026-03-01T10:00:00Z'))
  await assert.rejects(
    ledger.reserve({provider: aProvider([minute], twoCredentials), job: 'cpi'}),
    (error) => {
      assert.ok(error instanceof NeedsPerson)
      assert.match(error.nextStep!, /NORTH_KEY_1 or NORTH_KEY_2/)
      return true
    },
  )
  const keyless = aProvider([minute], {
    ...twoCredentials,
    keyless: {limits: [{...day, requests: 1, of: 'address'}]},
  })
  assert.equal((await ledger.reserve({provider: keyless, job: 'cpi'})).label, 'keyless')
  await assert.rejects(ledger.reserve({provider: keyless, job: 'cpi'}), QuotaSpent)
})

test('a limit of the address counts all credentials together', async () => {
  const clock = fakeClock('2026-03-01T10:00:00Z')
  const ledger = opened.ledger(clock, twoSecrets)
  const north = aProvider([minute, {...day, requests: 3, of: 'address'}], twoCredentials)
  for (let i = 0; i < 3; i++)
    await (await ledger.reserve({provider: north, job: 'cpi'})).finish({outcome: 'answered'})
  await assert.rejects(
    ledger.reserve({provider: north, job: 'cpi'}),
    (error) => error instanceof QuotaSpent && /3 a day per address/.test(error.message),
  )
})

test('posts and dollars are reserved at their maximum and corrected by the answer', async () => {
  const clock = fakeClock('2026-03-01T10:00:00Z')
  const ledger = opened.ledger(clock)
  const north = aProvider([
    {requests: 100, unit: 'posts', per: 'day', of: 'credential', window: 'sliding'},
    {requests: 1, unit: 'usd', per: 'month', of: 'credential', window: 'sliding'},
  ])
  const cost = {posts: 50, usd: 0.25}
  const first = await ledger.reserve({provider: north, job: 'x-posts', cost})
  await ledger.reserve({provider: north, job: 'x-posts', cost})
  await assert.rejects(
    ledger.reserve({provider: north, job: 'x-posts', cost}),
    (error) => error instanceof QuotaSpent && /100 posts a day/.test(error.message),
  )
  await first.finish({outcome: 'answered', status: 200, posts: 0, usd: '0'})
  assert.ok(await ledger.reserve({provider: north, job: 'x-posts', cost}))
  await assert.rejects(ledger.reserve({provider: north, job: 'x-posts', cost: {posts: 101}}), NeedsPerson)
})

test('a released reservation counts nothing; one whose process died counts until its window ends', async () => {
  const clock = fakeClock('2026-03-01T10:00:00Z')
  const ledger = opened.ledger(clock)
  const north = aProvider([{...day, requests: 2}])
  await ledger.reserve({provider: north, job: 'cpi'}) // never finished
  await (await ledger.reserve({provider: north, job: 'cpi'})).release()
  assert.ok(await ledger.reserve({provider: north, job: 'cpi'}))
  await assert.rejects(
    ledger.reserve({provider: north, job: 'cpi'}),
    (error) => error instanceof QuotaSpent && error.until?.toISOString() === '2026-03-02T10:00:02.000Z',
  )
})

test('a process that is late for its reservation reserves again; one that is stopped while it waits releases it', async () => {
  const clock = fakeClock('2026-03-01T10:00:00Z')
  const ledger = opened.ledger(clock)
  const north = aProvider([{...minute, requests: 1}])
  const reservation = await ledger.reserve({provider: north, job: 'cpi'})
  clock.advance(30_000)
  await reservation.started()
  assert.equal(reservation.goAt.toISOString(), '2026-03-01T10:00:30.000Z')
  await reservation.finish({outcome: 'answered'})
  const stop = new AbortController()
  const next = await ledger.reserve({provider: north, job: 'cpi', stop: stop.signal})
  assert.equal(next.goAt.toISOString(), '2026-03-01T10:01:30.001Z')
  stop.abort(new Error('stopped'))
  await assert.rejects(next.started(), /stopped/)
  clock.set('2026-03-01T10:01:31Z')
  assert.equal(
    (await ledger.reserve({provider: north, job: 'cpi'})).goAt.toISOString(),
    '2026-03-01T10:01:31.000Z',
  )
})

test('a process that is late with a credential refused meanwhile reserves again if there is another credential', async () => {
  const clock = fakeClock('2026-03-01T10:00:00Z')
  const ledger = opened.ledger(clock, twoSecrets)
  const north = aProvider([minute], twoCredentials)
  for (const refusal of [
    {next: 'stop', why: 'invalid key'},
    {next: 'spent', until: new Date('2026-03-05T00:00:00Z'), why: 'day limit'},
  ] as const) {
    const reservation = await ledger.reserve({provider: north, job: 'cpi', target: 'CPIAUCNS', wait: true})
    await ledger.startCooldown(north, reservation.label, refusal)
    clock.advance(60_000)
    await assert.rejects(reservation.started(), (error) => {
      assert.ok(error instanceof TryLater)
      assert.deepEqual([error.provider, error.target, error.until], [north.name, 'CPIAUCNS', undefined])
      return true
    })
    assert.deepEqual(clock.sleeps, [], 'it does not wait for that credential, even if the run may wait')
    const next = await ledger.reserve({provider: north, job: 'cpi'})
    assert.notEqual(next.label, reservation.label)
    await next.started()
    await next.finish({outcome: 'answered', status: 200})
    await ledger.endCooldown(north, reservation.label)
  }
  const named = await ledger.reserve({provider: north, job: 'cpi', credential: '1'})
  await ledger.startCooldown(north, '1', {next: 'stop', why: 'invalid key'})
  clock.advance(60_000)
  await assert.rejects(named.started(), NeedsPerson, 'no other credential was allowed')
  const {rows} = await opened.database.pool.query(
    `select distinct outcome from provider_requests where provider = $1 order by 1`,
    [north.name],
  )
  assert.deepEqual(
    rows,
    [{outcome: 'answered'}, {outcome: 'not sent'}],
    'no reservation of an unsent request counts',
  )
})

test('two variables with the same credential share its count and its cooldown', async () => {
  const clock = fakeClock('2026-03-01T10:00:00Z')
  const north = aProvider([{...minute, requests: 2}], {
    credentials: {...twoCredentials.credentials, 3: 'NORTH_KEY_3', news: 'NORTH_NEWS'},
  })
  const ledger = opened.ledger(clock, {...twoSecrets, NORTH_KEY_3: 'canary-one', NORTH_NEWS: ' canary-two '})
  const labels: string[] = []
  for (const credential of [undefined, undefined, '3', 'news']) {
    const reservation = await ledger.reserve({
      provider: north,
      job: 'cpi',
      ...(credential === undefined ? {} : {credential}),
    })
    labels.push(reservation.label)
    await reservation.finish({outcome: 'answered'})
    clock.advance(10)
  }
  assert.deepEqual(labels, ['1', '2', '1', '2'])
  assert.equal(
    (await ledger.reserve({provider: north, job: 'cpi'})).goAt.toISOString(),
    '2026-03-01T10:01:00.001Z',
    'two credentials with two requests a minute each',
  )
  await ledger.startCooldown(north, '3', {next: 'stop', why: 'invalid key'})
  clock.advance(120_000)
  assert.equal((await ledger.reserve({provider: north, job: 'cpi'})).label, '2')
  await assert.rejects(ledger.reserve({provider: north, job: 'cpi', credential: '1'}), NeedsPerson)
  await ledger.endCooldown(north, '3')
  assert.equal((await ledger.reserve({provider: north, job: 'cpi', credential: '1'})).label, '1')
  const separate = opened.ledger(clock, {...twoSecrets, NORTH_KEY_3: 'canary-three'})
  assert.equal((await separate.reserve({provider: north, job: 'cpi', credential: '3'})).label, '3')
})

test('endCooldown accepts only a label that the provider has', async () => {
  const ledger = opened.ledger(fakeClock('2026-03-01T10:00:00Z'), twoSecrets)
  await assert.rejects(
    ledger.endCooldown(aProvider([minute], twoCredentials), '7'),
    (error) =>
      error instanceof NeedsPerson &&
      /no credential "7"/.test(error.message) &&
      /1, 2\./.test(error.nextStep!),
  )
  await assert.rejects(ledger.endCooldown(aProvider([minute], twoCredentials), 'keyless'), NeedsPerson)
  await assert.rejects(
    ledger.endCooldown(aProvider([minute]), '1'),
    (error) => error instanceof NeedsPerson && /keyless/.test(error.nextStep!),
  )
  await ledger.endCooldown(aProvider([minute], {...twoCredentials, keyless: {}}), 'keyless')
  await ledger.endCooldown(aProvider([minute]), 'keyless')
})

test("a setting can replace a limit by that of the user's plan; an invalid value is refused by name", async () => {
  const clock = fakeClock('2026-03-01T10:00:00Z')
  const north = aProvider([{...day, requests: 1}], {
    settings: [{variable: 'NORTH_PER_DAY', per: 'day', doc: 'requests a day'}],
  })
  const ledger = opened.ledger(clock, {NORTH_PER_DAY: '2'})
  await ledger.reserve({provider: north, job: 'cpi'})
  await ledger.reserve({provider: north, job: 'cpi'})
  await assert.rejects(ledger.reserve({provider: north, job: 'cpi'}), QuotaSpent)
  for (const value of ['0', '-3', '2.5', 'many', '1e9']) {
    await assert.rejects(
      opened.ledger(clock, {NORTH_PER_DAY: value}).reserve({provider: north, job: 'cpi'}),
      (error) => error instanceof NeedsPerson && /NORTH_PER_DAY/.test(error.message),
      value,
    )
  }
})

test('the next process applies Retry-After', async () => {
  const clock = fakeClock('2026-03-01T10:00:00Z')
  const north = aProvider([minute], twoCredentials)
  const one = opened.ledger(clock, twoSecrets)
  await one.startCooldown(north, '1', {
    next: 'wait',
    until: new Date('2026-03-01T10:02:00Z'),
    why: 'slow down',
  })
  const another = opened.ledger(clock, twoSecrets)
  assert.equal((await another.reserve({provider: north, job: 'cpi'})).label, '2')
  await another.startCooldown(north, '2', {
    next: 'wait',
    until: new Date('2026-03-01T10:00:40Z'),
    why: 'slow down',
  })
  const reservation = await another.reserve({provider: north, job: 'cpi'})
  assert.deepEqual([reservation.label, reservation.goAt.toISOString()], ['2', '2026-03-01T10:00:40.000Z'])
  // a shorter wait does not shorten a longer one
  await another.startCooldown(north, '1', {
    next: 'wait',
    until: new Date('2026-03-01T10:00:05Z'),
    why: 'slow down',
  })
  await assert.rejects(one.reserve({provider: north, job: 'cpi', credential: '1'}), (error) => {
    assert.ok(error instanceof QuotaSpent)
    assert.equal(error.until?.toISOString(), '2026-03-01T10:02:00.000Z')
    assert.match(error.message, /slow down/)
    return true
  })
})

test('a refused credential is unused until it is changed; when all are refused, a person is needed', async () => {
  const clock = fakeClock('2026-03-01T10:00:00Z')
  const north = aProvider([minute], twoCredentials)
  const ledger = opened.ledger(clock, twoSecrets)
  await ledger.startCooldown(north, '1', {next: 'stop', why: 'invalid key'})
  clock.advance(400 * 86_400_000)
  for (let i = 0; i < 3; i++) assert.equal((await ledger.reserve({provider: north, job: 'cpi'})).label, '2')
  await ledger.startCooldown(north, '2', {next: 'stop', of: 'request', why: 'not in the plan'})
  assert.equal(
    (await ledger.reserve({provider: north, job: 'cpi'})).label,
    '2',
    'only that request was refused',
  )
  await ledger.startCooldown(north, '2', {next: 'stop', why: 'invalid key'})
  await ledger.startCooldown(north, '2', {next: 'wait', until: clock.now(), why: 'slow down'})
  await assert.rejects(ledger.reserve({provider: north, job: 'cpi'}), (error) => {
    assert.ok(error instanceof NeedsPerson)
    assert.match(error.message, /invalid key/)
    assert.match(error.nextStep!, /NORTH_KEY_1 or NORTH_KEY_2/)
    assert.doesNotMatch(`${error.message} ${error.nextStep}`, /canary/)
    return true
  })
  clock.advance(120_000)
  const changed = opened.ledger(clock, {...twoSecrets, NORTH_KEY_1: 'canary-new'})
  assert.equal((await changed.reserve({provider: north, job: 'cpi'})).label, '1')
  await ledger.endCooldown(north, '2')
  assert.equal((await ledger.reserve({provider: north, job: 'cpi'})).label, '2')
  const stored = await opened.database.pool.query('select t::text from credential_rests t')
  assert.doesNotMatch(JSON.stringify(stored.rows), /canary/)
})

test('the cooldown of a spent credential ends at the named reset, else by our own count, else after a day', async () => {
  const clock = fakeClock('2026-03-01T10:00:00Z')
  const ledger = opened.ledger(clock, twoSecrets)
  const north = aProvider([minute, {...day, requests: 2}], twoCredentials)
  const untilOf = async (label: string) =>
    (await opened.database.query<{until: string}>('select_provider_rests', [north.name])).find(
      (row) => (row as {credential?: string}).credential === label,
    )?.until
  await ledger.startCooldown(north, '1', {
    next: 'spent',
    until: new Date('2026-03-01T15:00:00Z'),
    why: 'day limit',
  })
  assert.equal(Date.parse((await untilOf('1'))!), Date.parse('2026-03-01T15:00:00Z'))
  await ledger.startCooldown(north, '2', {next: 'spent', why: 'day limit'})
  assert.equal(
    Date.parse((await untilOf('2'))!),
    Date.parse('2026-03-02T10:00:00Z'),
    'spent by another program: a day',
  )
  await assert.rejects(
    ledger.reserve({provider: north, job: 'cpi'}),
    (error) => error instanceof QuotaSpent && error.until?.toISOString() === '2026-03-01T15:00:00.000Z',
  )
  clock.set('2026-03-04T08:00:00Z')
  for (let i = 0; i < 2; i++) {
    await (await ledger.reserve({provider: north, job: 'cpi', credential: '1'})).finish({outcome: 'answered'})
    clock.advance(60_000)
  }
  await ledger.startCooldown(north, '1', {next: 'spent', why: 'day limit'})
  assert.equal(
    Date.parse((await untilOf('1'))!),
    Date.parse('2026-03-05T08:00:00.001Z'),
    'the oldest counted request leaves the window at that instant',
  )
})

test('a wait of unknown length doubles while waits follow one another', async () => {
  const clock = fakeClock('2026-03-01T10:00:00Z')
  const ledger = opened.ledger(clock)
  const north = aProvider([minute])
  const lengths: number[] = []
  for (let i = 0; i < 3; i++) {
    await ledger.startCooldown(north, 'keyless', {next: 'wait', why: '429'})
    const [row] = await opened.database.query<{since: string; until: string}>('select_provider_rests', [
      north.name,
    ])
    lengths.push(Date.parse(row!.until) - Date.parse(row!.since))
    clock.set(new Date(Date.parse(row!.until) + 1000))
  }
  assert.deepEqual(lengths, [60_000, 120_000, 240_000])
  clock.advance(3_600_000)
  await ledger.startCooldown(north, 'keyless', {next: 'wait', why: '429'})
  const [row] = await opened.database.query<{since: string; until: string}>('select_provider_rests', [
    north.name,
  ])
  assert.equal(Date.parse(row!.until) - Date.parse(row!.since), 60_000)
})

test('limits hold whatever isolation the database is set to; without a server nothing is reserved', async () => {
  const clock = fakeClock('2026-03-01T10:00:00Z')
  const north = aProvider([{...minute, requests: 1}])
  const name = new URL(opened.url).pathname.slice(1)
  await opened.database.pool.query(
    `alter database ${name} set default_transaction_isolation = 'repeatable read'`,
  )
  const second = await openOn(opened.url)
  try {
    const got = await Promise.allSettled(
      [1, 2, 3].map(() => second.ledger(clock).reserve({provider: north, job: 'cpi', wait: false})),
    )
    const goAt = got.flatMap((one) => (one.status === 'fulfilled' ? [one.value.goAt.getTime()] : []))
    assert.ok(goAt.length > 0)
    assert.equal(new Set(goAt).size, goAt.length, 'two reservations of one slot')
  } finally {
    await opened.database.pool.query(`alter database ${name} reset default_transaction_isolation`)
    await second.close()
  }
  await assert.rejects(second.ledger(clock).reserve({provider: north, job: 'cpi'}))
})

test('a reservation survives a crash of the server although the server is set to commit without waiting', async () => {
  const {rows} = await opened.database.pool.query('show synchronous_commit')
  await opened.database.transaction(async (tx) => {
    await tx.query('insert_provider_lock', ['north'])
    const inside = await tx.client.query('show synchronous_commit')
    assert.notEqual(inside.rows[0].synchronous_commit, 'off')
  })
  const again = await opened.database.pool.query('show synchronous_commit')
  assert.deepEqual(again.rows, rows)
})

test('a limit of one credential applies to it alone: the other continues, and takes a request too large for the first', async () => {
  const opened = await openOn(await server.withSchema('limits'))
  try {
    const day = {per: 'day', of: 'credential', window: 'sliding'} as const
    const north = provider([{...day, requests: 4}], {
      ...twoCredentials,
      accounting: {
        plans: (env) => [
          {...day, requests: Number(env['NORTH_PLAN']), credential: '1'},
          {...day, requests: 5, unit: 'usd', credential: '1'},
        ],
      },
    })
    const clock = fakeClock()
    const ledger = opened.ledger(clock, {...twoSecrets, NORTH_PLAN: '2'})
    const labels: string[] = []
    for (let n = 0; n < 6; n++) {
      const reservation = await ledger.reserve({provider: north, job: 'x', cost: {usd: 1}})
      labels.push(reservation.label)
      await reservation.finish({outcome: 'answered'})
    }
    assert.deepEqual(labels.toSorted().join(''), '112222')
    await assert.rejects(
      ledger.reserve({provider: north, job: 'x', credential: '1'}),
      (error) => error instanceof QuotaSpent,
    )
    clock.advance(2 * 86_400_000)
    assert.equal((await ledger.reserve({provider: north, job: 'x', cost: {usd: 6}})).label, '2')
    await assert.rejects(
      ledger.reserve({provider: north, job: 'x', cost: {usd: 6}, credential: '1'}),
      (error) => error instanceof NeedsPerson && /may cost \$6, more than/.test(error.message),
    )
    const settings = [
      {variable: 'NORTH_USD', per: 'day', unit: 'usd', credential: '2', doc: 'dollars'},
    ] as const
    const billed = {
      ...north,
      settings,
      accounting: {
        plans: () =>
          ['1', '2'].map((credential) => ({
            ...day,
            requests: 0,
            unit: 'usd' as const,
            credential,
            needs: `NORTH_USD_${credential}`,
          })),
      },
    }
    await assert.rejects(
      ledger.reserve({provider: billed, job: 'x', cost: {usd: 1}}),
      (error) => error instanceof NeedsPerson && /Set NORTH_USD_1/.test(error.nextStep ?? ''),
    )
    clock.advance(2 * 86_400_000)
    const set = opened.ledger(clock, {...twoSecrets, NORTH_USD: '3'})
    assert.equal(
      (await set.reserve({provider: billed, job: 'x', cost: {usd: 1}})).label,
      '2',
      'the setting of one credential is not a limit of another',
    )
  } finally {
    await opened.close()
  }
})
