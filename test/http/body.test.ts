import assert from 'node:assert/strict'
import {test} from 'node:test'
import {readText} from '../../src/lib/http/body.js'

async function* chunks(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts
}

test('UTF-8 is decoded across chunks, a byte order mark is dropped, and invalid bytes are refused unless Latin-1 is declared', async () => {
  const bytes = Buffer.from('\uFEFF{"name":"비트코인 €"}')
  assert.equal(
    await readText(chunks(...[...bytes].map((byte) => Uint8Array.of(byte))), 1_000, undefined),
    '{"name":"비트코인 €"}',
  )
  const latin = Buffer.from('{"name":"Société"}', 'latin1')
  await assert.rejects(readText(chunks(latin), 1_000, 'application/json'), /not valid UTF-8/)
  await assert.rejects(
    readText(chunks(Buffer.from('"\xe2\x82', 'latin1')), 1_000, undefined),
    /not valid UTF-8/,
  )
  assert.equal(await readText(chunks(latin), 1_000, 'text/plain; charset=ISO-8859-1'), '{"name":"Société"}')
  await assert.rejects(
    readText(chunks(Buffer.alloc(600), Buffer.alloc(600)), 1_000, undefined),
    /larger than/,
  )
  assert.equal(await readText(null, 1_000, undefined), '')
})
