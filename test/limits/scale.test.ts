/** Reading a long ledger stays quick: the counted rows are found through the index, without a full scan. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {statement} from '../../src/lib/db/statement.js'
import {accessOf} from '../../src/lib/limits/access.js'
import {windowQueriesOf} from '../../src/lib/limits/slots.js'
import {loadConfig} from '../../src/lib/config.js'
import {fakeClock} from '../clock.js'
import {full, soak} from '../size.js'
import {type Opened, openForFile, provider, twoCredentials, twoSecrets} from './settings.js'

let opened: Opened
openForFile((one) => {
  opened = one
})

const fill = `insert into provider_requests (provider, credential, unit, reserved_at, go_at, counts_until, outcome, host, pid)
  select $1, (n % 2 + 1)::text, 'cpi', at, at, at, 'answered', 'here', 1
  from generate_series(1, $2::int) as n, lateral (select $3::timestamptz - n * $4::interval as at) as instants`

// rows of at least 70 days: more than 5,000 of them are old enough to be deleted
const [own, others, distance] = soak
  ? [200_000, 100_000, '1 minute']
  : full
    ? [110_000, 50_000, '1 minute']
    : [25_000, 8_000, '5 minutes']

test('only the requests of the windows are read from a ledger of many months; old ones are deleted along the way', async () => {
  const clock = fakeClock('2026-11-20T12:00:00Z')
  const north = provider(
    [
      {requests: 30, per: 'minute', of: 'credential', window: 'sliding'},
      {requests: 100_000, per: 'month', of: 'credential', window: {startsAt: 'first of month UTC'}},
    ],
    twoCredentials,
  )
  const {pool} = opened.database
  await pool.query(fill, [north.name, own, clock.now().toISOString(), distance])
  await pool.query(fill, ['south', others, clock.now().toISOString(), distance])
  await pool.query('analyze provider_requests')
  const access = accessOf(north, loadConfig(twoSecrets, '/'))
  const {rows} = await pool.query<{'QUERY PLAN': string}>(
    `explain (analyze, buffers off) ${statement('select_provider_requests_spent').text}`,
    [north.name, JSON.stringify(windowQueriesOf(access, undefined, clock.now().getTime()))],
  )
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  assert.match(plan, /Index.* provider_requests_window|Index Scan using provider_requests_window/, plan)
  assert.doesNotMatch(plan, /Seq Scan on provider_requests/, plan)

  const count = async () =>
    Number(
      (await pool.query('select count(*) as n from provider_requests where provider = $1', [north.name]))
        .rows[0].n,
    )
  const before = await count()
  const ledger = opened.ledger(clock, twoSecrets)
  // every five hundredth reservation deletes a part of the rows older than the longest window and 35 days
  for (let i = 0; i < 500; i++) {
    await (await ledger.reserve({provider: north, job: 'cpi'})).finish({outcome: 'answered'})
    clock.advance(1000)
  }
  assert.equal(await count(), before + 500 - 5000)
  const oldest = await pool.query("select count(*) as n from provider_requests where provider = 'south'")
  assert.equal(Number(oldest.rows[0].n), others, 'the rows of another provider stay')
})
