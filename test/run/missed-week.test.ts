/**
 * A week without runs, then one run of each crypto and social collector. Data that the provider still offers
 * is stored once; data that it no longer offers is a gap with its bounds.
 */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import {bithumbMarkets} from '../../src/lib/collectors/bithumb-markets.js'
import {bithumbTickers} from '../../src/lib/collectors/bithumb-tickers.js'
import {coinDetails} from '../../src/lib/collectors/coin-details.js'
import {coingeckoDerivatives} from '../../src/lib/collectors/coingecko-derivatives.js'
import {coingeckoGlobal} from '../../src/lib/collectors/coingecko-global.js'
import {coingeckoIds} from '../../src/lib/collectors/coingecko-ids.js'
import {coingeckoTickers} from '../../src/lib/collectors/coingecko-tickers.js'
import {truthPosts} from '../../src/lib/collectors/truth-posts.js'
import {truthTags} from '../../src/lib/collectors/truth-tags.js'
import {truthTrends} from '../../src/lib/collectors/truth-trends.js'
import {xPosts} from '../../src/lib/collectors/x-posts.js'
import {xProfiles} from '../../src/lib/collectors/x-profiles.js'
import {statement} from '../../src/lib/db/statement.js'
import type {AnyCollector} from '../../src/lib/define.js'
import {bithumbCoingecko} from '../../src/lib/mappers/bithumb-coingecko.js'
import {full} from '../size.js'
import {generous, move, openSetup, type TestSetup} from './setup.js'

const weekMs = 7 * 86_400_000
/** The markets of Bithumb come first, because the others depend on them. */
const jobs: readonly AnyCollector[] = [
  bithumbMarkets,
  bithumbTickers,
  coingeckoIds,
  coingeckoGlobal,
  coingeckoDerivatives,
  coinDetails,
  coingeckoTickers,
  xProfiles,
  xPosts,
  truthPosts,
  truthTrends,
  truthTags,
]
/** The providers of these offer only the present data. The weekly collector missed nothing in a week. */
const snapshots = ['bithumb-tickers', 'coingecko-global', 'coingecko-tickers', 'truth-tags', 'truth-trends']

/** Every day: accounts of X that post often, and one that is requested once a week. */
const few = mkdtempSync(join(tmpdir(), 'fin-missed-week-'))
after(() => rmSync(few, {recursive: true}))
writeFileSync(
  join(few, 'x-accounts.csv'),
  `username,group,category,frequency,priority,credential
elonmusk,primary,core_investors,daily,1,2
jimcramer,primary,core_investors,every_3_days,2,2
CNBC,secondary,media,daily,2,3
Tesla,secondary,corporate,weekdays:fri,4,1
`,
)

let setup: TestSetup
let beganMs: number
const firstRuns = new Map<string, number>()
before(async () => {
  // A Monday after the derivatives of the week. Details and tickers of a few coins, because a thousand would
  // take minutes.
  setup = await openSetup({
    at: new Date('2026-11-23T21:00:00Z'),
    env: full ? generous : {...generous, FIN_CONFIG_DIR: few},
    simulated: generous,
  })
  beganMs = setup.simulator.clock.nowMs()
  for (const job of jobs) {
    if (job === coinDetails) await setup.map(bithumbCoingecko)
    const run = await setup.collect(job, {...limited(job), force: job === xPosts})
    assert.deepEqual([job.name, run.exit_code], [job.name, 0], run.complaints.join('; '))
    firstRuns.set(job.name, setup.simulator.clock.nowMs())
  }
  await moveTime(weekMs)
})
const limited = (job: AnyCollector) => {
  if (job === coinDetails || job === coingeckoTickers) return {limit: 5}
  return job === coingeckoIds && !full ? {names: ['1', '2']} : {}
}
const moveTime = (ms: number) => move(setup, ms)
const gaps = () => setup.rows(statement('select_gaps').text, ['any'])

for (const job of jobs)
  test(`${job.name} catches up with one run, and reports data that is missing for good`, async () => {
    const run = await setup.collect(job, limited(job))
    assert.deepEqual([run.exit_code, run.targets_failed], [0, 0], run.complaints.join('; '))
    assert.equal(
      run.complaints.some((complaint) => /cannot be collected any more/.test(complaint)),
      snapshots.includes(job.name),
    )
  })

