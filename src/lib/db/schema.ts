/**
 * Applies `initdb/`: each file once, in the order of `initdb/order.txt`. The same transaction records the
 * checksum of the file.
 */
import {createHash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import type pg from 'pg'
import {NeedsPerson} from '../errors.js'
import {packageFolder, packageVersion, statement} from './statement.js'

export interface SchemaFile {
  name: string
  sha256: string
  text: string
}

/** Name and checksum of every applied file. */
export type AppliedFiles = ReadonlyMap<string, string>

/** The files of this version, in order. The checksum does not depend on the line ends of the checkout. */
export function shippedSchema(folder = join(packageFolder(), 'initdb')): SchemaFile[] {
  const names = readFileSync(join(folder, 'order.txt'), 'utf8')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  return names.map((name) => {
    const text = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n')
    return {name, text, sha256: createHash('sha256').update(text).digest('hex')}
  })
}

/**
 * The files that are not applied yet. Throws `NeedsPerson` if an applied file has changed, or if the
 * database holds files that this version does not know.
 */
export function pendingFiles(applied: AppliedFiles, shipped: readonly SchemaFile[]): SchemaFile[] {
  const changed = shipped
    .filter((file) => applied.has(file.name) && applied.get(file.name) !== file.sha256)
    .map((file) => file.name)
  if (changed.length > 0)
    throw new NeedsPerson(`${few(changed)} of initdb changed after being applied to this database`, {
      nextStep:
        'Restore it, and put the change into a new file initdb/alter_<date>_<what>.sql at the end of initdb/order.txt.',
    })
  const known = new Set(shipped.map((file) => file.name))
  const unknown = [...applied.keys()].filter((name) => !known.has(name))
  if (unknown.length > 0)
    throw new NeedsPerson(`the database is newer than this fin: it has ${few(unknown)}`, {
      nextStep: 'Update fin, then run the command again.',
    })
  return shipped.filter((file) => !applied.has(file.name))
}

/** At most four of the names, for a message. */
export function few(names: readonly string[]): string {
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
}

/** The files recorded in the database of `client`; none if it has no schema yet. */
export async function appliedFiles(client: pg.ClientBase): Promise<AppliedFiles> {
  const [tables] = (await client.query<{has_files: boolean}>(statement('select_database_tables').text)).rows
  if (!tables?.has_files) return new Map()
  const {rows} = await client.query<{name: string; sha256: string}>(statement('select_schema_files').text)
  return new Map(rows.map((row) => [row.name, row.sha256]))
}

/**
 * Applies the pending files and marks the data origin. Each file and its record are one transaction, under
 * a lock that ends with the transaction. Two processes may run this at once, and a killed process leaves no
 * partly applied file.
 */
export async function applySchema(
  client: pg.ClientBase,
  origin: 'real' | 'simulated',
  shipped = shippedSchema(),
): Promise<{applied: string[]; present: string[]}> {
  const applied: string[] = []
  const version = packageVersion()
  for (;;) {
    await client.query('begin')
    try {
      await client.query(statement('select_schema_lock').text)
      const [file] = pendingFiles(await appliedFiles(client), shipped)
      if (file) {
        await client.query(file.text)
        await client.query(statement('insert_schema_file').text, [file.name, file.sha256, version])
        applied.push(file.name)
      }
      if (!file || file.name === 'create_fin_world.sql')
        await client.query(statement('insert_fin_world').text, [origin])
      await client.query('commit')
      if (!file) break
    } catch (error) {
      await client.query('rollback').catch(() => {})
      throw error
    }
  }
  return {applied, present: shipped.map((file) => file.name).filter((name) => !applied.includes(name))}
}
