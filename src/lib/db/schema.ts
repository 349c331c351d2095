/**
 * Applies `initdb/`: each file once, in the order of `initdb/order.txt`. The same transaction records the
 * checksum of the file.
 */
import {createHash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import type pg from 'pg'
import {NeedsPerson} from '../errors.js'
import {codeOf} from '../postgres-errors.js'
import {columns, viewColumns} from '../rows.js'
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

async function hasSchemaFiles(client: pg.ClientBase): Promise<boolean> {
  const {rows} = await client.query<{has_files: boolean}>(statement('select_database_tables').text)
  return rows[0]?.has_files === true
}

/** The files recorded in the database of `client`; none if it has no schema yet. */
export async function appliedFiles(client: pg.ClientBase): Promise<AppliedFiles> {
  return (await hasSchemaFiles(client)) ? recordedFiles(client) : new Map()
}

async function recordedFiles(client: pg.ClientBase): Promise<AppliedFiles> {
  const {rows} = await client.query<{name: string; sha256: string}>(statement('select_schema_files').text)
  return new Map(rows.map((row) => [row.name, row.sha256]))
}

/** Uses of a function or operator that another role has made. */
export interface ForeignUse {
  relation: string
  used: string
  owner: string
}

export const ourRelations = [...Object.keys(columns), ...Object.keys(viewColumns)]

/**
 * Throws NeedsPerson if one of fin's tables or views uses a function or operator of another role. Such a
 * function stands in the schema under the name of one of PostgreSQL's, with arguments that fit better.
 */
async function checkForeign(client: pg.ClientBase): Promise<void> {
  const {rows} = await client.query<ForeignUse>(statement('select_foreign_objects').text, [ourRelations])
  const [first] = rows
  if (first !== undefined)
    throw new NeedsPerson(`${first.relation} would use the ${first.used} of the role ${first.owner}`, {
      nextStep: `Drop that ${first.used}, and let only the role of fin create in its schema (fin doctor shows how). Then run the command again.`,
    })
}

/** Errors of a process that makes a table that another one has just made. */
const alreadyMade = new Set(['23505', '42P07', '42710'])

/**
 * Applies the pending files and marks the data origin. Each file and its record are one transaction, under
 * a lock that ends with the transaction: the rows of `schema_files`. Two processes may run this at once,
 * and a killed process leaves no partly applied file. `wait` runs a step that may wait for another process;
 * `pid` is the server's process of the step.
 */
export async function applySchema(
  client: pg.ClientBase,
  origin: 'real' | 'simulated',
  shipped = shippedSchema(),
  wait: (pid: number, step: () => Promise<unknown>) => Promise<unknown> = (_pid, step) => step(),
): Promise<{applied: string[]; present: string[]}> {
  const applied: string[] = []
  const version = packageVersion()
  let isFirst = true
  for (;;) {
    await client.query('begin')
    const isLocked = await hasSchemaFiles(client)
    try {
      await client.query(statement('select_schema_settings').text)
      const {rows} = await client.query<{pid: number}>(statement('select_backend_pid').text)
      const {pid} = rows[0]!
      if (isLocked) await wait(pid, () => client.query(statement('select_schema_lock').text))
      // Without the lock, only the first file may be tried, which makes the table of the lock.
      const [file] = pendingFiles(isLocked ? await recordedFiles(client) : new Map(), shipped)
      if (file) {
        await wait(pid, () => client.query(file.text))
        await checkForeign(client)
        await client.query(statement('insert_schema_file').text, [file.name, file.sha256, version])
        applied.push(file.name)
      }
      if (!file || file.name === 'create_fin_world.sql')
        await client.query(statement('insert_fin_world').text, [origin])
      await client.query('commit')
      if (!file) break
    } catch (error) {
      await client.query('rollback').catch(() => {})
      // Before there is a table, two processes may make the first one: the second of them fails once.
      const isSecond = isFirst && !isLocked && alreadyMade.has(codeOf(error) ?? '')
      isFirst = false
      if (!isSecond) throw error
    }
  }
  return {applied, present: shipped.map((file) => file.name).filter((name) => !applied.includes(name))}
}
