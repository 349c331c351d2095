/**
 * Reads the CSV lists of a job: those that ship with fin, and those of the user in the folder of settings.
 */
import {isUtf8} from 'node:buffer'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {parse} from 'csv-parse/sync'
import type {Config} from '../config.js'
import {packageFolder} from '../db/statement.js'
import type {List} from '../define.js'
import {NeedsPerson} from '../errors.js'

/** The folder of the shipped lists: beside the sources; the build copies them. */
const sourceFolder = import.meta.url.endsWith('.ts') ? 'src' : join('dist', 'src')

export type ListRow = Record<string, string>

/**
 * Rows by the name of the list. A user's file that is absent has no rows. Throws NeedsPerson for a file that
 * cannot be read.
 */
export async function readLists(
  lists: Readonly<Record<string, List>>,
  config: Config,
): Promise<Record<string, ListRow[]>> {
  const found: Record<string, ListRow[]> = {}
  for (const [name, list] of Object.entries(lists)) {
    found[name] = await readList(list, config)
  }
  return found
}

/** Reads the user's own file if there is one, else the shipped file. */
async function readList(list: List, config: Config): Promise<ListRow[]> {
  const {shipped, ownFile, columns = [], problem} = list
  const own = ownFile === undefined ? undefined : join(config.configDir, ownFile)
  const text = own === undefined ? undefined : await textOf(own)
  if (own !== undefined && text !== undefined)
    return checked(own, notEmpty(own, rowsOf(own, text, columns), list), problem)
  if (shipped === undefined) return []
  const path = join(packageFolder(), sourceFolder, 'lib', shipped)
  return checked(path, rowsOf(path, (await textOf(path)) ?? missing(path), []), problem)
}

/**
 * Throws NeedsPerson if a file that replaces a shipped list has no row, because the job would do nothing. A
 * file without a shipped counterpart may be empty.
 */
function notEmpty(path: string, rows: ListRow[], {shipped, columns = []}: List): ListRow[] {
  if (rows.length > 0 || shipped === undefined) return rows
  throw new NeedsPerson(`${path} is empty`, {
    nextStep: `Write ${columns.join(',')} and below it at least one row, or remove the file: then the list that ships with fin is used.`,
  })
}

/** Throws NeedsPerson if the declaration of the list reports a problem. */
function checked(path: string, rows: ListRow[], problem: List['problem']): ListRow[] {
  const problemText = problem?.(rows)
  if (problemText !== undefined) throw new NeedsPerson(`${path}: ${problemText}`, {nextStep: 'Fix the file.'})
  return rows
}

function missing(path: string): never {
  throw new NeedsPerson(`${path} is missing`, {nextStep: 'It ships with fin: install it again.'})
}

/** Undefined when there is no such file. */
async function textOf(path: string): Promise<string | undefined> {
  const bytes = await bytesOf(path)
  // A spreadsheet saves in the code page of its system, which would silently damage names and keywords.
  if (bytes !== undefined && !isUtf8(bytes))
    throw new NeedsPerson(`${path} is not in UTF-8`, {
      nextStep: 'Save it as "CSV UTF-8", or convert it with iconv.',
    })
  return bytes?.toString('utf8')
}

async function bytesOf(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new NeedsPerson(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      nextStep: 'Check the file and its permissions.',
      cause: error,
    })
  }
}

function rowsOf(path: string, text: string, columns: readonly string[]): ListRow[] {
  // PostgreSQL cannot store this character. A file in UTF-16 is full of them.
  const nul = text.indexOf('\0')
  if (nul !== -1)
    throw new NeedsPerson(`${path} has a NUL character in line ${text.slice(0, nul).split('\n').length}`, {
      nextStep: 'Remove it, or save the file as UTF-8.',
    })
  let rows: ListRow[]
  let header: string[] | undefined
  const remember = (found: string[]) => (header = found)
  try {
    rows = parse(text, {
      columns: remember,
      bom: true,
      trim: true,
      skip_empty_lines: true,
      comment: '#',
      relax_quotes: true,
    }) as ListRow[]
  } catch (error) {
    throw new NeedsPerson(`${path} is not CSV: ${error instanceof Error ? error.message : String(error)}`, {
      nextStep: 'Fix the line it names.',
      cause: error,
    })
  }
  const lacking = header === undefined ? [] : columns.filter((column) => !header?.includes(column))
  if (lacking.length > 0)
    throw new NeedsPerson(`${path} has no column ${lacking.join(', ')}`, {
      nextStep: `Its first line must be: ${columns.join(',')}`,
    })
  return rows
}
