/** `fin schedule due` reads only the runs that decide; fin status finds the newest of many rows by index. */
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import pg from 'pg'
import type {Schedule} from '../../src/lib/define.js'
import {statement} from '../../src/lib/db/statement.js'
import {newestRows} from '../../src/lib/db/identifiers.js'
import type {ScheduledLine} from '../../src/lib/schedule/lines.js'
import {missedLines, neededSince, type ScheduledRun} from '../../src/lib/schedule/missed.js'
import {dayMs, hourMs} from '../../src/lib/time.js'
import {postgres, type Postgres} from '../servers.js'

const at = new Date('2026-11-29T12:00:00Z')
const since = new Date(at.getTime() - 35 * dayMs)
const schedule = (cron: string, catchUp: Schedule['catchUp']): Schedule => ({cron, zone: 'UTC', catchUp})
const line = (job: string, ...schedules: Schedule[]) =>
  ({job, command: ['ingest', job], args: [], schedules, allSchedules: schedules}) satisfies ScheduledLine
const lines = [
  line('daily', schedule('0 3 * * *', 'latest')),
  line('every-day', schedule('10 11 * * *', 'all'), schedule('10 12-16 * * *', 'none')),
  line('monthly', schedule('0 4 1 * *', 'latest')),
  line('often', schedule('*/10 * * * *', 'none')),
]

test('runs before the deciding instant change nothing', () => {
  const needed = neededSince(lines, since, at)
  assert.deepEqual([...needed.keys()], ['daily', 'every-day', 'monthly'])
  for (let seed = 0; seed < 40; seed++) {
    const runs = Array.from({length: 200}, (_, n): ScheduledRun => {
      const mixed = (n * 7919 + seed * 104_729) % 1009
      const startedAt = new Date(at.getTime() - ((mixed * 50) % (40 * 24)) * hourMs).toISOString()
      const job = lines[mixed % 4]!.job
      return {
        unit: job,
        command: `fin ingest ${job}`,
        scheduled_at: mixed % 3 === 0 ? startedAt : null,
        started_at: startedAt,
        outcome: ['done', 'failed', 'nothing due', 'unchanged'][(mixed + seed) % 4]!,
        targets_left: 0,
        host: 'elsewhere',
        pid: 1,
      }
    })
      .filter((run) => Date.parse(run.started_at) >= since.getTime())
      .sort((a, b) => b.started_at.localeCompare(a.started_at))
    const deciding = runs.filter(
      (run) => Date.parse(run.started_at) >= (needed.get(run.unit)?.getTime() ?? Infinity),
    )
    assert.ok(deciding.length < runs.length)
    assert.deepEqual(
      missedLines(lines, deciding, since, at, () => false),
      missedLines(lines, runs, since, at, () => false),
    )
  }
})

let server: Postgres
let client: pg.Client
before(async () => {
  server = await postgres()
  client = new pg.Client(await server.withSchema('needed'))
  await client.connect()
})
after(async () => {
  await client?.end()
  await server?.stop()
})

test('the newest row and the last success are found by index', async () => {
  await client.query('set enable_seqscan to off')
  await client.query('set enable_bitmapscan to off')
  const plan = async (text: string) =>
    (await client.query<{'QUERY PLAN': string}>(`explain ${text}`)).rows
      .map((row) => row['QUERY PLAN'])
      .join('\n')
  for (const [table, column] of [
    ['bithumb_ticker', 'quoted_at'],
    ['coingecko_tickers_bithumb_matched', 'timestamp'],
    ['company_news', 'updated_at'],
    ['coingecko_derivatives', 'collected_at'],
  ] as const) {
    const text = await plan(newestRows(new Map([[table, column]])))
    assert.match(text, /Limit.*\n.*Index Only Scan/, table)
    assert.doesNotMatch(text, /Seq Scan/, table)
  }
  const successes = await plan(statement('select_unit_successes').text.replaceAll('$1', 'now()'))
  assert.match(successes, /job_runs_good_started_at/)
  assert.match(successes, /job_runs_good_scheduled_at/)
  assert.doesNotMatch(successes, /Seq Scan/)
})

test('rows that were never analysed are estimated by what the statistics have seen', async () => {
  await client.query(
    `insert into treasury_yield (series_id, date, maturity, interval_type)
     select 'S', date '1900-01-01' + n, '2year', 'daily' from generate_series(1, 30000) n`,
  )
  await client.query('select pg_stat_force_next_flush()').catch(() => {})
  await client.query('select 1')
  const estimates = await client.query<{table_name: string; rows: string}>(
    statement('select_table_estimates').text,
  )
  const found = estimates.rows.find((row) => row.table_name === 'treasury_yield')
  assert.ok(Math.abs(Number(found?.rows) - 30_000) <= 3_000, found?.rows)
})
