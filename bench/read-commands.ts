import {spawnSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import pg from 'pg'
import {createPartition} from '../src/lib/db/identifiers.js'
import type {TableName} from '../src/lib/rows.js'
import {exampleOf, namedQueries} from '../src/lib/report/named-queries.js'
import {root} from '../test/paths.js'
import {startPostgres} from '../test/servers/postgres.js'
import {count, median} from './figures.js'
import type {Figure} from './main.js'

const rounds = 5
const months = 13
/** The part of all rows that each table gets. */
const shares: Readonly<Partial<Record<TableName, number>>> = {
  bithumb_ticker: 0.6,
  coingecko_tickers_bithumb_matched: 0.17,
  provider_requests: 0.1,
  coingecko_derivatives: 0.05,
  company_news: 0.04,
  job_runs: 0.03,
  rejected_rows: 0.01,
}
const partitionedTables = ['bithumb_ticker', 'coingecko_tickers_bithumb_matched'] as const

/** Fills a database with that many rows, over a year. */
export async function fillDatabase(url: string, rows: number): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const thisMonth = new Date()
    for (const table of partitionedTables)
      for (let ago = 0; ago < months; ago++) {
        const month = new Date(Date.UTC(thisMonth.getUTCFullYear(), thisMonth.getUTCMonth() - ago, 1))
        await client.query(createPartition(table, month.toISOString().slice(0, 7)))
      }
    for (const [table, share] of Object.entries(shares)) {
      const text = readFileSync(join(root, 'bench', 'fill', `${table}.sql`), 'utf8')
      await client.query(text, [Math.round(rows * share)])
    }
    await client.query('vacuum analyze')
  } finally {
    await client.end()
  }
}

/** The commands that only read, each once. */
export function readCommands(): string[][] {
  return [
    ['status'],
    ['status', '--check', '--quiet'],
    ['schedule', 'due'],
    ['runs'],
    ['runs', '--failed'],
    ['runs', '--rejected'],
    ['runs', 'show', '1'],
    ['quota'],
    ['quota', '--plan'],
    ['doctor'],
    ['db', 'status'],
    ['export', 'cpi', '--csv'],
    ['export', 'bithumb_ticker', '--since', '1h', '--csv'],
    ...namedQueries().map((query) => ['query', query.name, ...exampleOf(query).split(' ').filter(Boolean)]),
  ]
}

/** Milliseconds from the start of a process to its end. Throws if it cannot start or takes a minute. */
function elapsed(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const startedAt = performance.now()
  const {error, signal, stderr} = spawnSync(process.execPath, args, {env, encoding: 'utf8', timeout: 60_000})
  if (error !== undefined || signal !== null)
    throw new Error(`${args.join(' ')} did not end: ${error?.message ?? signal} ${stderr}`)
  return performance.now() - startedAt
}

/**
 * Measures every command that only reads, on a database of `FIN_BENCH_ROWS` rows (default 15,000,000). The
 * reference is a program that connects and runs `select 1`. Both alternate, so that a slow moment of the
 * machine affects both; the ratio is taken within each round.
 */
export async function readCommandTimes(): Promise<Figure[]> {
  const rows = Number(process.env['FIN_BENCH_ROWS'] ?? 15_000_000)
  if (!Number.isSafeInteger(rows) || rows < 10_000)
    throw new Error('FIN_BENCH_ROWS is not a whole number of at least 10000')
  const server = await startPostgres()
  const home = mkdtempSync(join(tmpdir(), 'fin-bench-'))
  try {
    const url = await server.withSchema('read')
    await fillDatabase(url, rows)
    return measure(url, home, rows)
  } finally {
    await server.stop()
    rmSync(home, {recursive: true, force: true})
  }
}

/** The figures of a filled database. */
export function measure(url: string, home: string, rows: number): Figure[] {
  const bare = join(home, 'bare.mjs')
  const driver = join(root, 'node_modules', 'pg', 'lib', 'index.js')
  writeFileSync(
    bare,
    `import pg from '${driver}'\nconst client = new pg.Client(process.env.DATABASE_URL)\nawait client.connect()\nawait client.query('select 1')\nawait client.end()\n`,
  )
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    TZ: 'UTC',
    NO_COLOR: '1',
    FIN_EMBEDDED: 'never',
    DATABASE_URL: url,
  }
  const times = new Map<string, {bare: number; fin: number}[]>()
  for (let round = 0; round <= rounds; round++)
    for (const args of readCommands()) {
      const pair = {bare: elapsed([bare], env), fin: elapsed([join(root, 'bin', 'run.js'), ...args], env)}
      const name = args.join(' ')
      if (round > 0) times.set(name, [...(times.get(name) ?? []), pair])
    }
  return [...times].map(([name, pairs]) => {
    const ratio = median(pairs.map(({fin, bare: reference}) => fin / reference))
    const bareMs = median(pairs.map(({bare: reference}) => reference))
    return {
      what: `\`fin ${name}\` on ${count(rows)} rows`,
      figure: `${count(median(pairs.map(({fin}) => fin)))} ms, ratio ${ratio.toFixed(2)}`,
      beside: `a bare program that runs \`select 1\`: ${count(bareMs)} ms (medians of ${rounds} rounds)`,
    }
  })
}
