/** Measures text in cells of a terminal. Korean characters and most emoji take two cells. */

/** Printable ASCII, and the two characters that tables add themselves. */
const narrow = /^[\u0020-\u007e–…]*$/
let measure: ((text: string) => number) | undefined
let segments: Intl.Segmenter | undefined

/**
 * Loads string-width if a cell needs it. It must be awaited before such a cell is measured. Most tables do
 * not need the package.
 */
export async function prepareWidths(cells: readonly string[]): Promise<void> {
  if (measure === undefined && !cells.every((cell) => narrow.test(cell)))
    measure = (await import('string-width')).default
}

export function widthOf(text: string): number {
  return measure === undefined || narrow.test(text) ? text.length : measure(text)
}

/** The beginning of the text that fits, with an ellipsis if the text is cut. */
export function clipToWidth(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  if (narrow.test(text)) return `${text.slice(0, Math.max(0, width - 1))}…`
  segments ??= new Intl.Segmenter(undefined, {granularity: 'grapheme'})
  let clipped = ''
  let used = 0
  for (const {segment} of segments.segment(text)) {
    const more = widthOf(segment)
    if (used + more > width - 1) break
    clipped += segment
    used += more
  }
  return `${clipped}…`
}
