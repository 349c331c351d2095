import {existsSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

/** The folder that holds the package.json named fin, whether this runs from source or from dist. */
export const root = packageRoot(dirname(fileURLToPath(import.meta.url)))

function packageRoot(folder: string): string {
  const file = join(folder, 'package.json')
  if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as {name?: string}).name === 'fin')
    return folder
  if (dirname(folder) === folder) throw new Error('no folder above the tests has a package.json named fin')
  return packageRoot(dirname(folder))
}
