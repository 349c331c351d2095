/** A number as a person reads it: thousands grouped, below ten one decimal. */
export function grouped(n: number): string {
  // Node loads the rules of all languages at the first look at one, which takes nearly as long as its start.
  return Number.isInteger(n) && Math.abs(n) < 1000
    ? String(n)
    : n.toLocaleString('en-US', {maximumFractionDigits: n < 10 ? 1 : 0})
}

/** `1 row`, `2 rows`, `1,000 rows`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  const text = grouped(n)
  return `${text} ${text === '1' ? one : many}`
}
