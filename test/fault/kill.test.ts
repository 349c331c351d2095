/**
 * Each collector as a process of its own, killed with SIGKILL at random moments of its run and then run again: every row
 * is there once, no target is left out, and only the request in flight was paid for twice. FIN_SOAK=1: fifty kills each.
 */
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import type {AnyCollector} from '../../src/lib/define.js'
import {fin} from '../servers.js'
import {collectors, endServer, openWorld, type TestWorld} from '../run/world.js'
import {leftOpen, moments, seeded, strike} from './kills.js'

const kills = process.env['FIN_SOAK'] === '1' ? 50 : 10
const hourMs = 3_600_000
/** Longer than the schedule's period, so that everything is due again. */
const periodMs: Readonly<Record<string, number>> = {
  'bithumb-markets': 25 * hourMs, 'bithumb-tickers': 0.25 * hourMs, 'coingecko-ids': 25 * hourMs, 'coingecko-global': 25 * hourMs,
}
const weekMs = 7 * 24 * hourMs

let world: TestWorld
let firstRequestAt: number | undefined

before(async () => {
  // The question here is what a kill does, not what a limit does: forty pages of CoinGecko fit into one minute.
  const generous = {COINGECKO_REQUESTS_PER_MINUTE: '1000'}
  world = await openWorld({
    env: generous, simulated: generous, faults: [{provider: '*', kind: 'slow', ms: 30, times: 1e9}],
    onRequest: () => { firstRequestAt ??= performance.now() },
  })
})
after(async () => {
  await world.close()
  await endServer()
})

/** Requests that the simulator got, in order. */
const asked = (after: number) => world.simulator.log.requests({after})
const lastRequest = () => world.simulator.log.requests({}).at(-1)?.n ?? 0
const number = async (sql: string, params: unknown[] = []) => Number((await world.rows(sql, params))[0]?.['n'])
const rowsOf = (table: string) => number(`select count(*) as n from ${table}`)
const serverNow = async () => String((await world.rows('select clock_timestamp()::text as at'))[0]?.['at'])

for (const [place, collector] of collectors.entries()) {
  test(`${collector.name}, killed ${kills} times`, async (t) => {
    const {name, tables: [table]} = collector
    const args = ['ingest', name]
    const random = seeded(1000 + place)
    const advance = () => world.simulator.clock.change({advanceMs: periodMs[name] ?? weekMs})

    const first = await strike(args, world.env) // also fills Node's compile cache
    assert.equal(first.code, 0, first.stderr)
    advance()
    const rowsBefore = await rowsOf(table)
    const at = lastRequest()
    firstRequestAt = undefined
    const startedAt = performance.now()
    const whole = await strike(args, world.env)
    assert.equal(whole.code, 0, whole.stderr)
    const grows = await rowsOf(table) - rowsBefore
    const needed = asked(at).length
    const requestAtMs = (firstRequestAt ?? startedAt) - startedAt
    let [fromMs, toMs] = [requestAtMs * 0.6, whole.ms]

    let struck = 0
    let inFlight = 0
    let paidTwice = 0
    const dead: number[] = []
    let left = moments(kills, fromMs, toMs, random)
    for (let round = 0; struck < kills; round++) {
      assert.ok(round < 3 * kills, `only ${struck} of ${round} runs could be killed before they ended`)
      const killAtMs = left.pop() ?? fromMs + (toMs - fromMs) * random()
      advance()
      const beforeRound = {rows: await rowsOf(table), request: lastRequest(), ledger: await ledgerRows(collector), at: await serverNow()}
      const now = world.simulator.clock.nowMs()

      const killed = await strike(args, world.env, killAtMs)
      if (!killed.wasKilled) {
        assert.equal(killed.code, 0, killed.stderr)
        toMs = Math.max(fromMs + 20, Math.min(toMs, killed.ms) * 0.95)
        left = left.map((ms) => fromMs + (ms - fromMs) * 0.95)
        continue
      }
      struck++
      const stillOpen = await leftOpen(world, beforeRound.at, 3000)
      assert.deepEqual(stillOpen, [], `killed after ${Math.round(killAtMs)} ms: a transaction or lock is left`)
      const runs = await world.rows(`select outcome from job_runs where unit = $1 and pid = $2`, [name, killed.pid])
      assert.ok(runs.length <= 1)
      if (runs[0]?.['outcome'] === 'running') dead.push(killed.pid)
      const answeredToDead = asked(beforeRound.request).length
      if (await number(`select count(*) as n from provider_requests where unit = $1 and pid = $2 and outcome = 'reserved'`, [name, killed.pid]) > 0) inFlight++

      const again = await strike(args, world.env)
      assert.equal(again.code, 0, `run again after a kill at ${Math.round(killAtMs)} ms: ${again.stderr}`)
      assert.doesNotMatch(again.stderr, /already running/, 'the lock of the dead process was still held')

      const requests = asked(beforeRound.request)
      assert.ok(requests.length >= needed && requests.length <= needed + 1,
        `${requests.length} requests where ${needed} are needed; ${answeredToDead} of them before the kill at ${Math.round(killAtMs)} ms`)
      paidTwice += requests.length - needed
      assert.deepEqual(requests.filter(({refused}) => refused), [])
      const inLedger = await ledgerRows(collector) - beforeRound.ledger
      assert.ok(inLedger >= requests.length && inLedger <= requests.length + 1, `${inLedger} places taken for ${requests.length} requests`)

      assert.equal(await rowsOf(table) - beforeRound.rows, grows === 0 ? 0 : grows, 'rows were lost or doubled')
      const behind = await world.rows(
        `select target, last_success, failures, status from target_state where unit = $1 and (last_success is null or last_success < $2 or failures > 0 or status <> 'active')`,
        [name, new Date(now).toISOString()])
      assert.deepEqual(behind, [], 'a target was left out')
      // Asked once more at the same instant, the provider has nothing that is not stored, digit for digit.
      const proof = await world.collect(collector, {force: true})
      assert.deepEqual([proof.exit_code, proof.rows_inserted, proof.rows_updated, proof.rows_rejected], [0, 0, 0, 0], proof.complaints.join(' '))
      assert.ok(proof.rows_received > 0)
    }

    assert.equal(await number(`select count(*) as n from job_runs where unit = $1 and outcome = 'running'`, [name]), dead.length)
    const listed = await fin(['runs', '--unit', name, '--limit', '1000', '--json'], {env: world.env})
    assert.equal(listed.code, 0, listed.stderr)
    const shown = (JSON.parse(listed.stdout) as {outcome: string; pid: number}[]).filter(({outcome}) => outcome === 'died').map(({pid}) => pid)
    assert.deepEqual(shown.sort(), [...dead].sort(), 'fin runs does not show the dead runs as died')
    assert.ok(dead.length > 0, 'no kill struck a run at work')
    assert.ok(paidTwice <= inFlight + struck)
    t.diagnostic(`${struck} kills between ${Math.round(fromMs)} and ${Math.round(toMs)} ms: ${dead.length} at work, ${inFlight} with a request in flight, ${paidTwice} requests paid for twice`)
  })
}

/** Places taken for the unit: what was given back does not count. */
function ledgerRows({name}: AnyCollector): Promise<number> {
  return number(`select count(*) as n from provider_requests where unit = $1 and outcome <> 'not sent'`, [name])
}
