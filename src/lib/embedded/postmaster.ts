/** Starts, finds and stops the server process, which is detached from the process that starts it. */
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
import {port, type EmbeddedPaths} from './paths.js'
import {chownTo} from './prepare.js'
import {lastLines, serverEnvironment} from './cluster.js'
import type {Binaries} from './binaries.js'
import {processMark} from './process-lock.js'

const logLimit = 10 * 1024 * 1024
const shutdownMs = 60_000

/**
 * The id of the process that owns the cluster, or undefined. After kill -9 or a reboot, `postmaster.pid`
 * may name a process that no longer exists, or an unrelated one.
 */
export function postmasterPid(paths: EmbeddedPaths): number | undefined {
  const pid = recordedPid(paths)
  if (pid === undefined || processMark(pid) === undefined) return undefined
  try {
    const command =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        : execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], {encoding: 'utf8'})
    return command.includes(paths.data) && ownerOf(pid) === (paths.account?.uid ?? process.getuid?.())
      ? pid
      : undefined
  } catch {
    return undefined
  }
}

/** The account of a process. It must be checked, because a file in the cluster may name any process. */
function ownerOf(pid: number): number {
  return process.platform === 'linux'
    ? statSync(`/proc/${pid}`).uid
    : Number(execFileSync('ps', ['-o', 'uid=', '-p', String(pid)], {encoding: 'utf8'}))
}

function recordedPid(paths: EmbeddedPaths): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(paths.data, 'postmaster.pid'), 'utf8'), 10)
    return Number.isNaN(pid) ? undefined : pid
  } catch {
    return undefined
  }
}

/**
 * Starts the server, and resolves when `answers` returns true. The server runs in a session of its own, so
 * it survives the end of the terminal and the end of a cron job. It waits for children of an earlier server
 * that still hold the shared memory.
 */
export async function startPostmaster(
  paths: EmbeddedPaths,
  binaries: Binaries,
  waitMs: number,
  answers: () => Promise<boolean>,
): Promise<void> {
  const startedMs = realClock.elapsedMs()
  const late = () => realClock.elapsedMs() - startedMs > waitMs
  let running: {ended: boolean} | undefined
  while (!(await answers())) {
    if (postmasterPid(paths) === undefined && (running === undefined || running.ended)) {
      if (running?.ended && !isPredecessorInTheWay(paths)) {
        throw new NeedsPerson(`the embedded database did not start: ${lastLines(tail(paths.log))}`, {
          nextStep: `Read ${paths.log}, or set DATABASE_URL.`,
        })
      }
      if (late()) throw neverReady(paths)
      if (running?.ended) await pause(300)
      clearStale(paths)
      running = launch(paths, binaries)
    }
    if (late()) throw neverReady(paths)
    await pause(40)
  }
}

function neverReady(paths: EmbeddedPaths): TryLater {
  return new TryLater('the embedded database does not answer yet', {
    nextStep: `It may be repairing itself after a crash: try again in a minute. Its log is ${paths.log}`,
  })
}

function launch(paths: EmbeddedPaths, binaries: Binaries): {ended: boolean} {
  trimLog(paths)
  const log = openSync(paths.log, 'a', 0o600)
  chownTo(paths.log, paths.account)
  const settings = {
    listen_addresses: '',
    port: String(port),
    unix_socket_directories: `"${paths.sockets}"`,
    unix_socket_permissions: '0700',
    shared_buffers: '128MB',
    max_connections: '100',
    timezone: 'UTC',
    log_timezone: 'UTC',
    cluster_name: 'fin',
    // fin reports rejected rows itself; the server's log would repeat their content
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    log_line_prefix: '%m [%p] ',
  }
  const args = [
    '-D',
    paths.data,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
  const state = {ended: false}
  const child = spawn(join(binaries.folder, 'bin', 'postgres'), args, {
    cwd: paths.folder,
    env: serverEnvironment,
    detached: true,
    stdio: ['ignore', log, log],
    ...paths.account,
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

function isPredecessorInTheWay(paths: EmbeddedPaths): boolean {
  return /pre-existing shared memory block|lock file "[^"]*" already exists/.test(lastLines(tail(paths.log)))
}

/**
 * Removes the files of a server that no longer exists. PostgreSQL removes them itself, unless another
 * process got the id of its process.
 */
function clearStale(paths: EmbeddedPaths): void {
  if (postmasterPid(paths) !== undefined) return
  rmSync(join(paths.data, 'postmaster.pid'), {force: true})
  rmSync(join(paths.sockets, `.s.PGSQL.${port}`), {force: true})
  rmSync(join(paths.sockets, `.s.PGSQL.${port}.lock`), {force: true})
}

/** Stops the server: open transactions are rolled back, committed data stays. False if it was not running. */
export async function stopPostmaster(paths: EmbeddedPaths): Promise<boolean> {
  const pid = postmasterPid(paths)
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
  throw new TryLater(`the embedded database (process ${pid}) does not stop`, {nextStep: `Read ${paths.log}.`})
}

/**
 * Truncates a log that is too large. This is safe while the server runs, because it writes in append mode.
 */
export function trimLog(paths: EmbeddedPaths): void {
  try {
    if (statSync(paths.log).size <= logLimit) return
    copyFileSync(paths.log, `${paths.log}.1`)
    truncateSync(paths.log)
  } catch {
    // no log yet, or no permission to truncate it
  }
}

function tail(file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(-4000)
  } catch {
    return ''
  }
}
