/**
 * The `.env` file of the working folder. It is read only when its owner is the caller or root and nobody else
 * may write it: its settings decide which program runs and where data and keys go.
 */
import {closeSync, fstatSync, lstatSync, openSync, readFileSync, statSync, type Stats} from 'node:fs'
import {parse} from 'dotenv'
import {messageOf, NeedsPerson} from './errors.js'

export interface EnvFile {
  path: string
  /** Why its settings do not count; undefined: they do. */
  ignored: string | undefined
  settings: Readonly<Record<string, string>>
  /** What an ignored file would set: names only. */
  ignoredNames: readonly string[]
}

/**
 * Reads the file; undefined if there is none. Throws `NeedsPerson` if it is there and cannot be read, so that
 * a run never continues without its credentials.
 */
export function readEnvFile(path: string): EnvFile | undefined {
  try {
    const link = lstatSync(path)
    const ignored = (link.isSymbolicLink() ? untrustedLink(link) : undefined) ?? untrusted(statSync(path))
    if (ignored !== undefined) return {path, ignored, settings: {}, ignoredNames: namesIn(path)}
    const opened = openSync(path, 'r')
    try {
      // Another file may have taken its place since.
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

/** Anyone can make a link to a file of the caller. The mode of a link means nothing. */
function untrustedLink({uid}: Stats): string | undefined {
  const self = process.getuid?.()
  return self === undefined || uid === self || uid === 0
    ? undefined
    : `it is a link that another account made (uid ${uid})`
}
