import {defineCollector} from '../define.js'
import {weekly} from '../define-schedule.js'
import {each, isItem} from '../parse.js'
import {alphaVantage, query} from '../providers/alpha-vantage.js'
import {observation, observationsIn} from '../providers/fred/observations.js'
import {seriesOf} from '../providers/fred/series.js'
import {type VintageOrigin, withVintages} from '../providers/fred/vintages.js'
import {fred, observations} from '../providers/fred.js'

const kind = 'treasury yields'

/**
 * US Treasury yields at constant maturity, monthly. A target is a maturity (`10year`) or a FRED series
 * (`DGS10`, daily).
 */
export const treasuryYield = defineCollector({
  name: 'treasury-yield',
  summary: 'collect US Treasury yields',
  schedule: [weekly('mon 15:15', 'America/New_York')],
  targets: ['2year', '10year', '30year'],
  tables: ['treasury_yield', 'macro_vintages'],
  history: 'macro_vintages',
  key: ['series_id', 'date'],
  sources: {
    fred: {
      provider: fred,
      request: (target) => observations(seriesOf(kind, target).id),
      parse: (body: unknown, {target, at}) => rows(body, seriesOf(kind, target), {source: 'fred', at}),
    },
    'alpha-vantage': {
      provider: alphaVantage,
      request: (target) =>
        query(
          'TREASURY_YIELD',
          {interval: seriesOf(kind, target).interval, maturity: seriesOf(kind, target).maturity},
          'either',
        ),
      parse: (body: unknown, {target, at}) =>
        rows(body, seriesOf(kind, target, maturityNamedIn(body)), {source: 'alpha-vantage', at}),
    },
  },
})

/**
 * The maturity in the name of Alpha Vantage's JSON form: "10-Year Treasury Constant Maturity Rate". The CSV
 * form does not have it.
 */
function maturityNamedIn(body: unknown): string | undefined {
  const [, length, unit] =
    /^(\d+)-(year|month) treasury/i.exec(
      isItem(body) && typeof body['name'] === 'string' ? body['name'] : '',
    ) ?? []
  return length === undefined ? undefined : `${length}${unit?.toLowerCase()}`
}

function rows(body: unknown, of: ReturnType<typeof seriesOf>, origin: VintageOrigin) {
  const {maturity = ''} = of
  const found = each(observationsIn(body, of), (item) => {
    const {value, ...row} = observation(item, of)
    return {...row, maturity, yield_rate: value}
  })
  return withVintages(found, (row) => row.yield_rate, origin)
}
