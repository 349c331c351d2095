/** Symbols, codes and handles: text that looks equal is equal, and each provider has an alphabet. */
import {filled, clip} from './parse.js'

/**
 * A symbol, code or handle as it looks: without invisible (default-ignorable) code points such as U+200B,
 * each dash as "-", trimmed. Addresses are not codes.
 */
export function plainCode(spelling: string): string {
  return spelling
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/\p{Dash}/gu, '-')
    .trim()
}

/** `plainCode` of a field. Throws if it is blank or does not fit `alphabet`, the pattern of all codes. */
export function code(item: unknown, field: string, alphabet: RegExp): string {
  const found = plainCode(filled(item, field))
  if (found === '') throw new Error(`field "${field}" is empty`)
  if (alphabet.test(found)) return found
  const odd = /[^\x20-\x7e]/u.exec(found)?.[0].codePointAt(0)
  const why = odd === undefined ? '' : `: it has U+${odd.toString(16).toUpperCase().padStart(4, '0')}`
  throw new Error(`field "${field}" is "${clip(found)}", not a code of this provider${why}`)
}

/**
 * A symbol in the form of every table: upper case, and a dot in the symbol of a class share (`BF-B` and
 * `bf.b` become `BF.B`). A hyphen with two letters (`BAC-PB`) or with a single P, R, U or W is unchanged:
 * these are preferred shares, rights, units and warrants.
 */
export function companySymbol(spelling: string): string {
  return plainCode(spelling)
    .toUpperCase()
    .replace(/^([A-Z]+)-([A-OQSTVX-Z])$/, '$1.$2')
}
