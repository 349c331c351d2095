/** What is read from a scraped table, and codes that look equal: both are checked before they are stored. */
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'
import {bithumbMarkets} from '../src/lib/collectors/bithumb-markets.js'
import {coingeckoIds} from '../src/lib/collectors/coingecko-ids.js'
import {earningsCalendar} from '../src/lib/collectors/earnings-calendar.js'
import {ipoCalendar} from '../src/lib/collectors/ipo-calendar.js'
import {sp500Companies} from '../src/lib/collectors/sp500-companies.js'
import {topGainers} from '../src/lib/collectors/top-gainers.js'
import {xProfiles} from '../src/lib/collectors/x-profiles.js'
import type {AnyCollector} from '../src/lib/define.js'
import {plainCode} from '../src/lib/codes.js'
import {gridOf} from '../src/lib/providers/wikipedia/table.js'

const at = new Date('2026-11-23T21:00:00Z')
const headers = [
  'Symbol',
  'Security',
  'GICS Sector',
  'GICS Sub-Industry',
  'Headquarters Location',
  'Date added',
  'CIK',
  'Founded',
]
const tr = (cells: readonly string[], name = 'td') =>
  `<tr>${cells.map((cell) => (cell.startsWith('<td') ? cell : `<${name}>${cell}\n</${name}>`)).join('')}</tr>`
const other = (n: number) => [
  `ZZ${n}`,
  `Other ${n}`,
  'Energy',
  'Oil & Gas Drilling',
  'Houston, Texas',
  '2016-03-04',
  String(5_000_000 + n),
  '1911',
]
const own = (symbol: string, changes: Record<number, string> = {}) =>
  Object.assign(
    [symbol, `${symbol} Corp`, 'Materials', 'Gold', 'Denver, Colorado', '2007-05-01', '77', '1921'],
    changes,
  )

function parsed(collector: AnyCollector, body: unknown): Record<string, unknown>[] {
  const [source] = Object.values(collector.sources)
  return [
    ...(source!.parse(body as never, {target: null, targets: [], at, lists: {}}) as Iterable<object>),
  ] as never
}

function membersOf(...rows: (readonly string[])[]): Record<string, unknown>[] {
  const all = [
    tr(headers, 'th'),
    ...rows.map((cells) => tr(cells)),
    ...Array.from({length: 490}, (_, n) => tr(other(n))),
  ]
  const page = `<html><table id="constituents"><tbody>${all.join('\n')}</tbody></table></html>`
  return parsed(sp500Companies, page).filter(({symbol}) => !String(symbol).startsWith('ZZ'))
}

describe('a scraped table', () => {
  test('has a merged cell in each row and column that it spans', () => {
    const grid = gridOf(
      `<table id=t><thead><tr><th>a<th>b<th>c<th>d</tr></thead><tbody>
       <tr><td rowspan=3>1<td colspan="2">2<td rowspan="2">4</tr>
       <tr><td>5<td rowspan="0">6</tr>
       <tr><td>7<td>8</tr>
       <tr><td>x<td>y<td>z<td>w<td>v</tr></tbody><tbody>
       <tr><th>a<th>b<th>c<th>d</tr></tbody></table>`,
      't',
    )
    assert.deepEqual(grid, {
      header: ['a', 'b', 'c', 'd'],
      rows: [
        ['1', '2', '2', '4'],
        ['1', '5', '6', '4'],
        ['1', '7', '6', '8'],
        ['x', 'y', '6', 'z', 'w', 'v'],
      ],
    })
  })

  test('has the visible text of a cell', () => {
    const grid = gridOf(
      `<table id=t><tr><td>Dublin,<br/>Ireland<td><span style="Display : none">0001</span>One<sup>[1]</sup>
       <td><p>a</p><p>b</p><td><i hidden>x</i>y<span style="visibility:hidden">z</span></tr></table>`,
      't',
    )
    assert.deepEqual(grid?.header, ['Dublin, Ireland', 'One', 'a b', 'y'])
  })

  test('fills down what neighbours share, so that no cell moves to another column', () => {
    const [first, second] = membersOf(
      own('AAL', {
        4: '<td rowspan="2">Fort Worth, Texas</td>',
        6: '<td rowspan="2">6201</td>',
        1: 'Air Inc. (Class A)',
      }),
      ['AAM', 'Air Inc. (Class B)', 'Materials', 'Gold', '1999-01-03', '1919'],
    )
    assert.deepEqual(
      [first, second].map((row) => [
        row?.['headquarters'],
        row?.['date_added'],
        row?.['cik'],
        row?.['founded'],
      ]),
      [
        ['Fort Worth, Texas', '2007-05-01', '0000006201', '1921'],
        ['Fort Worth, Texas', '1999-01-03', '0000006201', '1919'],
      ],
    )
  })

  const wrong: [string, string[][], RegExp][] = [
    ['a cell too few', [own('AAL').slice(0, 7)], /the row has 7 cells, the header has 8/],
    ['a cell too many', [[...own('AAL'), 'more']], /the row has 9 cells/],
    ['a CIK of eleven digits', [own('AAL', {6: '12345678901'})], /at most ten digits/],
    ['a CIK with a letter', [own('AAL', {6: '00O0001'})], /not a CIK/],
    [
      'a CIK of two companies',
      [own('AAL', {6: '4711'}), own('AAM', {6: '04711'})],
      /CIK 0000004711 .*several/,
    ],
    ['a sector that is none', [own('AAL', {2: 'Airlines'})], /"Airlines" is not a value of "GICS Sector"/],
    ['a date in place of a sector', [own('AAL', {2: '1999-01-03'})], /GICS Sector/],
    ['a date in place of headquarters', [own('AAL', {4: '1999-01-03'})], /Headquarters/],
    ['a written date in place of headquarters', [own('AAL', {4: 'January 3, 1999'})], /Headquarters/],
    ['a number in place of headquarters', [own('AAL', {4: '1911'})], /Headquarters/],
    ['a number in place of a sub-industry', [own('AAL', {3: '0000100011'})], /Sub-Industry/],
    ['a place in place of a year', [own('AAL', {7: 'Dallas'})], /Founded/],
    ['a text in place of a date', [own('AAL', {5: 'soon'})], /Date added/],
    ['a heading over all columns', [['<td colspan="8">New members</td>']], /not a code/],
  ]
  for (const [name, rows, reason] of wrong)
    test(`rejects ${name}`, () => {
      const found = membersOf(...rows)
      assert.equal(found.length, rows.length)
      for (const one of found) assert.match(String(one['rejected']), reason)
    })

  test('keeps what is rare, but right', () => {
    const found = membersOf(
      own('GOOGL', {1: 'Alphabet Inc. (Class A)', 6: '1652044'}),
      own('GOOG', {1: 'Alphabet Inc. (Class C)', 6: '0001652044'}),
      own('MMM', {1: '3M', 4: '', 5: 'May 7, 2001', 7: '2013 (News Corporation 1980)'}),
    )
    assert.deepEqual(
      found.map((row) => [row['symbol'], row['cik'], row['date_added'], row['founded']]),
      [
        ['GOOGL', '0001652044', '2007-05-01', '1921'],
        ['GOOG', '0001652044', '2007-05-01', '1921'],
        ['MMM', '0000000077', '2001-05-07', '2013 (News Corporation 1980)'],
      ],
    )
  })

  test('without its end is a page that was cut', () => {
    const rows = Array.from({length: 490}, (_, n) => tr(other(n)))
    assert.throws(
      () => parsed(sp500Companies, `<table id="constituents">${tr(headers, 'th')}${rows.join('')}`),
      /was cut/,
    )
  })
})

