/** An answer of which every item is rejected is a failure, of the target and of the run. */
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'
import {bithumbMarkets} from '../../src/lib/collectors/bithumb-markets.js'
import {cpi} from '../../src/lib/collectors/cpi.js'
import {ipoCalendar} from '../../src/lib/collectors/ipo-calendar.js'
import {marketNews} from '../../src/lib/collectors/market-news.js'
import type {AnyCollector} from '../../src/lib/define.js'
import {isRejected} from '../../src/lib/parse.js'
import {replay, type Replayed} from '../../src/lib/run/replay.js'
import {collectSaved} from '../../src/lib/run/saved.js'
import {listTargets, tried} from './collectors.js'
import {generous, openSetup, type TestSetup} from './setup.js'

const successes = (setup: TestSetup, {name}: AnyCollector) =>
  setup.rows(`select target from target_state where unit like $1 || '%' and last_success is not null`, [name])

/** The collector, with a parse function that reads no item. */
function blind(collector: AnyCollector): AnyCollector {
  const sources = Object.entries(collector.sources).map(([name, source]) => [
    name,
    {
      ...source,
      *parse(body: unknown, from: never) {
        for (const row of source.parse(body as never, from))
          yield isRejected(row) ? row : {rejected: 'it has another form', item: {row}}
      },
    },
  ])
  return {...collector, sources: Object.fromEntries(sources) as AnyCollector['sources']}
}

for (const collector of tried)
  test(`${collector.name}: no row can be stored, so the run fails, nothing is done, and the next run asks again`, async () => {
    const setup = await openSetup({env: generous, simulated: generous})
    await listTargets(setup, collector)
    await setup.rows('delete from target_state where unit = $1', [collector.name])
    const only = {limit: 2, force: collector.groups !== undefined}
    const run = await setup.collect(blind(collector), only)
    // an answer without items is no failure
    assert.deepEqual([run.outcome, run.exit_code], [run.targets_done === 0 ? 'failed' : 'partial', 1])
    assert.ok(run.targets_failed > 0)
    assert.match(run.complaints.join('\n'), /no row of the answer could be stored.* it has another form/)
    assert.equal((await successes(setup, collector)).length, run.targets_done)
    const [{n, bodies} = {}] = await setup.rows(
      `select count(*)::int as n, count(*) filter (where kind = 'body')::int as bodies from rejected_rows`,
    )
    assert.deepEqual([n, bodies], [run.rows_rejected, 0], 'the items are kept, once')
    setup.simulator.clock.change({advanceMs: 3_600_000})
    await setup.context.clock.refresh()
    const dry = await setup.collect(blind(collector), {...only, dryRun: true})
    assert.equal(dry.exit_code, 1)
    const again = await setup.collect(collector, only)
    assert.ok(again.targets_done > 0, `${again.outcome}: ${again.message}`)
    await setup.close()
  })

describe('a saved answer of which every item is rejected', () => {
  const answers: [AnyCollector, string][] = [
    [
      ipoCalendar,
      'symbol,name,ipoDate,priceRangeLow,priceRangeHigh,currency,exchange\nA,A INC,soon,1,2,USD,NYSE\n',
    ],
    [
      cpi,
      JSON.stringify({
        observations: [
          {date: '2026-10-01', value: 'n.n.'},
          {date: 'June', value: '1'},
        ],
      }),
    ],
    [
      marketNews,
      JSON.stringify({status: 'ok', articles: [{publishedAt: 'today', url: 'https://a.example/1'}]}),
    ],
    [bithumbMarkets, JSON.stringify([{market: 'KRW', korean_name: '비트코인', english_name: 'Bitcoin'}])],
  ]
  for (const [collector, text] of answers)
    test(`fails, with and without a dry run: ${collector.name}`, async () => {
      const setup = await openSetup()
      for (const dryRun of [true, false]) {
        const run = await collectSaved(collector, text, {command: 'test', dryRun}, setup.context)
        assert.deepEqual([run.outcome, run.exit_code], ['failed', 1])
        assert.match(run.message ?? '', /no row of the answer could be stored/)
      }
      assert.deepEqual(await successes(setup, collector), [])
      assert.deepEqual(await setup.rows('select outcome from job_runs'), [{outcome: 'failed'}])
    })

  test('is partial as soon as one item is good', async () => {
    const setup = await openSetup()
    const observations = [
      {date: '2026-09-01', value: '330.1'},
      {date: '2026-10-01', value: 'n.n.'},
    ]
    const run = await collectSaved(cpi, JSON.stringify({observations}), {command: 'test'}, setup.context)
    assert.deepEqual([run.outcome, run.exit_code, run.rows_inserted], ['partial', 1, 1])
  })
})

test('the table rejects every row: the target stays due, and a replay of the body changes nothing', async () => {
  const setup = await openSetup()
  await setup.rows(`alter table cpi add constraint nothing_fits check (unit = 'furlongs')`)
  const run = await setup.collect(cpi)
  assert.deepEqual([run.outcome, run.exit_code, run.targets_done], ['failed', 1, 0])
  assert.match(run.complaints.join(), /nothing_fits/)
  assert.deepEqual(await successes(setup, cpi), [])

  await setup.rows('delete from rejected_rows')
  await setup.rows(
    `insert into rejected_rows (unit, source, target, kind, reason, item, received_at, rejected_at)
     values ('cpi', 'fred', 'CPIAUCNS', 'body', 'was refused', $1, '2026-11-22Z', '2026-11-22Z')`,
    [JSON.stringify({observations: [{date: '2026-09-01', value: '330.1'}]})],
  )
  const options = {limit: 10, dryRun: false, dismiss: false}
  const results: Replayed[] = []
  for await (const one of replay(
    {collectors: new Map([['cpi', cpi as AnyCollector]]), feeds: new Map()},
    options,
    setup.context,
  ))
    results.push(one)
  assert.deepEqual(
    results.map(({result}) => result),
    ['still refused'],
  )
  assert.match(results[0]?.reason ?? '', /nothing_fits/)
  assert.deepEqual(
    await setup.rows('select count(*)::int as n from rejected_rows where settled_at is null'),
    [{n: 1}],
  )
  assert.deepEqual(await successes(setup, cpi), [])
})
