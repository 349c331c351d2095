/**
 * A clock that is or was ahead: no run starts with it, and what it wrote neither blocks a provider nor counts
 * as a success.
 */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, test} from 'node:test'
import pg from 'pg'
import {realClock} from '../../src/lib/clock.js'
import {cpi} from '../../src/lib/collectors/cpi.js'
import {loadConfig} from '../../src/lib/config.js'
import type {Limit} from '../../src/lib/define.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {forgetFuture, readFuture} from '../../src/lib/limits/future.js'
import {collect} from '../../src/lib/run/collect.js'
import {openContext} from '../../src/lib/run/context.js'
import {isFromFuture, withoutFuture, type TargetState} from '../../src/lib/run/due.js'
import {dayMs, hourMs, minuteMs} from '../../src/lib/time.js'
import {fakeClock} from '../clock.js'
import {openForFile, provider, twoCredentials, twoSecrets, type Opened} from '../limits/settings.js'
import {fin, type Postgres} from '../servers.js'
import {move, openSetup} from './setup.js'

let opened: Opened
let server: Postgres
openForFile((given, at) => ([opened, server] = [given, at]))

const now = () => realClock.now()
const from = (ms: number) => new Date(now().getTime() + ms)

describe('a run', () => {
  const log = {error() {}, warn() {}, notice() {}, detail() {}}
  async function run(aheadMs: number) {
    const url = await server.withSchema('clock')
    const config = loadConfig({DATABASE_URL: url}, '/') // without a credential, it ends before any request
    const stop = new AbortController().signal
    const clock = fakeClock(from(aheadMs))
    const context = await openContext({config, log, stop, version: 'test', clock, claims: async () => []})
    try {
      const error = await collect(cpi, {command: 'fin ingest cpi'}, context).catch(
        (thrown: unknown) => thrown,
      )
      const {rows} = await (
        await context.database()
      ).pool.query<{runs: number; locks: number}>(
        'select (select count(*)::integer from job_runs) runs, (select count(*)::integer from job_locks) locks',
      )
      return {error, ...rows[0]!}
    } finally {
      await context.close()
    }
  }

  test('does not start with a clock that is ahead by more than a minute', async () => {
    const {error, runs, locks} = await run(2 * hourMs)
    assert.ok(error instanceof NeedsPerson)
    assert.match(error.message, /the clock of this machine is 7\d\d\d s ahead of the database server's: 2/)
    assert.deepEqual([runs, locks], [0, 0], 'nothing is recorded, and the lock is free')
  })

  for (const [name, aheadMs] of [
    ['by less than a minute', 20_000],
    ['not at all: it is behind', -30 * dayMs],
  ] as const)
    test(`starts with a clock that is ahead ${name}`, async () => {
      const {error, runs} = await run(aheadMs)
      assert.match(String(error), /FRED_API_KEY|needs a key/)
      assert.equal(runs, 1)
    })

  test('of a simulation may be at any time', async () => {
    const setup = await openSetup({at: new Date('2031-01-06T21:00:00Z')})
    const {outcome} = await setup.collect(cpi)
    assert.equal(outcome, 'done')
  })
})

describe('the ledger', () => {
  const perMinute: Limit = {requests: 5, per: 'minute', of: 'credential', window: 'sliding'}
  const named = (name: string) => provider([perMinute], {...twoCredentials, name})
  const refused = (error: unknown) =>
    error instanceof NeedsPerson && error.nextStep!.includes('fin quota --forget-future')

  test('refuses reservations of the future, and names the command that drops them', async () => {
    const north = named('north')
    const ahead = opened.ledger(fakeClock('2027-06-01T10:00:00Z'), twoSecrets)
    await ahead.reserve({provider: north, job: 'cpi'})
    const back = opened.ledger(fakeClock('2026-12-02T10:00:00Z'), twoSecrets)
    await assert.rejects(back.reserve({provider: north, job: 'cpi', credential: '1'}), refused)
    await assert.rejects(back.reserve({provider: north, job: 'cpi', credential: '1', wait: true}), refused)
    const at = new Date('2026-12-02T10:00:00Z')
    assert.equal((await readFuture(opened.database, at)).reservations, 1)
    assert.equal((await forgetFuture(opened.database, at)).reservations, 1)
    assert.deepEqual(await readFuture(opened.database, at), {reservations: 0, cooldowns: 0, successes: 0})
    await back.reserve({provider: north, job: 'cpi', credential: '1'})
  })

  test('refuses a cooldown that began in the future', async () => {
    const south = named('south')
    const clock = fakeClock('2027-06-01T10:00:00Z')
    const until = new Date('2027-06-02T00:00:00Z')
    await opened.ledger(clock, twoSecrets).startCooldown(south, '1', {next: 'spent', until, why: 'spent'})
    const back = opened.ledger(fakeClock('2026-12-02T10:00:00Z'), twoSecrets)
    await assert.rejects(back.reserve({provider: south, job: 'cpi', credential: '1'}), refused)
    assert.equal((await forgetFuture(opened.database, new Date('2026-12-02T10:00:00Z'))).cooldowns, 1)
    await back.reserve({provider: south, job: 'cpi', credential: '1'})
  })

  test('refuses an answer of the future, although its reservation was made before', async () => {
    const west = named('west')
    const clock = fakeClock('2026-12-02T10:00:00Z')
    const reservation = await opened
      .ledger(clock, twoSecrets)
      .reserve({provider: west, job: 'cpi', credential: '1'})
    clock.set('2027-06-01T10:00:00Z')
    await reservation.finish({outcome: 'answered'})
    const back = opened.ledger(fakeClock('2026-12-02T10:05:00Z'), twoSecrets)
    await assert.rejects(back.reserve({provider: west, job: 'cpi', credential: '1'}), refused)
    assert.equal((await forgetFuture(opened.database, new Date('2026-12-02T10:05:00Z'))).reservations, 1)
  })

  test('waits for reservations that lie little ahead, after a small correction of the clock', async () => {
    const east = named('east')
    await opened
      .ledger(fakeClock('2026-12-02T10:01:00Z'), twoSecrets)
      .reserve({provider: east, job: 'cpi', credential: '1'})
    const back = opened.ledger(fakeClock('2026-12-02T10:00:30Z'), twoSecrets)
    const {goAt} = await back.reserve({provider: east, job: 'cpi', credential: '1'})
    assert.equal(goAt.toISOString(), '2026-12-02T10:01:00.000Z')
    assert.equal((await readFuture(opened.database, new Date('2026-12-02T10:00:30Z'))).reservations, 0)
  })
})

describe('a success in the future', () => {
  const at = new Date('2026-12-02T10:00:00Z')
  const state = (ms: number): TargetState => ({
    target: 'A',
    last_attempt: new Date(at.getTime() + ms).toISOString(),
    last_success: new Date(at.getTime() + ms).toISOString(),
    failures: 0,
    next_due: '2027-07-01T00:00:00Z',
    cursor: {page: 3},
    status: 'active',
  })

  test('counts as none, and the cursor stays', () => {
    assert.deepEqual(
      [-hourMs, 0, minuteMs, minuteMs + 1, dayMs].map((ms) => isFromFuture(state(ms), at)),
      [false, false, false, true, true],
    )
    assert.deepEqual(withoutFuture([state(dayMs)], at), [
      {...state(dayMs), last_attempt: null, last_success: null, next_due: null},
    ])
  })

  test('does not keep a job from running, nor its table fresh; quota, doctor and --forget-future agree', async () => {
    const setup = await openSetup({at: new Date('2026-12-02T10:00:00Z')})
    const env = setup.env
    await setup.collect(cpi)
    await move(setup, 180 * dayMs)
    await setup.collect(cpi, {force: true})
    // The simulator's clock goes on only, so that the rows move instead.
    await move(setup, dayMs)
    const shift = (table: string, ...columns: string[]) =>
      setup.rows(
        `update ${table} set ${columns.map((one) => `${one} = ${one} + interval '300 days'`).join(', ')}`,
      )
    await shift('provider_requests', 'go_at', 'counts_until', 'reserved_at')
    await shift('target_state', 'last_attempt', 'last_success')
    const status = JSON.parse((await fin(['status', '--json'], {env})).stdout) as {
      unit: string
      last_success: string
    }[]
    assert.equal(status.find(({unit}) => unit === 'cpi')?.last_success, null)
    const run = await fin(['ingest', 'cpi'], {env})
    assert.equal(run.code, 2, run.stderr)
    assert.match(run.stderr, /the ledger has requests or cooldowns of 202\S+, and it is 2027/)
    assert.match(run.stderr, /fin quota --forget-future/)
    const quota = await fin(['quota', '--provider', 'fred', '--json'], {env})
    assert.match(quota.stdout, /"why":"a clock was ahead: fin quota --forget-future"/)
    const dry = await fin(['quota', '--forget-future', '--dry-run'], {env})
    assert.match(
      dry.stderr,
      /^would drop [1-9]\d* reservations?, 0 cooldowns and [1-9]\d* success(es)? of the future$/m,
    )
    const done = await fin(['quota', '--forget-future'], {env})
    assert.equal(done.stderr.replace('dropped', 'would drop'), dry.stderr)
    const again = await fin(['quota', '--forget-future'], {env})
    assert.match(again.stderr, /^dropped 0 reservations, 0 cooldowns and 0 successes of the future$/m)
    assert.equal((await fin(['ingest', 'cpi'], {env})).code, 0)
  })

  test('is not dropped by a clock that is behind, for which every right instant lies ahead', async () => {
    const url = await server.withSchema('behind')
    const folder = mkdtempSync(join(tmpdir(), 'fin-clock-'))
    const hook = join(folder, 'behind.cjs')
    writeFileSync(
      hook,
      `const now = Date.now
globalThis.Date = class extends Date {
  constructor(...given) { given.length ? super(...given) : super(now() - ${2 * hourMs}) }
}`,
    )
    const client = new pg.Client(url)
    await client.connect()
    try {
      await client.query(
        `insert into target_state (unit, target, last_success) values ('cpi', 'A', clock_timestamp())`,
      )
      const forget = async (...options: string[]) =>
        fin(['quota', '--forget-future', ...options], {
          env: {DATABASE_URL: url, NODE_OPTIONS: `--require ${hook}`},
        })
      for (const options of [[], ['--dry-run']]) {
        const refused = await forget(...options)
        assert.equal(refused.code, 2, refused.stderr)
        assert.match(
          refused.stderr,
          /the clock of this machine is 7[12]\d\d s behind the database server's: .*\n\s+Correct the clock/,
        )
      }
      const {rowCount} = await client.query('select from target_state where last_success is not null')
      assert.equal(rowCount, 1)
    } finally {
      await client.end()
      rmSync(folder, {recursive: true})
    }
  })

  test('of a real database is shown by doctor', async () => {
    const url = await server.withSchema('doctor')
    const client = new pg.Client(url)
    await client.connect()
    try {
      const check = async () => (await fin(['doctor', '--ndjson'], {env: {DATABASE_URL: url}})).stdout
      assert.doesNotMatch(await check(), /"check":"future/)
      await client.query(
        `insert into target_state (unit, target, last_success) values ('cpi', 'A', clock_timestamp() + interval '1 day')`,
      )
      assert.match(
        await check(),
        /"check":"future".*"state":"broken".*0 reservations, 0 cooldowns and 1 success lie.*--forget-future/,
      )
      await client.query(
        `insert into sp500_membership (symbol, period_number, source, is_end_assumed, known_from, seen_at)
         values ('A', 1, 'both', false, now(), now()), ('B', 1, 'both', false, now(), '2099-01-02 03:04Z')`,
      )
      assert.match(
        await check(),
        /"check":"future rows".*"state":"broken".*rows of 1 table were .*\(sp500_membership: 2099-01-02 03:04 UTC\)/,
      )
    } finally {
      await client.end()
    }
  })
})
