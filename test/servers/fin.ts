import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {root} from '../paths.js'

export interface FinRun {
  stdout: string
  stderr: string
  code: number | null
  signal: NodeJS.Signals | null
}

export interface FinOptions {
  /** Added to a clean environment, which inherits no credential, server or setting of the machine. */
  env?: Readonly<Record<string, string | undefined>>
  cwd?: string
  /** Standard input; empty if absent. */
  input?: string | Buffer
  /** Sends SIGKILL after this many milliseconds; default 300,000. */
  timeoutMs?: number
  /** Called with the process as soon as it runs, to send it signals. */
  started?(child: {pid: number; kill(signal: NodeJS.Signals): boolean}): void
}

/**
 * Runs the built `fin` to its end. HOME and FIN_DATA_DIR are a temporary folder of this call unless `env`
 * names them; FIN_EMBEDDED=never keeps a test from starting the embedded server by accident: unset it with
 * `FIN_EMBEDDED: undefined`.
 */
export async function fin(args: readonly string[], options: FinOptions = {}): Promise<FinRun> {
  const home = mkdtempSync(join(tmpdir(), 'fin-test-home-'))
  try {
    const child = spawn(process.execPath, [join(root, 'bin', 'run.js'), ...args], {
      cwd: options.cwd ?? home,
      env: {
        PATH: process.env['PATH'],
        TMPDIR: process.env['TMPDIR'],
        HOME: home,
        FIN_DATA_DIR: join(home, 'fin'),
        FIN_EMBEDDED: 'never',
        TZ: 'UTC',
        LANG: 'C.UTF-8',
        NO_COLOR: '1',
        ...options.env,
      },
      stdio: 'pipe',
    })
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)]
    const timer = AbortSignal.timeout(options.timeoutMs ?? 300_000)
    timer.addEventListener('abort', () => child.kill('SIGKILL'))
    child.stdin.on('error', () => {})
    child.stdin.end(options.input ?? '')
    if (child.pid !== undefined) options.started?.({pid: child.pid, kill: (signal) => child.kill(signal)})
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    return {stdout: stdout(), stderr: stderr(), code, signal}
  } finally {
    rmSync(home, {recursive: true, force: true})
  }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString('utf8')
}
