/** Parses JSON without loss: numbers become text with every digit. */

/** A text that is not acceptable JSON; the message is text for the user. */
export class BadJson extends Error {}

/**
 * The text of JSON that nests too deep for the native writer, in place of its value. `JSON.stringify` writes
 * it as a string.
 */
export class DeepJson extends String {}

export interface JsonRules {
  /** Returns true for a number that stays a number; default: every number becomes text. */
  isExact?(digits: string): boolean
  /**
   * Most levels of nesting; default 200. Documented answers have at most 12 levels; a much deeper one is an
   * attack on its reader.
   */
  deepest?: number
}

const quote = 0x22,
  backslash = 0x5c,
  minus = 0x2d,
  zero = 0x30,
  nine = 0x39
const numberPattern = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

/**
 * Parses JSON, with numbers as text. One pass over the bytes puts quotes around the numbers and counts the
 * depth; the native parser does the rest. Throws `BadJson`. Parsers in JavaScript build strings one character
 * at a time, which took about 140 MB more for a body of 7 MB.
 */
export function parseJson(text: string, {isExact = () => false, deepest = 200}: JsonRules = {}): unknown {
  const bytes = Buffer.from(text.startsWith('\uFEFF') ? text.slice(1) : text)
  const quoted = quoteNumbers(bytes, isExact, deepest)
  try {
    return JSON.parse(quoted.toString()) as unknown
  } catch (error) {
    // The native message is not used, because it quotes the text.
    throw new BadJson(
      /end of JSON|unterminated/i.test(String(error))
        ? 'it is JSON that ends in the middle'
        : 'it is not valid JSON',
    )
  }
}

/**
 * Like `parseJson`, but undefined for a text that is not JSON, or does not start like an object or a list.
 */
export function jsonOrUndefined(text: string): unknown {
  if (!/^\uFEFF?\s*[[{]/.test(text.slice(0, 1_000))) return undefined
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

function quoteNumbers(bytes: Buffer, isExact: (digits: string) => boolean, deepest: number): Buffer {
  const out = Buffer.allocUnsafe(bytes.length + 2 * countNumbers(bytes, deepest))
  let end = 0
  let from = 0
  walk(bytes, (start, stop) => {
    end += bytes.copy(out, end, from, start)
    // A malformed number or a number as a key is not quoted, so that the native parser refuses it.
    const digits = bytes.toString('latin1', start, stop)
    const isQuoted = numberPattern.test(digits) && !isKey(bytes, stop) && !isExact(digits)
    if (isQuoted) out[end++] = quote
    end += bytes.copy(out, end, start, stop)
    if (isQuoted) out[end++] = quote
    from = stop
  })
  end += bytes.copy(out, end, from)
  return out.subarray(0, end)
}

function countNumbers(bytes: Buffer, deepest: number): number {
  let numbers = 0
  let depth = 0
  walk(
    bytes,
    () => numbers++,
    (change) => {
      depth += change
      if (depth > deepest) throw new BadJson(`its JSON nests deeper than ${deepest} levels`)
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
