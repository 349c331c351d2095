/**
 * Balance sheets of a company at Alpha Vantage: twenty annual ones and twenty years of quarterly ones, newest
 * first.
 */
import {type StubRequest, jsonList, onlyKnown, type Reply} from '../stub.js'
import {dayMs} from '../../lib/time.js'
import {fundamentalsChance, type Quarter} from '../fundamentals.js'
import type {Member} from '../real-members.js'
import type {Scenario} from '../scenario.js'
import {memberOf, reported} from './alpha-vantage-fundamentals.js'

const yearsShown = 20

/** The answer for a symbol. Undefined for an unknown symbol, which gives "Invalid API call". */
export function balanceSheetReply(request: StubRequest, scenario: Scenario): Reply | undefined {
  onlyKnown(request.query, ['function', 'apikey', 'symbol'])
  const member = memberOf(request, scenario)
  if (!member) return undefined
  const quarters = reported(member, request.atMs, scenario)
  const annual = quarters
    .filter(({isYearEnd}) => isYearEnd)
    .slice(0, yearsShown)
    .map((quarter) => report(member, quarter, scenario, request.atMs))
  const corrupt = (item: object, variant: number) =>
    variant % 2 === 0 ? {...item, fiscalDateEnding: '2026-02-30'} : {...item, totalAssets: 'n.b.'}
  return jsonList(
    quarters.map((quarter) => report(member, quarter, scenario, request.atMs)),
    corrupt,
    (quarterlyReports) => ({
      symbol: member.symbol.replace('.', '-'),
      annualReports: annual,
      quarterlyReports,
    }),
  )
}

/** Items of each sum, with their approximate fraction of it. Negative: the item is reported as negative. */
const ofCurrentAssets = {
  cashAndCashEquivalentsAtCarryingValue: 0.4,
  cashAndShortTermInvestments: 0.45,
  inventory: 0.1,
  currentNetReceivables: 0.3,
  shortTermInvestments: 0.05,
  otherCurrentAssets: 0.08,
}
const ofNonCurrentAssets = {
  propertyPlantEquipment: 0.4,
  accumulatedDepreciationAmortizationPPE: -0.2,
  intangibleAssets: 0.3,
  intangibleAssetsExcludingGoodwill: 0.1,
  goodwill: 0.2,
  investments: 0.1,
  longTermInvestments: 0.08,
  otherNonCurrentAssets: 0.07,
}
const ofCurrentLiabilities = {
  currentAccountsPayable: 0.4,
  deferredRevenue: 0.1,
  currentDebt: 0.2,
  shortTermDebt: 0.2,
  currentLongTermDebt: 0.15,
  otherCurrentLiabilities: 0.2,
}
const ofNonCurrentLiabilities = {
  capitalLeaseObligations: 0.05,
  longTermDebt: 0.7,
  longTermDebtNoncurrent: 0.65,
  shortLongTermDebtTotal: 0.75,
  otherNonCurrentLiabilities: 0.1,
}

function report({symbol}: Member, {fiscalEnd, shares, balance}: Quarter, scenario: Scenario, atMs: number) {
  const of = fundamentalsChance(scenario.seed, symbol)
  const {currentLiabilities, nonCurrentLiabilities, equity} = balance
  // A restatement moves assets from one part of the balance sheet to the other.
  const moved = isRestated(scenario.seed, symbol, fiscalEnd, atMs)
    ? Math.round(balance.currentAssets * 0.00003) * 1000
    : 0
  const [currentAssets, nonCurrentAssets] = [balance.currentAssets - moved, balance.nonCurrentAssets + moved]
  const day = Number(fiscalEnd.replaceAll('-', ''))
  let lane = 40
  // A company never reports some items, and sometimes omits others.
  const part = (whole: number, fraction: number) => {
    lane++
    const isMissing = of.uniform(lane) < 0.15 || of.uniform(day, lane) < 0.02
    return isMissing
      ? 'None'
      : String(Math.round((whole * fraction * (0.6 + 0.4 * of.uniform(lane, 1))) / 1000) * 1000)
  }
  const parts = (whole: number, fractions: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(fractions).map(([name, fraction]) => [name, part(whole, fraction)]))
  return {
    fiscalDateEnding: fiscalEnd,
    reportedCurrency: 'USD',
    totalAssets: String(currentAssets + nonCurrentAssets),
    totalCurrentAssets: String(currentAssets),
    ...parts(currentAssets, ofCurrentAssets),
    totalNonCurrentAssets: String(nonCurrentAssets),
    ...parts(nonCurrentAssets, ofNonCurrentAssets),
    totalLiabilities: String(currentLiabilities + nonCurrentLiabilities),
    totalCurrentLiabilities: String(currentLiabilities),
    ...parts(currentLiabilities, ofCurrentLiabilities),
    totalNonCurrentLiabilities: String(nonCurrentLiabilities),
    ...parts(nonCurrentLiabilities, ofNonCurrentLiabilities),
    totalShareholderEquity: String(equity),
    ...parts(Math.abs(equity), {treasuryStock: -0.3, commonStock: 0.2}),
    retainedEarnings: part(equity, 0.8),
    commonStockSharesOutstanding: String(shares),
  }
}

/** True from the day on which a company restates a quarter: one of six quarters, within the next year. */
export function isRestated(seed: number, symbol: string, fiscalEnd: string, atMs: number): boolean {
  const of = fundamentalsChance(seed, symbol)
  const day = Number(fiscalEnd.replaceAll('-', ''))
  const restatedMs = Date.parse(`${fiscalEnd}T00:00:00Z`) + of.whole(day, 60, 360, 91) * dayMs
  return of.uniform(day, 92) < 1 / 6 && atMs >= restatedMs
}
