/**
 * Decides the folder and the account of the embedded server. An ordinary user runs it in `<data
 * folder>/postgres`.
 *
 * PostgreSQL refuses to run as root, so root runs it as another account. If that account cannot reach
 * the data folder, the server's folder is `/var/lib/fin/<digest of the data folder>`, and `<data
 * folder>/postgres` links to it.
 */
import {createHash} from 'node:crypto'
import {existsSync, lstatSync, readlinkSync, statSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {serverAccount, type SystemAccount} from './account.js'

export interface EmbeddedPaths {
  folder: string
  /** Holds `data` and `password`, which belong together. One rename makes it visible. */
  cluster: string
  data: string
  /** The password file, readable by the invoking user only. */
  password: string
  /** The private folder of the unix socket. */
  sockets: string
  log: string
  lock: string
  /** The account that the server runs as; undefined: the invoking user. */
  account: SystemAccount | undefined
}

/** The longest path of a unix socket in bytes, the file name included. */
const longestSocket = 100
export const port = 5432
/** The parent of the folders of root's servers whose account cannot reach the data folder. */
const elsewhere = '/var/lib/fin'

/** The paths of the server. Reads only; `checkPaths` decides whether they may be used. */
export function embeddedPaths(dataDir: string): EmbeddedPaths {
  const inside = join(dataDir, 'postgres')
  if (process.getuid?.() !== 0) return layout(inside, undefined)
  const linked = elsewhereOf(inside)
  const stored = lstatSync(join(linked ?? inside, 'cluster', 'data'), {throwIfNoEntry: false})
  if (stored !== undefined) return layout(linked ?? inside, {uid: stored.uid, gid: stored.gid})
  const account = serverAccount()
  return layout(canReach(dataDir, account) ? inside : join(elsewhere, digest(dataDir)), account)
}

/** Whether a path can be the folder of root's server outside the data folder. */
export function isElsewhere(path: string): boolean {
  return dirname(path) === elsewhere && /^[0-9a-f]{16}$/.test(basename(path))
}

/**
 * The target of root's link in a data folder; undefined for any other link, or if the target does not
 * exist.
 */
function elsewhereOf(link: string): string | undefined {
  if (lstatSync(link, {throwIfNoEntry: false})?.isSymbolicLink() !== true) return undefined
  const target = readlinkSync(link)
  return isElsewhere(target) && existsSync(target) ? target : undefined
}

function layout(folder: string, account: SystemAccount | undefined): EmbeddedPaths {
  const cluster = join(folder, 'cluster')
  const inFolder = join(folder, 'run')
  const fits = Buffer.byteLength(join(inFolder, `.s.PGSQL.${port}`)) <= longestSocket
  return {
    folder,
    cluster,
    account,
    data: join(cluster, 'data'),
    password: join(cluster, 'password'),
    sockets: fits
      ? inFolder
      : join('/tmp', `fin-${account?.uid ?? process.getuid?.() ?? 0}-${digest(folder)}`),
    log: join(folder, 'postgres.log'),
    lock: join(folder, 'start.lock'),
  }
}

function digest(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16)
}

/**
 * Whether the account may enter every folder of the path. Missing folders are made with that permission
 * later.
 */
function canReach(folder: string, account: SystemAccount): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(at)) {
      const {mode, uid, gid} = statSync(at)
      const needed = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
      if ((mode & needed) === 0) return false
    }
    if (dirname(at) === at) return true
  }
}
