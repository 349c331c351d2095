/**
 * Loads SQL from `sql/`. The text of a statement is never assembled. Its name states the operation and its
 * object.
 */
import {existsSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

export type StatementName = `${'select' | 'insert' | 'update' | 'delete' | 'upsert'}_${string}`

export interface Statement {
  name: StatementName
  text: string
  /** The number of its parameters. */
  parameters: number
}

const loaded = new Map<string, Statement>()
let root: string | undefined

/**
 * The folder with the package.json named fin, searched upwards from this file. It is the same from source,
 * from dist and when installed.
 */
export function packageFolder(): string {
  root ??= findRoot(dirname(fileURLToPath(import.meta.url)))
  return root
}

function findRoot(folder: string): string {
  const file = join(folder, 'package.json')
  if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as {name?: string}).name === 'fin')
    return folder
  if (dirname(folder) === folder) throw new Error('no package.json named fin above this file')
  return findRoot(dirname(folder))
}

/** The version of fin, which is recorded with runs and schema files. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')) as {version: string})
    .version
}

/** The statement in `sql/<name>.sql`, read once. Throws if the file does not exist. */
export function statement(name: StatementName): Statement {
  let found = loaded.get(name)
  if (!found) {
    if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`"${name}" is not the name of a statement`)
    const text = readFileSync(join(packageFolder(), 'sql', `${name}.sql`), 'utf8')
    const numbers = [...text.replaceAll(/--[^\n]*/g, '').matchAll(/\$(\d+)/g)].map(([, number]) =>
      Number(number),
    )
    found = {name, text, parameters: Math.max(0, ...numbers)}
    loaded.set(name, found)
  }
  return found
}
