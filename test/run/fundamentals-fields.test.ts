/**
 * Every field of the answers reaches its column, in every known form. A marker of no value becomes null, or
 * the row is rejected.
 */
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'
import {balanceSheet} from '../../src/lib/collectors/balance-sheet.js'
import {companyNews} from '../../src/lib/collectors/company-news.js'
import {companyOverview} from '../../src/lib/collectors/company-overview.js'
import {etfProfile} from '../../src/lib/collectors/etf-profile.js'
import type {AnyCollector} from '../../src/lib/define.js'
import {NeedsPerson, UnexpectedBody} from '../../src/lib/errors.js'
import {companySymbol} from '../../src/lib/codes.js'
import {fraction} from '../../src/lib/parse.js'
import {symbolOf} from '../../src/lib/providers/alpha-vantage/symbols.js'
import {alphaVantage} from '../../src/lib/providers/alpha-vantage.js'
import {ownColumns} from '../../src/lib/rows.js'
import {parsePage, type AnySource} from '../../src/lib/run/parsed.js'

type Row = Readonly<Record<string, unknown>>
const at = new Date('2026-11-23T21:00:00Z')

/** Rows by table, and the reasons of rejected items. */
function parsed(collector: AnyCollector, body: unknown, target: string | null) {
  const source = collector.sources['alpha-vantage'] as AnySource
  const from = target === null ? null : {target}
  const {rows, rejected} = parsePage(
    collector,
    source,
    {body, text: ''},
    {target: from, targets: from ? [from] : [], at},
  )
  return {
    of: (table: string) => (rows.get(table) ?? []) as Row[],
    rejected: rejected.map(({rejected: reason}) => reason),
  }
}

const texts: Readonly<Record<string, string>> = {
  AssetType: 'asset_type',
  Name: 'name',
  Description: 'description',
  Exchange: 'exchange',
  Currency: 'currency',
  Country: 'country',
  Sector: 'sector',
  Industry: 'industry',
  Address: 'address',
  OfficialSite: 'official_site',
  FiscalYearEnd: 'fiscal_year_end',
}
const amounts: Readonly<Record<string, string>> = {
  MarketCapitalization: 'market_capitalization',
  EBITDA: 'ebitda',
  RevenueTTM: 'revenue_ttm',
  GrossProfitTTM: 'gross_profit_ttm',
  SharesOutstanding: 'shares_outstanding',
}
const ratios: Readonly<Record<string, string>> = {
  PERatio: 'pe_ratio',
  PEGRatio: 'peg_ratio',
  BookValue: 'book_value',
  DividendPerShare: 'dividend_per_share',
  EPS: 'eps',
  RevenuePerShareTTM: 'revenue_per_share_ttm',
  DilutedEPSTTM: 'diluted_eps_ttm',
  AnalystTargetPrice: 'analyst_target_price',
  TrailingPE: 'trailing_pe',
  ForwardPE: 'forward_pe',
  PriceToSalesRatioTTM: 'price_to_sales_ratio_ttm',
  PriceToBookRatio: 'price_to_book_ratio',
  EVToRevenue: 'ev_to_revenue',
  EVToEBITDA: 'ev_to_ebitda',
  Beta: 'beta',
  '52WeekHigh': 'week_52_high',
  '52WeekLow': 'week_52_low',
  '50DayMovingAverage': 'day_50_moving_average',
  '200DayMovingAverage': 'day_200_moving_average',
}
const fractions: Readonly<Record<string, string>> = {
  DividendYield: 'dividend_yield',
  ProfitMargin: 'profit_margin',
  OperatingMarginTTM: 'operating_margin_ttm',
  ReturnOnAssetsTTM: 'return_on_assets_ttm',
  ReturnOnEquityTTM: 'return_on_equity_ttm',
  QuarterlyEarningsGrowthYOY: 'quarterly_earnings_growth_yoy',
  QuarterlyRevenueGrowthYOY: 'quarterly_revenue_growth_yoy',
}
const dates: Readonly<Record<string, string>> = {
  LatestQuarter: 'latest_quarter',
  DividendDate: 'dividend_date',
  ExDividendDate: 'ex_dividend_date',
}
const withoutColumn = [
  'AnalystRatingStrongBuy',
  'AnalystRatingBuy',
  'AnalystRatingHold',
  'AnalystRatingSell',
  'AnalystRatingStrongSell',
  'SharesFloat',
  'PercentInsiders',
  'PercentInstitutions',
]

