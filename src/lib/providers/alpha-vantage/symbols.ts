/** How Alpha Vantage spells symbols of shares, and how fin does. */
import type {AnyTarget} from '../../define.js'
import {UnexpectedBody} from '../../errors.js'
import {companySymbol, filled} from '../../parse.js'

/**
 * A share that is asked about: by its canonical symbol, with the provider's spelling where the list of
 * members tells it.
 */
export interface Share extends AnyTarget {
  symbol_alphavantage?: string | null
}

/** `BRK-B`: what a request names. */
export function spellingOf({target, symbol_alphavantage: spelling}: Share): string {
  return spelling ?? target.replace('.', '-')
}

/**
 * The canonical symbol that an answer says it is about. Throws UnexpectedBody when that is not the one that
 * was asked for.
 */
export function symbolOf(body: unknown, field: string, target: AnyTarget | null): string {
  const said = companySymbol(filled(body, field))
  if (target !== null && companySymbol(target.target) !== said)
    throw new UnexpectedBody(`the answer is about ${said}, not about ${target.target}`)
  return said
}
