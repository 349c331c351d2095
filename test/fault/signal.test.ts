/**
 * SIGINT and SIGTERM during a run: exit codes 130 and 143, the run recorded as interrupted, nothing lost, no
 * stack trace.
 */
import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {before, test} from 'node:test'
import {setTimeout as pause} from 'node:timers/promises'
import pg from 'pg'
import {bithumbCoingecko} from '../../src/lib/mappers/bithumb-coingecko.js'
import {Interrupted} from '../../src/lib/interrupt.js'
import {root} from '../paths.js'
import {onPath} from '../servers/guarded.js'
import {listTargets, periodOf, tried} from '../run/collectors.js'
import {generous, move, openSetup, type TestSetup} from '../run/setup.js'
import {fin, type FinRun, waitingForTable} from '../servers.js'
import {inTurn} from '../size.js'

let setup: TestSetup
before(async () => {
  setup = await openSetup({env: generous, simulated: generous})
})
/** Sends the signals, 100 ms apart, once `count` more requests have come in. */
async function interrupted(
  args: readonly string[],
  signals: readonly NodeJS.Signals[],
  count: number,
): Promise<FinRun & {ms: number}> {
  const before = setup.simulator.log.requests().length
  const over = new AbortController()
  let sentAt = 0
  const run = await fin(args, {
    env: setup.env,
    started(child) {
      void (async () => {
        while (setup.simulator.log.requests().length < before + count && !over.signal.aborted) await pause(5)
        sentAt = performance.now()
        for (const signal of signals) {
          child.kill(signal)
          await pause(100)
        }
      })()
    },
  })
  over.abort()
  return {...run, ms: performance.now() - sentAt}
}

const weekMs = 7 * 86_400_000

const codes = {SIGINT: 130, SIGTERM: 143} as const

for (const [index, collector] of tried.entries()) {
  for (const signal of inTurn(['SIGINT', 'SIGTERM'] as const, index)) {
    test(`${collector.name} ends at once on ${signal} while a request is in flight`, async () => {
      setup.simulator.clock.change({advanceMs: Math.max(weekMs, periodOf(collector))})
      await listTargets(setup, collector)
      setup.simulator.faults.add({provider: '*', kind: 'slow', ms: 8_000})
      const run = await interrupted(['ingest', collector.name], [signal], 1)
      setup.simulator.faults.clear()
      assert.equal(run.code, codes[signal], run.stderr)
      assert.equal(run.signal, null)
      assert.ok(run.ms < 6_000, 'it waited for the answer')
      assert.doesNotMatch(run.stderr, /^\s+at |unexpected|Error:/m)
      assert.match(run.stderr, /interrupted/)
      assert.deepEqual(
        await setup.rows(
          'select outcome, exit_code, finished_at is not null as ended from job_runs order by id desc limit 1',
        ),
        [{outcome: 'interrupted', exit_code: codes[signal], ended: true}],
      )
      assert.deepEqual(await setup.rows('select name from job_locks'), [])
      // a standing clock waits for the answer that nothing reads any more
      await move(setup, 5000)
      const again = await setup.collect(collector)
      assert.equal(again.exit_code, 0, again.complaints.join('; '))
    })
  }
}

test('a signal between two targets keeps the stored rows, and the next run requests only the others', async () => {
  setup.simulator.clock.change({advanceMs: weekMs})
  setup.simulator.faults.add({provider: 'coingecko', kind: 'slow', ms: 50, times: 1000})
  const before = setup.simulator.log.requests().length
  const run = await interrupted(['ingest', 'coingecko-ids', '--ndjson'], ['SIGTERM'], 5)
  setup.simulator.faults.clear()
  assert.equal(run.code, 143, run.stderr)
  const rows = run.stdout.trim().split('\n')
  assert.ok(rows.length % 250 === 0 && rows.length >= 750, `${rows.length} rows were printed`)
  for (const row of rows) JSON.parse(row)
  const [last] = await setup.rows(
    'select outcome, targets_done, targets_left from job_runs order by id desc limit 1',
  )
  assert.equal(last?.['outcome'], 'interrupted')
  assert.equal(Number(last['targets_done']) * 250, rows.length)
  assert.equal(Number(last['targets_done']) + Number(last['targets_left']), 20)
  assert.equal((await fin(['ingest', 'coingecko-ids'], {env: setup.env})).code, 0)
  const requestCount = setup.simulator.log.requests().length - before
  assert.ok(requestCount === 20 || requestCount === 21, `${requestCount} requests for 20 pages`)
})

test('a signal ends a run that waits for a reservation', async () => {
  setup.simulator.clock.change({advanceMs: weekMs})
  setup.simulator.faults.add({provider: 'fred', kind: '429', times: 100})
  setup.simulator.clock.change({rate: 1}) // the wait takes real time
  const run = await interrupted(['ingest', 'treasury-yield', '--wait'], ['SIGINT'], 1)
  setup.simulator.faults.clear()
  setup.simulator.clock.change({rate: 0})
  assert.equal(run.code, 130, run.stderr)
  assert.deepEqual(await setup.rows('select outcome from job_runs order by id desc limit 1'), [
    {outcome: 'interrupted'},
  ])
})