describe('codes that look equal', () => {
  test('are equal: no invisible code points, and one dash', () => {
    const spellings = [
      'BRK\u2011B',
      '\u200bBRK-B',
      'BR\u00adK\u2212B\ufeff',
      'BRK\u200e\ufe63B',
      ' B\u2060RK\uff0dB\u00a0',
    ]
    assert.deepEqual(new Set(spellings.map(plainCode)), new Set(['BRK-B']))
  })

  const report = (symbol: string) =>
    `symbol,name,reportDate,fiscalDateEnding,estimate,currency\n${symbol},NAME,2026-12-01,2026-09-30,1,USD\n`
  const listing = (symbol: string) =>
    `symbol,name,ipoDate,priceRangeLow,priceRangeHigh,currency,exchange\n${symbol},N INC,2026-12-01,1,2,US\u200bD,NYSE\n`
  const movers = (ticker: string) => ({
    last_updated: '2026-11-20 16:16:00 US/Eastern',
    top_gainers: [{ticker, price: '1', change_amount: '1', change_percentage: '1%', volume: '1'}],
    top_losers: [],
    most_actively_traded: [],
  })
  const coin = (symbol: string) => [
    Object.assign(
      Object.fromEntries(
        ['image', 'current_price', 'market_cap', 'total_volume', 'ath', 'ath_date', 'atl', 'atl_date'].map(
          (one) => [one, null],
        ),
      ),
      {id: 'a-coin', symbol, name: 'A', market_cap_rank: '1', circulating_supply: null, total_supply: null},
      {max_supply: null, last_updated: '2026-11-23T00:00:00Z'},
    ),
  ]
  const collectors: [
    AnyCollector,
    string,
    (symbol: string) => unknown,
    spelling: string,
    right: string,
    wrong?: string,
  ][] = [
    [earningsCalendar, 'symbol', report, 'B\u200bF\u2010B', 'BF.B', 'ΑAPL'],
    [ipoCalendar, 'symbol', listing, 'N\u00adEW\u2013U', 'NEW-U', 'NEW\u0405'],
    [topGainers, 'symbol', movers, '\u2060ABC\u2212WS', 'ABC-WS', 'A BC'],
    [
      bithumbMarkets,
      'market_code',
      (market) => [{market, korean_name: '비트', english_name: 'Bit'}],
      'KRW\u2013B\u200dTC',
      'KRW-BTC',
      'KRW-ВTC',
    ],
    [
      xProfiles,
      'handle',
      (username) => ({data: [{id: '1', username}]}),
      'Fed\u200breserve',
      'fedreserve',
      'fed\u0435ral',
    ],
    [coingeckoIds, 'symbol', coin, 'b\ufe0ftc\u200b', 'BTC'],
  ]
  for (const [collector, column, body, spelling, right, wrong] of collectors)
    test(`are stored as one: ${collector.name}`, () => {
      assert.equal(parsed(collector, body(spelling))[0]?.[column], right)
      if (wrong !== undefined)
        assert.match(String(parsed(collector, body(wrong))[0]?.['rejected']), /not a code/)
    })

  test('are members once', () => {
    const found = membersOf(
      ...['AA\u200bF', 'BRK\u2011B', 'AA\u0406', 'AAG\u200e'].map((symbol, n) =>
        own(symbol, {6: `${n + 1}`}),
      ),
    )
    assert.deepEqual(
      found.map(({symbol, rejected}) => symbol ?? String(rejected).replace(/.*(U\+\w+).*/, '$1')),
      ['AAF', 'BRK.B', 'U+0406', 'AAG'],
    )
  })
})
