/** From the HTML of a post to its text. */
import {load} from 'cheerio/slim'

/** What is read of a node of the tree. */
interface Node {
  type: string
  name?: string
  data?: string
  attribs?: Readonly<Record<string, string>>
  children?: readonly Node[]
}

/** Characters; no post comes near this. */
const longest = 100_000
/** No post nests deeper than six; what is far beyond is made to break its reader. */
const deepest = 100

/**
 * What a reader sees: a line for each paragraph and each break, entities turned back once, mentions and tags
 * as they are written, of a link its whole address instead of the shortened one. The line that a quote adds
 * ("RT: address") is left out. Null where nothing is written, as with a picture alone. Throws for what nests
 * without end. Pure.
 */
export function textOf(html: string): string | null {
  if (!/[<&]/.test(html)) return tidy(html)
  if (html.length > longest)
    throw new Error(`its HTML is longer than ${longest.toLocaleString('en-US')} characters`)
  if (nests(html)) throw new Error(`its HTML nests deeper than ${deepest} levels`)
  const root = load(html, null, false).root().get(0) as Node | undefined
  return tidy(root === undefined ? '' : shownBy(root))
}

/** Looked at before it is parsed, since that alone can take a minute. Void elements close themselves. */
function nests(html: string): boolean {
  let depth = 0
  for (const [, close, name = '', end] of html.matchAll(/<(\/?)([a-z][a-z0-9-]*)(?:[^<>]*[^<>/])?(\/?)>/gi)) {
    if (close === '/') depth = Math.max(0, depth - 1)
    else if (end !== '/' && !/^(br|img|hr|wbr|input|p|li)$/i.test(name)) depth++
    if (depth > deepest) return true
  }
  return false
}

const blocks = new Set(['p', 'div', 'li', 'blockquote', 'ul', 'ol', 'h1', 'h2', 'h3'])

function shownBy(node: Node): string {
  const {type, name = '', data = '', children = []} = node
  // line ends of the source are blanks
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

/** True where a link shows its own address, whole or shortened. */
function isAddress(shown: string, href: string): boolean {
  const bare = (address: string) => address.replace(/^https?:\/\//i, '').replace(/[/…]+$/, '')
  return shown === '' || bare(href).startsWith(bare(shown))
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
