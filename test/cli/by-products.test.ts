/** A command that does work prints its rows only on request: in a format, or in a dry run. */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import pg from 'pg'
import {fin, postgres, type Postgres} from '../servers.js'
import {needsTerminal, onTerminal} from './terminal.js'

const folder = mkdtempSync(join(tmpdir(), 'fin-test-by-products-'))
const saved = (name: string, answer: unknown) => {
  const file = join(folder, name)
  writeFileSync(file, JSON.stringify(answer))
  return file
}
const cpi = saved('cpi.json', {
  units: 'lin',
  observations: Array.from({length: 30}, (_, at) => ({date: `20${10 + at}-03-01`, value: `${200 + at}.5`})),
})
const markets = saved('markets.json', [
  {market: 'KRW-BTC', korean_name: '비트코인', english_name: 'Bitcoin', market_warning: 'NONE'},
  {market: 'KRW-ETH', korean_name: '이더리움', english_name: 'Ethereum', market_warning: 'NONE'},
])

let server: Postgres
let env: {DATABASE_URL: string}
before(async () => {
  server = await postgres()
  env = {DATABASE_URL: await server.withSchema('by_products')}
})
after(async () => {
  await server?.stop()
  rmSync(folder, {recursive: true, force: true})
})

for (const [args, rows] of [
  [['ingest', 'cpi', '--target', 'CPIAUCNS', '--input', cpi], 30],
  [['ingest', 'federal-funds-rate', '--target', 'FEDFUNDS', '--input', cpi], 30],
  [['ingest', 'bithumb-markets', '--force', '--input', markets], 2],
  [['map', 'bithumb-coingecko'], 385],
] as const) {
  const [topic, name] = args
  test(
    `fin ${topic} ${name} prints its summary on a terminal, and rows when it is told to`,
    needsTerminal,
    async () => {
      const {code, shown} = await onTerminal(120, args, env)
      assert.equal(code, 0, shown)
      assert.match(shown, new RegExp(`^${name}: ${rows} rows, `, 'm'))
      assert.ok(
        shown.split('\n').every((line) => line === '' || /^(warning: )?[a-z-]+: |^ {2}\S/.test(line)),
        shown,
      )
      const dry = await onTerminal(200, [...args, '--dry-run'], env)
      assert.ok(dry.shown.split('\n').length > rows + 2, dry.shown)
      const json = await onTerminal(120, [...args, '--ndjson'], env)
      assert.equal(json.shown.split('\n').filter((line) => line.startsWith('{')).length, rows, json.shown)
      const piped = await fin(args, {env})
      assert.deepEqual([piped.code, piped.stdout], [0, ''], piped.stderr)
    },
  )
}

test('fin replay: a summary, the reasons of rows that stay open, and each row when it is told to', async () => {
  const client = new pg.Client(env.DATABASE_URL)
  await client.connect()
  for (const unit of ['no-such-job', 'neither-this'])
    await client.query(
      `insert into rejected_rows (unit, target, kind, reason, item, received_at, rejected_at) values ($1, E'A\\nB', 'item', 'was wrong', '{}', now(), now())`,
      [unit],
    )
  await client.end()
  const run = await fin(['replay'], {env})
  assert.deepEqual([run.code, run.stdout], [1, ''])
  assert.match(
    run.stderr,
    /^warning: \d+ no-such-job A and 1 more: no such unit: this version of fin has no job no-such-job$/m,
  )
  assert.match(run.stderr, /^2 no such unit$/m)
  assert.match(run.stderr, /^warning: update fin, or settle them: fin replay --id N --dismiss$/m)
  const dry = await fin(['replay', '--dry-run'], {env})
  assert.match(dry.stdout, /^id +unit .*\n +\d+ +no-such-job /)
  assert.match(dry.stderr, /^2 no such unit; nothing written \(dry run\)$/m)
  assert.equal(JSON.parse((await fin(['replay', '--json'], {env})).stdout).length, 2)
  assert.match((await fin(['replay', '--dismiss', '--quiet'], {env})).stderr, /^$/)
  assert.match((await fin(['replay'], {env})).stderr, /^no rejected row is open\n$/)
})
