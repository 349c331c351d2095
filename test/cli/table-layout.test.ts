/** Tables that are too wide for the terminal, and numbers in them. */
import assert from 'node:assert/strict'
import {Writable} from 'node:stream'
import {test} from 'node:test'
import type {RowsOptions} from '../../src/lib/output/format.js'
import {printRows} from '../../src/lib/output/rows.js'

process.env['NO_COLOR'] = '1'

async function shown(
  rows: readonly object[],
  width: number,
  options: Partial<RowsOptions> = {},
): Promise<string[]> {
  let text = ''
  const stdout = new Writable({
    write(part: Buffer, _encoding, done) {
      text += part.toString()
      done()
    },
  })
  await printRows(rows, {
    format: 'table',
    ...options,
    stdout: Object.assign(stdout, {isTTY: true, columns: width}) as never,
  })
  return text.trimEnd().split('\n')
}

const premiums = Array.from({length: 20}, (_, n) => ({
  day: '2026-12-01',
  market: `KRW-COIN${n}`,
  korean_name: '비트코인캐시에스브이'.slice(0, 3 + (n % 7)),
  price_krw: String(159_231_844 / (n + 1)).slice(0, 12),
  world_usd: String(111_026 / (n + 1)).slice(0, 12),
  premium_pct: `1.0${n}`,
  premium_bank_pct: `2.0${n}`,
  krw_per_usdt: '1419.69',
  world_quotes: String(n),
  price_age_min: `${n}.5`,
  usdt_age_min: `1${n}.5`,
  note: n === 3 ? 'no USDT price within 60 minutes of it' : null,
}))

test('instants of one day keep their time, if need be with a line for each cell', async () => {
  const rows = [0, 6, 12].map((minute) => ({
    asset_class: 'etf',
    symbol: 'SPY',
    minute: `2026-11-27 15:${String(minute).padStart(2, '0')}:00`,
    open: '600.1234',
    high: '600.1234',
    low: '600.1234',
    close: '600.1234',
    volume: '123456',
    turnover: '74088840.12',
    open_at: `2026-11-27 15:${String(minute).padStart(2, '0')}:01`,
    close_at: `2026-11-27 15:${String(minute).padStart(2, '0')}:59`,
  }))
  for (const width of [80, 120]) {
    const text = (await shown(rows, width)).join('\n')
    for (const time of ['15:00', '15:06', '15:12']) assert.ok(text.includes(time), text)
  }
})

for (const width of [80, 100])
  test(`many wide rows keep one line each at ${width} columns: equal cells stand above, the last columns are left out`, async () => {
    const lines = await shown(premiums, width, {keep: ['note']})
    assert.equal(lines[0], 'day: 2026-12-01')
    assert.equal(lines[1], 'krw_per_usdt: 1419.69')
    assert.match(lines[2]!, /^market +korean_\S+ +price_krw +world_usd +premium\S*( .*)? note$/)
    assert.equal(lines.length, 3 + premiums.length + 1)
    assert.match(
      lines.at(-1)!,
      /^\(no room for .*price_age_min, usdt_age_min: use --json, or a wider terminal\)$/,
    )
    for (const [at, {market, price_krw: price}] of premiums.entries()) {
      assert.ok(lines[at + 3]!.startsWith(market), lines[at + 3])
      assert.ok(lines[at + 3]!.includes(price), lines[at + 3])
    }
  })

test('few wide rows are shown cell by cell, with a blank line between', async () => {
  const lines = await shown(premiums.slice(0, 2), 60)
  assert.equal(lines[0], 'row 1')
  assert.deepEqual(lines.slice(13, 15), ['', 'row 2'])
})

test('few rows are not cut where a column is to be kept, such as the message of a run', async () => {
  const run = {
    id: '2',
    unit: 'cpi',
    outcome: 'failed',
    seconds: '6.0',
    requests: '4',
    message: 'a reason '.repeat(5),
  }
  assert.match((await shown([run], 40, {keep: ['message']})).at(-1)!, /^message +(a reason ){2}/)
  assert.equal((await shown([run], 40)).length, 2)
})

test('the column that begins a row is not cut so that rows look alike', async () => {
  const tables = [
    'market_news_sentiment',
    'market_news_sentiment_queries',
    'etf_profile_holdings',
    'etf_profile_holdings_history',
  ]
  const lines = await shown(
    tables.map((table) => ({
      table,
      unit: table,
      newest: '2026-11-29T08:00:00Z',
      promised: '2026-11-29T07:00:00Z',
      state: table.endsWith('s') ? 'stale' : 'fresh',
    })),
    60,
    {keep: ['state']},
  )
  const begins = lines.slice(3, 7).map((line) => line.split(/ {2,}/)[0])
  assert.equal(new Set(begins).size, 4, lines.join('\n'))
  assert.ok(
    lines.slice(3, 7).every((line) => /(fresh|stale)$/.test(line)),
    lines.join('\n'),
  )
})

const tiny = `0.${'0'.repeat(40)}1`
const huge = `${'9'.repeat(45)}.5`
for (const number of [tiny, huge, `-${'12345'.repeat(9)}`])
  test(`${number.slice(0, 12)}... is never cut`, async () => {
    for (const width of [30, 40, 80]) {
      const many = Array.from({length: 5}, (_, n) => ({
        name: `coin ${n}`,
        price: number,
        note: 'x'.repeat(30),
      }))
      const mixed = [
        {field: 'rows', value: number},
        {field: 'message', value: 'a text '.repeat(20)},
      ]
      for (const rows of [many, many.slice(0, 1), mixed])
        assert.ok(
          (await shown(rows, width)).some((line) => line.includes(number)),
          `at ${width}`,
        )
    }
  })

test('a number beyond the rows that are measured is whole, too', async () => {
  const rows = Array.from({length: 1200}, (_, n) => ({n: String(n), price: n === 1100 ? huge : '1'}))
  assert.ok((await shown(rows, 40)).some((line) => line.includes(huge)))
})
