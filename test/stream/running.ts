/** Commands of streams as processes that run until a test ends them. */
import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {root} from '../paths.js'

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  /** From the call of `end` to the end of the process. */
  ms: number
}

export interface Running {
  child: ChildProcess
  stdout(): string
  stderr(): string
  /** Sends a signal, and waits for the end of the process. It gets SIGKILL after 30 seconds. */
  end(signal: NodeJS.Signals): Promise<Ended>
  /** Resolves when stderr matches; rejects if the process ends before, or takes longer. */
  says(pattern: RegExp, withinMs?: number): Promise<void>
}

const open = new Set<ChildProcess>()

/** Ends every process that is left. */
export async function endAll(): Promise<void> {
  for (const child of open) child.kill('SIGKILL')
  while (open.size > 0) await pause(20)
}

/** Starts `fin` in an environment of its own. */
export function start(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Running {
  const home = mkdtempSync(join(tmpdir(), 'fin-test-home-'))
  const child = spawn(process.execPath, [join(root, 'bin', 'run.js'), ...args], {
    cwd: home,
    env: {
      PATH: process.env['PATH'],
      TMPDIR: process.env['TMPDIR'],
      HOME: home,
      FIN_DATA_DIR: join(home, 'fin'),
      FIN_EMBEDDED: 'never',
      TZ: 'UTC',
      LANG: 'C.UTF-8',
      NO_COLOR: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  open.add(child)
  const closed = once(child, 'close').finally(() => {
    open.delete(child)
    rmSync(home, {recursive: true, force: true})
  }) as Promise<[number | null, NodeJS.Signals | null]>
  closed.catch(() => {})
  const [printed, said] = [{text: ''}, {text: ''}]
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed.text += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.text += text))
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  return {
    child,
    stdout: () => printed.text,
    stderr: () => said.text,
    async end(name) {
      const beganMs = performance.now()
      const late = new AbortController()
      void pause(30_000, undefined, {signal: late.signal}).then(
        () => child.kill('SIGKILL'),
        () => {},
      )
      child.kill(name)
      const [code, signal] = await closed
      late.abort()
      return {code, signal, ms: performance.now() - beganMs}
    },
    async says(pattern, withinMs = 90_000) {
      await eventually(
        `${args.join(' ')} to print ${String(pattern)}`,
        () => {
          if (pattern.test(said.text)) return true
          if (hasEnded()) throw new Error(`fin ${args.join(' ')} ended: ${said.text}`)
          return false
        },
        withinMs,
        () => said.text,
      )
    },
  }
}

/** Waits until `isTrue` yields true; throws after `withinMs`. `state` explains the failure. */
export async function eventually(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  withinMs = 90_000,
  state: () => unknown = () => '',
): Promise<void> {
  const beganMs = performance.now()
  while (!(await isTrue())) {
    if (performance.now() - beganMs > withinMs)
      throw new Error(`waited ${withinMs} ms for ${what}: ${String(await state())}`)
    await pause(50)
  }
}
