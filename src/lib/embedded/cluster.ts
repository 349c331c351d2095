/** The cluster: the folder in which PostgreSQL keeps its databases, made once by initdb. */
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
import type {Home} from './paths.js'
import {own} from './prepare.js'
import type {Native} from './binaries.js'
import {processMark} from './process-lock.js'

/** Only what a server needs: no key of the caller's environment reaches a process that outlives it. */
export const serverEnvironment = {PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC'}

/**
 * Makes the cluster in a folder of its own and puts it in place with one rename: killed half way, nothing is
 * half there.
 */
export async function makeCluster(home: Home, native: Native): Promise<void> {
  removeAbandoned(home)
  if (!home.account) requireAccount()
  const fresh = `${home.cluster}.new-${process.pid}-${randomUUID()}`
  const data = join(fresh, 'data')
  const password = join(fresh, 'password')
  try {
    mkdirSync(fresh)
    chmodSync(fresh, home.account ? 0o711 : 0o700)
    mkdirSync(data, {mode: 0o700})
    own(data, home.account)
    const file = openSync(password, 'wx', 0o600)
    writeSync(file, `${randomBytes(24).toString('base64url')}\n`)
    fsyncSync(file)
    closeSync(file)
    own(password, home.account)
    await runInitdb(home, native, data, password)
    if (home.account) lchownSync(password, process.getuid?.() ?? 0, process.getgid?.() ?? 0)
    renameSync(fresh, home.cluster)
  } catch (error) {
    rmSync(fresh, {recursive: true, force: true})
    if (existsSync(home.data)) return
    if (error instanceof NeedsPerson) throw error
    throw new NeedsPerson(`the embedded database cannot be made in ${home.folder}: ${messageOf(error)}`, {
      nextStep: 'Check that the folder is writable and the disk has 200 MB left, or set DATABASE_URL.',
      cause: error,
    })
  }
}

/** initdb wants the name of the account that it runs as. */
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

function runInitdb(home: Home, native: Native, data: string, password: string): Promise<void> {
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
    const child = spawn(join(native.folder, 'bin', 'initdb'), args, {
      cwd: home.folder,
      env: serverEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...home.account,
    })
    let said = ''
    const hear = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('error', (error) => reject(cannotRun(error)))
    child.on('close', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`initdb ended with ${code ?? signal}: ${lastLines(said)}`)),
    )
  })
}

function cannotRun(error: Error): NeedsPerson {
  return new NeedsPerson(`the embedded PostgreSQL cannot run on this machine: ${error.message}`, {
    nextStep: 'Set DATABASE_URL to a PostgreSQL server of version 14 or later.',
    cause: error,
  })
}

/** What a process left that was killed while it made a cluster or copied the programs. */
function removeAbandoned(home: Home): void {
  for (const name of readdirSync(home.folder)) {
    const pid = /^(?:cluster|server)\.new-(\d+)-/.exec(name)?.[1]
    if (pid === undefined || Number(pid) === process.pid || processMark(Number(pid)) !== undefined) continue
    rmSync(join(home.folder, name), {recursive: true, force: true})
  }
}

/** The end of what a program said, on one line. */
export function lastLines(text: string): string {
  return text
    .trim()
    .split('\n')
    .slice(-4)
    .map((line) => line.trim())
    .join(' / ')
}
