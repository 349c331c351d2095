import {type AnyTarget, defineCollector} from '../define.js'
import {hourly} from '../firing.js'
import {NeedsPerson, UnexpectedBody} from '../errors.js'
import {each, integer, isItem, list, must} from '../parse.js'
import {articleOf, articlesIn} from '../providers/finnhub-news.js'
import {finnhub, news} from '../providers/finnhub.js'

const categories = ['crypto', 'forex', 'merger', 'general']

/** The highest id seen of a category; text, since ids may lie beyond what a JavaScript number holds. */
interface Watermark {
  id: string
}

/** News of the market, by category. The same story under two ids is kept twice: only the provider knows that it is one. */
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
      // Nothing above the watermark: either nothing is new, or one odd id has moved it too far. The newest hundred tell.
      next: (body: unknown, {query = {}}) => Array.isArray(body) && body.length === 0 && query['minId'] !== undefined ? news(String(query['category'])) : undefined,
      advance: highestId,
      * parse(body: unknown, {target, at}) {
        const items = articlesIn(body, 'market')
        if (items.length === 0) return
        const category = categoryOf(target)
        yield* each(items, (item) => {
          const {published, category: _own, ...article} = articleOf(item, at)
          return {category, news_id: integer(must(item, 'id')) ?? noId(), datetime: published, ...article, fetched_at: at.toISOString()}
        })
      },
    },
  },
})

/** The category asked for: the one in an item is another thing. Throws UnexpectedBody for a saved answer of none, NeedsPerson for one that does not exist. */
function categoryOf(target: AnyTarget | null): string {
  if (target === null) throw new UnexpectedBody('the answer does not say which category was asked for', {nextStep: `Name it: --target ${categories.join(', or ')}.`})
  const found = categories.find((category) => category === target.target.toLowerCase())
  if (found === undefined) throw new NeedsPerson(`"${target.target}" is no category of news`, {nextStep: `Choose one of ${categories.join(', ')}.`})
  return found
}

/** What the table can hold. */
const mostId = 2n ** 63n - 1n

/** Ids that are none, or too large to be stored, do not move it. */
function highestId(body: unknown, cursor: Watermark | null): Watermark {
  const ids = list(body, 'headline').map((item) => isItem(item) ? String(item['id']) : '').filter((id) => /^\d{1,19}$/.test(id)).map(BigInt)
  const highest = ids.filter((id) => id <= mostId).reduce((a, b) => a > b ? a : b, BigInt(cursor?.id ?? 0))
  return {id: String(highest)}
}

function noId(): never {
  throw new Error('it has no id')
}
