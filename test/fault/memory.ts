/** How much memory a run of the program took at its peak, told by the process itself as it ends. */
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fin, type FinRun} from '../servers.js'
import type {FinOptions} from '../servers/fin.js'

export const megabyte = 1024 * 1024

export interface Weighed extends FinRun {
  /** Largest resident size, in bytes. */
  peak: number
}

/** Runs `fin` to its end. A run that was killed has no peak: NaN. */
export async function weigh(args: readonly string[], options: FinOptions = {}): Promise<Weighed> {
  const folder = mkdtempSync(join(tmpdir(), 'fin-test-peak-'))
  const [hook, told] = [join(folder, 'peak.mjs'), join(folder, 'peak')]
  writeFileSync(
    hook,
    `import {writeFileSync} from 'node:fs'
process.on('exit', () => writeFileSync(${JSON.stringify(told)}, String(process.resourceUsage().maxRSS)))`,
  )
  try {
    const run = await fin(args, {...options, env: {...options.env, NODE_OPTIONS: `--import=${hook}`}})
    return {...run, peak: existsSync(told) ? Number(readFileSync(told, 'utf8')) * 1024 : NaN}
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}
