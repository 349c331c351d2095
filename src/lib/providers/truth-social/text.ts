/** Converts the HTML of a post to text. */
import {cheerio} from '../../html-parser.js'
import {nestsDeeperThan} from '../../html.js'

/** The used fields of a node of the tree. */
interface Node {
  type: string
  name?: string
  data?: string
  attribs?: Readonly<Record<string, string>>
  children?: readonly Node[]
}

/** The most characters of a post's HTML, far more than any post has. */
const longest = 100_000
/** The deepest nesting. No post nests deeper than six levels; far more is an attack on the parser. */
const deepest = 100

/**
 * The visible text of a post. Each paragraph and break becomes a line. Entities are decoded once. Mentions
 * and tags stay as they are. A link gets its whole address instead of the shortened one. The line that a
 * quote adds ("RT: address") is omitted. Null if there is no text, as with only a picture. Throws if the HTML
 * is too long or nests too deep. Pure.
 */
export function textOf(html: string): string | null {
  if (!/[<&]/.test(html)) return tidy(html)
  if (html.length > longest)
    throw new Error(`its HTML is longer than ${longest.toLocaleString('en-US')} characters`)
  if (nestsDeeperThan(deepest, html)) throw new Error(`its HTML nests deeper than ${deepest} levels`)
  const root = cheerio().load(html, null, false).root().get(0) as Node | undefined
  return tidy(root === undefined ? '' : shownBy(root))
}

const blocks = new Set(['p', 'div', 'li', 'blockquote', 'ul', 'ol', 'h1', 'h2', 'h3'])

function shownBy(node: Node): string {
  const {type, name = '', data = '', children = []} = node
  // a line end in HTML is a space
  if (type === 'text') return data.replace(/\s+/g, ' ')
  if (type === 'comment' || type === 'directive' || name === 'script' || name === 'style') return ''
  if (name === 'br') return '\n'
  const classes = (node.attribs?.['class'] ?? '').split(/\s+/)
  if (classes.includes('quote-inline')) return ''
  const inside = children.map(shownBy).join('')
  if (name === 'a') return linked(inside, node.attribs?.['href'] ?? '', classes)
  return blocks.has(name) ? `${inside}\n` : inside
}

function linked(shown: string, href: string, classes: readonly string[]): string {
  if (classes.includes('mention') || classes.includes('hashtag') || !/^https?:/i.test(href)) return shown
  return isAddress(shown.trim(), href) ? href : `${shown} (${href})`
}

/** True if the text of a link is its address, whole or shortened. */
function isAddress(shown: string, href: string): boolean {
  const bare = (address: string) => withoutEnd(address.replace(/^https?:\/\//i, ''))
  return shown === '' || bare(href).startsWith(bare(shown))
}

/** The address without slashes and ellipses at its end. A pattern would need the square of their number. */
function withoutEnd(address: string): string {
  let end = address.length
  while (end > 0 && '/…'.includes(address[end - 1]!)) end--
  return address.slice(0, end)
}

function tidy(text: string): string | null {
  const lines = text
    .replace(/[^\S\n]+/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
  return lines === '' ? null : lines
}
