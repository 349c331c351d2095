import {defineCollector} from '../define.js'
import {weekly} from '../schedules.js'
import {each} from '../parse.js'
import {alphaVantage, query} from '../providers/alpha-vantage.js'
import {observation, observationsIn, seriesOf} from '../providers/macro-series.js'
import {fred, observations} from '../providers/fred.js'

const kind = 'federal funds'

/** US federal funds rate: FEDFUNDS by month; FF (weekly) and DFF (daily) by --target. */
export const federalFundsRate = defineCollector({
  name: 'federal-funds-rate',
  summary: 'collect the US federal funds rate',
  schedule: [weekly('mon 15:10', 'America/New_York')],
  targets: ['FEDFUNDS'],
  tables: ['federal_funds_rate'],
  key: ['series_id', 'date'],
  sources: {
    fred: {
      provider: fred,
      request: (target) => observations(seriesOf(kind, target).id),
      parse: (body: unknown, {target}) => rows(body, seriesOf(kind, target, 'FEDFUNDS')),
    },
    'alpha-vantage': {
      provider: alphaVantage,
      request: (target) => query('FEDERAL_FUNDS_RATE', {interval: seriesOf(kind, target).interval}, 'either'),
      parse: (body: unknown, {target}) => rows(body, seriesOf(kind, target, 'FEDFUNDS')),
    },
  },
})

function rows(body: unknown, of: ReturnType<typeof seriesOf>) {
  return each(observationsIn(body, of), (item) => {
    const {value, ...row} = observation(item, of)
    return {...row, rate: value}
  })
}
