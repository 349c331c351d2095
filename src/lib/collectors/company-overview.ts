import {defineCollector} from '../define.js'
import {UnexpectedBody} from '../errors.js'
import {hourly} from '../define-schedule.js'
import {day, decimal, describe, each, fraction, integer, isItem, positive, wordsOrNull} from '../parse.js'
import {type Share, spellingOf, symbolOf} from '../providers/alpha-vantage/symbols.js'
import {alphaVantage, query} from '../providers/alpha-vantage.js'

/**
 * Fundamentals of all members of the S&P 500. Each scheduled run collects as many as the daily quota leaves.
 */
export const companyOverview = defineCollector({
  name: 'company-overview',
  summary: 'collect fundamentals of the members of the S&P 500, in turn',
  schedule: [hourly(5)],
  claim: {
    rank: 50,
    requests: 503,
    everyDays: 24,
    atLeastEveryDays: 90,
    takesLeftovers: true,
    rationale: 'ratios and estimates change slowly; leftover quota updates them sooner',
  },
  targets: 'select_company_overview_targets',
  dependsOn: ['fin ingest sp500-companies'],
  every: '7 days',
  within: '25 days',
  tables: ['company_overview', 'company_overview_history'],
  key: ['symbol'],
  after: 'update_sp500_companies_fundamentals',
  sources: {
    'alpha-vantage': {
      provider: alphaVantage,
      request: (target: Share) => query('OVERVIEW', {symbol: spellingOf(target)}),
      *parse(body: unknown, {target, at}) {
        if (!isItem(body) || !('Symbol' in body) || !('AssetType' in body || 'MarketCapitalization' in body))
          throw new UnexpectedBody(`expected the overview of a company, got ${describe(body)}`)
        for (const row of each([body], (item) => overview(item, symbolOf(item, 'Symbol', target), at))) {
          yield row
          if (!('symbol' in row)) continue
          const {description: _text, address: _address, official_site: _site, ...history} = row
          yield {table: 'company_overview_history', row: history}
        }
      },
    },
  },
})

function overview(item: Readonly<Record<string, unknown>>, symbol: string, at: Date) {
  const {words, whole, number, share, size, price, date, rest} = fieldsOf(item)
  const cik = words('CIK')
  words('Symbol')
  return {
    symbol,
    as_of: at.toISOString().slice(0, 10),
    asset_type: words('AssetType'),
    name: words('Name') ?? missing('Name'),
    description: words('Description'),
    cik: cik === null ? null : cik.padStart(10, '0'),
    exchange: words('Exchange'),
    currency: words('Currency'),
    country: words('Country'),
    sector: words('Sector'),
    industry: words('Industry'),
    address: words('Address'),
    official_site: words('OfficialSite'),
    fiscal_year_end: words('FiscalYearEnd'),
    latest_quarter: date('LatestQuarter'),
    market_capitalization: size('MarketCapitalization'),
    ebitda: size('EBITDA'),
    pe_ratio: price('PERatio'),
    peg_ratio: price('PEGRatio'),
    book_value: price('BookValue'),
    dividend_per_share: number('DividendPerShare'),
    dividend_yield: share('DividendYield'),
    eps: number('EPS'),
    revenue_per_share_ttm: number('RevenuePerShareTTM'),
    profit_margin: share('ProfitMargin'),
    operating_margin_ttm: share('OperatingMarginTTM'),
    return_on_assets_ttm: share('ReturnOnAssetsTTM'),
    return_on_equity_ttm: share('ReturnOnEquityTTM'),
    revenue_ttm: whole('RevenueTTM'),
    gross_profit_ttm: whole('GrossProfitTTM'),
    diluted_eps_ttm: number('DilutedEPSTTM'),
    quarterly_earnings_growth_yoy: share('QuarterlyEarningsGrowthYOY'),
    quarterly_revenue_growth_yoy: share('QuarterlyRevenueGrowthYOY'),
    analyst_target_price: price('AnalystTargetPrice'),
    trailing_pe: price('TrailingPE'),
    forward_pe: price('ForwardPE'),
    price_to_sales_ratio_ttm: price('PriceToSalesRatioTTM'),
    price_to_book_ratio: price('PriceToBookRatio'),
    ev_to_revenue: price('EVToRevenue'),
    ev_to_ebitda: price('EVToEBITDA'),
    beta: price('Beta'),
    week_52_high: price('52WeekHigh'),
    week_52_low: price('52WeekLow'),
    day_50_moving_average: price('50DayMovingAverage'),
    day_200_moving_average: price('200DayMovingAverage'),
    shares_outstanding: size('SharesOutstanding'),
    dividend_date: date('DividendDate'),
    ex_dividend_date: date('ExDividendDate'),
    extra: rest(),
  }
}

/**
 * Reads fields by name, in any case, because the set of fields and the case of their names changed over the
 * years. An absent field is null. `rest` gives the fields that nothing has read.
 */
function fieldsOf(item: Readonly<Record<string, unknown>>) {
  const names = new Map(Object.keys(item).map((name) => [name.toLowerCase(), name]))
  const left = new Set(names.values())
  const of =
    <Value>(read: (value: unknown) => Value) =>
    (field: string) => {
      const name = names.get(field.toLowerCase())
      if (name === undefined) return read(null)
      left.delete(name)
      try {
        return read(item[name])
      } catch (error) {
        throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, {cause: error})
      }
    }
  return {
    words: of(wordsOrNull),
    whole: of(integer),
    number: of(decimal),
    share: of(fraction),
    // 0 means "not applicable" here, because a traded company cannot have it
    size: of((value) => positive(integer(value))),
    price: of(positive),
    date: of(day),
    rest() {
      const extra = Object.fromEntries(
        [...left]
          .map((name) => [name, item[name]] as const)
          .filter(([, value]) => (typeof value === 'string' ? wordsOrNull(value) !== null : value !== null)),
      )
      return Object.keys(extra).length === 0 ? null : extra
    },
  }
}

function missing(field: string): never {
  throw new Error(`field "${field}" is empty`)
}
