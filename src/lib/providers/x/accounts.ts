/** The list of X accounts, which a user may replace. */
import {x} from '../x.js'

export const accountGroups = ['primary', 'secondary']
const labels = Object.keys(x.credentials ?? {})
const fewestPosts = 5
const mostPosts = 100

/**
 * The problem with the values of a list of accounts; undefined: none. A missing column is not a problem here.
 * A problem that only blocks one account (no handle, unknown frequency, no credential) is in its
 * `blocked_reason`.
 */
export function wrongAccount(rows: readonly Readonly<Record<string, string>>[]): string | undefined {
  for (const {
    username = '',
    group = 'primary',
    priority = '1',
    credential = '',
    max_results: posts = '',
  } of rows) {
    const wrong = (column: string, value: string, right: string) =>
      `the account "${username}" has the ${column} "${value}": ${right}`
    if (!accountGroups.includes(group)) return wrong('group', group, `write ${accountGroups.join(' or ')}`)
    if (!/^\d{1,4}$/.test(priority))
      return wrong('priority', priority, 'write a whole number, 0 to 9999; the smallest goes first')
    if (credential !== '' && !labels.includes(credential))
      return wrong('credential', credential, `write ${labels.join(', ')}`)
    if (
      posts !== '' &&
      !(/^\d{1,3}$/.test(posts) && Number(posts) >= fewestPosts && Number(posts) <= mostPosts)
    )
      return wrong('max_results', posts, `write ${fewestPosts} to ${mostPosts}, or leave it empty`)
  }
  return undefined
}
