/** Measures HTML before it is parsed. */

const voids = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '))

/** The elements that an element ends, if they were left open directly before it. */
const ends: Readonly<Record<string, readonly string[]>> = {
  p: ['p'],
  li: ['li'],
  dt: ['dt', 'dd'],
  dd: ['dt', 'dd'],
  option: ['option'],
  tr: ['tr', 'td', 'th'],
  td: ['td', 'th'],
  th: ['td', 'th'],
}

/**
 * True if the elements of the HTML nest deeper than `deepest`. It takes linear time; the parser needs the
 * square of the depth, and can take a minute. An end tag without its start counts nothing, as in the parser.
 */
export function nestsDeeperThan(deepest: number, html: string): boolean {
  const open: string[] = []
  // The look-ahead keeps the name whole, so that the pattern never tries a shorter one.
  const tags = html.matchAll(/<(\/?)([a-z][a-z0-9-]*)(?![a-z0-9-])([^<>]*)>/gi)
  for (const [, close, written = '', rest = ''] of tags) {
    const name = written.toLowerCase()
    if (voids.has(name) || rest.endsWith('/')) continue
    if (close === '/') {
      const start = open.lastIndexOf(name)
      if (start >= 0) open.length = start
      continue
    }
    while (ends[name]?.includes(open.at(-1) ?? '')) open.pop()
    open.push(name)
    if (open.length > deepest) return true
  }
  return false
}
