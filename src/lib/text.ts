/** A number as text: thousands grouped, one decimal below ten. */
export function formatNumber(n: number): string {
  return new Intl.NumberFormat('en-US', {maximumFractionDigits: n < 10 ? 1 : 0}).format(n)
}

/** `1 row`, `2 rows`, `1,000 rows`. */
export function pluralize(n: number, one: string, many = `${one}s`): string {
  const text = formatNumber(n)
  return `${text} ${text === '1' ? one : many}`
}
