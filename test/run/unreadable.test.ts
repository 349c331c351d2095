/** One stored thing that cannot be read stops nothing but itself. */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, test} from 'node:test'

import {marketNews} from '../../src/lib/collectors/market-news.js'
import {replay, type Replayed} from '../../src/lib/run/replay.js'
import {fin} from '../servers.js'
import {collectors} from './collectors.js'
import {generous, openSetup} from './setup.js'

const folder = mkdtempSync(join(tmpdir(), 'fin-test-unreadable-'))
after(() => rmSync(folder, {recursive: true}))

const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`

test('replay: a rejection stays open, whatever is wrong with it, and the others are stored', async () => {
  const setup = await openSetup()
  const reject = (values: Record<string, string | null>) =>
    setup.rows(
      `insert into rejected_rows (unit, source, target, kind, table_name, item, received_at, reason, rejected_at)
      values ($1, $2, $3, $4, $5, $6, '2026-11-18Z', 'was refused', '2026-11-18Z')`,
      Object.values({
        ...{unit: 'cpi', source: 'fred', target: 'CPIAUCNS', kind: 'item', table_name: null, item: '{}'},
        ...values,
      }),
    )
  writeFileSync(join(folder, 'x-accounts.csv'), 'nothing,of,this\n1,2,3\n')
  const deep = nested(9_000)
  const unreadable = [
    {target: 'x'},
    {target: null},
    {source: 'nobody'},
    {kind: 'body', target: 'x'},
    {kind: 'body', item: deep},
    {item: deep},
    {unit: 'x-posts', source: 'x'},
    {kind: 'row', table_name: 'cpi', item: deep},
    {kind: 'row', table_name: 'cpi', item: `{"series_id": "A", "name": ${deep}}`},
    {kind: 'row', table_name: 'cpi', item: 'null'},
    {kind: 'row', table_name: 'cpi', item: '[1]'},
    {kind: 'row', table_name: 'cpi', item: '"text"'},
    {kind: 'row', table_name: 'pg_shadow', item: '{"usename": "x"}'},
    {kind: 'row', table_name: 'job_locks'},
    {kind: 'row', table_name: 'target_state', item: '{}'},
    {kind: 'row', table_name: 'sp500_companies', item: '{}'},
    {kind: 'row', table_name: '__proto__'},
  ]
  for (const values of unreadable) await reject(values)
  const good = {series_id: 'CPIAUCNS', date: '2026-01-01', cpi_value: '5', interval_type: 'monthly'}
  const item = JSON.stringify({...good, unit: null, name: null, realtime_start: null})
  await reject({kind: 'row', table_name: 'cpi', item})
  const found: Replayed[] = []
  const byName = new Map(collectors.map((collector) => [collector.name, collector]))
  const context = {...setup.context, config: {...setup.context.config, configDir: folder}}
  for await (const one of replay(
    {collectors: byName, feeds: new Map()},
    {limit: 100, dryRun: false, dismiss: false},
    context,
  ))
    found.push(one)
  const results = found.map(({result}) => result)
  assert.deepEqual(results, [...unreadable.map(() => 'still refused'), 'stored'])
  for (const {reason} of found) assert.doesNotMatch(reason ?? '', /ENOENT|undefined|call stack/)
  assert.match(found[6]?.reason ?? '', /x-accounts\.csv/)
  const open = 'select count(*)::int as n from rejected_rows where settled_at is null'
  assert.deepEqual(await setup.rows(open), [{n: unreadable.length}])
})

for (const cursor of ['"text"', '5'])
  test(`a stored cursor that cannot be read fails its target alone: ${cursor}`, async () => {
    const env = {...generous, NEWSAPI_REQUESTS_PER_DAY: '1000'}
    const setup = await openSetup({env, simulated: env})
    const [{target}] = (await setup.rows(
      `insert into target_state (unit, target, last_attempt, failures, cursor, status)
      values ($1, $3, '2026-01-01Z', 0, $2::jsonb, 'active') returning target`,
      [marketNews.name, cursor, 'keyword:war'],
    )) as [{target: string}]
    const names = ['keyword:congress', 'keyword:nuclear', 'keyword:war']
    const run = await setup.collect(marketNews, {force: true, names})
    assert.deepEqual([run.targets_failed, run.exit_code], [1, 1], run.complaints.join('\n'))
    assert.ok(run.targets_done > 1)
    assert.match(run.complaints.join('\n'), /no request can be made from its stored state/)
    const states = 'select failures from target_state where unit = $1 and target = $2'
    assert.deepEqual(await setup.rows(states, [marketNews.name, target]), [{failures: 1}])
  })

test('export and query print JSON that nests too deep as text, and name its first row and column', async () => {
  const setup = await openSetup()
  const deep = nested(4_000)
  await setup.rows(
    `insert into target_state (unit, target, last_attempt, failures, cursor, status)
    values ('a', 'flat', now(), 0, '{"a": 1}', 'active'), ('b', 'deep', now(), 0, $1::jsonb, 'active'),
      ('c', 'list', now(), 0, $2::jsonb, 'active'), ('d', 'good', now(), 0, '{"a": [1.50]}', 'active')`,
    [deep, `${'['.repeat(2_000)}${']'.repeat(2_000)}`],
  )
  const env = {DATABASE_URL: setup.databaseUrl, FIN_SIMULATOR_URL: setup.simulator.url}
  for (const form of ['--ndjson', '--json', '--csv']) {
    const {code, stdout, stderr} = await fin(['export', 'target_state', form], {env})
    assert.equal(code, 0, stderr)
    assert.deepEqual(stderr.match(/.*the JSON in column.*/g), [
      'warning: row 2: the JSON in column "cursor" nests too deep, so it is printed as text',
      'warning: the JSON in column "cursor" was printed as text in 2 rows',
    ])
    assert.match(stdout, /\[(1\.50|"1\.50"|""1\.50"")\]/)
    if (form !== '--ndjson') continue
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as {target: string; cursor: unknown})
    const cursor = rows.find((row) => row.target === 'deep')?.cursor
    assert.equal(String(cursor).replaceAll(' ', ''), deep)
  }
  const table = await fin(['export', 'target_state', '--quiet'], {env})
  assert.equal(table.code, 0, table.stderr)
})
