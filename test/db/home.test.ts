import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, readdirSync, readlinkSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test} from 'node:test'
import {pathToFileURL} from 'node:url'
import {root} from '../paths.js'

const rounds = 150

/**
 * Prepares one home after the other, each at an instant known to all processes, so that most preparations
 * coincide.
 */
const program = `
const [, address, folder, from] = process.argv
const {preparePaths} = await import(address)
for (let round = 0; round < ${rounds}; round++) {
  const at = (name) => folder + '/' + round + '/' + name
  while (Date.now() < Number(from) + round * 5);
  preparePaths({folder: at('home'), cluster: at('home/cluster'), data: at('home/data'), password: at('home/password'), sockets: at('home/run'), log: '', lock: '', account: undefined}, at('data'), () => {})
}
`

test('several processes that prepare the same home at the same instant all succeed and leave one link', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fin-home-'))
  try {
    const args = [
      '--input-type=module',
      '-e',
      program,
      pathToFileURL(join(root, 'dist', 'src', 'lib', 'embedded', 'prepare.js')).href,
      folder,
      String(Date.now() + 1500),
    ]
    const ends = await Promise.all(
      Array.from({length: 3}, async () => {
        const child = spawn(process.execPath, args, {stdio: ['ignore', 'ignore', 'pipe']})
        let stderr = ''
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          stderr += text
        })
        const [code] = (await once(child, 'close')) as [number]
        return `${code} ${stderr}`
      }),
    )
    assert.deepEqual(ends, ['0 ', '0 ', '0 '])
    for (let round = 0; round < rounds; round++) {
      assert.equal(
        readlinkSync(join(folder, String(round), 'data', 'postgres')),
        join(folder, String(round), 'home'),
      )
      assert.deepEqual(readdirSync(join(folder, String(round), 'data')), ['postgres'])
    }
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
})
