import {defineCollector} from '../define.js'
import {weekly} from '../define-schedule.js'
import {each} from '../parse.js'
import {alphaVantage, query} from '../providers/alpha-vantage.js'
import {observation, observationsIn} from '../providers/fred/observations.js'
import {seriesOf} from '../providers/fred/series.js'
import {type VintageOrigin, withVintages} from '../providers/fred/vintages.js'
import {fred, observations} from '../providers/fred.js'

const kind = 'federal funds'

/** US federal funds rate: FEDFUNDS by month; FF (weekly) and DFF (daily) by --target. */
export const federalFundsRate = defineCollector({
  name: 'federal-funds-rate',
  summary: 'collect the US federal funds rate',
  schedule: [weekly('mon 15:10', 'America/New_York')],
  targets: ['FEDFUNDS'],
  tables: ['federal_funds_rate', 'macro_vintages'],
  history: 'macro_vintages',
  key: ['series_id', 'date'],
  sources: {
    fred: {
      provider: fred,
      request: (target) => observations(seriesOf(kind, target).id),
      parse: (body: unknown, {target, at}) =>
        rows(body, seriesOf(kind, target, 'FEDFUNDS'), {source: 'fred', at}),
    },
    'alpha-vantage': {
      provider: alphaVantage,
      request: (target) => query('FEDERAL_FUNDS_RATE', {interval: seriesOf(kind, target).interval}, 'either'),
      parse: (body: unknown, {target, at}) =>
        rows(body, seriesOf(kind, target, 'FEDFUNDS'), {source: 'alpha-vantage', at}),
    },
  },
})

function rows(body: unknown, of: ReturnType<typeof seriesOf>, origin: VintageOrigin) {
  const found = each(observationsIn(body, of), (item) => {
    const {value, ...row} = observation(item, of)
    return {...row, rate: value}
  })
  return withVintages(found, (row) => row.rate, origin)
}
