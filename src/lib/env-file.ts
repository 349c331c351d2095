/**
 * Reads the `.env` file of the working folder. Its owner must be the caller or root, and no other account may
 * write it, because its settings decide which program runs and where data and credentials are sent.
 */
import {isUtf8} from 'node:buffer'
import {closeSync, fstatSync, lstatSync, openSync, readFileSync, statSync, type Stats} from 'node:fs'
import {parse} from 'dotenv'
import {messageOf, NeedsPerson} from './errors.js'

export interface EnvFile {
  path: string
  encoding: Encoding
  /** Why its settings are ignored; undefined if they are used. */
  ignored: string | undefined
  settings: Readonly<Record<string, string>>
  /** Names of the settings of an ignored file, and words of lines that are not settings. */
  ignoredNames: readonly string[]
  /** Numbers of the lines that are not settings, from 1. */
  brokenLines: readonly number[]
}

type Encoding = 'UTF-8' | 'UTF-16LE' | 'UTF-16BE'

/** A file whose bytes are not text. */
class NotText extends Error {}

/**
 * Reads the file; undefined if it does not exist. Throws `NeedsPerson` if it exists but cannot be read, so
 * that a run never continues without its credentials or in another database.
 */
export function readEnvFile(path: string): EnvFile | undefined {
  try {
    const link = lstatSync(path)
    const ignored = (link.isSymbolicLink() ? untrustedLink(link) : undefined) ?? untrusted(statSync(path))
    if (ignored !== undefined) return ignoredFile(path, ignored, namesIn(path))
    const opened = openSync(path, 'r')
    try {
      // Another file may have replaced it since the check.
      const ofOpened = untrusted(fstatSync(opened))
      if (ofOpened !== undefined) return ignoredFile(path, ofOpened, [])
      const {text, encoding} = decoded(readFileSync(opened))
      const broken = brokenLines(text)
      return {
        path,
        encoding,
        ignored: undefined,
        settings: parse(text),
        ignoredNames: broken.flatMap((one) => one.text.match(/[A-Z][A-Z\d_]+/g) ?? []),
        brokenLines: broken.map(({line}) => line),
      }
    } finally {
      closeSync(opened)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new NeedsPerson(`the settings in ${path} cannot be read: ${messageOf(error)}`, {
      nextStep:
        error instanceof NotText
          ? 'Save the file as UTF-8.'
          : 'Make it a file that you may read, or remove it.',
      cause: error,
    })
  }
}

/** Names the lines that are not settings. It does not quote them, because they may hold secrets. */
export function brokenText({brokenLines: lines}: EnvFile): string {
  const many = lines.length > 1
  const shown = `${lines.slice(0, 5).join(', ')}${lines.length > 5 ? ', ...' : ''}`
  return `line${many ? 's' : ''} ${shown} ${many ? 'are not settings' : 'is not a setting'} (NAME=value) and ${many ? 'have' : 'has'} no effect`
}

function ignoredFile(path: string, ignored: string, ignoredNames: readonly string[]): EnvFile {
  return {path, encoding: 'UTF-8', ignored, settings: {}, ignoredNames, brokenLines: []}
}

/**
 * Decodes UTF-8, and the UTF-16 that Notepad and PowerShell write, with or without a byte order mark. Throws
 * NotText for anything else.
 */
function decoded(bytes: Buffer): {text: string; encoding: Encoding} {
  const encoding = encodingOf(bytes)
  if (encoding === 'UTF-8') {
    if (!isUtf8(bytes)) throw new NotText('it is neither UTF-8 nor UTF-16')
    return {text: bytes.toString('utf8').replace(/^\uFEFF/, ''), encoding}
  }
  try {
    const text = new TextDecoder(encoding, {fatal: true}).decode(bytes)
    if (!text.includes('\0')) return {text, encoding}
  } catch {
    // reported below
  }
  throw new NotText('it is neither UTF-8 nor UTF-16')
}

/** The encoding by the byte order mark; without one, by the zero bytes that ASCII has in UTF-16. */
function encodingOf(bytes: Buffer): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'UTF-16LE'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'UTF-16BE'
  const zeroAt = bytes.indexOf(0)
  if (zeroAt < 0) return 'UTF-8'
  return zeroAt % 2 === 0 ? 'UTF-16BE' : 'UTF-16LE'
}

/** What dotenv takes for a setting: a copy of its pattern, which it does not export. */
const setting =
  /^\s*(?:export\s+)?[\w.-]+(?:\s*=\s*?|:\s+?)(?:\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/gm

/** The lines that are neither a setting nor a comment, an empty line, or the `export NAME` of a shell. */
function brokenLines(text: string): {line: number; text: string}[] {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(setting, (found) => found.replace(/[^\n]+/g, ''))
    .split('\n')
    .map((line, at) => ({line: at + 1, text: line}))
    .filter((one) => !/^\s*(#.*|export(\s+\w+)+\s*)?$/.test(one.text))
}

function namesIn(path: string): string[] {
  try {
    const {size} = statSync(path)
    return size > 0 && size < 1_000_000 ? Object.keys(parse(decoded(readFileSync(path)).text)) : []
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
