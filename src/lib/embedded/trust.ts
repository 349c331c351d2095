/**
 * Checks owner, mode and kind of paths before fin runs a program in the data folder, changes an owner, or
 * sends a password to a socket. Otherwise an account that can write there could choose the program that
 * runs as the caller. It changes nothing; it throws for an unsafe path.
 */
import {existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, type Stats} from 'node:fs'
import {userInfo} from 'node:os'
import {join, relative, resolve} from 'node:path'
import {NeedsPerson} from '../errors.js'
import {isElsewhere, type EmbeddedPaths} from './paths.js'

const self = () => process.getuid?.() ?? 0
const sticky = 0o1000

/**
 * Checks the data folder, all folders above it, and the server's folder with its content. A missing path is
 * safe, because fin makes it later. Throws `NeedsPerson` that names the path.
 */
export function checkPaths(paths: EmbeddedPaths, dataDir: string): void {
  if (process.getuid === undefined) return
  const account = paths.account?.uid ?? self()
  checkParents(dataDir)
  checkFolder(dataDir, [self(), 0])
  checkLink(join(dataDir, 'postgres'), paths.folder)
  checkParents(paths.folder)
  checkFolder(paths.folder, [self()])
  checkFolder(paths.cluster, [self()])
  checkFolder(paths.data, [account])
  // PostgreSQL makes the folder with this mode; version control does not preserve it, so a checked-out
  // folder fails.
  if (((lstat(paths.data)?.mode ?? 0) & 0o027) !== 0)
    throw unsafe(paths.data, 'other accounts may read it', `Run: chmod 700 ${paths.data}`)
  checkAccount(account, paths.cluster)
  checkParents(paths.sockets)
  checkFolder(paths.sockets, [account, self()])
  for (const file of [paths.log, `${paths.log}.1`, paths.lock]) checkFile(file, [self(), account])
  checkFile(paths.password, [self()])
  if (((lstat(paths.password)?.mode ?? 0) & 0o077) !== 0)
    throw unsafe(paths.password, 'other accounts may read it', `Run: chmod 600 ${paths.password}`)
}

/**
 * Checks every file and folder of PostgreSQL's programs: owner, mode, and that each file is the one that
 * fin ships. The owner alone proves nothing: the files of an unpacked archive or a clone belong to the
 * caller.
 */
export function checkPrograms(folder: string, shipped: string): void {
  if (process.getuid === undefined) return
  const nextStep = `Remove ${folder}; fin puts the programs there again.`
  checkFolder(folder, [self()], nextStep)
  const files: string[] = []
  for (const entry of readdirSync(folder, {recursive: true, withFileTypes: true})) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) checkFolder(path, [self()], nextStep)
    // A link of a shared library points to another file of the same folder.
    else if (entry.isSymbolicLink() && !readlinkSync(path).includes('/')) continue
    else {
      checkFile(path, [self(), 0], nextStep)
      files.push(path)
    }
  }
  const foreign = files.find((path) => !isSameFile(path, join(shipped, relative(folder, path))))
  if (foreign !== undefined) throw unsafe(foreign, 'it is not the file that fin ships', nextStep)
}

function isSameFile(path: string, shipped: string): boolean {
  const [found, expected] = [lstat(path), lstat(shipped)]
  if (found === undefined || expected === undefined || found.size !== expected.size) return false
  return (
    (found.ino === expected.ino && found.dev === expected.dev) ||
    readFileSync(path).equals(readFileSync(shipped))
  )
}

function checkAccount(uid: number, cluster: string): void {
  if (uid !== 0) return
  throw new NeedsPerson('the embedded database would run as root, because its cluster belongs to root', {
    nextStep: `Move ${cluster} away, or set DATABASE_URL.`,
  })
}

