import {readFileSync} from 'node:fs'

/** A user that a program may run as. */
export interface Account {
  uid: number
  gid: number
}

/**
 * An account without special rights, as which root runs programs: the first of these that the machine knows.
 */
export function ordinaryAccount(): Account {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const found =
    ['postgres', 'nobody'].map((name) => accounts.find(([known]) => known === name)).find(Boolean) ??
    accounts.find(([, , uid]) => Number(uid) >= 1000)
  if (!found) throw new Error('this machine has no account but root: PostgreSQL cannot run')
  return {uid: Number(found[2]), gid: Number(found[3])}
}
