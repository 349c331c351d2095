import assert from 'node:assert/strict'
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, test} from 'node:test'
import {setTimeout as pause} from 'node:timers/promises'
import {readBytes} from '../../src/lib/cli/input.js'

const folder = mkdtempSync(join(tmpdir(), 'fin-input-'))
after(() => rmSync(folder, {recursive: true, force: true}))
const going = new AbortController().signal

async function partsOf(file: string): Promise<Buffer[]> {
  const parts: Buffer[] = []
  for await (const part of readBytes(file, going)) parts.push(part)
  return parts
}

test('a file of any size is read whole, and a small one needs little memory', async () => {
  for (const length of [0, 1, 65_536, 65_537, 300_000]) {
    const file = join(folder, `${length}`)
    const bytes = Buffer.from(Array.from({length}, (_, at) => at % 251))
    writeFileSync(file, bytes)
    const parts = await partsOf(file)
    assert.ok(Buffer.concat(parts).equals(bytes), `${length} bytes`)
    const buffers = new Set(parts.map(({buffer}) => buffer))
    assert.ok(
      [...buffers].reduce((sum, {byteLength}) => sum + byteLength, 0) <= length + 2 * Buffer.poolSize,
      `${length} bytes`,
    )
  }
})

test('a stop ends the reading of a file with its reason; a file that nobody reads to its end is closed too', async () => {
  const file = join(folder, 'long')
  writeFileSync(file, Buffer.alloc(300_000))
  const stop = new AbortController()
  const before = readdirSync('/proc/self/fd').length
  await assert.rejects(async () => {
    for await (const part of readBytes(file, stop.signal))
      stop.abort(new Error(`enough after ${part.length}`))
  }, /enough after 65536/)
  for await (const part of readBytes(file, going)) if (part.length > 0) break
  // a stream closes its file a moment after it is destroyed
  for (let wait = 0; wait < 200 && readdirSync('/proc/self/fd').length > before; wait++) await pause(10)
  assert.equal(readdirSync('/proc/self/fd').length, before)
})

test('an error names the file that cannot be read; a device is read like a file', async () => {
  await assert.rejects(partsOf(join(folder, 'none')), {
    name: 'NeedsPerson',
    message: /^cannot read .*none: .*no such file/,
  })
  await assert.rejects(partsOf(folder), {name: 'NeedsPerson', message: /^cannot read /})
  assert.deepEqual(await partsOf('/dev/null'), [])
})
