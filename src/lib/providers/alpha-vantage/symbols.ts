/** Converts symbols of shares between the spellings of Alpha Vantage and of fin. */
import type {AnyTarget} from '../../define.js'
import {UnexpectedBody} from '../../errors.js'
import {code, companySymbol} from '../../codes.js'

/** The characters of a symbol of Alpha Vantage; news and currencies have a prefix such as `CRYPTO:`. */
export const symbols = /^([A-Z]+:)?[A-Z0-9.^+/=*$-]+$/i

/** A share to request: its canonical symbol, and the provider's spelling if the list of members has it. */
export interface Share extends AnyTarget {
  symbol_alphavantage?: string | null
}

/** The spelling in a request: `BRK-B`. */
export function spellingOf({target, symbol_alphavantage: spelling}: Share): string {
  return spelling ?? target.replace('.', '-')
}

/** The canonical symbol of an answer. Throws UnexpectedBody if it is not the requested one. */
export function symbolOf(body: unknown, field: string, target: AnyTarget | null): string {
  const symbol = companySymbol(code(body, field, symbols))
  if (target !== null && companySymbol(target.target) !== symbol)
    throw new UnexpectedBody(`the answer is about ${symbol}, not about ${target.target}`)
  return symbol
}
