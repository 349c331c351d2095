import {type AnyTarget, defineCollector} from '../define.js'
import {daily} from '../define-schedule.js'
import {UnexpectedBody} from '../errors.js'
import {companySymbol} from '../codes.js'
import {day, described, each, textOrNull} from '../parse.js'
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

interface ComingReport extends AnyTarget {
  symbol_finnhub?: string | null
}

const daysBefore = 14

/**
 * News of companies that report within two weeks, from 14 days before the report to its day. It covers only
 * members of the S&P 500, because thousands of companies report in the season, and news is joined only to
 * reports of members. A target is one report, such as `AAPL/2026-11-18`. It costs one request a day until the
 * day after the report, so that the day itself is complete. A report that was missed while nothing ran is
 * caught up on until the next report, a quarter later.
 */
export const earningsNews = defineCollector({
  name: 'earnings-news',
  summary: 'collect news of companies that report soon',
  schedule: [daily('03:00', 'UTC')],
  targets: 'select_reports_ahead',
  dependsOn: ['fin ingest sp500-companies', 'fin ingest earnings-calendar'],
  tables: ['earnings_news_finnhub'],
  key: ['symbol', 'report_date', 'url'],
  sources: {
    finnhub: {
      provider: finnhub,
      request({target, symbol_finnhub: spelling}: ComingReport, cursor: CompanyNewsCursor | null, {at}) {
        const [symbol, reportDate] = partsOf(target)
        const today = dayOf(at)
        const report = reportDate ?? today
        return newsSince(spelling ?? symbol, cursor, {
          first: dayOf(new Date(`${report}T00:00:00Z`), -daysBefore),
          to: report < today ? report : today,
        })
      },
      next: nextRequest,
      advance: newestDay,
      *parse(body: unknown, {target, at}) {
        const items = finnhubArticles(body, 'company')
        if (items.length === 0) return
        const [symbol, reportDate] = partsOf(target?.target ?? '')
        if (reportDate === undefined)
          throw new UnexpectedBody('the answer does not name its report', {
            nextStep: 'Name the company and the day of its report: --target AAPL/2026-11-18.',
          })
        yield* each(items, (item) => {
          const {published, ...article} = finnhubArticle(item, at)
          return {
            symbol: companySymbol(symbol),
            report_date: reportDate,
            article_id: described(item, 'id', textOrNull),
            ...article,
            published_at: published,
            fetched_at: at.toISOString(),
          }
        })
      },
    },
  },
})

/** Splits `AAPL/2026-11-18` into the company and the day of its report; the day may be absent. */
function partsOf(target: string): [symbol: string, reportDate: string | undefined] {
  const [, symbol, date] = /^(.+)\/(\d{4}-\d\d-\d\d)$/.exec(target) ?? []
  if (symbol === undefined || date === undefined) return [target, undefined]
  return [symbol, isDay(date) ? date : undefined]
}

function isDay(date: string): boolean {
  try {
    return day(date) !== null
  } catch {
    return false
  }
}
