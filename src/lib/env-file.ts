/**
 * Reads the `.env` file of the working folder. Its owner must be the caller or root, and no other account may
 * write it, because its settings decide which program runs and where data and credentials are sent.
 */
import {closeSync, fstatSync, lstatSync, openSync, readFileSync, statSync, type Stats} from 'node:fs'
import {parse} from 'dotenv'
import {messageOf, NeedsPerson} from './errors.js'

export interface EnvFile {
  path: string
  /** Why its settings are ignored; undefined if they are used. */
  ignored: string | undefined
  settings: Readonly<Record<string, string>>
  /** Names of the settings of an ignored file. */
  ignoredNames: readonly string[]
}

/**
 * Reads the file; undefined if it does not exist. Throws `NeedsPerson` if it exists but cannot be read, so
 * that a run never continues without its credentials.
 */
export function readEnvFile(path: string): EnvFile | undefined {
  try {
    const link = lstatSync(path)
    const ignored = (link.isSymbolicLink() ? untrustedLink(link) : undefined) ?? untrusted(statSync(path))
    if (ignored !== undefined) return {path, ignored, settings: {}, ignoredNames: namesIn(path)}
    const opened = openSync(path, 'r')
    try {
      // Another file may have replaced it since the check.
      const ofOpened = untrusted(fstatSync(opened))
      const settings = ofOpened === undefined ? parse(readFileSync(opened)) : {}
      return {path, ignored: ofOpened, settings, ignoredNames: []}
    } finally {
      closeSync(opened)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new NeedsPerson(`the settings in ${path} cannot be read: ${messageOf(error)}`, {
      nextStep: 'Make it a file that you may read, or remove it.',
      cause: error,
    })
  }
}

function namesIn(path: string): string[] {
  try {
    const {size} = statSync(path)
    return size > 0 && size < 1_000_000 ? Object.keys(parse(readFileSync(path))) : []
  } catch {
    return []
  }
}

function untrusted({uid, mode}: Stats): string | undefined {
  const self = process.getuid?.()
  if (self === undefined) return undefined
  if (uid !== self && uid !== 0) return `it belongs to another account (uid ${uid})`
  if ((mode & 0o022) === 0) return undefined
  return `other accounts may write it (mode ${(mode & 0o777).toString(8)}); run: chmod 600 .env`
}

/**
 * Rejects a link of another account, because any account can link to a file of the caller. A link's mode is
 * not used.
 */
function untrustedLink({uid}: Stats): string | undefined {
  const self = process.getuid?.()
  return self === undefined || uid === self || uid === 0
    ? undefined
    : `it is a link that another account made (uid ${uid})`
}
