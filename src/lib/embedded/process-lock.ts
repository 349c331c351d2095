/** A lock between processes of one machine that ends with the process of its holder. */
import {randomUUID} from 'node:crypto'
import {execFileSync} from 'node:child_process'
import {readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {pause, realClock} from '../clock.js'
import {TryLater} from '../errors.js'

/** The age at which an unreadable lock file counts as abandoned: its holder was killed while writing it. */
const unreadableForMs = 5_000

interface Holder {
  pid: number
  mark: string
  token: string
}

/**
 * The start time and the boot of a process, which distinguish it from a later process with the same id.
 * Undefined if no such process exists.
 */
export function processMark(pid: number): string | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined
  try {
    if (process.platform === 'linux') {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
      if (fields[0] === 'Z' || fields[0] === 'X') return undefined
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`
    }
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '')
  } catch {
    return undefined
  }
}

/**
 * Runs `work` while holding the lock `file`. Removes the lock of a holder that has died. Throws TryLater
 * after `waitMs`. In rare races two processes hold the lock, so `work` must stay correct then. Each of its
 * steps ends in an atomic rename, or in PostgreSQL's own interlock. The lock only avoids duplicate work.
 */
export async function withProcessLock<T>(file: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  const own: Holder = {pid: process.pid, mark: processMark(process.pid) ?? '', token: randomUUID()}
  const startedMs = realClock.elapsedMs()
  while (!take(file, own)) {
    if (!removeDead(file)) {
      if (realClock.elapsedMs() - startedMs > waitMs)
        throw new TryLater(
          `another fin process (${readHolder(file)?.pid ?? 'unknown'}) has been starting or stopping the embedded database for too long`,
          {
            nextStep: `Wait for it to end; if it hangs, end it and run the command again. Its lock is ${file}`,
          },
        )
      await pause(30 + Math.random() * 40)
    }
  }
  try {
    return await work()
  } finally {
    if (readHolder(file)?.token === own.token) rmSync(file, {force: true})
  }
}

function take(file: string, own: Holder): boolean {
  try {
    writeFileSync(file, JSON.stringify(own), {flag: 'wx', mode: 0o600})
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') rmSync(file, {force: true})
    throw error
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

/**
 * Removes the lock of a dead holder. Returns true if the lock may be free now, so that the caller tries
 * again.
 */
function removeDead(file: string): boolean {
  const holder = readHolder(file)
  if (holder === undefined) {
    const age = ageMs(file)
    if (age === undefined) return true
    if (age < unreadableForMs) return false
  } else if (processMark(holder.pid) === holder.mark) return false
  const moved = `${file}.dead-${randomUUID()}`
  try {
    renameSync(file, moved)
  } catch {
    return true
  }
  // Another process may have removed the dead lock and taken it in between. Then its lock is restored.
  const found = readHolder(moved)
  if (found !== undefined && found.token !== holder?.token) {
    try {
      writeFileSync(file, readFileSync(moved), {flag: 'wx', mode: 0o600})
    } catch {
      // a third process took it first: two processes hold it now, which costs work but does no harm
    }
  }
  rmSync(moved, {force: true})
  return true
}

function ageMs(file: string): number | undefined {
  try {
    return realClock.now().getTime() - statSync(file).mtimeMs
  } catch {
    return undefined
  }
}
