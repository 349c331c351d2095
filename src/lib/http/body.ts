/**
 * Reads the body of an answer as text, up to a bound. Throws `BadBody`; the caller adds provider and target.
 */
import {isUtf8} from 'node:buffer'

/** A body that cannot be accepted; the message is text for the user. */
export class BadBody extends Error {}

/**
 * Reads a decompressed stream up to `maxBytes`, as text. Invalid UTF-8 is refused unless `contentType` names
 * Latin-1; a byte order mark is removed.
 */
export async function readText(
  stream: AsyncIterable<Uint8Array> | null,
  maxBytes: number,
  contentType: string | undefined,
): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) throw new BadBody(`it is larger than the ${megabytes(maxBytes)} accepted`)
    parts.push(chunk)
  }
  // Decoded at the end, because a streaming decoder uses two bytes a character, also for plain ASCII.
  const bytes = Buffer.concat(parts, size)
  parts.length = 0
  if (/charset\s*=\s*"?(iso-8859-1|latin-?1|windows-1252)/i.test(contentType ?? ''))
    return new TextDecoder('latin1').decode(bytes)
  if (!isUtf8(bytes)) throw new BadBody('it is not valid UTF-8')
  return bytes.toString('utf8', bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0)
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e5) / 10} MB`
}
