import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {chownSync, closeSync, existsSync, mkdtempSync, openSync, readFileSync} from 'node:fs'
import {createServer, type AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import type {Account} from './account.js'

export interface Guarded {
  /**
   * Resolves when `answers` yields true; rejects when the server ended before, or took longer than
   * `withinMs`.
   */
  ready(answers: () => Promise<boolean>, withinMs?: number): Promise<void>
  /** The output so far. */
  printed(): string
  /** Stops the server and removes its folder. */
  stop(): Promise<void>
}

/**
 * Waits for the end of its standard input, then stops the server and removes its folder. The pipe closes with
 * the test process, even after kill -9, so nothing is left.
 */
const guard = `
folder=$1; signal=$2; shift 2
( "$@" </dev/null & echo $! >"$folder/pid"; wait $!; echo $? >"$folder/ended" ) &
read -r end
kill -$signal "$(cat "$folder/pid")"
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do [ -e "$folder/ended" ] && break; sleep 0.25; done
[ -e "$folder/ended" ] || kill -KILL "$(cat "$folder/pid")"
wait
cd /
rm -rf "$folder"`

/** A new folder below the system's temporary folder, owned by `account` if given. */
export function temporaryFolder(prefix: string, account?: Account): string {
  const folder = mkdtempSync(join(tmpdir(), prefix))
  if (account) chownSync(folder, account.uid, account.gid)
  return folder
}

/** Starts a server in `folder`, in a separate session; it stops with this process or by `stop`. */
export function startGuarded(
  command: string,
  args: readonly string[],
  options: {folder: string; signal?: 'INT' | 'TERM'; account?: Account | undefined; env?: NodeJS.ProcessEnv},
): Guarded {
  const {folder} = options
  const logFile = join(folder, 'server.log')
  const log = openSync(logFile, 'a')
  const child = spawn('/bin/sh', ['-c', guard, 'sh', folder, options.signal ?? 'TERM', command, ...args], {
    cwd: folder,
    detached: true,
    env: options.env ?? {PATH: process.env['PATH'], LANG: 'C', TZ: 'UTC'},
    stdio: ['pipe', log, log],
    ...options.account,
  })
  closeSync(log)
  const failed = once(child, 'error').then(([error]) => error as Error)
  child.unref()
  ;(child.stdin as unknown as {unref(): void}).unref()
  child.stdin?.on('error', () => {})
  const printed = () => readFileSync(logFile, 'utf8')
  return {
    printed,
    async ready(answers, withinMs = 60_000) {
      const startedAt = performance.now()
      for (;;) {
        const error = await Promise.race([failed, answers()])
        if (error === true) return
        if (error instanceof Error) throw error
        const ended = existsSync(join(folder, 'ended'))
        if (ended || performance.now() - startedAt > withinMs) {
          const lastLines = printed().trim().split('\n').slice(-8).join('\n')
          await this.stop()
          throw new Error(
            `${command} ${ended ? 'ended before it was ready' : `did not answer within ${withinMs} ms`}: ${lastLines}`,
          )
        }
        await pause(50)
      }
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.ref()
      const exit = once(child, 'exit')
      child.stdin?.end()
      await exit
    },
  }
}

/** A port of the loopback address that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** The path of a command that this machine can run, or undefined. */
export function onPath(command: string): string | undefined {
  const found = spawnSync(
    '/bin/sh',
    ['-c', `PATH=$PATH:/usr/sbin:/usr/local/bin command -v "$1"`, 'sh', command],
    {encoding: 'utf8'},
  )
  return found.status === 0 ? found.stdout.trim() : undefined
}
