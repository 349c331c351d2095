/** Writes JSON whose numbers keep every digit of their text. */

const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,5})?$/

/** A number as text, to be written as a JSON number. */
export class Exact {
  constructor(readonly digits: string) {}
}

/** An `Exact` of the text; null for null. */
export function exact(digits: string | number | null | undefined): Exact | null {
  return digits === null || digits === undefined ? null : new Exact(String(digits))
}

/** The text of a JSON object. An `Exact` that is not a number in the grammar of JSON becomes a string. */
export function exactObject(fields: Readonly<Record<string, string | Exact | null>>): string {
  const members = Object.entries(fields).map(([name, value]) => {
    const isNumber = value instanceof Exact && jsonNumber.test(value.digits)
    const text = value instanceof Exact ? (isNumber ? value.digits : JSON.stringify(value.digits)) : null
    return `${JSON.stringify(name)}:${text ?? JSON.stringify(value)}`
  })
  return `{${members.join(',')}}`
}

/** The percentage of a fraction, without rounding: "0.0106" is "1.06", and "8e-05" is "8e-3". */
export function percent(fraction: string): string {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(fraction)
  if (!match) return fraction
  const [, sign = '', whole = '', part = '', exponent] = match
  if (exponent !== undefined)
    return `${fraction.replace(/e.*$/i, '').replace(/^\+/, '')}e${Number(exponent) + 2}`
  const digits = part.padEnd(2, '0')
  const shifted = `${whole}${digits.slice(0, 2)}`.replace(/^0+(?=\d)/, '')
  const rest = digits.slice(2).replace(/0+$/, '')
  return `${sign === '-' ? '-' : ''}${shifted}${rest === '' ? '' : `.${rest}`}`
}
