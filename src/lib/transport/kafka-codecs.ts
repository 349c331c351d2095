/**
 * Decompresses messages. The library reads gzip only, and stops for good at another compression or at damaged
 * data. Here such a batch becomes messages without a value that state the reason, so that they are rejected.
 */
import kafkajs from 'kafkajs'
import {gunzip} from 'node:zlib'
import {promisify} from 'node:util'
import {messageOf} from '../errors.js'
import {unreadableHeader} from './kafka-message.js'

const names = {1: 'gzip', 2: 'Snappy', 3: 'LZ4', 4: 'Zstandard', 5: 'codec 5', 6: 'codec 6', 7: 'codec 7'}
/** The most records of a batch that cannot be read; a batch of one megabyte has fewer. */
const mostRecords = 100_000
/** The most bytes of a decompressed batch, so that a small message cannot fill the memory. */
const mostBytes = 64_000_000
const decompress = promisify(gunzip)

let isInstalled = false

/** Makes the library read every batch. */
export function installCodecs(): void {
  if (isInstalled) return
  isInstalled = true
  const codecs = kafkajs.CompressionCodecs as Record<number, () => unknown>
  for (const [type, name] of Object.entries(names))
    codecs[Number(type)] = () => ({
      compress: async () => {
        throw new Error(`fin does not write ${name}`)
      },
      decompress: async (data: Buffer) => {
        if (name !== 'gzip')
          return unreadable(`the message is compressed with ${name}, which fin does not read`)
        return decompress(data, {maxOutputLength: mostBytes}).catch((error: unknown) =>
          unreadable(`the message cannot be decompressed: ${messageOf(error)}`),
        )
      },
    })
}

/** Records without a value, in the format of Kafka; the library reads as many as the batch has. */
function unreadable(reason: string): Buffer {
  const header = Buffer.concat([bytesOf(Buffer.from(unreadableHeader)), bytesOf(Buffer.from(reason))])
  const records: Buffer[] = []
  for (let offset = 0; offset < mostRecords; offset++) {
    // attributes, timestamp, offset, no key, no value, one header
    const record = Buffer.concat([
      Buffer.from([0]),
      varint(0),
      varint(offset),
      varint(-1),
      varint(-1),
      varint(1),
      header,
    ])
    records.push(bytesOf(record))
  }
  return Buffer.concat(records)
}

function bytesOf(content: Buffer): Buffer {
  return Buffer.concat([varint(content.length), content])
}

/** A signed number in the variable length of Kafka's records. */
function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = (value << 1) ^ (value >> 31)
  for (; (rest & ~0x7f) !== 0; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  return Buffer.from([...bytes, rest])
}
