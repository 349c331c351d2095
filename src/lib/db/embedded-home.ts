/**
 * Where the embedded server lives and as whom it runs. An ordinary user: `<data folder>/postgres`. Root
 * (PostgreSQL refuses to run as root): an ordinary account, in the data folder when that account can reach
 * it, else in `/var/lib/fin/<digest of the data folder>`, to which `<data folder>/postgres` then links.
 */
import {createHash} from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {NeedsPerson, messageOf} from '../errors.js'
import {makeFolder} from '../folders.js'

export interface Account {
  uid: number
  gid: number
}

export interface Home {
  folder: string
  /** What one rename puts in place: `data` and `password` belong together. */
  cluster: string
  data: string
  /** Readable by the invoking user only. */
  password: string
  /** Private folder of the unix socket. */
  sockets: string
  log: string
  lock: string
  /** As whom the server runs; undefined: as the invoking user. */
  account: Account | undefined
}

/** A unix socket's address holds about 100 bytes, the file name included. */
const longestSocket = 100
export const port = 5432
/** Holds the homes of root's servers whose account cannot enter the data folder. */
const elsewhere = '/var/lib/fin'

/** Where the home is. Reads only; `checkHome` decides whether its paths may be used. */
export function embeddedHome(dataDir: string): Home {
  const inside = join(dataDir, 'postgres')
  if (process.getuid?.() !== 0) return layout(inside, undefined)
  const linked = elsewhereOf(inside)
  const stored = lstatSync(join(linked ?? inside, 'cluster', 'data'), {throwIfNoEntry: false})
  if (stored !== undefined) return layout(linked ?? inside, {uid: stored.uid, gid: stored.gid})
  const account = ordinaryAccount()
  return layout(canReach(dataDir, account) ? inside : join(elsewhere, digest(dataDir)), account)
}

/** The target of root's link in a data folder; undefined for any other link. */
function elsewhereOf(link: string): string | undefined {
  if (lstatSync(link, {throwIfNoEntry: false})?.isSymbolicLink() !== true) return undefined
  const target = readlinkSync(link)
  return dirname(target) === elsewhere && /^[0-9a-f]{16}$/.test(basename(target)) ? target : undefined
}

function layout(folder: string, account: Account | undefined): Home {
  const cluster = join(folder, 'cluster')
  const near = join(folder, 'run')
  const fits = Buffer.byteLength(join(near, `.s.PGSQL.${port}`)) <= longestSocket
  return {
    folder,
    cluster,
    account,
    data: join(cluster, 'data'),
    password: join(cluster, 'password'),
    sockets: fits ? near : join('/tmp', `fin-${account?.uid ?? process.getuid?.() ?? 0}-${digest(folder)}`),
    log: join(folder, 'postgres.log'),
    lock: join(folder, 'start.lock'),
  }
}

function digest(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16)
}

/** An account without rights of its own; initdb insists on one with a name. */
function ordinaryAccount(): Account {
  const accounts = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name, , uid, gid]) => [name, {uid: Number(uid), gid: Number(gid)}]),
  )
  const named = [accounts.get('nobody'), accounts.get('postgres'), ...accounts.values()].find(
    (account) => account !== undefined && account.uid > 0 && account.gid > 0,
  )
  if (!named)
    throw new NeedsPerson('PostgreSQL refuses to run as root, and this machine has no other account', {
      nextStep: 'Create an account (for example "nobody"), or set DATABASE_URL.',
    })
  return named
}

/** Whether the account may enter every folder on the way; folders that do not exist yet will be made so. */
function canReach(folder: string, account: Account): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(at)) {
      const {mode, uid, gid} = statSync(at)
      const needed = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
      if ((mode & needed) === 0) return false
    }
    if (dirname(at) === at) return true
  }
}

/**
 * Makes the folders. Safe when several processes do it at once. Throws `NeedsPerson` when that is not
 * possible.
 */
export function prepareHome(home: Home, dataDir: string): void {
  try {
    const missing: string[] = []
    for (const start of [home.folder, dataDir])
      for (let at = start; !existsSync(at); at = dirname(at)) missing.push(at)
    makeFolder(dataDir)
    makeFolder(home.folder)
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
