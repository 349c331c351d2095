/**
 * Makes the folders of the embedded server, and changes the owner of files to the account that it runs as.
 */
import {
  chmodSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {dirname, join} from 'node:path'
import {NeedsPerson, messageOf} from '../errors.js'
import {makeFolder} from '../folders.js'
import type {SystemAccount} from './account.js'
import type {EmbeddedPaths} from './paths.js'
import {checkPaths} from './trust.js'

/** Makes the folders. Several processes may call it at once. Throws `NeedsPerson` if it fails. */
export function preparePaths(paths: EmbeddedPaths, dataDir: string, check = checkPaths): void {
  try {
    const missing: string[] = []
    for (const start of [paths.folder, dataDir])
      for (let at = start; !existsSync(at); at = dirname(at)) missing.push(at)
    makeFolder(dataDir)
    makeFolder(paths.folder)
    // Another account may have put a file or link where a folder was missing.
    check(paths, dataDir)
    // The umask of the caller may be strict, but the server's account must be able to enter the folders.
    if (paths.account) for (const folder of missing) chmodSync(folder, 0o711)
    narrow(paths, dataDir)
    const link = join(dataDir, 'postgres')
    if (paths.folder !== link && !sameLink(link, paths.folder)) {
      // The link gets a temporary name first, because another process may make the same link at this moment.
      const temporary = `${link}.${process.pid}`
      rmSync(temporary, {force: true})
      symlinkSync(paths.folder, temporary)
      renameSync(temporary, link)
      writeFileSync(join(paths.folder, 'belongs-to'), `${dataDir}\n`)
    }
    prepareSockets(paths)
  } catch (error) {
    if (error instanceof NeedsPerson) throw error
    throw new NeedsPerson(
      `the folder ${paths.folder} of the embedded database cannot be made: ${messageOf(error)}`,
      {
        nextStep:
          'Set FIN_DATA_DIR to a folder that you may write to, or DATABASE_URL to a PostgreSQL server.',
        cause: error,
      },
    )
  }
}

/**
 * Takes the rights of other accounts from the folders that an earlier version made: the server's folder, and
 * a data folder that holds nothing else. The server's account keeps the right to enter. Nothing changes once
 * the server's folder is private, because the user chose the mode of the data folder then.
 */
function narrow({folder, account}: EmbeddedPaths, dataDir: string): void {
  const inside = join(dataDir, 'postgres')
  const mode = account ? 0o711 : 0o700
  if (!isWider(folder, mode)) return
  const entries = readdirSync(dataDir)
  const dataMode = folder === inside ? mode : 0o700
  if (entries.length === 1 && entries[0] === 'postgres' && isWider(dataDir, dataMode))
    chmodSync(dataDir, dataMode)
  chmodSync(folder, mode)
}

/** True for a folder of this user that gives other accounts more rights than `mode`. */
function isWider(path: string, mode: number): boolean {
  const found = lstatSync(path)
  const isSticky = (found.mode & 0o1000) !== 0
  const isOwn = found.uid === (process.getuid?.() ?? found.uid)
  return isOwn && found.isDirectory() && !isSticky && (found.mode & 0o777 & ~mode) !== 0
}

function sameLink(link: string, target: string): boolean {
  try {
    return lstatSync(link).isSymbolicLink()
      ? readlinkSync(link) === target
      : existsSync(link) && realpathSync(link) === realpathSync(target)
  } catch {
    return false
  }
}

function prepareSockets(paths: EmbeddedPaths): void {
  try {
    mkdirSync(paths.sockets, {mode: 0o700})
    chownTo(paths.sockets, paths.account)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const found = lstatSync(paths.sockets)
  const self = process.getuid?.() ?? 0
  if (found.isDirectory() && found.uid === self && paths.account) chownTo(paths.sockets, paths.account)
  else if (!found.isDirectory() || found.uid !== (paths.account?.uid ?? self))
    throw new NeedsPerson(`${paths.sockets} belongs to another account`, {
      nextStep: 'Remove it, or set FIN_DATA_DIR to a folder with a shorter path.',
    })
  if ((found.mode & 0o077) !== 0) chmodSync(paths.sockets, 0o700)
}

/** Changes the owner of a file to the account that the server runs as. */
export function chownTo(path: string, account: SystemAccount | undefined): void {
  if (account) lchownSync(path, account.uid, account.gid)
}
