import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import type pg from 'pg'
import {root} from '../paths.js'

const folder = join(root, 'initdb')

/** The files of initdb/ in order. */
export const files = readFileSync(join(folder, 'order.txt'), 'utf8')
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '' && !line.startsWith('#'))

/** Applies every file of initdb/ unchanged, without recording which were applied. */
export async function applyAll(client: pg.Client): Promise<void> {
  for (const file of files) {
    await client.query(readFileSync(join(folder, file), 'utf8')).catch((error: unknown) => {
      throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, {cause: error})
    })
  }
}
