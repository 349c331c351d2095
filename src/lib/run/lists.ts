/** Reads the CSV lists of a unit: those that ship with fin, and those that a user keeps in the folder of settings. */
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parse} from 'csv-parse/sync'
import type {Config} from '../config.js'
import type {List} from '../define.js'
import {NeedsPerson} from '../errors.js'

export type ListRow = Record<string, string>

/** Rows by the name of the list. A user's file that is absent is empty; one that cannot be read is NeedsPerson. */
export async function readLists(lists: Readonly<Record<string, List>>, config: Config): Promise<Record<string, ListRow[]>> {
  const found: Record<string, ListRow[]> = {}
  for (const [name, list] of Object.entries(lists)) {
    const path = 'shipped' in list ? fileURLToPath(new URL(`../${list.shipped}`, import.meta.url)) : join(config.configDir, list.ownFile)
    found[name] = rowsOf(path, await textOf(path, 'ownFile' in list), 'ownFile' in list ? list.columns : [])
  }
  return found
}

async function textOf(path: string, isOptional: boolean): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isOptional && error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw new NeedsPerson(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`, {nextStep: 'Check the file and who may read it.', cause: error})
  }
}

function rowsOf(path: string, text: string, columns: readonly string[]): ListRow[] {
  let rows: ListRow[]
  let header: string[] | undefined
  const remember = (found: string[]) => header = found
  try {
    rows = parse(text, {columns: remember, bom: true, trim: true, skip_empty_lines: true, comment: '#', relax_quotes: true}) as ListRow[]
  } catch (error) {
    throw new NeedsPerson(`${path} is not CSV: ${error instanceof Error ? error.message : String(error)}`, {nextStep: 'Mend the line it names.', cause: error})
  }
  const lacking = header === undefined ? [] : columns.filter((column) => !header?.includes(column))
  if (lacking.length > 0) throw new NeedsPerson(`${path} has no column ${lacking.join(', ')}`, {nextStep: `Its first line must be: ${columns.join(',')}`})
  return rows
}
