import {type AnyTarget, defineCollector} from '../define.js'
import {UnexpectedBody} from '../errors.js'
import {companySymbol} from '../codes.js'
import {each, isItem} from '../parse.js'
import {
  finnhubArticle,
  finnhubArticles,
  dayOf,
  newestDay,
  newsSince,
  nextRequest,
  type CompanyNewsCursor,
} from '../providers/finnhub/news.js'
import {finnhub} from '../providers/finnhub.js'

interface Member extends AnyTarget {
  symbol_finnhub?: string | null
}

/**
 * Days before today: where a company begins that was never requested, and how far back the free plan goes.
 */
const firstDays = 7
const mostDays = 364

/**
 * News of every member of the S&P 500, each since its newest article. The schedule is in UTC, because the
 * requests name UTC days. At 03:00 the American evening is over, at 15:00 the market has opened.
 */
export const companyNews = defineCollector({
  name: 'company-news',
  summary: 'collect news of the S&P 500 companies',
  schedule: [{cron: '0 3,15 * * *', zone: 'UTC', catchUp: 'latest'}],
  targets: 'select_finnhub_members',
  dependsOn: ['fin ingest sp500-companies'],
  tables: ['company_news'],
  key: ['symbol', 'url'],
  sources: {
    finnhub: {
      provider: finnhub,
      request: ({target, symbol_finnhub: spelling}: Member, cursor: CompanyNewsCursor | null, {at}) =>
        newsSince(spelling ?? target, cursor, {
          first: dayOf(at, -firstDays),
          oldest: dayOf(at, -mostDays),
          to: dayOf(at),
        }),
      next: nextRequest,
      advance: newestDay,
      *parse(body: unknown, {target, at}) {
        const items = finnhubArticles(body, 'company')
        if (items.length === 0) return
        const symbol = target === null ? onlyRelated(items) : companySymbol(target.target)
        yield* each(items, (item) => {
          const {headline, summary, source, url, published} = finnhubArticle(item, at)
          return {
            symbol,
            url,
            source,
            title: headline,
            description: summary,
            content: null,
            published_at: published,
            fetched_at: at.toISOString(),
          }
        })
      },
    },
  },
})

/** The company that every article of the answer names. Throws UnexpectedBody if the articles do not agree. */
function onlyRelated(items: readonly unknown[]): string {
  const named = [
    ...new Set(
      items.map((item) =>
        isItem(item) && typeof item['related'] === 'string' ? companySymbol(item['related']) : '',
      ),
    ),
  ]
  if (named.length === 1 && named[0]) return named[0]
  throw new UnexpectedBody('the answer does not name the requested company', {
    nextStep: 'Name it: --target AAPL.',
  })
}
