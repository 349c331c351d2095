/**
 * From bytes to text to JSON, each step bounded. Throws `BadBody`, which the caller turns into an error that
 * names provider and target.
 */
import {isUtf8} from 'node:buffer'

/** What is wrong with a body, in the reader's words. */
export class BadBody extends Error {}

/** No documented answer nests deeper than 12 levels; what is far beyond is made to break its reader. */
const deepest = 200

/**
 * Reads a decompressed stream up to `maxBytes`, as text. Invalid UTF-8 is refused unless `contentType` names
 * Latin-1; a byte order mark is dropped.
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
  // Decoded at the end: a streaming decoder makes strings of two bytes a character, also of plain ASCII.
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

const quote = 0x22,
  backslash = 0x5c,
  minus = 0x2d,
  zero = 0x30,
  nine = 0x39
const numberPattern = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

/**
 * Parses JSON so that every number arrives as its text, digit for digit. One pass over the bytes puts quotes
 * around the numbers and counts the depth; the native parser does the rest. (Parsers in JavaScript that keep
 * numbers build strings one character at a time: on a body of 7 MB that held some 140 MB more.)
 */
export function parseJson(text: string): unknown {
  const bytes = Buffer.from(text.startsWith('\uFEFF') ? text.slice(1) : text)
  const quoted = quoteNumbers(bytes)
  try {
    return JSON.parse(quoted.toString()) as unknown
  } catch (error) {
    // The native message quotes the body, which may hold anything.
    throw new BadBody(
      /end of JSON|unterminated/i.test(String(error))
        ? 'it is JSON that ends in the middle'
        : 'it is not valid JSON',
    )
  }
}

/** Like `parseJson`, but undefined for what does not even start like an object or a list, or is no JSON. */
export function jsonOrUndefined(text: string): unknown {
  if (!/^\uFEFF?\s*[[{]/.test(text.slice(0, 1_000))) return undefined
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

function quoteNumbers(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length + 2 * countNumbers(bytes))
  let end = 0
  let from = 0
  walk(bytes, (start, stop) => {
    end += bytes.copy(out, end, from, start)
    // What only looks like a number stays bare, so that the native parser refuses it; so does a number in the
    // place of a key.
    const isNumber = numberPattern.test(bytes.toString('latin1', start, stop)) && !isKey(bytes, stop)
    if (isNumber) out[end++] = quote
    end += bytes.copy(out, end, start, stop)
    if (isNumber) out[end++] = quote
    from = stop
  })
  end += bytes.copy(out, end, from)
  return out.subarray(0, end)
}

function countNumbers(bytes: Buffer): number {
  let numbers = 0
  let depth = 0
  walk(
    bytes,
    () => numbers++,
    (change) => {
      depth += change
      if (depth > deepest) throw new BadBody(`its JSON nests deeper than ${deepest} levels`)
    },
  )
  return numbers
}

/** Calls `onNumber` for each run of number characters outside of strings, and `onDepth` for each bracket. */
function walk(
  bytes: Buffer,
  onNumber: (start: number, stop: number) => void,
  onDepth?: (change: 1 | -1) => void,
): void {
  for (let i = 0; i < bytes.length;) {
    const byte = bytes[i]!
    if (byte === quote) {
      i++
      while (i < bytes.length && bytes[i] !== quote) i += bytes[i] === backslash ? 2 : 1
      i++
    } else if (byte === minus || (byte >= zero && byte <= nine)) {
      const start = i
      while (i < bytes.length && isNumberByte(bytes[i]!)) i++
      onNumber(start, i)
    } else {
      if (onDepth && (byte === 0x5b || byte === 0x7b)) onDepth(1)
      else if (onDepth && (byte === 0x5d || byte === 0x7d)) onDepth(-1)
      i++
    }
  }
}

/** Digits, `+`, `-`, `.`, `e` and `E`; other letters end the run and make the native parser stop there. */
function isNumberByte(byte: number): boolean {
  return (
    (byte >= zero && byte <= nine) ||
    byte === minus ||
    byte === 0x2b ||
    byte === 0x2e ||
    byte === 0x65 ||
    byte === 0x45
  )
}

function isKey(bytes: Buffer, from: number): boolean {
  let i = from
  while (bytes[i] === 0x20 || bytes[i] === 0x0a || bytes[i] === 0x0d || bytes[i] === 0x09) i++
  return bytes[i] === 0x3a
}
