/** A number as a person reads it: thousands grouped, below ten one decimal. */
export function grouped(n: number): string {
  return new Intl.NumberFormat('en-US', {maximumFractionDigits: n < 10 ? 1 : 0}).format(n)
}

/** `1 row`, `2 rows`, `1,000 rows`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  const text = grouped(n)
  return `${text} ${text === '1' ? one : many}`
}
