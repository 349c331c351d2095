/** The periods of companies in the S&P 500, from the list of members and the table of changes. */
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'
import {sp500Companies} from '../src/lib/collectors/sp500-companies.js'
import {isRejected} from '../src/lib/parse.js'
import {changesIn, type MembershipChange} from '../src/lib/providers/wikipedia/changes.js'
import {
  periodsOf,
  type ListedMember,
  type MembershipPeriod,
} from '../src/lib/providers/wikipedia/membership.js'
import {fixture, fixturesSkip} from './fixtures.js'

const today = '2026-11-23'
const side = (symbol: string) => ({symbol, company_name: `${symbol} Inc.`})
const added = (day: string, symbol: string): MembershipChange => ({day, added: side(symbol), removed: null})
const removed = (day: string, symbol: string): MembershipChange => ({day, added: null, removed: side(symbol)})
const listed = (symbol: string, date_added: string | null = null): ListedMember => ({
  symbol,
  company_name: `${symbol} of the list`,
  date_added,
})
/** `from to source flag` of each period. */
const short = (periods: readonly MembershipPeriod[]) =>
  periods.map((one) => [one.from_date, one.to_date, one.source, one.flag] as const)

describe('periods of a symbol', () => {
  test('an addition opens a period, a removal closes it, and a symbol may come and go', () => {
    const changes = [
      removed('2020-03-02', 'A'),
      added('2015-01-05', 'A'),
      added('2022-06-01', 'A'),
      removed('2024-07-01', 'A'),
    ]
    const periods = periodsOf([], changes, today)
    assert.deepEqual(short(periods), [
      ['2015-01-05', '2020-03-02', 'changes', null],
      ['2022-06-01', '2024-07-01', 'changes', null],
    ])
    assert.deepEqual(
      periods.map(({symbol, period_number, company_name}) => [symbol, period_number, company_name]),
      [
        ['A', 1, 'A Inc.'],
        ['A', 2, 'A Inc.'],
      ],
    )
  })

  test('a member without an addition has the date of the list, or none', () => {
    assert.deepEqual(short(periodsOf([listed('A', '1990-05-01'), listed('B')], [], today)), [
      ['1990-05-01', null, 'members', null],
      [null, null, 'members', 'start unknown: the list of members has no date'],
    ])
  })

  test('both tables confirm a member; a date of the list that differs is a flag', () => {
    const changes = [added('2015-01-05', 'A'), added('2016-01-05', 'B')]
    assert.deepEqual(
      short(periodsOf([listed('A', '2015-01-05'), listed('B', '2016-01-04')], changes, today)),
      [
        ['2015-01-05', null, 'both', null],
        ['2016-01-05', null, 'both', 'dates differ: the list of members says 2016-01-04'],
      ],
    )
  })

  test('a missing removal or addition leaves the widest bound, with a flag', () => {
    assert.deepEqual(short(periodsOf([], [removed('2001-05-01', 'A')], today)), [
      [null, '2001-05-01', 'changes', 'start unknown: no addition before the removal'],
    ])
    assert.deepEqual(
      short(
        periodsOf(
          [],
          [
            added('2000-01-03', 'A'),
            added('2005-01-03', 'A'),
            removed('2007-01-03', 'A'),
            removed('2009-01-05', 'A'),
          ],
          today,
        ),
      ),
      [
        ['2000-01-03', '2005-01-03', 'changes', 'end unknown: no removal before the addition of 2005-01-03'],
        ['2005-01-03', '2007-01-03', 'changes', null],
        ['2007-01-03', '2009-01-05', 'changes', 'start unknown: no addition since the removal of 2007-01-03'],
      ],
    )
  })

  test('the list contradicts the changes: gone without a removal, or there after one', () => {
    assert.deepEqual(short(periodsOf([], [added('2013-12-23', 'FB')], today)), [
      ['2013-12-23', today, 'changes', 'end unknown: no removal, but the list of members does not name it'],
    ])
    const changes = [added('2000-01-03', 'A'), removed('2010-01-04', 'A')]
    assert.deepEqual(short(periodsOf([listed('A', '2012-02-01')], changes, today)).at(-1), [
      '2012-02-01',
      null,
      'members',
      'no addition since the removal of 2010-01-04',
    ])
    assert.deepEqual(short(periodsOf([listed('A', '2000-01-03')], changes, today)).at(-1), [
      '2010-01-04',
      null,
      'members',
      'start unknown: the list of members names it, no addition since the removal of 2010-01-04',
    ])
  })

  test('a change that is announced for a later day contradicts nothing', () => {
    const changes = [added('2026-12-21', 'NEW'), removed('2026-12-21', 'OLD')]
    assert.deepEqual(short(periodsOf([listed('OLD', '1990-05-01')], changes, today)), [
      ['2026-12-21', null, 'changes', null],
      ['1990-05-01', '2026-12-21', 'both', null],
    ])
  })

  test('a symbol that passes to another company on one day has two periods; a row that comes twice counts once', () => {
    const changes = [
      added('2010-01-04', 'A'),
      {day: '2019-06-03', added: {symbol: 'A', company_name: 'Heir'}, removed: side('A')},
      added('2019-06-03', 'A'),
    ]
    const periods = periodsOf([listed('A', '2019-06-03')], changes, today)
    assert.deepEqual(short(periods), [
      ['2010-01-04', '2019-06-03', 'changes', null],
      ['2019-06-03', null, 'both', null],
    ])
    assert.equal(periods[1]?.company_name, 'Heir')
  })
})

