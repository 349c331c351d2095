import {defineCollector} from '../define.js'
import {weekly} from '../define-schedule.js'
import {each} from '../parse.js'
import {alphaVantage, query} from '../providers/alpha-vantage.js'
import {observation, observationsIn} from '../providers/fred/observations.js'
import {seriesOf} from '../providers/fred/series.js'
import {type VintageOrigin, withVintages} from '../providers/fred/vintages.js'
import {fred, observations} from '../providers/fred.js'

const kind = 'inflation'

/** US inflation, annual. A year is published about 18 months after it began, so a weekly run is enough. */
export const inflation = defineCollector({
  name: 'inflation',
  summary: 'collect US inflation, annual',
  schedule: [weekly('mon 15:05', 'America/New_York')],
  targets: ['FPCPITOTLZGUSA'],
  tables: ['inflation', 'macro_vintages'],
  history: 'macro_vintages',
  key: ['series_id', 'date'],
  sources: {
    fred: {
      provider: fred,
      request: (target) => observations(seriesOf(kind, target).id),
      parse: (body: unknown, {target, at}) =>
        rows(body, seriesOf(kind, target, 'FPCPITOTLZGUSA'), {source: 'fred', at}),
    },
    'alpha-vantage': {
      provider: alphaVantage,
      request: () => query('INFLATION', {}, 'either'),
      parse: (body: unknown, {at}) =>
        rows(body, seriesOf(kind, null, 'FPCPITOTLZGUSA'), {source: 'alpha-vantage', at}),
    },
  },
})

function rows(body: unknown, of: ReturnType<typeof seriesOf>, origin: VintageOrigin) {
  const found = each(observationsIn(body, of), (item) => {
    const {value, ...row} = observation(item, of)
    return {...row, inflation_rate: value}
  })
  return withVintages(found, (row) => row.inflation_rate, origin)
}