describe('company-overview', () => {
  const least = {Symbol: 'BRK-B', AssetType: 'Common Stock', Name: 'A name'}
  const one = (fields: object) =>
    parsed(companyOverview, {...least, ...fields}, 'BRK.B').of('company_overview')[0]!
  const none = ['None', '-', 'n/a', '.', '', 'NaN', null]

  test('all 55 fields are declared, and each fills one column', () => {
    const columns = [
      ...Object.values({...texts, ...amounts, ...ratios, ...fractions, ...dates}),
      'symbol',
      'cik',
      'as_of',
      'extra',
    ]
    assert.deepEqual(columns.toSorted(), ownColumns.company_overview.toSorted())
    assert.equal(columns.length - 2 + withoutColumn.length, 55)
  })

  for (const [fields, samples, empty] of [
    [texts, [['Some words', 'Some words']], none.slice(0, 6)],
    [
      amounts,
      [
        ['123456789012', '123456789012'],
        ['-5', '-5'],
        ['1,234,567', '1234567'],
      ],
      none,
    ],
    [
      ratios,
      [
        ['15.430', '15.430'],
        ['-0.5', '-0.5'],
        ['1234567890.123456789', '1234567890.123456789'],
      ],
      none,
    ],
    [
      fractions,
      [
        ['0.0308', '0.0308'],
        ['33.44', '33.44'],
        ['-1.5', '-1.5'],
        ['3.08%', '0.0308'],
        ['-250%', '-2.50'],
      ],
      none,
    ],
    [dates, [['2026-02-28', '2026-02-28']], [...none.slice(0, 5), '0000-00-00', null]],
  ] as const)
    for (const [field, column] of Object.entries(fields as Record<string, string>))
      test(`${field} is ${column}`, () => {
        for (const [given, expected] of samples) {
          const row = one({[field]: given})
          assert.equal(row[column], expected)
          assert.deepEqual(
            Object.entries(row).filter(([name, cell]) => cell === expected && name !== column),
            [],
            'in another column as well',
          )
          assert.equal(row['extra'], null)
        }
        for (const given of empty)
          if (field !== 'Name') assert.equal(one({[field]: given})[column], null, JSON.stringify(given))
        if (!(field in texts))
          assert.deepEqual(
            parsed(companyOverview, {...least, [field]: 'about 5'}, null).rejected.map((reason) =>
              reason.startsWith(`${field}: `),
            ),
            [true],
          )
      })

  test('fields without a column are kept, in any set', () => {
    for (const field of withoutColumn) assert.deepEqual(one({[field]: '7'})['extra'], {[field]: '7'})
    assert.equal(one(Object.fromEntries(withoutColumn.map((field) => [field, 'None'])))['extra'], null)
    assert.deepEqual(one({LastSplitFactor: '2:1', NeverSeen: '-1'})['extra'], {
      LastSplitFactor: '2:1',
      NeverSeen: '-1',
    })
    assert.equal(
      one({peratio: '5', EvToEbitda: '6'})['pe_ratio'],
      '5',
      'the case of letters changed over the years',
    )
  })

  test('0 is "not applicable" where a value cannot be 0; elsewhere it is 0', () => {
    const zeros = one(
      Object.fromEntries(
        [...Object.keys(amounts), ...Object.keys(ratios), ...Object.keys(fractions)].map((field) => [
          field,
          '0',
        ]),
      ),
    )
    const kept = Object.entries(zeros)
      .filter(([, cell]) => cell === '0')
      .map(([column]) => column)
    assert.deepEqual(kept.sort(), [
      'diluted_eps_ttm',
      'dividend_per_share',
      'dividend_yield',
      'eps',
      'gross_profit_ttm',
      'operating_margin_ttm',
      'profit_margin',
      'quarterly_earnings_growth_yoy',
      'quarterly_revenue_growth_yoy',
      'return_on_assets_ttm',
      'return_on_equity_ttm',
      'revenue_per_share_ttm',
      'revenue_ttm',
    ])
  })

  test('the CIK has ten digits, the symbol has our spelling, and the name is required', () => {
    const {of, rejected} = parsed(companyOverview, {...least, CIK: '51143'}, null)
    assert.deepEqual(
      [of('company_overview')[0]?.['cik'], of('company_overview')[0]?.['symbol'], rejected],
      ['0000051143', 'BRK.B', []],
    )
    assert.deepEqual(
      Object.keys(of('company_overview_history')[0]!).toSorted(),
      ownColumns.company_overview_history.toSorted(),
    )
    assert.deepEqual(parsed(companyOverview, {...least, Name: 'None'}, 'BRK.B').rejected, [
      'field "Name" is empty',
    ])
    assert.throws(
      () => parsed(companyOverview, least, 'AAPL'),
      (error) => error instanceof UnexpectedBody && /about BRK\.B, not about AAPL/.test(error.message),
    )
    for (const body of [
      {},
      [],
      null,
      '',
      'Symbol',
      [least],
      {Symbol: 'X'},
      {symbol: 'X', annualReports: [], quarterlyReports: []},
    ])
      assert.throws(() => parsed(companyOverview, body, null), UnexpectedBody)
  })

  test('huge numbers keep every digit', () => {
    // the table rejects it, see below
    assert.equal(one({RevenueTTM: '98765432109876543210'})['revenue_ttm'], '98765432109876543210')
    assert.equal(
      one({ReturnOnEquityTTM: '12345678901234567890.12345'})['return_on_equity_ttm'],
      '12345678901234567890.12345',
    )
  })
})

