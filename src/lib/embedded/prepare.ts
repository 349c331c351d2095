/** Makes the folders of the embedded server, and gives files to the account that it runs as. */
import {
  chmodSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
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
import type {Account, Home} from './paths.js'
import {checkHome} from './trust.js'

/**
 * Makes the folders. Safe when several processes do it at once. Throws `NeedsPerson` when that is not
 * possible.
 */
export function prepareHome(home: Home, dataDir: string, check = checkHome): void {
  try {
    const missing: string[] = []
    for (const start of [home.folder, dataDir])
      for (let at = start; !existsSync(at); at = dirname(at)) missing.push(at)
    makeFolder(dataDir)
    makeFolder(home.folder)
    // Somebody may have put something in the place of a folder that was missing.
    check(home, dataDir)
    // the umask of the caller may be strict; the server's account must be able to pass
    if (home.account) for (const folder of missing) chmodSync(folder, folder === home.folder ? 0o711 : 0o755)
    const link = join(dataDir, 'postgres')
    if (home.folder !== link && !sameLink(link, home.folder)) {
      // Under another name first: of several processes that find none, all but one would find the name taken.
      const mine = `${link}.${process.pid}`
      rmSync(mine, {force: true})
      symlinkSync(home.folder, mine)
      renameSync(mine, link)
      writeFileSync(join(home.folder, 'belongs-to'), `${dataDir}\n`)
    }
    prepareSockets(home)
  } catch (error) {
    if (error instanceof NeedsPerson) throw error
    throw new NeedsPerson(
      `the folder ${home.folder} of the embedded database cannot be made: ${messageOf(error)}`,
      {
        nextStep:
          'Set FIN_DATA_DIR to a folder that you may write to, or DATABASE_URL to a PostgreSQL server.',
        cause: error,
      },
    )
  }
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

function prepareSockets(home: Home): void {
  try {
    mkdirSync(home.sockets, {mode: 0o700})
    own(home.sockets, home.account)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const found = lstatSync(home.sockets)
  const self = process.getuid?.() ?? 0
  if (found.isDirectory() && found.uid === self && home.account) own(home.sockets, home.account)
  else if (!found.isDirectory() || found.uid !== (home.account?.uid ?? self))
    throw new NeedsPerson(`${home.sockets} belongs to somebody else`, {
      nextStep: 'Remove it, or set FIN_DATA_DIR to a folder with a shorter path.',
    })
  if ((found.mode & 0o077) !== 0) chmodSync(home.sockets, 0o700)
}

/** Gives a file to the account that the server runs as. */
export function own(path: string, account: Account | undefined): void {
  if (account) lchownSync(path, account.uid, account.gid)
}
