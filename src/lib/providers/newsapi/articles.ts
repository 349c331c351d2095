/** Reads articles, as rows of `market_news`, and sources from NewsAPI's answers. */
import {UnexpectedBody} from '../../errors.js'
import {plainCode} from '../../codes.js'
import {describe, described, filled, isItem, isoTime, list, must, text, textOrNull} from '../../parse.js'
import {plainText} from '../../plain-text.js'

/**
 * The articles of an answer, or a single article. Throws UnexpectedBody for the answer of another endpoint.
 */
export function newsapiArticles(body: unknown): unknown[] {
  return list(body, 'publishedAt', 'articles')
}

/**
 * A row without the instant of its fetch; undefined for the placeholder that replaces a withdrawn article.
 */
export function newsapiArticle(item: unknown) {
  const url = filled(item, 'url')
  const title = text(item, 'title')
  const source = plainText(filled(must(item, 'source'), 'name'))
  if (title === '[Removed]' || source === '[Removed]' || /^https?:\/\/removed\.com\/?$/i.test(url))
    return undefined
  return {
    url,
    source,
    author: described(item, 'author', authorOf),
    title: headlineOf(plainText(title), source),
    description: described(item, 'description', plainOrNull),
    content: described(item, 'content', plainOrNull),
    published_at: isoTime(must(item, 'publishedAt')) ?? noTime(),
  }
}

/** The ids of all sources; none for the answer of another endpoint. */
export function sourcesIn(body: unknown): string[] {
  if (!isItem(body) || !Array.isArray(body['sources'])) return []
  return body['sources'].flatMap((source: unknown) =>
    isItem(source) && typeof source['id'] === 'string' ? [plainCode(source['id']).toLowerCase()] : [],
  )
}

/**
 * Throws UnexpectedBody unless the answer is a list of sources. An empty list is refused too, because it
 * would remove all sources.
 */
export function checkSources(body: unknown): void {
  if (sourcesIn(body).length === 0)
    throw new UnexpectedBody(`expected the list of sources, got ${describe(body)}`)
}

/**
 * The title without the ending " - Source", which top headlines have and other answers do not. So an article
 * is the same row whichever query found it. The source has its own column.
 */
function headlineOf(title: string, source: string): string {
  const end = ` - ${source}`
  const headline = title.endsWith(end) ? title.slice(0, -end.length) : title
  if (headline.trim() === '') throw new Error('field "title" is empty')
  return headline
}

function authorOf(value: unknown): string | null {
  const names = Array.isArray(value) ? value.filter((name) => typeof name === 'string').join(', ') : value
  return plainOrNull(names)
}

function plainOrNull(value: unknown): string | null {
  const found = textOrNull(value)
  return found === null ? null : plainText(found)
}

function noTime(): never {
  throw new Error('field "publishedAt" is null')
}
