/**
 * Where the embedded server lives and as whom it runs. An ordinary user: `<data folder>/postgres`. Root
 * (PostgreSQL refuses to run as root): an ordinary account, in the data folder when that account can reach
 * it, else in `/var/lib/fin/<digest of the data folder>`, to which `<data folder>/postgres` then links.
 */
import {createHash} from 'node:crypto'
import {existsSync, lstatSync, readFileSync, readlinkSync, statSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {NeedsPerson} from '../errors.js'

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

/** Whether a path can be a home that root's server has outside the data folder. */
export function isElsewhere(path: string): boolean {
  return dirname(path) === elsewhere && /^[0-9a-f]{16}$/.test(basename(path))
}

/** The target of root's link in a data folder; undefined for any other link, and when it is gone. */
function elsewhereOf(link: string): string | undefined {
  if (lstatSync(link, {throwIfNoEntry: false})?.isSymbolicLink() !== true) return undefined
  const target = readlinkSync(link)
  return isElsewhere(target) && existsSync(target) ? target : undefined
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
