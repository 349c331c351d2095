import {defineCollector} from '../define.js'
import {weekly} from '../schedules.js'
import {each} from '../parse.js'
import {alphaVantage, query} from '../providers/alpha-vantage.js'
import {observation, observationsIn, onlySeries, seriesOf} from '../providers/macro-series.js'
import {fred, observations} from '../providers/fred.js'

const kind = 'consumer prices'

/** US consumer price index, monthly. Full history on every run, because old months get revised. */
export const cpi = defineCollector({
  name: 'cpi',
  summary: 'collect the US consumer price index',
  schedule: [weekly('mon 15:00', 'America/New_York')],
  targets: ['CPIAUCNS'],
  tables: ['cpi'],
  key: ['series_id', 'date'],
  sources: {
    fred: {
      provider: fred,
      request: (target) => observations(seriesOf(kind, target).id),
      parse: (body: unknown, {target}) => rows(body, seriesOf(kind, target, 'CPIAUCNS')),
    },
    'alpha-vantage': {
      provider: alphaVantage,
      request: (target) => query('CPI', {interval: onlySeries(kind, 'CPIAUCNS', target).interval}, 'either'),
      parse: (body: unknown, {target}) => rows(body, onlySeries(kind, 'CPIAUCNS', target)),
    },
  },
})

function rows(body: unknown, of: ReturnType<typeof seriesOf>) {
  return each(observationsIn(body, of), (item) => {
    const {value, ...row} = observation(item, of)
    return {...row, cpi_value: value}
  })
}
