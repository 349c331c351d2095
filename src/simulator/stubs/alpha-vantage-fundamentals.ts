/** Alpha Vantage's overview of a company. All values are text; a missing one is None, - or 0. */
import {dayMs, isoDay} from '../../lib/time.js'
import {type StubRequest, json, jsonList, onlyKnown, type Reply} from '../stub.js'
import {fundamentalsChance, isUncovered, quarterOf, sharePrice, type Quarter} from '../fundamentals.js'
import type {Member} from '../real-members.js'
import type {Scenario} from '../scenario.js'

const quartersShown = 81
/** Formats a month as `November`. */
const monthName = new Intl.DateTimeFormat('en-US', {month: 'long', timeZone: 'UTC'})

/** The current or former member of the index with the requested symbol, in either spelling. */
export function memberOf({query, atMs}: StubRequest, scenario: Scenario): Member | undefined {
  const symbol = (query.get('symbol') ?? '').toUpperCase().replace('-', '.')
  if (isUncovered(scenario.seed, symbol)) return undefined
  return (
    scenario.members(atMs).find((member) => member.symbol === symbol) ??
    scenario.indexChanges(atMs).find(({removed}) => removed?.symbol === symbol)?.removed ??
    undefined
  )
}

/** Quarters that were reported before today, newest first. */
export function reported({symbol}: Member, atMs: number, scenario: Scenario): Quarter[] {
  const untilMs = Math.floor(atMs / dayMs) * dayMs - dayMs
  const reports = scenario
    .reports(symbol, untilMs - 21 * 366 * dayMs, untilMs, atMs)
    .reverse()
    .slice(0, quartersShown)
  return reports.map(({fiscalEnd}) => quarterOf(scenario.seed, symbol, fiscalEnd))
}

/** The overview of a company; an empty object for an unknown symbol. Undefined without a symbol. */
export function overviewReply(request: StubRequest, scenario: Scenario): Reply | undefined {
  onlyKnown(request.query, ['function', 'apikey', 'symbol'])
  if (!request.query.get('symbol')) return undefined
  const member = memberOf(request, scenario)
  const quarters = member ? reported(member, request.atMs, scenario) : []
  if (!member || quarters.length < 8) return json({})
  const corrupt = (item: object, variant: number) =>
    variant % 2 === 0 ? {...item, PERatio: 'n.b.'} : {...item, Name: ''}
  return jsonList([fields(member, quarters, request.atMs, scenario)], corrupt, ([only = {}]) => only)
}

