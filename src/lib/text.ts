/** A number as text: thousands grouped, one decimal below ten. */
export function formatNumber(n: number): string {
  return new Intl.NumberFormat('en-US', {maximumFractionDigits: n < 10 ? 1 : 0}).format(n)
}

/** `1 row`, `2 rows`, `1,000 rows`. */
export function pluralize(n: number, one: string, many = `${one}s`): string {
  const text = formatNumber(n)
  return `${text} ${text === '1' ? one : many}`
}

/** The targets of one request in few words: `KRW-BTC and 199 more`. A batch is stored with line feeds. */
export function shownTarget(target: string): string {
  const [first = '', ...others] = target.split('\n').filter(Boolean)
  return others.length === 0 ? first : `${first} and ${formatNumber(others.length)} more`
}

/** At most `most` names, and how many more there are: `KRW-BTC, KRW-ETH and 478 more`. */
export function listed(names: readonly string[], most: number): string {
  const rest = names.length - most
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${formatNumber(rest)} more` : names.join(', ')
}

/** A length of time in its largest unit: `12 s`, `5 min`, `3 h`, `2 d`. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  return seconds < 86_400
    ? `${Math.floor(seconds / 3600)} h`
    : `${formatNumber(Math.floor(seconds / 86_400))} d`
}
