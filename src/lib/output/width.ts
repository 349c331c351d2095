/** How many cells of a terminal a text takes: Korean and most emoji take two. */

/** Printable ASCII, and the two marks that tables set themselves. */
const narrow = /^[\u0020-\u007e–…]*$/
let measure: ((text: string) => number) | undefined
let segments: Intl.Segmenter | undefined

/**
 * Must have been awaited once a text that is not narrow is to be measured; most tables are spared the
 * loading.
 */
export async function prepareWidths(cells: readonly string[]): Promise<void> {
  if (measure === undefined && !cells.every((cell) => narrow.test(cell)))
    measure = (await import('string-width')).default
}

export function widthOf(text: string): number {
  return measure === undefined || narrow.test(text) ? text.length : measure(text)
}

/** The beginning of the text that fits, with an ellipsis where something is left off. */
export function clipToWidth(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  if (narrow.test(text)) return `${text.slice(0, Math.max(0, width - 1))}…`
  segments ??= new Intl.Segmenter(undefined, {granularity: 'grapheme'})
  let taken = ''
  let used = 0
  for (const {segment} of segments.segment(text)) {
    const more = widthOf(segment)
    if (used + more > width - 1) break
    taken += segment
    used += more
  }
  return `${taken}…`
}
