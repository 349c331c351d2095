/** A lock between processes of one machine that dies with its holder. */
import {randomUUID} from 'node:crypto'
import {execFileSync} from 'node:child_process'
import {readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {pause, realClock} from '../clock.js'
import {TryLater} from '../errors.js'

/** A holder whose file is unreadable (killed while writing it) is given this long. */
const unreadableForMs = 5_000

interface Holder {
  pid: number
  mark: string
  token: string
}

/**
 * What tells this process from another one that got its number later: its start, and the boot it belongs to.
 * Undefined when no such process lives.
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
 * Runs `work` while holding the lock `file`. A holder that died is recognised by its process and set aside.
 * What the lock guards must stay correct should two processes ever hold it (each of its steps ends in an
 * atomic rename, or in PostgreSQL's own interlock): the lock saves work, it does not carry correctness.
 */
export async function withProcessLock<T>(file: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  const own: Holder = {pid: process.pid, mark: processMark(process.pid) ?? '', token: randomUUID()}
  const startedMs = realClock.elapsedMs()
  while (!take(file, own)) {
    if (!setAsideWhenDead(file)) {
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

/** True when the lock is free again, or may be: try to take it. */
function setAsideWhenDead(file: string): boolean {
  const holder = readHolder(file)
  if (holder === undefined) {
    const age = ageMs(file)
    if (age === undefined) return true
    if (age < unreadableForMs) return false
  } else if (processMark(holder.pid) === holder.mark) return false
  const aside = `${file}.dead-${randomUUID()}`
  try {
    renameSync(file, aside)
  } catch {
    return true
  }
  // Somebody else may have set the dead one aside and taken the lock in between: then it is given back.
  const taken = readHolder(aside)
  if (taken !== undefined && taken.token !== holder?.token) {
    try {
      writeFileSync(file, readFileSync(aside), {flag: 'wx', mode: 0o600})
    } catch {
      // a third process was faster: two hold it now, which costs work but harms nothing
    }
  }
  rmSync(aside, {force: true})
  return true
}

function ageMs(file: string): number | undefined {
  try {
    return realClock.now().getTime() - statSync(file).mtimeMs
  } catch {
    return undefined
  }
}
