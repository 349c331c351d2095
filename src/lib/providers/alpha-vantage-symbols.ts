/** How Alpha Vantage spells symbols of shares, and how fin does. */
import type {AnyTarget} from '../define.js'
import {UnexpectedBody} from '../errors.js'
import {filled} from '../parse.js'

/** A share that is asked about: by its canonical symbol, with the provider's spelling where the list of members tells it. */
export interface Share extends AnyTarget {
  symbol_alphavantage?: string | null
}

/** `BRK-B`: what a request names. */
export function spellingOf({target, symbol_alphavantage: spelling}: Share): string {
  return spelling ?? target.replace('.', '-')
}

/** `BRK.B` for `BRK-B`, `brk.b` and `BRK.B`. A hyphen before more than one letter belongs to something else than a class of shares. */
export function canonicalSymbol(spelling: string): string {
  return spelling.trim().toUpperCase().replace(/^([A-Z]{1,5})-([A-Z])$/, '$1.$2')
}

/** The canonical symbol that an answer says it is about. Throws UnexpectedBody when that is not the one that was asked for. */
export function symbolOf(body: unknown, field: string, target: AnyTarget | null): string {
  const said = canonicalSymbol(filled(body, field))
  if (target !== null && canonicalSymbol(target.target) !== said)
    throw new UnexpectedBody(`the answer is about ${said}, not about ${target.target}`)
  return said
}