test('a second signal ends the process at once, and the run is shown as died', async () => {
  setup.simulator.clock.change({advanceMs: weekMs})
  setup.simulator.faults.add({provider: 'fred', kind: 'slow', ms: 8_000})
  const run = await interrupted(['ingest', 'cpi'], ['SIGTERM', 'SIGTERM'], 1)
  setup.simulator.faults.clear()
  assert.ok(run.code === 143 || run.signal === 'SIGTERM', `${run.code} ${run.signal}`)
  assert.doesNotMatch(run.stderr, /^\s+at /m)
})

test('a signal ends a process that reads an open pipe: a saved answer, or names of targets', async () => {
  for (const [signal, code, ...args] of [
    ['SIGINT', 130, '--input', '-', '--dry-run'],
    ['SIGTERM', 143, '--target', '-'],
  ] as const) {
    const child = spawn(process.execPath, [join(root, 'bin', 'run.js'), 'ingest', 'cpi', ...args], {
      env: {PATH: process.env['PATH'], FIN_EMBEDDED: 'never'},
      stdio: 'pipe',
    })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.stdin.on('error', () => {})
    // More than a pipe holds: once it is written, the program reads.
    await new Promise((resolve) => child.stdin.write(Buffer.alloc(4_000_000, ' '), resolve))
    child.kill(signal)
    const late = new AbortController()
    void pause(10_000, undefined, {signal: late.signal}).then(
      () => child.kill('SIGKILL'),
      () => {},
    )
    const [ended] = (await once(child, 'close')) as [number | null]
    late.abort()
    assert.equal(ended, code, stderr)
    assert.match(stderr, /^fin: (interrupted|terminated)\n$/)
  }
})

const script = onPath('script')
test(
  'a terminal that is closed ends a run cleanly',
  {skip: script ? false : 'no program `script` (util-linux) to make a terminal'},
  async () => {
    setup.simulator.clock.change({advanceMs: weekMs})
    setup.simulator.faults.add({provider: 'fred', kind: 'slow', ms: 8_000})
    const before = setup.simulator.log.requests().length
    const line = `exec ${process.execPath} ${join(root, 'bin', 'run.js')} ingest cpi`
    const terminal = spawn(script!, ['-qec', line, '/dev/null'], {
      env: {PATH: process.env['PATH'], HOME: tmpdir(), FIN_EMBEDDED: 'never', ...setup.env},
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const closed = once(terminal, 'close')
    while (setup.simulator.log.requests().length === before) await pause(20)
    terminal.kill('SIGKILL') // its terminal is closed
    await closed
    const outcome = async () => (await setup.rows('select outcome from job_runs order by id desc limit 1'))[0]
    for (let tries = 0; tries < 200 && (await outcome())?.['outcome'] === 'running'; tries++) await pause(50)
    setup.simulator.faults.clear()
    assert.deepEqual(await outcome(), {outcome: 'interrupted'})
  },
)

test('a mapper that is interrupted is recorded in the run ledger with its exit code', async () => {
  setup.simulator.clock.change({advanceMs: weekMs})
  for (const name of ['bithumb-markets', 'coingecko-ids'])
    await fin(['ingest', name, '--limit', '1'], {env: setup.env})
  setup.stop.abort(new Interrupted('SIGTERM'))
  await assert.rejects(setup.map(bithumbCoingecko), Interrupted)
  assert.deepEqual(await setup.rows('select outcome, exit_code from job_runs order by id desc limit 1'), [
    {outcome: 'interrupted', exit_code: 143},
  ])
})

for (const args of [
  ['query', 'latest-macro'],
  ['export', 'cpi'],
  ['ingest', 'cpi', '--force'],
])
  test(`fin ${args.join(' ')} ends on SIGINT while another session locks its table`, async () => {
    const other = new pg.Client(setup.env['DATABASE_URL'])
    await other.connect()
    try {
      await other.query('begin')
      await other.query('lock table cpi in access exclusive mode')
      const over = new AbortController()
      const run = await fin(args, {
        env: setup.env,
        started(child) {
          void (async () => {
            for (;;) {
              if (over.signal.aborted) return
              const waiting = await other.query(waitingForTable, ['cpi'])
              if (waiting.rowCount !== 0) break
              await pause(50)
            }
            child.kill('SIGINT')
          })()
        },
      })
      over.abort()
      assert.equal(run.code, 130, run.stderr)
      assert.doesNotMatch(run.stderr, /^\s+at |unexpected/m)
    } finally {
      await other.query('rollback')
      await other.end()
    }
    const left = await setup.rows(`select outcome from job_runs where outcome = 'running'`)
    assert.deepEqual(left, [])
  })
