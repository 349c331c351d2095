/**
 * Invented secrets that can be found in any notation. They begin with `simulated`, so that fin sends them to
 * a simulator unchanged.
 */
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import type {Provider} from '../../src/lib/define.js'
import {root} from '../paths.js'
import {randomBytes} from 'node:crypto'

export interface Canary {
  variable: string
  secret: string
  /** The part of it that stays the same in a URL, in JSON and in SQL. */
  core: string
  /** The core cut in half, in base64 at any offset within its groups of three, and in hexadecimal. */
  forms: readonly string[]
}

/** Characters that a URL, JSON or a shell writes in another way. */
const awkward = '+/=&%"'

/**
 * Makes a canary. With `plain` it has 32 lower-case letters and digits, the format of the strictest provider.
 */
export function canary(variable: string, plain = false): Canary {
  const core = `c4${randomBytes(10).toString('hex')}`
  const secret = plain ? `simulated${core}0` : `simulated-Key-${core}${awkward}`
  return {variable, core, secret, forms: formsOf(core)}
}

/** Every provider that a file of src/lib/providers declares. */
export async function everyProvider(): Promise<Provider[]> {
  const folder = join(root, 'dist', 'src', 'lib', 'providers')
  const found: Provider[] = []
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.js'))) {
    const exported = Object.values(
      (await import(pathToFileURL(join(folder, file)).href)) as object,
    ) as unknown[]
    found.push(
      ...exported.filter(
        (value): value is Provider =>
          typeof value === 'object' && value !== null && 'baseUrl' in value && 'limits' in value,
      ),
    )
  }
  return found
}

/**
 * The canaries that occur in the text: whole, cut in half, URL-encoded, in hexadecimal, or in base64 at any
 * offset within its groups of three.
 */
export function leaks(text: string, canaries: readonly Canary[]): string[] {
  return canaries.filter(({forms}) => forms.some((form) => text.includes(form))).map(({variable}) => variable)
}

function formsOf(core: string): string[] {
  const half = core.length / 2
  const inBase64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(core)]).toString('base64')
    return text.slice(shift === 0 ? 0 : 4, -4)
  })
  return [core.slice(0, half), core.slice(half), ...inBase64, Buffer.from(core).toString('hex')]
}

/** Every file below a folder with its content, byte for byte. */
export function filesBelow(folder: string): {file: string; text: string}[] {
  return readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({file, text: readFileSync(file, 'latin1')}))
}
