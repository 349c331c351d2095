/**
 * Chooses the account that root's embedded server runs as, because PostgreSQL refuses to run as root. It is
 * an account of its own: any program of the same account could change every row.
 */
import {spawnSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {pause} from '../clock.js'
import {NeedsPerson} from '../errors.js'
import type {WaitLog} from '../waits.js'

export interface SystemAccount {
  uid: number
  gid: number
}

/** The account that fin makes. */
export const ownName = 'fin'
/** Accounts of people begin with this uid. */
const firstPerson = 1000
/** How often `useradd` is tried, because another process may hold the lock of /etc/passwd. */
const tries = 10

type Accounts = ReadonlyMap<string, SystemAccount>

function accountsOf(passwd: string): Accounts {
  return new Map(
    passwd
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , uid, gid]) => [name, {uid: Number(uid), gid: Number(gid)}]),
  )
}

const readPasswd = () => readFileSync('/etc/passwd', 'utf8')

/** The account that only fin uses; undefined if there is none. A person named fin does not count. */
function ownAccount(accounts: Accounts): SystemAccount | undefined {
  const found = accounts.get(ownName)
  return found !== undefined && found.uid > 0 && found.gid > 0 && found.uid < firstPerson ? found : undefined
}

/**
 * The account for a new server: fin's own, else one that other programs may use too. It has a name, because
 * initdb requires one. Throws NeedsPerson if the machine has no account but root.
 */
export function serverAccount(passwd = readPasswd()): SystemAccount {
  const accounts = accountsOf(passwd)
  const found = [
    ownAccount(accounts),
    accounts.get('nobody'),
    accounts.get('postgres'),
    ...accounts.values(),
  ].find((account) => account !== undefined && account.uid > 0 && account.gid > 0)
  if (!found)
    throw new NeedsPerson('PostgreSQL refuses to run as root, and this machine has no other account', {
      nextStep: `Create an account (useradd --system ${ownName}), or set DATABASE_URL.`,
    })
  return found
}

/** The name of an account that other programs may use too; undefined for fin's own. */
export function sharedName({uid}: SystemAccount, passwd = readPasswd()): string | undefined {
  const accounts = accountsOf(passwd)
  if (ownAccount(accounts)?.uid === uid) return undefined
  return [...accounts].find(([, account]) => account.uid === uid)?.[0] ?? `uid ${uid}`
}

/**
 * Makes fin's own account if it is missing, with `useradd`. It reports what it did, also if the account
 * cannot be made. Several processes may call it at once.
 */
export async function makeAccount(log: WaitLog | undefined, read = readPasswd): Promise<void> {
  const isMissing = () => ownAccount(accountsOf(read())) === undefined
  for (let attempt = 1; isMissing(); attempt++) {
    const why = useradd()
    if (why === undefined && !isMissing())
      return log?.notice(`made the account ${ownName} for the embedded database (useradd --system)`)
    if (attempt < tries && /try again later/.test(why ?? '')) await pause(100)
    else if (isMissing()) {
      const other = sharedName(serverAccount(read()), read())
      return log?.notice(
        `the embedded database runs as ${other}, because the account ${ownName} cannot be made: ${why ?? 'useradd made none'}`,
      )
    }
  }
}

/** Why `useradd` failed; undefined if it succeeded. */
function useradd(): string | undefined {
  const {status, error, stderr} = spawnSync(
    'useradd',
    [
      ...['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent'],
      ...['--shell', '/usr/sbin/nologin', '--comment', 'embedded database of fin', ownName],
    ],
    // The PATH of cron lacks the folders of such programs.
    {env: {PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C'}, encoding: 'utf8'},
  )
  if (status === 0) return undefined
  if (error) return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no useradd' : error.message
  return stderr.trim().split('\n').at(-1) || `useradd ended with ${status}`
}
