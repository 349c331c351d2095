/** Makes the cluster: the folder in which PostgreSQL keeps its databases. initdb makes it once. */
import {spawn} from 'node:child_process'
import {randomBytes, randomUUID} from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  lchownSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import {userInfo} from 'node:os'
import {join} from 'node:path'
import {NeedsPerson, messageOf} from '../errors.js'
import type {EmbeddedPaths} from './paths.js'
import {chownTo} from './prepare.js'
import type {Binaries} from './binaries.js'
import {processMark} from './process-lock.js'

/** The environment of the server. It excludes the caller's keys, because the server outlives the caller. */
export const serverEnvironment = {PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC'}

/**
 * Makes the cluster in a temporary folder and renames it, so that a killed process leaves no partial
 * cluster.
 */
export async function makeCluster(paths: EmbeddedPaths, binaries: Binaries): Promise<void> {
  removeAbandoned(paths)
  if (!paths.account) requireAccount()
  const fresh = `${paths.cluster}.new-${process.pid}-${randomUUID()}`
  const data = join(fresh, 'data')
  const password = join(fresh, 'password')
  try {
    mkdirSync(fresh)
    chmodSync(fresh, paths.account ? 0o711 : 0o700)
    mkdirSync(data, {mode: 0o700})
    chownTo(data, paths.account)
    const file = openSync(password, 'wx', 0o600)
    writeSync(file, `${randomBytes(24).toString('base64url')}\n`)
    fsyncSync(file)
    closeSync(file)
    chownTo(password, paths.account)
    await runInitdb(paths, binaries, data, password)
    if (paths.account) lchownSync(password, process.getuid?.() ?? 0, process.getgid?.() ?? 0)
    renameSync(fresh, paths.cluster)
  } catch (error) {
    rmSync(fresh, {recursive: true, force: true})
    if (existsSync(paths.data)) return
    if (error instanceof NeedsPerson) throw error
    throw new NeedsPerson(`the embedded database cannot be made in ${paths.folder}: ${messageOf(error)}`, {
      nextStep: 'Check that the folder is writable and the disk has 200 MB left, or set DATABASE_URL.',
      cause: error,
    })
  }
}

/** Throws NeedsPerson if the user has no account name, because initdb requires one. */
function requireAccount(): void {
  try {
    userInfo()
  } catch (error) {
    throw new NeedsPerson(`the embedded database needs an account, and uid ${process.getuid?.()} has none`, {
      nextStep: 'Run fin as a user of this machine, or set DATABASE_URL to a PostgreSQL server.',
      cause: error,
    })
  }
}

function runInitdb(paths: EmbeddedPaths, binaries: Binaries, data: string, password: string): Promise<void> {
  const args = [
    '-D',
    data,
    '-U',
    'fin',
    `--pwfile=${password}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
  ]
  return new Promise((resolve, reject) => {
    const child = spawn(join(binaries.folder, 'bin', 'initdb'), args, {
      cwd: paths.folder,
      env: serverEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...paths.account,
    })
    let output = ''
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-2000)
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', (error) => reject(cannotRun(error)))
    child.on('close', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`initdb ended with ${code ?? signal}: ${lastLines(output)}`)),
    )
  })
}

function cannotRun(error: Error): NeedsPerson {
  return new NeedsPerson(`the embedded PostgreSQL cannot run on this machine: ${error.message}`, {
    nextStep: 'Set DATABASE_URL to a PostgreSQL server of version 14 or later.',
    cause: error,
  })
}

/** Removes the files of a process that was killed while it made a cluster or copied the programs. */
function removeAbandoned(paths: EmbeddedPaths): void {
  for (const name of readdirSync(paths.folder)) {
    const pid = /^(?:cluster|server)\.new-(\d+)-/.exec(name)?.[1]
    if (pid === undefined || Number(pid) === process.pid || processMark(Number(pid)) !== undefined) continue
    rmSync(join(paths.folder, name), {recursive: true, force: true})
  }
}

/** The last lines of a program's output, on one line. */
export function lastLines(text: string): string {
  return text
    .trim()
    .split('\n')
    .slice(-4)
    .map((line) => line.trim())
    .join(' / ')
}
