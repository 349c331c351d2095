/** Preloaded with --import: writes the address of every module that the process loads into the file that LOADED_MODULES names. */
import {appendFileSync} from 'node:fs'
import {createRequire, register} from 'node:module'

const file = process.env['LOADED_MODULES']!
const hook = `
import {appendFileSync} from 'node:fs'
export async function load(url, context, next) {
  if (url.startsWith('file:')) appendFileSync(${JSON.stringify(file)}, url + '\\n')
  return next(url, context)
}`
register(`data:text/javascript,${encodeURIComponent(hook)}`)
// CommonJS that CommonJS requires passes by the hook.
process.on('exit', () => appendFileSync(file, Object.keys(createRequire(import.meta.url).cache).map((path) => `file://${path}\n`).join('')))