function fields(
  {symbol, name, cik, exchange, sector, industry, city, region}: Member,
  quarters: readonly Quarter[],
  atMs: number,
  scenario: Scenario,
) {
  const of = fundamentalsChance(scenario.seed, symbol)
  const [latest] = quarters as [Quarter]
  const price = sharePrice(scenario.seed, symbol, atMs)
  const closeMs = Math.floor(atMs / dayMs) * dayMs
  const over = (days: number) =>
    Array.from({length: 12}, (_, n) => sharePrice(scenario.seed, symbol, closeMs - ((n * days) / 12) * dayMs))
  const average = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
  const sum = (what: (quarter: Quarter) => number) =>
    quarters.slice(0, 4).reduce((total, quarter) => total + what(quarter), 0)
  const {
    shares,
    balance: {equity, currentAssets, nonCurrentAssets, nonCurrentLiabilities},
  } = latest
  const [revenue, earnings, ebitda] = [sum((q) => q.revenue), sum((q) => q.netIncome), sum((q) => q.ebitda)]
  const [eps, cap, assets] = [earnings / shares, Math.round(price * shares), currentAssets + nonCurrentAssets]
  const rationale = cap + nonCurrentLiabilities
  const since = (what: (quarter: Quarter) => number) =>
    quarters[4] && what(quarters[4]) > 0 ? (what(latest) / what(quarters[4]) - 1).toFixed(3) : '0'
  const pays = of.uniform(20) < 0.75
  const payMs = Math.floor(atMs / (91 * dayMs)) * 91 * dayMs + of.whole(21, 0, 60) * dayMs
  const ratio = (value: number, digits = 2) => (value > 0 ? value.toFixed(digits) : 'None')
  const isBank = /bank/i.test(industry)
  const yearEnd = new Date(`${quarters.find((quarter) => quarter.isYearEnd)?.fiscalEnd}T00:00:00Z`)
  const stars = (lane: number, most: number) => String(of.whole(lane, 0, most))
  return {
    Symbol: symbol.replace('.', '-'),
    AssetType: 'Common Stock',
    Name: name,
    Description:
      of.uniform(22) < 0.04 ? 'None' : `${name} is a company in the field of ${industry.toLowerCase()}.`,
    CIK: String(Number(cik)),
    Exchange: exchange,
    Currency: 'USD',
    Country: 'USA',
    Sector: sector.toUpperCase(),
    Industry: industry.toUpperCase(),
    Address: `${of.whole(23, 1, 9999)} MAIN STREET, ${city.toUpperCase()}, ${region.toUpperCase()}`,
    OfficialSite:
      of.uniform(24) < 0.03 ? 'None' : `https://www.${symbol.toLowerCase().replace('.', '-')}.example`,
    FiscalYearEnd: monthName.format(yearEnd),
    LatestQuarter: latest.fiscalEnd,
    MarketCapitalization: String(cap),
    EBITDA: isBank ? 'None' : String(ebitda),
    PERatio: ratio(price / eps),
    PEGRatio: ratio(of.uniform(25) * 4 - 0.2, 3),
    BookValue: (equity / shares).toFixed(2),
    DividendPerShare: pays ? (price * 0.02).toFixed(2) : 'None',
    DividendYield: pays ? '0.0200' : of.uniform(26) < 0.5 ? 'None' : '0',
    EPS: eps.toFixed(2),
    RevenuePerShareTTM: (revenue / shares).toFixed(2),
    ProfitMargin: (earnings / revenue).toFixed(3),
    OperatingMarginTTM: ((earnings * 1.2) / revenue).toFixed(3),
    ReturnOnAssetsTTM: (earnings / assets).toFixed(4),
    ReturnOnEquityTTM: equity > 0 ? (earnings / equity).toFixed(3) : 'None',
    RevenueTTM: String(revenue),
    GrossProfitTTM: String(sum((quarter) => quarter.grossProfit)),
    DilutedEPSTTM: eps.toFixed(2),
    QuarterlyEarningsGrowthYOY: since((quarter) => quarter.netIncome),
    QuarterlyRevenueGrowthYOY: since((quarter) => quarter.revenue),
    AnalystTargetPrice: of.uniform(27) < 0.03 ? '-' : (price * (0.9 + of.uniform(28) * 0.4)).toFixed(2),
    AnalystRatingStrongBuy: stars(29, 12),
    AnalystRatingBuy: stars(30, 20),
    AnalystRatingHold: stars(31, 15),
    AnalystRatingSell: of.uniform(32) < 0.1 ? '-' : stars(33, 4),
    AnalystRatingStrongSell: '0',
    TrailingPE: eps > 0 ? ratio(price / eps) : '-',
    ForwardPE: eps > 0 ? ratio((price / eps) * 0.93) : '-',
    PriceToSalesRatioTTM: (cap / revenue).toFixed(3),
    PriceToBookRatio: ratio(cap / equity),
    EVToRevenue: (rationale / revenue).toFixed(3),
    EVToEBITDA: isBank ? '0' : ratio(rationale / ebitda),
    Beta: (0.3 + of.uniform(34) * 1.5).toFixed(3),
    '52WeekHigh': Math.max(price, ...over(364)).toFixed(2),
    '52WeekLow': Math.min(price, ...over(364)).toFixed(2),
    '50DayMovingAverage': average(over(50)).toFixed(2),
    '200DayMovingAverage': average(over(200)).toFixed(2),
    SharesOutstanding: String(shares),
    SharesFloat: String(Math.round(shares * 0.98)),
    PercentInsiders: (of.uniform(35) * 3).toFixed(3),
    PercentInstitutions: (50 + of.uniform(36) * 45).toFixed(3),
    DividendDate: pays ? isoDay(payMs + 25 * dayMs) : of.uniform(37) < 0.3 ? '0000-00-00' : 'None',
    ExDividendDate: pays ? isoDay(payMs) : 'None',
  }
}
