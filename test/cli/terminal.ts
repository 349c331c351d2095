/** Runs fin on a terminal that `script` (util-linux) makes. */
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {onPath} from '../servers/guarded.js'
import {root} from '../paths.js'

const script = onPath('script')

/** Skips a test where no terminal can be made. */
export const needsTerminal = {skip: script ? false : 'no program `script` (util-linux) to make a terminal'}

/** The exit code, and all that appeared on a terminal of that many columns: stdout and stderr together. */
export async function onTerminal(
  columns: number,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<{code: number | null; shown: string}> {
  const home = mkdtempSync(join(tmpdir(), 'fin-test-terminal-'))
  const words = [process.execPath, join(root, 'bin', 'run.js'), ...args].map((word) => `'${word}'`)
  const child = spawn(script!, ['-qec', `stty cols ${columns}; ${words.join(' ')}`, '/dev/null'], {
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      FIN_DATA_DIR: join(home, 'fin'),
      FIN_EMBEDDED: 'never',
      TZ: 'UTC',
      LANG: 'C.UTF-8',
      NO_COLOR: '1',
      TERM: 'dumb',
      ...env,
    },
    cwd: home,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const parts: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => parts.push(part))
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    return {code, shown: Buffer.concat(parts).toString('utf8').replaceAll('\r\n', '\n')}
  } finally {
    rmSync(home, {recursive: true, force: true})
  }
}