describe('balance-sheet', () => {
  const report = {fiscalDateEnding: '2026-09-30', reportedCurrency: 'USD', totalAssets: '5'}
  const of = (more: object, target: string | null = null) =>
    parsed(
      balanceSheet,
      {
        symbol: 'BF-B',
        annualReports: [],
        quarterlyReports: [{...report, ...more}],
        ...('symbol' in more ? more : {}),
      },
      target,
    )
  const row = (more: object) => of(more).of('balance_sheet')[0]!

  test('each amount reaches its column; a marker of no value is null', () => {
    const columns = ownColumns.balance_sheet.filter(
      (column) =>
        !['symbol', 'fiscal_date_ending', 'period', 'reported_currency', 'fetched_at'].includes(column),
    )
    assert.equal(columns.length, 36)
    for (const column of columns) {
      const field = column
        .replace(/_ppe$/, 'PPE')
        .replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
      assert.equal(
        row({totalAssets: null, [field]: '-1234567890123456789012345'})[column],
        '-1234567890123456789012345',
        field,
      )
      for (const none of ['None', '-', 'n/a', '.', '', null]) assert.equal(row({[field]: none})[column], null)
      assert.match(of({[field]: '1 million'}).rejected.join(), new RegExp(`^${field}: `))
    }
    assert.equal(row({otherNonCurrrentAssets: '7'})['other_non_current_assets'], '7', 'misspelt with three r')
    assert.equal(row({totalShareholderEquity: '-5'})['total_shareholder_equity'], '-5')
  })

  test('one bad report is rejected alone, and can be parsed again by itself', () => {
    const body = {
      symbol: 'BF-B',
      annualReports: [report, 'none'],
      quarterlyReports: [
        report,
        {...report, fiscalDateEnding: 'None'},
        {...report, fiscalDateEnding: '2026-06-30'},
      ],
    }
    const source = balanceSheet.sources['alpha-vantage']!
    const {rows, rejected} = parsePage(
      balanceSheet,
      source as unknown as AnySource,
      {body, text: ''},
      {target: null, targets: [], at},
    )
    assert.deepEqual(
      (rows.get('balance_sheet') as Row[]).map(({period, fiscal_date_ending: day}) => [period, day]),
      [
        ['annual', '2026-09-30'],
        ['quarterly', '2026-09-30'],
        ['quarterly', '2026-06-30'],
      ],
    )
    assert.equal(rejected.length, 2)
    const corrected = {...(rejected[1]!.item as Row), fiscalDateEnding: '2026-03-31'}
    assert.deepEqual(
      parsed(balanceSheet, corrected, 'BF.B')
        .of('balance_sheet')
        .map(({symbol, period, fiscal_date_ending: day}) => [symbol, period, day]),
      [['BF.B', 'quarterly', '2026-03-31']],
    )
    for (const other of [{}, report, {symbol: 'X'}, {symbol: 'X', annualReports: []}, []])
      assert.throws(() => parsed(balanceSheet, other, 'X'), UnexpectedBody)
    assert.throws(() => parsed(balanceSheet, body, 'AAPL'), /about BF\.B, not about AAPL/)
  })
})

