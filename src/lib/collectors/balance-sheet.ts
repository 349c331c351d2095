import {defineCollector} from '../define.js'
import {UnexpectedBody} from '../errors.js'
import {hourly} from '../define-schedule.js'
import {day, decimalOrNull, describe, each, isItem, isRejected, must} from '../parse.js'
import {type Share, spellingOf, symbolOf} from '../providers/alpha-vantage/symbols.js'
import {knownCode} from '../providers/alpha-vantage/text.js'
import {alphaVantage, query} from '../providers/alpha-vantage.js'

type Item = Readonly<Record<string, unknown>>

/**
 * Balance sheets of all members of the S&P 500. Members that have reported since their last answer come
 * first. A restated period replaces the stored one; its history keeps both.
 */
export const balanceSheet = defineCollector({
  name: 'balance-sheet',
  summary: 'collect balance sheets of the members of the S&P 500, in turn',
  schedule: [hourly(20)],
  claim: {
    rank: 40,
    requests: 503,
    everyDays: 85,
    atLeastEveryDays: 91,
    takesLeftovers: true,
    rationale: 'a company that has just reported has new figures; the others are due once a quarter',
  },
  targets: 'select_balance_sheet_targets',
  dependsOn: ['fin ingest sp500-companies'],
  every: '85 days',
  within: '91 days',
  tables: ['balance_sheet', 'balance_sheet_history'],
  history: 'balance_sheet_history',
  key: ['symbol', 'fiscal_date_ending', 'period'],
  sources: {
    'alpha-vantage': {
      provider: alphaVantage,
      request: (target: Share) => query('BALANCE_SHEET', {symbol: spellingOf(target)}),
      *parse(body: unknown, {target, at}) {
        for (const row of each(reportsIn(body, target?.target), (report) => sheet(report, target, at))) {
          yield row
          if (isRejected(row)) continue
          const {fetched_at: collected_at, ...version} = row
          yield {table: 'balance_sheet_history', row: {...version, collected_at}}
        }
      },
    },
  },
})

function sheet(report: Item, target: Share | null, at: Date) {
  return {
    symbol: symbolOf(report, 'symbol', target),
    fiscal_date_ending: day(must(report, 'fiscalDateEnding')) ?? missing('fiscalDateEnding'),
    period: must(report, 'period') as string,
    reported_currency: knownCode(report['reportedCurrency']),
    ...amounts(report),
    fetched_at: at.toISOString(),
  }
}

/**
 * Reports of both kinds. Each gets its symbol and period, because only the list around it has them. The
 * period is needed because the last quarter and the year end on the same day. A single report, as it was
 * rejected, is accepted too. Throws UnexpectedBody.
 */
function reportsIn(body: unknown, target: string | undefined): Item[] {
  if (isItem(body) && Array.isArray(body['annualReports']) && Array.isArray(body['quarterlyReports'])) {
    const symbol = symbolOf(body, 'symbol', target === undefined ? null : {target})
    const of = (period: string, reports: unknown[]) =>
      reports.map((report): Item => ({period, symbol, ...(isItem(report) ? report : {report})}))
    return [...of('annual', body['annualReports']), ...of('quarterly', body['quarterlyReports'])]
  }
  if (
    isItem(body) &&
    'fiscalDateEnding' in body &&
    (body['period'] === 'annual' || body['period'] === 'quarterly') &&
    typeof body['symbol'] === 'string'
  )
    return [body]
  throw new UnexpectedBody(`expected balance sheets, annual and quarterly, got ${describe(body)}`)
}

/** The amounts as sent. Absent fields and the text "None" are null. */
function amounts(report: Item) {
  const of = (field: string, formerly?: string) => {
    try {
      return decimalOrNull(report[field] ?? (formerly === undefined ? undefined : report[formerly]) ?? null)
    } catch (error) {
      throw new Error(`${field}: ${error instanceof Error ? error.message : String(error)}`, {cause: error})
    }
  }
  return {
    total_assets: of('totalAssets'),
    total_current_assets: of('totalCurrentAssets'),
    cash_and_cash_equivalents_at_carrying_value: of('cashAndCashEquivalentsAtCarryingValue'),
    cash_and_short_term_investments: of('cashAndShortTermInvestments'),
    inventory: of('inventory'),
    current_net_receivables: of('currentNetReceivables'),
    total_non_current_assets: of('totalNonCurrentAssets'),
    property_plant_equipment: of('propertyPlantEquipment'),
    accumulated_depreciation_amortization_ppe: of('accumulatedDepreciationAmortizationPPE'),
    intangible_assets: of('intangibleAssets'),
    intangible_assets_excluding_goodwill: of('intangibleAssetsExcludingGoodwill'),
    goodwill: of('goodwill'),
    investments: of('investments'),
    long_term_investments: of('longTermInvestments'),
    short_term_investments: of('shortTermInvestments'),
    other_current_assets: of('otherCurrentAssets'),
    other_non_current_assets: of('otherNonCurrentAssets', 'otherNonCurrrentAssets'), // spelt so in 2021
    total_liabilities: of('totalLiabilities'),
    total_current_liabilities: of('totalCurrentLiabilities'),
    current_accounts_payable: of('currentAccountsPayable'),
    deferred_revenue: of('deferredRevenue'),
    current_debt: of('currentDebt'),
    short_term_debt: of('shortTermDebt'),
    total_non_current_liabilities: of('totalNonCurrentLiabilities'),
    capital_lease_obligations: of('capitalLeaseObligations'),
    long_term_debt: of('longTermDebt'),
    current_long_term_debt: of('currentLongTermDebt'),
    long_term_debt_noncurrent: of('longTermDebtNoncurrent'),
    short_long_term_debt_total: of('shortLongTermDebtTotal'),
    other_current_liabilities: of('otherCurrentLiabilities'),
    other_non_current_liabilities: of('otherNonCurrentLiabilities'),
    total_shareholder_equity: of('totalShareholderEquity'),
    treasury_stock: of('treasuryStock'),
    retained_earnings: of('retainedEarnings'),
    common_stock: of('commonStock'),
    common_stock_shares_outstanding: of('commonStockSharesOutstanding'),
  }
}

function missing(field: string): never {
  throw new Error(`field "${field}" is empty`)
}