describe('the table of changes', () => {
  const page = (rows: string) =>
    `<table id="changes"><tr><th rowspan="2">Effective Date</th><th colspan="2">Added</th><th colspan="2">Removed</th><th rowspan="2">Reason</th></tr>
     <tr><th>Ticker</th><th>Security</th><th>Ticker</th><th>Security</th></tr>${rows}</table>`
  const row = (...cells: string[]) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`

  test('a merged date counts for each of its rows, an empty side is none, class shares get a dot', () => {
    const found = changesIn(
      page(
        `<tr><td rowspan="2">May 7, 2026<sup>[1]</sup></td><td>BF-B</td><td>Brown</td><td></td><td></td><td>x</td></tr>
         <tr><td>–</td><td></td><td>CTRA</td><td>Coterra</td><td>y</td></tr>`,
      ),
    )
    assert.deepEqual(found, [
      {day: '2026-05-07', added: {symbol: 'BF.B', company_name: 'Brown'}, removed: null},
      {day: '2026-05-07', added: null, removed: {symbol: 'CTRA', company_name: 'Coterra'}},
    ])
  })

  test('a row that cannot be read is rejected alone, for the secondary table', () => {
    const found = changesIn(
      page(
        row('June 2001', 'A', 'A', '', '', '') +
          row('May 7, 2026', 'not a symbol', 'A', '', '', '') +
          row('May 7, 2026', '', '', '', '', '') +
          row('May 7, 2026', 'A') +
          row('May 7, 2026', 'B', 'B', '', '', ''),
      ),
    )!
    assert.deepEqual(
      found.map((one) => isRejected(one) && one.table),
      [...Array<string>(4).fill('sp500_membership'), false],
    )
  })

  test('a row without one cell for each header is rejected with its cells', () => {
    const [found] = changesIn(page(row('May 7, 2026', 'A')))!
    assert.deepEqual(found, {
      rejected: 'the row has 2 cells, the header has 6',
      item: {cells: ['May 7, 2026', 'A'], columns: 6, table: 'changes'},
      table: 'sp500_membership',
    })
  })

  test('a page that was cut inside it tells nothing, whatever follows the cut', () => {
    const whole = page(row('May 7, 2026', 'A', 'A', '', '', ''))
    assert.equal(changesIn(whole)!.length, 1)
    const cut = whole.replace('</table>', '')
    for (const text of [cut, `<div>${cut}</div>`, `<div>${cut}</div><table><tr><td>x</td></tr></table>`])
      assert.equal(changesIn(text), undefined)
  })

  test('a page without it, or with other columns, tells nothing', () => {
    assert.equal(changesIn('<table id="constituents"></table>'), undefined)
    assert.equal(changesIn(page(row('x')).replace('Ticker', 'Name')), undefined)
  })
})

test('a rejected change is read again with the next page', () => {
  const again = (item: unknown) => [
    ...sp500Companies.sources['wikipedia']!.parse(item, {target: null, targets: [], at: new Date()}),
  ]
  const change = {'Effective Date': 'soon', 'Added Ticker': 'A', 'Added Security': 'A'}
  for (const item of [change, {cells: ['May 7, 2026'], columns: 6, table: 'changes'}])
    assert.throws(() => again(item), /is a change of the index/)
  const uneven = {cells: ['MMM'], columns: 8, table: 'constituents'}
  assert.deepEqual(again(uneven), [{rejected: 'the row has 1 cell, the header has 8', item: uneven}])
})

test('the real page: each change and each member counts', {skip: fixturesSkip}, () => {
  const text = fixture('wikipedia/sp500-list-2026-05-10.html')
  const changes = changesIn(text)!
  assert.equal(changes.length, 40)
  assert.equal(changes.filter((one) => isRejected(one)).length, 0)
  assert.deepEqual(changes[0], {
    day: '2026-05-07',
    added: {symbol: 'VEEV', company_name: 'Veeva Systems'},
    removed: {symbol: 'CTRA', company_name: 'Coterra Energy'},
  })
  const at = new Date('2026-05-10T12:00:00Z')
  const parsed = [...sp500Companies.sources['wikipedia']!.parse(text, {target: null, targets: [], at})]
  const periods = parsed.flatMap((one) =>
    'table' in one && one.table === 'sp500_membership' && 'row' in one ? [one.row as MembershipPeriod] : [],
  )
  const members = parsed.length - periods.length
  const current = periods.filter((period) => period.to_date === null)
  assert.deepEqual([members, current.length, periods.length], [503, 503, 540])
})
