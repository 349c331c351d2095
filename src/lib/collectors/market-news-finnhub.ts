import {type AnyTarget, defineCollector, type HttpRequest} from '../define.js'
import {hourly} from '../define-schedule.js'
import {NeedsPerson, UnexpectedBody} from '../errors.js'
import {each, integer, isItem, list, must} from '../parse.js'
import {finnhubArticle, finnhubArticles, publishedOf} from '../providers/finnhub/news.js'
import {finnhub, news} from '../providers/finnhub.js'

const categories = ['crypto', 'forex', 'merger', 'general']

/** The id of an article, as text, because ids may exceed the range of a JavaScript number. */
interface Mark {
  id: string
  published?: string
}

/** The cursor of a category: the highest id up to which its articles are stored. */
interface CategoryCursor extends Mark {
  /** The highest id of all, until a second answer shows whether it reaches down to `id`. */
  newest?: Mark
  /** Gaps: between these two articles, of which the older is stored, Finnhub no longer shows all articles. */
  gaps?: {after_id: string; before_id: string; after: string | null; before: string | null}[]
}

/** An answer of about 100 articles is full: Finnhub omits older articles without a notice. */
const maybeFull = 90

/**
 * News of the market, by category. A story with two ids is stored twice, because only the provider knows that
 * it is the same.
 */
export const marketNewsFinnhub = defineCollector({
  name: 'market-news-finnhub',
  summary: 'collect market news by category',
  schedule: [hourly(30)],
  targets: categories,
  tables: ['market_news_finnhub'],
  key: ['category', 'news_id'],
  sources: {
    finnhub: {
      provider: finnhub,
      request: (target: AnyTarget, cursor: CategoryCursor | null) => news(categoryOf(target), cursor?.id),
      next: newestOfAll,
      advance,
      *parse(body: unknown, {target, at}) {
        const items = finnhubArticles(body, 'market')
        if (items.length === 0) return
        const category = categoryOf(target)
        yield* each(items, (item) => {
          const {published, category: _own, ...article} = finnhubArticle(item, at)
          return {
            category,
            news_id: integer(must(item, 'id')) ?? noId(),
            datetime: published,
            ...article,
            fetched_at: at.toISOString(),
          }
        })
      },
    },
  },
})

/**
 * The requested category; the field `category` of an item means something else. Throws UnexpectedBody for a
 * saved answer without a target, NeedsPerson for a category that does not exist.
 */
function categoryOf(target: AnyTarget | null): string {
  if (target === null)
    throw new UnexpectedBody('the answer does not name the requested category', {
      nextStep: `Name it: --target ${categories.join(', or ')}.`,
    })
  const found = categories.find((category) => category === target.target.toLowerCase())
  if (found === undefined)
    throw new NeedsPerson(`"${target.target}" is not a category of news`, {
      nextStep: `Choose one of ${categories.join(', ')}.`,
    })
  return found
}

/** The largest id that the table can store. */
const mostId = 2n ** 63n - 1n

/**
 * Requests the newest hundred articles, without the cursor, after an answer that is not conclusive. After an
 * empty answer either nothing is new, or a wrong id has moved the cursor too far. A full answer may not reach
 * down to the cursor.
 */
function newestOfAll(body: unknown, {query = {}}: HttpRequest): HttpRequest | undefined {
  const isClear = !Array.isArray(body) || (body.length > 0 && body.length < maybeFull)
  return isClear || query['minId'] === undefined ? undefined : news(String(query['category']))
}

/**
 * Moves the cursor. Invalid ids, and ids that are too large to be stored, do not move it. A difference
 * between two ids does not count articles, because the categories share their ids.
 */
function advance(body: unknown, cursor: CategoryCursor | null, request: HttpRequest): CategoryCursor {
  const {newest: before, gaps = [], ...mark} = cursor ?? {id: '0'}
  const articles = list(body, 'headline')
    .flatMap((item) => {
      const id = isItem(item) ? String(item['id']) : ''
      return /^\d{1,19}$/.test(id) && BigInt(id) <= mostId ? [{id, published: publishedOf(item)}] : []
    })
    .sort((a, b) => compare(a.id, b.id))
  const newest =
    [mark, before ?? mark, ...articles.slice(-1).map(markOf)].sort((a, b) => compare(a.id, b.id)).at(-1) ??
    mark
  const knownGaps = gaps.length > 0 ? {gaps} : {}
  if (newestOfAll(body, request) !== undefined) return {...mark, newest, ...knownGaps}
  const [oldest] = articles
  if (
    mark.id === '0' ||
    oldest === undefined ||
    articles.length < maybeFull ||
    compare(oldest.id, mark.id) <= 0
  )
    return {...newest, ...knownGaps}
  return {
    ...newest,
    gaps: [
      ...gaps,
      {
        after_id: mark.id,
        before_id: oldest.id,
        after: mark.published ?? null,
        before: oldest.published ?? null,
      },
    ],
  }
}

const compare = (a: string, b: string): number => Number(BigInt(a) - BigInt(b))

const markOf = ({id, published}: {id: string; published: string | undefined}): Mark =>
  published === undefined ? {id} : {id, published}

function noId(): never {
  throw new Error('it has no id')
}
