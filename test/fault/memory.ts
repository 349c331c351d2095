/** Measures the peak memory of a run of the program. The process itself writes it when it ends. */
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fin, type FinRun} from '../servers.js'
import type {FinOptions} from '../servers/fin.js'

export const megabyte = 1024 * 1024

export interface MeasuredRun extends FinRun {
  /** Largest resident size, in bytes. */
  peak: number
}

/** Runs `fin` to its end. The peak of a killed run is NaN. */
export async function measure(args: readonly string[], options: FinOptions = {}): Promise<MeasuredRun> {
  const folder = mkdtempSync(join(tmpdir(), 'fin-test-peak-'))
  const [hook, report] = [join(folder, 'peak.mjs'), join(folder, 'peak')]
  writeFileSync(
    hook,
    `import {writeFileSync} from 'node:fs'
process.on('exit', () => writeFileSync(${JSON.stringify(report)}, String(process.resourceUsage().maxRSS)))`,
  )
  try {
    const run = await fin(args, {...options, env: {...options.env, NODE_OPTIONS: `--import=${hook}`}})
    return {...run, peak: existsSync(report) ? Number(readFileSync(report, 'utf8')) * 1024 : NaN}
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}