/** Checks the folders above a path. An account that can rename one of them can replace everything in it. */
function checkParents(path: string): void {
  // In a user namespace the owner of the system's folders may have another uid than 0.
  const owners = [self(), 0, lstatSync('/').uid]
  let parent = '/'
  const parts = resolve(path).split('/').slice(1, -1)
  for (let links = 0, part = parts.shift(); part !== undefined; part = parts.shift()) {
    const at = join(parent, part)
    const found = lstat(at)
    if (found === undefined) return
    if (!owners.includes(found.uid)) throw unsafe(path, `${at} belongs to another account (uid ${found.uid})`)
    if (found.isSymbolicLink() && ++links <= 40) {
      const target = readlinkSync(at)
      if (target.startsWith('/')) parent = '/'
      parts.unshift(...target.split('/').filter(Boolean))
      continue
    }
    if (found.isDirectory() && isOpen(found)) throw unsafe(path, openReason(at, found), closeStep(at))
    parent = at
  }
}

function checkFolder(path: string, owners: readonly number[], nextStep?: string): void {
  const found = lstat(path)
  if (found === undefined) return
  if (found.isSymbolicLink())
    throw unsafe(path, 'it is a link', nextStep ?? `Use the folder that it points to, ${readlinkSync(path)}.`)
  if (!found.isDirectory()) throw unsafe(path, 'it is not a folder', nextStep)
  checkOwner(path, found, owners, nextStep)
  if (isOpen(found)) throw unsafe(path, openReason(path, found), nextStep ?? closeStep(path))
}

function checkFile(path: string, owners: readonly number[], nextStep?: string): void {
  const found = lstat(path)
  if (found === undefined) return
  if (!found.isFile())
    throw unsafe(path, found.isSymbolicLink() ? 'it is a link' : 'it is not a file', nextStep)
  checkOwner(path, found, owners, nextStep)
  if (isOpen(found)) throw unsafe(path, openReason(path, found), nextStep ?? closeStep(path))
}

function checkOwner(path: string, {uid}: Stats, owners: readonly number[], nextStep?: string): void {
  if (!owners.includes(uid)) throw unsafe(path, `it belongs to another account (uid ${uid})`, nextStep)
}

/**
 * Checks the only link that fin makes: from root's data folder to a server folder elsewhere, which may be
 * missing.
 */
function checkLink(path: string, serverFolder: string): void {
  const found = lstat(path)
  if (!found?.isSymbolicLink()) return
  const target = readlinkSync(path)
  const isMadeByFin =
    found.uid === self() && isElsewhere(target) && (target === serverFolder || !existsSync(target))
  if (self() !== 0 || !isMadeByFin) throw unsafe(path, 'it is a link that fin did not make')
}

/** Whether other accounts may write the file, or rename entries of the folder. */
function isOpen(found: Stats): boolean {
  if (found.isDirectory() && (found.mode & sticky) !== 0) return false
  return (found.mode & 0o002) !== 0 || ((found.mode & 0o020) !== 0 && !isPrivateGroup(found.gid))
}

/** Whether only the caller is in the group. Such a group has the name of the account, by convention. */
function isPrivateGroup(gid: number): boolean {
  if (gid === 0) return true
  if (gid !== process.getgid?.()) return false
  try {
    const [line] = readFileSync('/etc/group', 'utf8')
      .split('\n')
      .filter((group) => group.split(':')[2] === String(gid))
    const [name, , , members = ''] = line?.split(':') ?? []
    return name === userInfo().username && members.split(',').every((member) => ['', name].includes(member))
  } catch {
    return false
  }
}

function openReason(path: string, {mode}: Stats): string {
  return `other accounts may write ${path} (mode ${(mode & 0o7777).toString(8)})`
}

/** The next step for a path that other accounts may write. */
function closeStep(path: string): string {
  return `Check what is in it, then run: chmod go-w ${path}`
}

/**
 * The properties of a path; undefined if it does not exist, or if the caller has no access and so cannot
 * use it.
 */
function lstat(path: string): Stats | undefined {
  try {
    return lstatSync(path, {throwIfNoEntry: false})
  } catch {
    return undefined
  }
}

/** The error for an unsafe path. */
function unsafe(path: string, why: string, nextStep?: string): NeedsPerson {
  return new NeedsPerson(`the embedded database is not used, because ${path} is not safe: ${why}`, {
    nextStep:
      nextStep ??
      'Run fin as the account that owns it, set FIN_DATA_DIR to a folder of your own, or set DATABASE_URL.',
  })
}
