/** Parses and writes PostgreSQL's text form of an array: `{1,NULL,"a \"b\"",{2}}`. */

/**
 * The text between the braces for one column of rows, so that the texts of several groups of rows can be
 * joined with a comma. A list in the column becomes the text of an array.
 */
export function columnElements(rows: readonly Readonly<Record<string, unknown>>[], column: string): string {
  // Rows share lists, so each list is written once.
  const texts = new Map<unknown, string>()
  const cells = rows.map((row) => {
    const cell = row[column]
    if (!Array.isArray(cell)) return cell
    const text = texts.get(cell) ?? arrayText(cell)
    texts.set(cell, text)
    return text
  })
  // The form of JSON is the same, unless a text holds a character that JSON writes by name or number.
  const json = JSON.stringify(cells)
  if (!/\\[^"\\]/.test(json)) return json.slice(1, -1)
  return cells.map(elementText).join(',')
}

/** The text of an array, whose elements may be lists. */
function arrayText(cells: readonly unknown[]): string {
  return `{${cells.map(elementText).join(',')}}`
}

function elementText(cell: unknown): string {
  if (cell === null || cell === undefined) return 'NULL'
  const text = Array.isArray(cell) ? arrayText(cell) : String(cell as string | number)
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

/** Makes a parser of that form. `element` parses each element. */
export function array(element: (text: string) => unknown): (text: string) => unknown[] {
  return (text) => {
    // '[0:1]={1,2}': bounds come first if they do not start at one
    const start = text.indexOf('{')
    return readArray(text, start, element).items
  }
}

function readArray(
  text: string,
  start: number,
  element: (text: string) => unknown,
): {items: unknown[]; end: number} {
  const items: unknown[] = []
  let at = start + 1
  while (text[at] !== '}') {
    if (at >= text.length) throw new Error('the text of an array ends too early')
    if (text[at] === ',') at++
    if (text[at] === '{') {
      const inner = readArray(text, at, element)
      items.push(inner.items)
      at = inner.end
    } else if (text[at] === '"') {
      let value = ''
      for (at++; text[at] !== '"'; at++) {
        if (at >= text.length) throw new Error('the text of an array ends too early')
        if (text[at] === '\\') at++
        value += text[at]
      }
      items.push(element(value))
      at++
    } else {
      let end = at
      while (end < text.length && text[end] !== ',' && text[end] !== '}') end++
      const value = text.slice(at, end)
      items.push(value === 'NULL' ? null : element(value))
      at = end
    }
  }
  return {items, end: at + 1}
}
