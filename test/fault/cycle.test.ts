/**
 * A whole cycle over the index, by real processes of which some are killed with SIGKILL at work. The cycle
 * completes. Each symbol is requested exactly once, except those whose answer was in flight or not yet stored
 * at a kill.
 */
import assert from 'node:assert/strict'
import {before, test} from 'node:test'
import {setTimeout as pause} from 'node:timers/promises'
import {sp500Companies} from '../../src/lib/collectors/sp500-companies.js'
import {generous, openSetup, type TestSetup} from '../run/setup.js'
import {fin} from '../servers.js'
import {full} from '../size.js'
import {leftOpen, seeded} from './kills.js'

const kills = full ? 20 : 3
const members = full ? 503 : 70
/** The duration of an answer: a cycle over 503 members takes about a minute. */
const answerMs = 60

let setup: TestSetup
let onRequest: (() => void) | undefined

before(async () => {
  setup = await openSetup({env: generous, simulated: generous, onRequest: () => onRequest?.()})
  await setup.collect(sp500Companies)
  await setup.rows(
    'delete from sp500_companies where symbol not in (select symbol from sp500_companies order by symbol limit $1)',
    [members],
  )
  setup.simulator.faults.add({provider: 'alpha-vantage', kind: 'slow', ms: answerMs, times: 1e6})
})
/** The requested symbols, in order and in our spelling. */
const requestedSymbols = (from = 0) =>
  setup.simulator.log
    .requests({provider: 'alpha-vantage'})
    .slice(from)
    .map(({path}) => new URLSearchParams(path.split('?')[1]).get('symbol')!.replace('-', '.'))

/** Runs the command and kills it `afterMs` after its request number `count`. */
async function run(count: number, afterMs: number) {
  let seen = 0
  const child = {pid: 0, kill: (_signal: NodeJS.Signals) => false}
  onRequest = () => {
    if (++seen === count) void pause(afterMs).then(() => child.kill('SIGKILL'))
  }
  const ended = await fin(['ingest', 'company-overview'], {
    env: setup.env,
    started: (started) => Object.assign(child, started),
  })
  onRequest = undefined
  return {...ended, pid: child.pid}
}

test(
  `company-overview completes its cycle although it is killed ${kills} times`,
  {timeout: 300_000},
  async (t) => {
    const random = seeded(503)
    const startedAt = performance.now()
    const underWay = new Map<string, number>()
    for (let n = 0; n < kills; n++) {
      const since = String((await setup.rows('select clock_timestamp()::text as at'))[0]?.['at'])
      const before = requestedSymbols().length
      const killed = await run(6 + Math.floor(random() * 16), random() * answerMs * 2)
      assert.equal(killed.signal, 'SIGKILL', killed.stderr)
      assert.deepEqual(await leftOpen(setup, since, 3000), [])
      const own = requestedSymbols(before)
      const known = new Set(
        (await setup.rows(`select target from target_state where unit = 'company-overview'`)).map(
          ({target}) => String(target),
        ),
      )
      const lost = own.filter((symbol) => !known.has(symbol))
      assert.ok(lost.length <= 1, `one run requested ${lost.join(', ')} in vain`)
      assert.deepEqual(
        lost,
        lost.length === 0 ? [] : own.slice(-1),
        'an answer other than the last one is missing',
      )
      for (const symbol of lost) underWay.set(symbol, (underWay.get(symbol) ?? 0) + 1)
      const reserved = await setup.rows(
        `select 1 from provider_requests where pid = $1 and outcome = 'reserved'`,
        [killed.pid],
      )
      assert.ok(reserved.length <= 1)
    }
    const atWork = await setup.rows(
      `select count(*)::int as n from job_runs where unit = 'company-overview' and outcome = 'running'`,
    )
    assert.deepEqual(atWork, [{n: kills}], 'every kill hit a run at work')

    const last = await run(0, 0)
    assert.equal(last.code, 0, last.stderr)
    assert.match(last.stderr, /company-overview: \d+ targets, all done within 25 days/)
    const seconds = (performance.now() - startedAt) / 1000

    const times = new Map<string, number>()
    for (const symbol of requestedSymbols()) times.set(symbol, (times.get(symbol) ?? 0) + 1)
    assert.equal(times.size, members)
    const repeated = [...times]
      .filter(([, n]) => n !== 1)
      .map(([symbol, n]): [string, number] => [symbol, n - 1])
    assert.deepEqual(
      repeated.sort(),
      [...underWay].sort(),
      'requested more than once, though no kill lost the answer',
    )
    const order = [...times.keys()]
    assert.deepEqual(
      order,
      (await setup.rows('select symbol from sp500_companies order by symbol')).map(({symbol}) => symbol),
      'each run resumes where the one before was killed',
    )
    assert.deepEqual(
      setup.simulator.log.requests().filter(({refused}) => refused),
      [],
    )

    const [state] =
      await setup.rows(`select count(*)::int as n, count(*) filter (where status = 'unknown')::int as unknown,
    count(*) filter (where failures > 0 and status = 'active')::int as failed from target_state where unit = 'company-overview'`)
    assert.equal(state?.['n'], members)
    assert.equal(state['failed'], 0)
    const known = members - Number(state['unknown'])
    assert.ok(known > members * 0.95)
    assert.deepEqual(
      await setup.rows(`select (select count(*)::int from company_overview) as now, (select count(*)::int from company_overview_history) as history,
    (select count(*)::int from sp500_companies where market_cap is not null) as caps`),
      [{now: known, history: known, caps: known}],
    )
    assert.deepEqual(
      await setup.rows(`select count(*)::int as n from company_overview_progress where status = 'completed'`),
      [{n: known}],
    )
    assert.equal((await fin(['ingest', 'company-overview'], {env: setup.env})).code, 0)
    assert.equal(
      requestedSymbols().length,
      members + [...underWay.values()].reduce((a, b) => a + b, 0),
      'nothing is due after the cycle',
    )
    t.diagnostic(
      `${members} symbols in ${Math.round(seconds)} s, ${requestedSymbols().length} requests, ${underWay.size} under way at one of ${kills} kills`,
    )
  },
)
