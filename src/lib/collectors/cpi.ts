import {defineCollector} from '../define.js'
import {weekly} from '../define-schedule.js'
import {each} from '../parse.js'
import {alphaVantage, query} from '../providers/alpha-vantage.js'
import {observation, observationsIn} from '../providers/fred/observations.js'
import {onlySeries, seriesOf} from '../providers/fred/series.js'
import {type VintageOrigin, withVintages} from '../providers/fred/vintages.js'
import {fred, observations} from '../providers/fred.js'

const kind = 'consumer prices'

/** US consumer price index, monthly. Full history on every run, because old months get revised. */
export const cpi = defineCollector({
  name: 'cpi',
  summary: 'collect the US consumer price index',
  schedule: [weekly('mon 15:00', 'America/New_York')],
  targets: ['CPIAUCNS'],
  tables: ['cpi', 'macro_vintages'],
  history: 'macro_vintages',
  key: ['series_id', 'date'],
  sources: {
    fred: {
      provider: fred,
      request: (target) => observations(seriesOf(kind, target).id),
      parse: (body: unknown, {target, at}) =>
        rows(body, seriesOf(kind, target, 'CPIAUCNS'), {source: 'fred', at}),
    },
    'alpha-vantage': {
      provider: alphaVantage,
      request: (target) => query('CPI', {interval: onlySeries(kind, 'CPIAUCNS', target).interval}, 'either'),
      parse: (body: unknown, {target, at}) =>
        rows(body, onlySeries(kind, 'CPIAUCNS', target), {source: 'alpha-vantage', at}),
    },
  },
})

function rows(body: unknown, of: ReturnType<typeof seriesOf>, origin: VintageOrigin) {
  const found = each(observationsIn(body, of), (item) => {
    const {value, ...row} = observation(item, of)
    return {...row, cpi_value: value}
  })
  return withVintages(found, (row) => row.cpi_value, origin)
}
