/**
 * An answer of several pages: each page is stored on arrival, with the cursor from which the next run
 * resumes.
 */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {coingeckoIds} from '../../src/lib/collectors/coingecko-ids.js'
import {defineCollector, type Source} from '../../src/lib/define.js'
import {coinMarkets, coingecko} from '../../src/lib/providers/coingecko.js'
import {openSetup, type TestSetup} from './setup.js'

const open = async () => {
  const generous = {COINGECKO_REQUESTS_PER_MINUTE: '1000'}
  return openSetup({env: generous, simulated: generous})
}

type Walk = Source<'coingecko_id_mapping', unknown, {target: string}, number>
const lastPage = 4
const {parse} = coingeckoIds.sources['coingecko']! as unknown as Walk

/** Four pages of coins; the cursor is the number of the page that was stored last. */
const walk = defineCollector({
  name: 'coin-walk',
  summary: 'walks over pages',
  tables: ['coingecko_id_mapping'],
  key: ['coingecko_id'],
  schedule: coingeckoIds.schedule!,
  sources: {
    coingecko: {
      provider: coingecko,
      request: (_target, cursor) => coinMarkets((cursor ?? 0) + 1),
      parse,
      advance: (_body, cursor) => (cursor ?? 0) + 1,
      next: (_body, {query}) =>
        Number(query!['page']) < lastPage ? coinMarkets(Number(query!['page']) + 1) : undefined,
    } satisfies Walk,
  },
})
const requestedPages = (setup: TestSetup) =>
  setup.simulator.log.requests({}).map(({path}) => Number(/[?&]page=(\d+)/.exec(path)?.[1]))

test('a failure on the third page leaves two pages stored, and the next run begins with the third', async () => {
  const setup = await open()
  setup.simulator.faults.add({provider: 'coingecko', kind: 'garbage', path: 'page=3', times: 1})
  const first = await setup.collect(walk)
  assert.deepEqual(
    [first.outcome, first.exit_code, first.rows_inserted, first.targets_done],
    ['failed', 1, 500, 0],
  )
  assert.deepEqual(await setup.rows('select cursor, last_success, failures from target_state'), [
    {cursor: 2, last_success: null, failures: 1},
  ])
  const second = await setup.collect(walk)
  assert.deepEqual([second.outcome, second.rows_inserted, second.targets_done], ['done', 500, 1])
  assert.deepEqual(requestedPages(setup), [1, 2, 3, 3, 4])
  assert.deepEqual(
    await setup.rows(
      'select cursor, last_success is not null as is_done, failures, next_due from target_state',
    ),
    [{cursor: 4, is_done: true, failures: 0, next_due: null}],
  )
  assert.equal((await setup.collect(walk)).outcome, 'nothing due')
})

test('a page is stored before the next one is requested', async () => {
  const setup = await open()
  const seen: [requests: number, rows: number][] = []
  const stored = async () =>
    Number((await setup.rows('select count(*) from coingecko_id_mapping'))[0]!['count'])
  await setup.collect(walk, {
    emit: async () => void seen.push([requestedPages(setup).length, await stored()]),
  })
  assert.deepEqual(seen, [
    [1, 250],
    [2, 500],
    [3, 750],
    [4, 1000],
  ])
})

test('a target stopped between two pages stays due and resumes there', async () => {
  const setup = await open()
  const run = await setup.collect(walk, {emit: () => setup.stop.abort(new Error('enough'))})
  assert.deepEqual([run.outcome, run.rows_inserted], ['interrupted', 250])
  assert.deepEqual(
    await setup.rows('select cursor, last_success, next_due <= last_attempt as is_due from target_state'),
    [{cursor: 1, last_success: null, is_due: true}],
  )
})