test('the week is a gap of each snapshot, from the answer before it to the one after it', async () => {
  const nowMs = setup.simulator.clock.nowMs()
  const found = (await gaps()).map(({unit: job, target, began_at: began, ended_at: ended}) => ({
    unit: job,
    target,
    beganMs: (began as Date).getTime(),
    endedMs: (ended as Date).getTime(),
  }))
  assert.deepEqual(
    found.map(({unit: job, target}) => [job, target]).sort(),
    snapshots.map((name) => [name, null]),
  )
  for (const gap of found) {
    assert.ok(
      gap.beganMs >= beganMs && gap.beganMs <= firstRuns.get(String(gap.unit))!,
      'from the last answer before the week',
    )
    assert.ok(
      gap.endedMs >= firstRuns.get(String(gap.unit))! + weekMs - 60_000 && gap.endedMs <= nowMs,
      'to the first one after it',
    )
  }
})

test('posts of the week on X are all stored, once', async () => {
  const {accounts} = setup.simulator.scenario
  const nowMs = setup.simulator.clock.nowMs()
  // some are requested once a month only, and were not due
  const requested = await setup.rows(
    `select target as handle from target_state where unit = 'x-posts' and last_success >= $1`,
    [new Date(beganMs + weekMs).toISOString()],
  )
  const handles = requested.map(({handle}) => String(handle))
  assert.ok(handles.length >= (full ? 15 : 3), `${handles.length} accounts`)
  let checked = 0
  for (const handle of handles) {
    const account = accounts.byHandle(handle)!
    const offered = accounts
      .timeline(account, nowMs, 3200)
      .filter(({atMs}) => atMs > beganMs)
      .map(({id}) => id)
    const rows = await setup.rows('select tweet_id from x_posts where author_id = $1 and created_at > $2', [
      account.id,
      new Date(beganMs).toISOString(),
    ])
    assert.deepEqual(rows.map(({tweet_id: id}) => String(id)).sort(), offered.sort(), handle)
    checked += offered.length
  }
  assert.ok(checked > (full ? 500 : 300), `${checked} posts`)
})

test('posts of the week on Truth Social are all stored, once, where each walk goes forward', async () => {
  const {truths} = setup.simulator.scenario
  const nowMs = setup.simulator.clock.nowMs()
  for (const name of ['realDonaldTrump', 'WhiteHouse', 'DonaldJTrumpJr']) {
    const account = truths.byName(name)!
    const offered = truths
      .between(account, beganMs, nowMs, nowMs)
      .filter(({kind}) => kind !== 'reply')
      .map(({id}) => id)
    const rows = await setup.rows(
      'select id from truth_social_posts where account_id = $1 and created_at > $2 order by length(id), id',
      [account.id, new Date(beganMs).toISOString()],
    )
    assert.deepEqual(
      rows.map(({id}) => String(id)),
      offered,
      name,
    )
    assert.ok(offered.length >= 20, `${offered.length} posts of ${name}`)
  }
})

// details were requested for other coins, and each batch of derivatives is a batch of its own
for (const job of jobs.filter(
  (one) => !snapshots.includes(one.name) && one !== coingeckoDerivatives && one !== coinDetails,
))
  test(`${job.name} stores nothing new and no gap in a second run`, async () => {
    const before = await gaps()
    const again = await setup.collect(job, {...limited(job), force: job !== xPosts})
    assert.deepEqual([again.exit_code, again.rows_inserted], [0, 0])
    assert.deepEqual(await gaps(), before)
  })

test('a day later there is no gap; a failed run leaves it open until the next answer', async () => {
  const count = (await gaps()).length
  await moveTime(86_400_000)
  await setup.collect(coingeckoGlobal)
  assert.equal((await gaps()).length, count)
  const lastMs = setup.simulator.clock.nowMs()
  await moveTime(3 * 86_400_000)
  setup.simulator.faults.add({provider: 'coingecko', kind: 'empty', times: 1})
  assert.equal((await setup.collect(coingeckoGlobal)).exit_code, 1)
  const triedMs = setup.simulator.clock.nowMs()
  await moveTime(86_400_000)
  assert.equal((await setup.collect(coingeckoGlobal)).exit_code, 0)
  const [last] = (await gaps()).filter(
    ({unit: job, began_at: began}) =>
      job === 'coingecko-global' && (began as Date).getTime() >= lastMs - 60_000,
  )
  assert.ok((last!['ended_at'] as Date).getTime() > triedMs, 'to the answer, not to the failed try')
})

test('a run of one target does not hide the gap', async () => {
  const before = (await gaps()).length
  await moveTime(2 * 86_400_000)
  await setup.collect(bithumbTickers, {names: ['KRW-BTC']})
  const ofTickers = (await gaps()).filter(({unit: job}) => job === 'bithumb-tickers')
  assert.deepEqual([(await gaps()).length, ofTickers.length], [before + 1, 2])
  await setup.collect(bithumbTickers)
  assert.equal((await gaps()).length, before + 1)
})
