import {type AnyTarget, defineCollector, type HttpRequest} from '../define.js'
import {hourly} from '../schedules.js'
import {NeedsPerson, UnexpectedBody} from '../errors.js'
import {each, integer, isItem, list, must} from '../parse.js'
import {articleOf, articlesIn, publishedOf} from '../providers/finnhub/news.js'
import {finnhub, news} from '../providers/finnhub.js'

const categories = ['crypto', 'forex', 'merger', 'general']

/** An article by its id; text, since ids may lie beyond what a JavaScript number holds. */
interface Mark {
  id: string
  published?: string
}

/** Where a category stands: at the highest id up to which it was told. */
interface Watermark extends Mark {
  /** The highest id of all, while a second answer is still to tell whether it reaches down to `id`. */
  newest?: Mark
  /** Between two articles of which the older is stored, more was published than Finnhub still shows. */
  gaps?: {after_id: string; before_id: string; after: string | null; before: string | null}[]
}

/** Answers of about 100 articles are full: what is older is left out without a word. */
const maybeFull = 90

/**
 * News of the market, by category. The same story under two ids is kept twice: only the provider knows that
 * it is one.
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
      request: (target: AnyTarget, cursor: Watermark | null) => news(categoryOf(target), cursor?.id),
      next: newestOfAll,
      advance,
      *parse(body: unknown, {target, at}) {
        const items = articlesIn(body, 'market')
        if (items.length === 0) return
        const category = categoryOf(target)
        yield* each(items, (item) => {
          const {published, category: _own, ...article} = articleOf(item, at)
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
 * The category asked for: the one in an item is another thing. Throws UnexpectedBody for a saved answer of
 * none, NeedsPerson for one that does not exist.
 */
function categoryOf(target: AnyTarget | null): string {
  if (target === null)
    throw new UnexpectedBody('the answer does not say which category was asked for', {
      nextStep: `Name it: --target ${categories.join(', or ')}.`,
    })
  const found = categories.find((category) => category === target.target.toLowerCase())
  if (found === undefined)
    throw new NeedsPerson(`"${target.target}" is no category of news`, {
      nextStep: `Choose one of ${categories.join(', ')}.`,
    })
  return found
}

/** What the table can hold. */
const mostId = 2n ** 63n - 1n

/**
 * The newest hundred, whatever the watermark, after an answer that leaves a doubt: with nothing in it, either
 * nothing is new or one odd id has moved the watermark too far; a full one may not reach down to the
 * watermark.
 */
function newestOfAll(body: unknown, {query = {}}: HttpRequest): HttpRequest | undefined {
  const isClear = !Array.isArray(body) || (body.length > 0 && body.length < maybeFull)
  return isClear || query['minId'] === undefined ? undefined : news(String(query['category']))
}

/**
 * Ids that are none, or too large to be stored, do not move it. The categories share their ids, so a
 * difference of ids says nothing of what lies between.
 */
function advance(body: unknown, cursor: Watermark | null, request: HttpRequest): Watermark {
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
  const kept = gaps.length > 0 ? {gaps} : {}
  if (newestOfAll(body, request) !== undefined) return {...mark, newest, ...kept}
  const [oldest] = articles
  if (
    mark.id === '0' ||
    oldest === undefined ||
    articles.length < maybeFull ||
    compare(oldest.id, mark.id) <= 0
  )
    return {...newest, ...kept}
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
