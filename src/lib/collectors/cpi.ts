import {defineCollector, weekly} from '../define.js'
import {each} from '../parse.js'
import {alphaVantage, query} from '../providers/alpha-vantage.js'
import {observation, observationsIn, seriesOf} from '../providers/fred-series.js'
import {fred, observations} from '../providers/fred.js'

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
      request: (target) => observations(seriesOf(target).id),
      parse: (body: unknown, {target}) => rows(body, seriesOf(target, 'CPIAUCNS')),
    },
    'alpha-vantage': {
      provider: alphaVantage,
      request: () => query('CPI', {interval: 'monthly'}, 'either'),
      // Alpha Vantage serves the series that is not seasonally adjusted, whatever was asked.
      parse: (body: unknown) => rows(body, seriesOf(null, 'CPIAUCNS')),
    },
  },
})

function rows(body: unknown, of: ReturnType<typeof seriesOf>) {
  return each(observationsIn(body, of), (item) => {
    const {value, ...row} = observation(item, of)
    return {...row, cpi_value: value}
  })
}
