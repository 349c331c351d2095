import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import pg from 'pg'
import {root} from '../test/paths.js'
import {startPostgres} from '../test/servers/postgres.js'
import {count} from './figures.js'
import type {Figure} from './main.js'

const rows = 1_000_000

/** Measures `fin export` of a million quotes into a pipe with a fast reader. */
export async function exportRows(): Promise<Figure[]> {
  const server = await startPostgres(true)
  try {
    const url = await server.withSchema('export')
    await fill(url)
    const figures: Figure[] = []
    for (const format of ['ndjson', 'csv']) {
      const {lines, bytes, ms, peakKb} = await run(url, ['export', 'bithumb_ticker', `--${format}`])
      const exported = format === 'csv' ? lines - 1 : lines
      if (exported !== rows) throw new Error(`${format}: exported ${exported} of ${rows} rows`)
      figures.push({
        what: `\`fin export --${format}\` of ${count(rows)} rows`,
        figure: `${count((rows / ms) * 1000)} rows/s`,
        beside: `peak memory ${peakKb === 0 ? 'unknown' : `${Math.round(peakKb / 1024)} MB`}, ${Math.round(bytes / 1e6)} MB of text`,
      })
    }
    return figures
  } finally {
    await server.stop()
  }
}

async function fill(url: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(readFileSync(join(root, 'bench', 'fill_bithumb_ticker.sql'), 'utf8'), [rows])
  await client.query('vacuum analyze bithumb_ticker')
  await client.end()
}

async function run(
  url: string,
  args: readonly string[],
): Promise<{lines: number; bytes: number; ms: number; peakKb: number}> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [join(root, 'bin', 'run.js'), ...args], {
    env: {PATH: process.env['PATH'], HOME: '/nonexistent', TZ: 'UTC', DATABASE_URL: url},
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let [lines, bytes, chunks, peakKb] = [0, 0, 0, 0]
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++
    if (chunks++ % 100 === 0) peakKb = Math.max(peakKb, peakOf(child.pid))
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`fin ${args.join(' ')} ended with ${code}`)
  return {lines, bytes, ms: performance.now() - startedAt, peakKb}
}

/** The peak memory of a process in kB; 0 on a system that does not report it (other than Linux). */
function peakOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}
