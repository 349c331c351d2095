import {defineCollector, type Parsed} from '../define.js'
import {hourly} from '../define-schedule.js'
import {each} from '../parse.js'
import {trendingTruths, truthSocial} from '../providers/truth-social.js'
import {read, statusesOf} from '../providers/truth-social/posts.js'

/** Posts of one page; the provider requires less than 20. */
const pageLength = 10

/**
 * The twenty trending posts of Truth Social, in two pages. A post that is no longer among them keeps its last
 * rank, which is that of `collected_at`. The provider sends no score: `trend_score` is the number of likes.
 */
export const truthTrends = defineCollector({
  name: 'truth-trends',
  summary: 'collect the trending posts of Truth Social',
  schedule: [hourly(24)],
  targets: ['1', '2'],
  snapshot: true,
  tables: ['truth_social_trends', 'truth_social_trends_history'],
  key: ['id'],
  sources: {
    'truth-social': {
      provider: truthSocial,
      request: ({target}) => trendingTruths(pageLength, before(target)),
      *parse(body: unknown, {target, at}): Generator<Parsed<'truth_social_trends'>> {
        const first = before(target?.target ?? '1')
        const seen = new Set<string>()
        // a single post, without its list, has no rank
        const isList = Array.isArray(body)
        for (const row of each(statusesOf(body), (item, index) =>
          trend(item, isList ? first + index + 1 : null, at),
        )) {
          if (!('trend_rank' in row)) yield row
          else if (!seen.has(row.id)) {
            seen.add(row.id)
            const {
              id,
              collected_at,
              trend_rank,
              trend_score,
              replies_count,
              reblogs_count,
              favourites_count,
              upvotes_count,
              downvotes_count,
            } = row
            yield row
            yield {
              table: 'truth_social_trends_history',
              row: {
                id,
                collected_at,
                trend_rank,
                trend_score,
                replies_count,
                reblogs_count,
                favourites_count,
                upvotes_count,
                downvotes_count,
              },
            }
          }
        }
      },
    },
  },
})

/** The number of trending posts on earlier pages. */
function before(page: string): number {
  return (/^[1-9]$/.test(page) ? Number(page) - 1 : 0) * pageLength
}

function trend(item: unknown, trend_rank: number | null, at: Date) {
  const {status} = read(item)
  return {
    ...status,
    trend_rank,
    trend_score: status.favourites_count === null ? null : String(status.favourites_count),
    collected_at: at.toISOString(),
  }
}
