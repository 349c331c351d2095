/**
 * Checks of owner, mode and kind before a program of the data folder runs, a path of it changes its owner, or
 * a password goes to its socket. Somebody who can write there would otherwise decide what runs as the caller.
 * Nothing is changed here: what is not safe is refused.
 */
import {existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, type Stats} from 'node:fs'
import {userInfo} from 'node:os'
import {join, relative, resolve} from 'node:path'
import {NeedsPerson} from '../errors.js'
import {isElsewhere, type EmbeddedPaths} from './paths.js'

const self = () => process.getuid?.() ?? 0
const sticky = 0o1000

/**
 * Checks the data folder, all folders above it, the server's home and what lies in it. Paths that are not
 * there yet are made later. Throws `NeedsPerson` that names the path.
 */
export function checkPaths(home: EmbeddedPaths, dataDir: string): void {
  if (process.getuid === undefined) return
  const account = home.account?.uid ?? self()
  checkWay(dataDir)
  checkFolder(dataDir, [self(), 0])
  checkLink(join(dataDir, 'postgres'), home.folder)
  checkWay(home.folder)
  checkFolder(home.folder, [self()])
  checkFolder(home.cluster, [self()])
  checkFolder(home.data, [account])
  // PostgreSQL makes it so, and version control does not keep such a mode.
  if (((lstat(home.data)?.mode ?? 0) & 0o027) !== 0)
    throw refused(home.data, 'other accounts may read it', `Run: chmod 700 ${home.data}`)
  checkAccount(account, home.cluster)
  checkWay(home.sockets)
  checkFolder(home.sockets, [account, self()])
  for (const file of [home.log, `${home.log}.1`, home.lock]) checkFile(file, [self(), account])
  checkFile(home.password, [self()])
  if (((lstat(home.password)?.mode ?? 0) & 0o077) !== 0)
    throw refused(home.password, 'other accounts may read it', `Run: chmod 600 ${home.password}`)
}

/**
 * Checks every file and folder of PostgreSQL's programs: owner, mode, and that each is the file that fin
 * ships. A folder that came with an archive or a clone belongs to the caller, whoever wrote its content.
 */
export function checkPrograms(folder: string, shipped: string): void {
  if (process.getuid === undefined) return
  const nextStep = `Remove ${folder}; fin puts the programs there again.`
  checkFolder(folder, [self()], nextStep)
  const files: string[] = []
  for (const entry of readdirSync(folder, {recursive: true, withFileTypes: true})) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) checkFolder(path, [self()], nextStep)
    // Links between the names of a shared library lead to another file of the same folder.
    else if (entry.isSymbolicLink() && !readlinkSync(path).includes('/')) continue
    else {
      checkFile(path, [self(), 0], nextStep)
      files.push(path)
    }
  }
  const foreign = files.find((path) => !isSameFile(path, join(shipped, relative(folder, path))))
  if (foreign !== undefined) throw refused(foreign, 'it is not the file that fin ships', nextStep)
}

function isSameFile(path: string, shipped: string): boolean {
  const [found, wanted] = [lstat(path), lstat(shipped)]
  if (found === undefined || wanted === undefined || found.size !== wanted.size) return false
  return (
    (found.ino === wanted.ino && found.dev === wanted.dev) || readFileSync(path).equals(readFileSync(shipped))
  )
}

function checkAccount(uid: number, cluster: string): void {
  if (uid !== 0) return
  throw new NeedsPerson('the embedded database would run as root, because its cluster belongs to root', {
    nextStep: `Move ${cluster} away, or set DATABASE_URL.`,
  })
}

/** Checks the folders above a path. Somebody who can rename one of them replaces everything in it. */
function checkWay(path: string): void {
  // A user namespace shows the owner of the system's folders as another uid than 0.
  const owners = [self(), 0, lstatSync('/').uid]
  let way = '/'
  const rest = resolve(path).split('/').slice(1, -1)
  for (let links = 0, part = rest.shift(); part !== undefined; part = rest.shift()) {
    const at = join(way, part)
    const found = lstat(at)
    if (found === undefined) return
    if (!owners.includes(found.uid))
      throw refused(path, `${at} belongs to another account (uid ${found.uid})`)
    if (found.isSymbolicLink() && ++links <= 40) {
      const target = readlinkSync(at)
      if (target.startsWith('/')) way = '/'
      rest.unshift(...target.split('/').filter(Boolean))
      continue
    }
    if (found.isDirectory() && isOpen(found)) throw refused(path, openReason(at, found), closing(at))
    way = at
  }
}

function checkFolder(path: string, owners: readonly number[], nextStep?: string): void {
  const found = lstat(path)
  if (found === undefined) return
  if (found.isSymbolicLink())
    throw refused(
      path,
      'it is a link',
      nextStep ?? `Name the folder that it leads to, ${readlinkSync(path)}.`,
    )
  if (!found.isDirectory()) throw refused(path, 'it is not a folder', nextStep)
  checkOwner(path, found, owners, nextStep)
  if (isOpen(found)) throw refused(path, openReason(path, found), nextStep ?? closing(path))
}

function checkFile(path: string, owners: readonly number[], nextStep?: string): void {
  const found = lstat(path)
  if (found === undefined) return
  if (!found.isFile())
    throw refused(path, found.isSymbolicLink() ? 'it is a link' : 'it is not a file', nextStep)
  checkOwner(path, found, owners, nextStep)
  if (isOpen(found)) throw refused(path, openReason(path, found), nextStep ?? closing(path))
}

function checkOwner(path: string, {uid}: Stats, owners: readonly number[], nextStep?: string): void {
  if (!owners.includes(uid)) throw refused(path, `it belongs to another account (uid ${uid})`, nextStep)
}

/** The only link that fin makes: from the data folder of root to a home elsewhere, which may be gone. */
function checkLink(path: string, home: string): void {
  const found = lstat(path)
  if (!found?.isSymbolicLink()) return
  const target = readlinkSync(path)
  const isOurs = found.uid === self() && isElsewhere(target) && (target === home || !existsSync(target))
  if (self() !== 0 || !isOurs) throw refused(path, 'it is a link that fin did not make')
}

/** Whether others may write the file, or rename what is in the folder. */
function isOpen(found: Stats): boolean {
  if (found.isDirectory() && (found.mode & sticky) !== 0) return false
  return (found.mode & 0o002) !== 0 || ((found.mode & 0o020) !== 0 && !isPrivateGroup(found.gid))
}

/** Whether nobody but the caller is in the group: by custom it then has the name of the account. */
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

function closing(path: string): string {
  return `Check what is in it, then run: chmod go-w ${path}`
}

/** Undefined if the path is not there, or if the caller may not look at it and so cannot use it. */
function lstat(path: string): Stats | undefined {
  try {
    return lstatSync(path, {throwIfNoEntry: false})
  } catch {
    return undefined
  }
}

function refused(path: string, why: string, nextStep?: string): NeedsPerson {
  return new NeedsPerson(`the embedded database is not used, because ${path} is not safe: ${why}`, {
    nextStep:
      nextStep ??
      'Run fin as the account that owns it, set FIN_DATA_DIR to a folder of your own, or set DATABASE_URL.',
  })
}
