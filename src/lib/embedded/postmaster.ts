/** The server process itself: started detached from everything, found again, stopped. */
import {execFileSync, spawn} from 'node:child_process'
import {
  closeSync,
  copyFileSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import {join} from 'node:path'
import {pause, realClock} from '../clock.js'
import {NeedsPerson, TryLater} from '../errors.js'
import {port, type Home} from './paths.js'
import {own} from './prepare.js'
import {lastLines, serverEnvironment} from './cluster.js'
import type {Native} from './binaries.js'
import {processMark} from './process-lock.js'

const logLimit = 10 * 1024 * 1024
const shutdownMs = 60_000

/**
 * The process that owns the cluster, or undefined. After kill -9 or a reboot `postmaster.pid` names a process
 * that is gone, or one that has nothing to do with us.
 */
export function postmasterPid(home: Home): number | undefined {
  const pid = recordedPid(home)
  if (pid === undefined || processMark(pid) === undefined) return undefined
  try {
    const command =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        : execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], {encoding: 'utf8'})
    return command.includes(home.data) && ownerOf(pid) === (home.account?.uid ?? process.getuid?.())
      ? pid
      : undefined
  } catch {
    return undefined
  }
}

/** The account of a process: a file in the cluster may name any process. */
function ownerOf(pid: number): number {
  return process.platform === 'linux'
    ? statSync(`/proc/${pid}`).uid
    : Number(execFileSync('ps', ['-o', 'uid=', '-p', String(pid)], {encoding: 'utf8'}))
}

function recordedPid(home: Home): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(home.data, 'postmaster.pid'), 'utf8'), 10)
    return Number.isNaN(pid) ? undefined : pid
  } catch {
    return undefined
  }
}

/**
 * Starts the server and resolves when `answers` says so. It runs in a session of its own, so neither the end
 * of the terminal nor cron's killing of a job reaches it. A predecessor's children that still hold the shared
 * memory are awaited.
 */
export async function startPostmaster(
  home: Home,
  native: Native,
  waitMs: number,
  answers: () => Promise<boolean>,
): Promise<void> {
  const startedMs = realClock.elapsedMs()
  const late = () => realClock.elapsedMs() - startedMs > waitMs
  let running: {ended: boolean} | undefined
  while (!(await answers())) {
    if (postmasterPid(home) === undefined && (running === undefined || running.ended)) {
      if (running?.ended && !isPredecessorInTheWay(home)) {
        throw new NeedsPerson(`the embedded database did not start: ${lastLines(tail(home.log))}`, {
          nextStep: `Read ${home.log}, or set DATABASE_URL.`,
        })
      }
      if (late()) throw neverReady(home)
      if (running?.ended) await pause(300)
      clearStale(home)
      running = launch(home, native)
    }
    if (late()) throw neverReady(home)
    await pause(40)
  }
}

function neverReady(home: Home): TryLater {
  return new TryLater('the embedded database does not answer yet', {
    nextStep: `It may be repairing itself after a crash: try again in a minute. Its log is ${home.log}`,
  })
}

function launch(home: Home, native: Native): {ended: boolean} {
  trimLog(home)
  const log = openSync(home.log, 'a', 0o600)
  own(home.log, home.account)
  const settings = {
    listen_addresses: '',
    port: String(port),
    unix_socket_directories: `"${home.sockets}"`,
    unix_socket_permissions: '0700',
    shared_buffers: '128MB',
    max_connections: '100',
    timezone: 'UTC',
    log_timezone: 'UTC',
    cluster_name: 'fin',
    // refused rows are reported by fin itself; the server's log would repeat their content
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    log_line_prefix: '%m [%p] ',
  }
  const args = [
    '-D',
    home.data,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
  const state = {ended: false}
  const child = spawn(join(native.folder, 'bin', 'postgres'), args, {
    cwd: home.folder,
    env: serverEnvironment,
    detached: true,
    stdio: ['ignore', log, log],
    ...home.account,
  })
  child.on('error', (error) => {
    writeSync(log, `${error.message}\n`)
    state.ended = true
  })
  child.on('exit', () => {
    state.ended = true
  })
  child.on('close', () => closeSync(log))
  child.unref()
  return state
}

function isPredecessorInTheWay(home: Home): boolean {
  return /pre-existing shared memory block|lock file "[^"]*" already exists/.test(lastLines(tail(home.log)))
}

/**
 * Files of a server that is gone. PostgreSQL clears them itself, unless the number of its process was given
 * to another.
 */
function clearStale(home: Home): void {
  if (postmasterPid(home) !== undefined) return
  rmSync(join(home.data, 'postmaster.pid'), {force: true})
  rmSync(join(home.sockets, `.s.PGSQL.${port}`), {force: true})
  rmSync(join(home.sockets, `.s.PGSQL.${port}.lock`), {force: true})
}

/** Ends the server: open transactions are undone, what is committed stays. False when it was not running. */
export async function stopPostmaster(home: Home): Promise<boolean> {
  const pid = postmasterPid(home)
  if (pid === undefined) return false
  for (const [signal, waitMs] of [
    ['SIGINT', shutdownMs],
    ['SIGQUIT', 10_000],
  ] as const) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true
      throw new NeedsPerson('the embedded database belongs to another account', {
        nextStep: 'Stop it as the account that started it.',
        cause: error,
      })
    }
    const startedMs = realClock.elapsedMs()
    while (processMark(pid) !== undefined && realClock.elapsedMs() - startedMs < waitMs) await pause(30)
    if (processMark(pid) === undefined) return true
  }
  throw new TryLater(`the embedded database (process ${pid}) does not stop`, {nextStep: `Read ${home.log}.`})
}

/** Keeps the log within bounds while the server runs; it writes in append mode, so cutting it off is safe. */
export function trimLog(home: Home): void {
  try {
    if (statSync(home.log).size <= logLimit) return
    copyFileSync(home.log, `${home.log}.1`)
    truncateSync(home.log)
  } catch {
    // no log yet, or not ours to trim
  }
}

function tail(file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(-4000)
  } catch {
    return ''
  }
}
