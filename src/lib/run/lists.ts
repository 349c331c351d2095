/**
 * Reads the CSV lists of a unit: those that ship with fin, and those that a user keeps in the folder of
 * settings.
 */
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {parse} from 'csv-parse/sync'
import type {Config} from '../config.js'
import {packageFolder} from '../db/statement.js'
import type {List} from '../define.js'
import {NeedsPerson} from '../errors.js'

/** Where the shipped lists lie: beside the sources, and copied by the build. */
const sourceFolder = import.meta.url.endsWith('.ts') ? 'src' : join('dist', 'src')

export type ListRow = Record<string, string>

/**
 * Rows by the name of the list. A user's file that is absent is empty; one that cannot be read is
 * NeedsPerson.
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

/** A user's own file, where there is one, takes the place of the shipped one. */
async function readList(list: List, config: Config): Promise<ListRow[]> {
  const {shipped, ownFile, columns = [], problem} = list
  const own = ownFile === undefined ? undefined : join(config.configDir, ownFile)
  const text = own === undefined ? undefined : await textOf(own)
  if (own !== undefined && text !== undefined)
    return sound(own, filled(own, rowsOf(own, text, columns), list), problem)
  if (shipped === undefined) return []
  const path = join(packageFolder(), sourceFolder, 'lib', shipped)
  return sound(path, rowsOf(path, (await textOf(path)) ?? missing(path), []), problem)
}

/**
 * A file without a row that takes the place of a list of ours would end all that the unit does; one that only
 * adds may hold none.
 */
function filled(path: string, rows: ListRow[], {shipped, columns = []}: List): ListRow[] {
  if (rows.length > 0 || shipped === undefined) return rows
  throw new NeedsPerson(`${path} is empty`, {
    nextStep: `Write ${columns.join(',')} and below it at least one row, or remove the file: then the list that ships with fin is used.`,
  })
}

/** Throws NeedsPerson when the unit finds fault with the rows. */
function sound(path: string, rows: ListRow[], problem: List['problem']): ListRow[] {
  const found = problem?.(rows)
  if (found !== undefined) throw new NeedsPerson(`${path}: ${found}`, {nextStep: 'Fix the file.'})
  return rows
}

function missing(path: string): never {
  throw new NeedsPerson(`${path} is missing`, {nextStep: 'It ships with fin: install it again.'})
}

/** Undefined when there is no such file. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new NeedsPerson(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      nextStep: 'Check the file and who may read it.',
      cause: error,
    })
  }
}

function rowsOf(path: string, text: string, columns: readonly string[]): ListRow[] {
  // A database keeps no such character; text of two bytes each is full of them.
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