describe('etf-profile', () => {
  const holdingsOfOne = [{symbol: 'AAPL', description: 'APPLE INC', weight: '0.5'}]
  const of = (more: object, target: string | null = 'QQQ') =>
    parsed(etfProfile, {net_assets: '5', holdings: holdingsOfOne, ...more}, target)

  test('fields and markers of no value reach their columns', () => {
    for (const [field, given, expected] of [
      ['net_assets', '440300000000', '440300000000'],
      ['net_expense_ratio', '0.18%', '0.0018'],
      ['portfolio_turnover', 'n/a', null],
      ['portfolio_turnover', '105.5', '105.5'],
      ['dividend_yield', '1.2%', '0.012'],
      ['inception_date', '1999-03-10', '1999-03-10'],
      ['inception_date', 'None', null],
      ['leveraged', 'YES', true],
      ['leveraged', 'NO', false],
      ['leveraged', 'n/a', null],
    ] as const)
      assert.equal(of({[field]: given}).of('etf_profile_holdings')[0]?.[field], expected, `${field} ${given}`)
    assert.match(of({leveraged: 'perhaps'}).rejected.join(), /neither YES nor NO/)
  })

  test('equal descriptions are numbered in the same way in any order', () => {
    const cash = ['0.1', '-0.2', '0.3'].map((weight) => ({symbol: 'n/a', description: 'CASH', weight}))
    const others = [
      {symbol: 'n/a', description: 'CASH (2)', weight: '0.9'},
      {symbol: 'CASH', description: 'CASH STORES', weight: '0.01'},
    ]
    const keysOf = (holdings: object[]) =>
      of({holdings})
        .of('etf_holdings')
        .map(({holding, weight}) => `${String(holding)} = ${String(weight)}`)
        .toSorted()
    const expected = ['CASH (2) = 0.9', 'CASH (3) = 0.3', 'CASH (4) = 0.1', 'CASH (5) = -0.2', 'CASH = 0.01']
    assert.deepEqual(keysOf([...cash, ...others]), expected)
    assert.deepEqual(keysOf([...others, ...cash].toReversed()), expected)
    assert.deepEqual(
      keysOf([
        {symbol: 'n/a', description: 'n/a', weight: '0.1'},
        {symbol: '-', description: `${'X'.repeat(300)}`, weight: 'n/a'},
      ]),
      [`${'X'.repeat(240)} = null`, 'without a name = 0.1'],
    )
  })

  test('a fund that the provider does not know is unknown; an answer without a name needs --target', () => {
    const refusal = (json: unknown) =>
      alphaVantage.refusal?.({status: 200, headers: {}, text: '', json, at})?.next
    for (const hollow of [
      {},
      {net_assets: 'n/a', holdings: []},
      {net_assets: null, sectors: [], holdings: []},
      {holdings: []},
    ])
      assert.equal(refusal(hollow), 'skip', JSON.stringify(hollow))
    for (const whole of [
      {net_assets: '5', holdings: []},
      {net_assets: 'None', holdings: holdingsOfOne},
      {Symbol: 'X', Name: 'None'},
    ])
      assert.equal(refusal(whole), undefined, JSON.stringify(whole))
    assert.equal(refusal({symbol: 'X', annualReports: [], quarterlyReports: []}), 'skip')
    assert.throws(
      () => of({}, null),
      (error) => error instanceof NeedsPerson && /--target QQQ/.test(error.nextStep ?? ''),
    )
    for (const body of [{}, [], {Symbol: 'X'}])
      assert.throws(() => parsed(etfProfile, body, 'QQQ'), UnexpectedBody)
  })
})

test('percentages become fractions digit by digit', () => {
  for (const [given, expected] of [
    ['3.08%', '0.0308'],
    ['100%', '1.00'],
    ['0.5%', '0.005'],
    ['.5%', '0.005'],
    ['-17900.0%', '-179.000'],
    ['0.0308', '0.0308'],
    ['None', null],
    ['%', null],
  ] as const)
    assert.equal(fraction(given), expected, given)
  assert.throws(() => fraction('1e2%'), /not a percentage/)
  assert.throws(() => fraction('5 %%'), /not a number/)
})

test('class shares have a dot in our spelling, and nothing else changes', () => {
  for (const [given, expected] of [
    ['BRK-B', 'BRK.B'],
    ['brk.b', 'BRK.B'],
    ['AAPL', 'AAPL'],
    ['BAC-PB', 'BAC-PB'],
    ['XYZ-U', 'XYZ-U'],
    ['700.HK', '700.HK'],
    [' T ', 'T'],
  ] as const) {
    assert.equal(companySymbol(given), expected)
    assert.equal(symbolOf({Symbol: given}, 'Symbol', {target: expected}), expected)
    const article = {
      category: 'company',
      datetime: '1795000000',
      headline: 'x',
      id: '1',
      image: '',
      related: given,
      source: 'x',
      summary: '',
      url: 'https://example.com/1',
    }
    const [row] = [
      ...companyNews.sources['finnhub']!.parse([article], {
        target: null,
        targets: [],
        at: new Date('2026-11-23T15:00:00Z'),
      }),
    ]
    assert.equal((row as {symbol: string}).symbol, expected, 'in whatever table')
  }
})
