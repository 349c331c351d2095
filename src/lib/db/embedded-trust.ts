/**
 * Checks of owner, mode and kind before a program of the data folder runs, or a path of it changes its owner.
 * Somebody who can write there would otherwise decide what runs as the caller.
 */
import {chmodSync, existsSync, lstatSync, readdirSync, readlinkSync, realpathSync, type Stats} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {NeedsPerson} from '../errors.js'
import type {Home} from './embedded-home.js'

const self = () => process.getuid?.() ?? 0
const writableByOthers = 0o022
const sticky = 0o1000

/**
 * Checks the data folder and all folders above it, the server's home, and the cluster. Folders that are not
 * there yet are made later. Throws `NeedsPerson` that names the path.
 */
export function checkHome(home: Home, dataDir: string): void {
  if (process.getuid === undefined) return
  checkAncestors(dataDir)
  checkFolder(dataDir, self())
  checkLink(join(dataDir, 'postgres'), home.folder)
  checkAncestors(home.folder)
  checkFolder(home.folder, self())
  checkFolder(home.cluster, self())
  checkFolder(home.data, home.account?.uid ?? self())
  checkAccount(home)
  checkFile(home.password, [self()])
}

/** Checks every file and folder of PostgreSQL's programs. Called before each start of one. */
export function checkPrograms(folder: string): void {
  if (process.getuid === undefined) return
  try {
    checkTree(folder)
  } catch (error) {
    if (!(error instanceof NeedsPerson)) throw error
    throw new NeedsPerson(error.message, {nextStep: `Remove ${folder}; fin puts the programs there again.`})
  }
}

function checkTree(folder: string): void {
  checkFolder(folder, self())
  for (const entry of readdirSync(folder, {recursive: true, withFileTypes: true})) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) checkFolder(path, self())
    else if (entry.isSymbolicLink()) checkLinkInside(path)
    else checkFile(path, [self(), 0])
  }
}

function checkAccount({account, cluster}: Home): void {
  if ((account?.uid ?? self()) !== 0) return
  throw new NeedsPerson('the embedded database would run as root, because its cluster belongs to root', {
    nextStep: `Move ${cluster} away, or set DATABASE_URL.`,
  })
}

/** Somebody who can rename a folder above replaces everything in it. Both ways to the path are checked. */
function checkAncestors(path: string): void {
  for (const at of new Set([...foldersAbove(path), ...foldersAbove(realPath(path))])) {
    const found = lstat(at)
    if (found === undefined) continue
    if (found.uid !== self() && found.uid !== 0)
      throw refused(path, `${at} belongs to another account (uid ${found.uid})`)
    if (found.isDirectory() && (found.mode & 0o002) !== 0 && (found.mode & sticky) === 0)
      throw refused(path, `every account may rename what is in ${at}`)
  }
}

function foldersAbove(path: string): string[] {
  const above = dirname(path)
  return above === path ? [] : [above, ...foldersAbove(above)]
}

/** The path without links in the folders above it that exist. */
function realPath(path: string): string {
  const above = dirname(path)
  if (above === path) return path
  return join(existsSync(above) ? realpathSync(above) : realPath(above), basename(path))
}

/** A folder of the caller that others may write is closed to them; what they made in it has another owner. */
function checkFolder(path: string, owner: number): void {
  const found = lstat(path)
  if (found === undefined) return
  if (!found.isDirectory())
    throw refused(path, found.isSymbolicLink() ? 'it is a link' : 'it is not a folder')
  if (found.uid !== owner) throw refused(path, `it belongs to another account (uid ${found.uid})`)
  if ((found.mode & writableByOthers) !== 0) chmodSync(path, found.mode & 0o755)
}

function checkFile(path: string, owners: readonly number[]): void {
  const found = lstat(path)
  if (found === undefined) return
  if (!found.isFile()) throw refused(path, 'it is not a file')
  if (!owners.includes(found.uid)) throw refused(path, `it belongs to another account (uid ${found.uid})`)
  if ((found.mode & writableByOthers) !== 0)
    throw refused(path, `other accounts may write it (mode ${(found.mode & 0o777).toString(8)})`)
}

/** The only link that fin makes: from the data folder of root to the server's home elsewhere. */
function checkLink(path: string, home: string): void {
  const found = lstat(path)
  if (!found?.isSymbolicLink()) return
  if (found.uid !== self() || readlinkSync(path) !== home)
    throw refused(path, 'it is a link that fin did not make')
}

/** Links between the names of a shared library lead to another file of the same folder. */
function checkLinkInside(path: string): void {
  if (readlinkSync(path).includes('/')) throw refused(path, 'it is a link to another folder')
}

function lstat(path: string): Stats | undefined {
  return lstatSync(path, {throwIfNoEntry: false})
}

function refused(path: string, why: string): NeedsPerson {
  return new NeedsPerson(`the embedded database is not used, because ${path} is not safe: ${why}`, {
    nextStep:
      'Run fin as the account that owns the data folder, set FIN_DATA_DIR to a folder of your own, or set DATABASE_URL.',
  })
}
