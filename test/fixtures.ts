import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join, relative} from 'node:path'
import {root} from './paths.js'

const folder = join(root, '..', 'shared', 'fixtures')

/** The folder of the real recordings next to the repository, or undefined if it is absent. */
export const fixtures = existsSync(folder) ? folder : undefined

/** For `test('...', {skip: fixturesSkip})`: false if the recordings are present, else the reason. */
export const fixturesSkip: string | false =
  fixtures === undefined ? 'the real recordings (../shared/fixtures) are not on this machine' : false

/** The text of one recording: `fixture('coingecko/global.json')`. Throws when it does not exist. */
export function fixture(name: string): string {
  if (fixtures === undefined) throw new Error(`no recordings on this machine: ${name}`)
  return readFileSync(join(fixtures, name), 'utf8')
}

/**
 * The names of all recordings of a provider's folder, relative to the recordings: `coingecko/global.json`.
 */
export function fixtureNames(provider: string): string[] {
  if (fixtures === undefined || !existsSync(join(fixtures, provider))) return []
  return readdirSync(join(fixtures, provider), {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile())
    .map((entry) => relative(fixtures, join(entry.parentPath, entry.name)))
    .sort()
}
