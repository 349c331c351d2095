/** From the HTML of a post to its text. */
import {createRequire} from 'node:module'
import type * as Cheerio from 'cheerio'

/** Loaded when a post is parsed: commands that only list the units must not pay for it. */
const cheerio = () => createRequire(import.meta.url)('cheerio') as typeof Cheerio

/**
 * What a reader sees: a line for each paragraph and each break, entities turned back once, mentions and tags as they are
 * written, of a link its whole address instead of the shortened one. The line that a quote adds ("RT: address") is left
 * out. Null where nothing is written, as with a picture alone. Pure.
 */
export function textOf(html: string): string | null {
  if (!/[<&]/.test(html)) return tidy(html)
  const $ = cheerio().load(html, null, false)
  $('script, style, .quote-inline').remove()
  $('a').each((_, element) => {
    const link = $(element)
    const href = link.attr('href') ?? ''
    const shown = link.text().trim()
    if (link.hasClass('mention') || link.hasClass('hashtag') || !/^https?:/i.test(href)) link.replaceWith(written(shown))
    else link.replaceWith(written(isAddress(shown, href) ? href : `${shown} (${href})`))
  })
  $('*').contents().add($.root().contents()).each((_, node) => {
    // line ends of the source are blanks; those that count are made below
    if (node.type === 'text') node.data = node.data.replaceAll(lineEnd, ' ').replace(/\s+/g, ' ')
  })
  $('br').replaceWith(lineEnd)
  $('p, div, li, blockquote').append(lineEnd)
  return tidy($.root().text().replaceAll(lineEnd, '\n'))
}

/** Stands for a line end while the blanks of the source are folded. */
const lineEnd = '\u0001'

/** Text that goes back into HTML. */
function written(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

/** True where a link shows its own address, whole or shortened. */
function isAddress(shown: string, href: string): boolean {
  const bare = (address: string) => address.replace(/^https?:\/\//i, '').replace(/[/…]+$/, '')
  return shown === '' || bare(href).startsWith(bare(shown))
}

function tidy(text: string): string | null {
  const lines = text.replace(/[^\S\n]+/g, ' ').split('\n').map((line) => line.trim()).join('\n').replace(/\n{3,}/g, '\n\n').trim()
  return lines === '' ? null : lines
}
