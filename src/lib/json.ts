/** Parses JSON without loss: numbers become text with every digit. */

/** A text that is not acceptable JSON; the message is text for the user. */
export class BadJson extends Error {}

/**
 * The text of JSON that nests too deep for the native writer, in place of its value. `JSON.stringify` writes
 * it as a string.
 */
export class DeepJson extends String {}

/** Documented answers nest at most 12 levels; a much deeper one is an attack on its reader. */
export const mostLevels = 200

export interface JsonRules {
  /** Returns true for a number that stays a number; default: every number becomes text. */
  isExact?(digits: string): boolean
  /** Most levels of nesting; default `mostLevels`. */
  deepest?: number
}

const quote = 0x22,
  backslash = 0x5c,
  minus = 0x2d,
  zero = 0x30,
  nine = 0x39

/**
 * Parses JSON, text or its UTF-8, with numbers as text. One pass over the bytes puts quotes around the
 * numbers and counts the depth; the native parser does the rest. Throws `BadJson`. Parsers in JavaScript
 * build strings one character at a time, which took about 140 MB more for a body of 7 MB.
 */
export function parseJson(json: string | Buffer, {isExact, deepest = mostLevels}: JsonRules = {}): unknown {
  const bytes = typeof json === 'string' ? Buffer.from(json) : json
  return nativeValue(quoteNumbers(bytes, isExact, deepest))
}

/** Parses JSON with the native parser, so that numbers may lose digits. Throws `BadJson`. */
export function nativeValue(text: string): unknown {
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text) as unknown
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

/** Holds the bytes with quotes until their text is made. */
const shared = Buffer.allocUnsafeSlow(64_000)

function bufferOf(size: number): Buffer {
  return size <= shared.length ? shared : Buffer.allocUnsafe(size)
}

function quoteNumbers(
  bytes: Buffer,
  isExact: ((digits: string) => boolean) | undefined,
  deepest: number,
): string {
  // A number has at least one byte, and another byte follows it.
  const out = bufferOf(2 * bytes.length + 2)
  let end = 0
  let depth = 0
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at]!
    if (byte === quote) {
      const stop = endOfString(bytes, at)
      while (at < stop) out[end++] = bytes[at++]!
    } else if (byte === minus || (byte >= zero && byte <= nine)) {
      const start = at
      while (at < bytes.length && isNumberByte(bytes[at]!)) at++
      // A malformed number or a number as a key is not quoted, so that the native parser refuses it.
      const isQuoted =
        isNumber(bytes, start, at) &&
        !isKey(bytes, at) &&
        !(isExact && isExact(bytes.toString('latin1', start, at)))
      if (isQuoted) out[end++] = quote
      for (let digit = start; digit < at; digit++) out[end++] = bytes[digit]!
      if (isQuoted) out[end++] = quote
    } else {
      if (byte === 0x5b || byte === 0x7b) depth++
      else if (byte === 0x5d || byte === 0x7d) depth--
      if (depth > deepest) throw new BadJson(`its JSON nests deeper than ${deepest} levels`)
      out[end++] = byte
      at++
    }
  }
  return out.toString('utf8', 0, end)
}

/** The place after the string that begins at `start`. */
function endOfString(bytes: Buffer, start: number): number {
  let at = start + 1
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1
  return Math.min(at + 1, bytes.length)
}

/** True for a number in the grammar of JSON. */
function isNumber(bytes: Buffer, start: number, stop: number): boolean {
  let at = bytes[start] === minus ? start + 1 : start
  const digitsFrom = (from: number) => {
    at = from
    while (at < stop && bytes[at]! >= zero && bytes[at]! <= nine) at++
    return at > from
  }
  if (bytes[at] === zero) at++
  else if (!digitsFrom(at)) return false
  if (at < stop && bytes[at] === 0x2e && !digitsFrom(at + 1)) return false
  if (at < stop && (bytes[at] === 0x65 || bytes[at] === 0x45)) {
    const sign = bytes[at + 1] === minus || bytes[at + 1] === 0x2b ? 1 : 0
    if (!digitsFrom(at + 1 + sign)) return false
  }
  return at === stop
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
