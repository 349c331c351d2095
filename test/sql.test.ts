/**
 * Every statement against the real schema: each can be prepared, each upsert changes only new values, and
 * rows.ts describes the schema.
 */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {basename, join} from 'node:path'
import {after, before, describe, test} from 'node:test'
import pg from 'pg'
import {loadConfig} from '../src/lib/config.js'
import type {Database, Transaction} from '../src/lib/db/database.js'
import {openDatabase} from '../src/lib/db/pool.js'
import {readFreshCatalog, renderRows} from '../src/lib/codegen/row-types.js'
import {ownColumns, columns, type TableName} from '../src/lib/rows.js'
import {storeInTable} from '../src/lib/run/store.js'
import {root} from './paths.js'
import {broughtKey, golden, units} from './recordings/units.js'
import {postgres, type Postgres} from './servers.js'
import {filesBelow} from './sources.js'

type Row = Readonly<Record<string, unknown>>

let server: Postgres
let database: Database
let client: pg.Client

before(async () => {
  server = await postgres()
  const url = await server.withSchema('sql')
  database = await openDatabase(loadConfig({DATABASE_URL: url}, '/'))
  client = new pg.Client(url)
  await client.connect()
})
after(async () => {
  await client.end()
  await database.close()
  await server.stop()
})

test('rows.ts matches the schema', async () => {
  assert.equal(
    readFileSync(join(root, 'src', 'lib', 'rows.ts'), 'utf8'),
    renderRows(await readFreshCatalog(client)),
    'run: fin db types',
  )
})

describe('every statement', () => {
  for (const file of filesBelow('sql')) {
    test(`${basename(file, '.sql')} is one statement that PostgreSQL understands, with its parameters explained`, async () => {
      const text = readFileSync(join(root, file), 'utf8')
      const numbers = [
        ...new Set([...withoutComments(text).matchAll(/\$(\d+)/g)].map(([, n]) => Number(n))),
      ].sort((a, b) => a - b)
      assert.deepEqual(
        numbers,
        numbers.map((_, index) => index + 1),
        'numbered without a gap',
      )
      const comment = /^(?:--[^\n]*\n)+/.exec(text)?.[0] ?? ''
      for (const n of numbers) assert.ok(comment.includes(`$${n}`), `its comment does not describe $${n}`)
      // The extended protocol takes one statement at a time.
      await client.query({text: `prepare tried as ${text}`, queryMode: 'extended'} as pg.QueryConfig)
      try {
        const {rows} = await client.query<{types: string[]}>(
          `select parameter_types::text[] as types from pg_prepared_statements where name = 'tried'`,
        )
        assert.equal(rows[0]!.types.length, numbers.length)
        assert.ok(!rows[0]!.types.includes('unknown'), String(rows[0]!.types))
      } finally {
        await client.query('deallocate tried')
      }
    })
  }
})

function withoutComments(text: string): string {
  return text.replaceAll(/--[^\n]*/g, '')
}

/** Golden rows by table and recording. */
const byTable = new Map<TableName, Map<string, Row[]>>()
for (const {unit} of await units())
  for (const {table, recording, row} of golden(unit.name)) {
    if (table === undefined || row === undefined) continue
    const recordings = byTable.get(table as TableName) ?? new Map<string, Row[]>()
    byTable.set(table as TableName, recordings.set(recording, [...(recordings.get(recording) ?? []), row]))
  }

/** Runs `work` on the real statements and rolls it back. */
async function undone(work: (tx: Transaction) => Promise<void>): Promise<void> {
  const undo = new Error('undo')
  await database
    .transaction(async (tx) => {
      await work(tx)
      throw undo
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error
    })
}

const counted = async (tx: Transaction, table: TableName, rows: readonly Row[]) => {
  const {inserted, updated, unchanged, rejected} = await storeInTable(tx, table, rows)
  return {inserted, updated, unchanged, rejected: rejected.map(({reason}) => reason)}
}

/** One stored row by its key, as text. */
async function stored(tx: Transaction, table: TableName, row: Row): Promise<Record<string, string | null>> {
  const of = broughtKey(table).map(
    (column, index) =>
      `${column}::text = $${index + 1}::${typeof row[column] === 'string' && /T.*Z$/.test(row[column]) ? 'timestamptz::text' : 'text'}`,
  )
  const shown = columns[table].map((column) => `${column}::text as ${column}`)
  if (columns[table].includes('superseded_at')) of.push('superseded_at is null')
  const {rows} = await tx.client.query<Record<string, string | null>>(
    `select ${shown.join(', ')} from ${table} where ${of.join(' and ')}`,
    broughtKey(table).map((column) => row[column]),
  )
  assert.equal(
    rows.length,
    1,
    `${table} has ${rows.length} rows of ${JSON.stringify(broughtKey(table).map((column) => row[column]))}`,
  )
  return rows[0]!
}

/** Columns that a later row does not change, with the reason. */
const kept: Partial<Record<TableName, readonly string[]>> = {
  sp500_companies: ['first_seen'], // the first time stays
  coingecko_global_market_data: ['collected_at'], // when this state of the provider was first seen
  balance_sheet: ['fetched_at'],
  etf_profile_holdings: ['collected_at'],
  etf_profile_holdings_history: ['collected_at'], // the answer that changed the row
  company_news: ['fetched_at'],
  earnings_news_finnhub: ['fetched_at'],
  market_news_finnhub: ['fetched_at'], // of the answer in which it was first seen
  bithumb_coingecko_mapping: ['verified_at'], // since when the status is the present one
  // written when the whole answer is stored: an unchanged row is not rewritten
  earnings_calendar: ['fetched_at', 'superseded_at'],
  ipo_calendar: ['fetched_at'],
  ipo_calendar_history: ['first_seen_at'], // the first time stays
  market_news_sentiment: ['batch_id', 'query_type', 'query_params'], // the first find stays
  coingecko_tickers_bithumb_matched: [
    'bithumb_price_krw',
    'bithumb_quoted_at',
    'bithumb_change_pct',
    'price_change_percentage_24h',
  ], // as they were when the quote was first seen
  coingecko_derivatives: ['collected_at'], // moves with the contract
  truth_social_posts: ['collected_at'],
  truth_social_tags: ['collected_at'], // when the stored value was first seen
  x_posts: ['collected_at'], // when the stored value was first seen
  cpi: ['realtime_start'],
  inflation: ['realtime_start'],
  federal_funds_rate: ['realtime_start'],
  treasury_yield: ['realtime_start'], // moves with the value
  market_news: ['fetched_at'], // the fetch of the stored value
}
/** Tables whose rows are never changed, with the effect of a second row of the same key. */
const appendOnly: Partial<Record<TableName, Row>> = {
  bithumb_ticker: {trade_price: '1'},
  top_gainers: {price: '1'},
  market_news_sentiment_queries: {},
  macro_vintages: {value: '1'},
  balance_sheet_history: {total_assets: '1'},
  earnings_calendar_history: {estimate: '1'},
  sp500_membership: {company_name: 'another'},
}
/** Columns that cannot change without another one. */
const tied: Partial<Record<TableName, readonly string[]>> = {
  market_code_bithumb: ['quote', 'base'],
  bithumb_ticker_latest: ['quoted_at', 'timestamp_field'],
  sp500_companies: ['removed_at'],
  coingecko_derivatives: ['expired_at'],
  x_user_profiles: ['username'],
}

for (const [table, recordings] of byTable) {
  describe(`upsert of ${table}`, () => {
    test('a second time changes nothing', async () => {
      for (const [recording, rows] of recordings)
        await undone(async (tx) => {
          assert.deepEqual(
            await counted(tx, table, rows),
            {inserted: rows.length, updated: 0, unchanged: 0, rejected: []},
            recording,
          )
          const before = await Promise.all([stored(tx, table, rows[0]!)])
          assert.deepEqual(
            await counted(tx, table, rows),
            {inserted: 0, updated: 0, unchanged: rows.length, rejected: []},
            recording,
          )
          assert.deepEqual([await stored(tx, table, rows[0]!)], before)
        })
    })

    test('stores every digit and every sign of its values', async () => {
      for (const rows of recordings.values())
        await undone(async (tx) => {
          await storeInTable(tx, table, rows)
          for (const row of rows) {
            const found = await stored(tx, table, row)
            for (const [column, given] of Object.entries(row))
              if (typeof given === 'string' && /^-?\d+(\.\d+)?$/.test(given))
                assert.equal(plain(found[column] ?? ''), plain(given), column)
              else if (given === null || (typeof given === 'string' && !/T.*Z$|e[+-]?\d+$/i.test(given)))
                assert.equal(found[column], given, column)
          }
        })
    })

    const appended = appendOnly[table]
    if (appended !== undefined) {
      test('keeps an earlier row unchanged', async () => {
        const [row] = [...recordings.values()][0]!
        await undone(async (tx) => {
          await storeInTable(tx, table, [row!])
          assert.deepEqual(await counted(tx, table, [{...row!, ...appended}]), {
            inserted: 0,
            updated: 0,
            unchanged: 1,
            rejected: [],
          })
          for (const column of Object.keys(appended))
            assert.equal((await stored(tx, table, row!))[column], row![column])
        })
      })
      return
    }

    test('stores a change in any column, and only a change moves updated_at', async () => {
      const rows = [...recordings.values()].flat()
      const row =
        rows.find(
          (one) => Object.values(one).filter((cell) => cell !== null).length >= Object.keys(one).length - 3,
        ) ?? rows[0]!
      const untouched: string[] = []
      for (const column of ownColumns[table].filter((name) => !broughtKey(table).includes(name))) {
        let changed = false
        for (const value of otherValues(column, row[column], rows)) {
          await undone(async (tx) => {
            await storeInTable(tx, table, [row])
            await tx.client.query(`update ${table} set updated_at = '2020-01-01Z'`)
            await counted(tx, table, [row])
            assert.match(
              (await stored(tx, table, row))['updated_at'] ?? '',
              /^2020-01-01/,
              'nothing changed, and updated_at moved',
            )
            const result = await counted(tx, table, [{...row, [column]: value}])
            if (result.rejected.length > 0) return
            changed = result.updated + result.inserted === 1 // a date that moves is a separate row
            const found = await stored(tx, table, row)
            assert.equal(
              /^2020-01-01/.test(found['updated_at'] ?? ''),
              !changed,
              `${column} = ${JSON.stringify(value)}`,
            )
            const again = await counted(tx, table, [{...row, [column]: value}])
            assert.equal(again.updated, 0, `${column} is compared with another value than the stored one`)
          })
          if (changed) break
        }
        if (!changed) untouched.push(column)
      }
      assert.deepEqual(untouched.sort(), [...(kept[table] ?? []), ...(tied[table] ?? [])].sort())
    })
  })
}

/** `4.6900` and `4.69` are the same number; every digit counts. */
function plain(number: string): string {
  return number.includes('.') ? number.replace(/\.?0+$/, '') : number
}

/** Other values that a column could have, likely ones first. */
function otherValues(column: string, value: unknown, rows: readonly Row[]): unknown[] {
  const others = [...new Set(rows.map((row) => row[column]))].filter(
    (other) => other !== null && JSON.stringify(other) !== JSON.stringify(value),
  )
  if (typeof value === 'boolean') return [!value]
  if (typeof value === 'number') return [value + 1, ...others]
  if (typeof value === 'string' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value))
    return [...others, '0.5', '7', '20261117', '120000']
  if (value === null) return [...others, '2026-11-17T00:00:00Z', '1.5', 'something']
  if (column === 'interval_type') return ['daily', 'weekly']
  return [
    ...others,
    ...(typeof value === 'string'
      ? [value.replace(/^2026-11-16/, '2026-11-17'), `${value} 2`, `${value}2`]
      : [{usd: '1'}, [{coingecko_id: 'x'}]]),
  ].filter((other) => other !== value)
}

const macro: [TableName, string, string][] = [
  ['cpi', 'cpi_value', 'fred/cpi'],
  ['inflation', 'inflation_rate', 'fred/inflation'],
  ['federal_funds_rate', 'rate', 'fred/federal-funds-rate'],
  ['treasury_yield', 'yield_rate', 'fred/treasury-yield'],
]
for (const [table, column, recording] of macro) {
  test(`${table}: an unpublished value erases nothing, and the vintage moves with the value`, async () => {
    const row: Row = {
      ...byTable.get(table)!.get(recording)![0]!,
      [column]: '4.69',
      realtime_start: '2026-01-10',
    }
    const look = async (tx: Transaction) => {
      const found = await stored(tx, table, row)
      return [found[column], found['realtime_start']]
    }
    await undone(async (tx) => {
      await storeInTable(tx, table, [{...row, [column]: null}])
      assert.deepEqual(await look(tx), [null, '2026-01-10'])
      assert.equal(
        (await counted(tx, table, [{...row, [column]: null, realtime_start: '2026-01-11'}])).unchanged,
        1,
      )
      assert.equal((await counted(tx, table, [{...row, realtime_start: '2026-01-12'}])).updated, 1)
      assert.deepEqual(await look(tx), ['4.69', '2026-01-12'], 'published: its own vintage')
      assert.equal(
        (await counted(tx, table, [{...row, [column]: null, realtime_start: '2026-01-13'}])).unchanged,
        1,
      )
      assert.deepEqual(await look(tx), ['4.69', '2026-01-12'], 'a "." after the value')
      assert.equal(
        (await counted(tx, table, [{...row, [column]: '4.6900000000', realtime_start: '2026-01-14'}]))
          .unchanged,
        1,
      )
      assert.deepEqual(await look(tx), ['4.69', '2026-01-12'], 'the same number, padded')
      assert.equal(
        (await counted(tx, table, [{...row, name: 'Renamed', realtime_start: '2026-01-15'}])).updated,
        1,
      )
      assert.deepEqual(await look(tx), ['4.69', '2026-01-12'], 'another name is not another value')
      assert.equal(
        (await counted(tx, table, [{...row, [column]: null, name: 'Again', realtime_start: '2026-01-16'}]))
          .updated,
        1,
      )
      assert.deepEqual(await look(tx), ['4.69', '2026-01-12'], 'another name without a value')
      assert.equal(
        (await counted(tx, table, [{...row, [column]: '4.7', name: 'Again', realtime_start: '2026-02-01'}]))
          .updated,
        1,
      )
      assert.deepEqual(await look(tx), ['4.7', '2026-02-01'], 'revised')
      assert.equal(
        (await counted(tx, table, [{...row, [column]: '4.8', name: 'Again', realtime_start: null}])).updated,
        1,
      )
      assert.deepEqual(await look(tx), ['4.8', null], 'revised by a source that does not state a vintage')
    })
  })
}

test('the latest quote never goes back in time', async () => {
  const [row] = byTable.get('bithumb_ticker_latest')!.get('bithumb/bithumb-tickers-mended')!
  const at = (ms: number, price: string): Row => ({
    ...row!,
    timestamp_field: String(ms),
    quoted_at: new Date(ms).toISOString(),
    trade_price: price,
  })
  const price = async (tx: Transaction) => (await stored(tx, 'bithumb_ticker_latest', row!))['trade_price']
  const nowMs = Number(row!['timestamp_field'])
  await undone(async (tx) => {
    await storeInTable(tx, 'bithumb_ticker_latest', [at(nowMs, '10')])
    assert.equal((await counted(tx, 'bithumb_ticker_latest', [at(nowMs - 1, '9')])).unchanged, 1)
    assert.equal(await price(tx), '10')
    assert.equal(
      (await counted(tx, 'bithumb_ticker_latest', [at(nowMs, '11')])).updated,
      1,
      'the same instant, corrected',
    )
    assert.equal((await counted(tx, 'bithumb_ticker_latest', [at(nowMs + 1, '12')])).updated, 1)
    assert.equal(await price(tx), '12')
  })
})

test('values that another job fills in, and values that the list no longer states, stay', async () => {
  const [row] = byTable.get('sp500_companies')!.get('wikipedia/sp500-companies')!
  await undone(async (tx) => {
    await storeInTable(tx, 'sp500_companies', [row!])
    await tx.client.query(
      `update sp500_companies set market_cap = 5, website = 'https://example.org', employees = 7`,
    )
    const bare = {
      ...row!,
      founded: null,
      date_added: null,
      cik: null,
      gics_sector: null,
      gics_sub_industry: null,
      headquarters: null,
      company_name: 'Renamed',
    }
    assert.equal((await counted(tx, 'sp500_companies', [bare])).updated, 1)
    const found = await stored(tx, 'sp500_companies', row!)
    for (const column of ['founded', 'date_added', 'cik', 'gics_sector', 'gics_sub_industry', 'headquarters'])
      assert.equal(found[column], row![column], column)
    assert.deepEqual(
      [found['market_cap'], found['website'], found['employees'], found['company_name']],
      ['5', 'https://example.org', '7', 'Renamed'],
    )
  })
})

test('a market that comes back is listed again; a warning that is not stated is kept', async () => {
  const row = byTable
    .get('market_code_bithumb')!
    .get('bithumb/bithumb-markets')!
    .find((one) => one['market_warning'] === 'CAUTION')!
  await undone(async (tx) => {
    await storeInTable(tx, 'market_code_bithumb', [row])
    await tx.query('update_market_code_bithumb_delisted', [
      JSON.stringify([{market_code: 'KRW-OTHER'}]),
      '2026-11-20T00:00:00Z',
    ])
    assert.match((await stored(tx, 'market_code_bithumb', row))['delisted_at'] ?? '', /^2026-11-20/)
    assert.equal((await counted(tx, 'market_code_bithumb', [{...row, market_warning: null}])).updated, 1)
    const found = await stored(tx, 'market_code_bithumb', row)
    assert.deepEqual([found['delisted_at'], found['market_warning']], [null, 'CAUTION'])
  })
})

test('a coin keeps its extremes; its price and rank become null when they are no longer published', async () => {
  const [row] = byTable.get('coingecko_id_mapping')!.get('coingecko/coingecko-ids')!
  await undone(async (tx) => {
    await storeInTable(tx, 'coingecko_id_mapping', [row!])
    const nothing = Object.fromEntries(
      Object.keys(row!).map((column) => [
        column,
        ['coingecko_id', 'symbol', 'name'].includes(column) ? row![column] : null,
      ]),
    )
    assert.equal((await counted(tx, 'coingecko_id_mapping', [nothing])).updated, 1)
    const found = await stored(tx, 'coingecko_id_mapping', row!)
    for (const column of ['ath_usd', 'atl_usd', 'image_url'])
      assert.equal(found[column], row![column], column)
    for (const column of [
      'current_price_usd',
      'market_cap_usd',
      'market_cap_rank',
      'total_volume_usd',
      'last_updated',
    ])
      assert.equal(found[column], null, column)
  })
})

test('a mapping is verified at the last change of its status', async () => {
  const row = byTable
    .get('bithumb_coingecko_mapping')!
    .get('candidates/bithumb-coingecko')!
    .find((one) => one['status'] === 'verified')!
  const since = async (tx: Transaction) =>
    (await stored(tx, 'bithumb_coingecko_mapping', row))['verified_at']?.slice(0, 10)
  await undone(async (tx) => {
    await storeInTable(tx, 'bithumb_coingecko_mapping', [{...row, verified_at: '2026-11-01T00:00:00Z'}])
    await storeInTable(tx, 'bithumb_coingecko_mapping', [
      {...row, price_gap_pct: '1.5', verified_at: '2026-11-08T00:00:00Z'},
    ])
    assert.equal(await since(tx), '2026-11-01')
    await storeInTable(tx, 'bithumb_coingecko_mapping', [
      {...row, status: 'suspicious', verified_at: null, verified_by: null},
    ])
    assert.equal(await since(tx), undefined)
    await storeInTable(tx, 'bithumb_coingecko_mapping', [{...row, verified_at: '2026-11-22T00:00:00Z'}])
    assert.equal(await since(tx), '2026-11-22')
  })
})

test('amounts by currency are JSON numbers with every digit', async () => {
  const row = byTable.get('coingecko_global_market_data')!.get('coingecko/coingecko-global')![0]!
  await undone(async (tx) => {
    await storeInTable(tx, 'coingecko_global_market_data', [row])
    const found = await stored(tx, 'coingecko_global_market_data', row)
    assert.match(found['total_market_cap_json'] ?? '', /"usd": 3083521234567\.8901/)
    assert.match(found['total_market_cap_json'] ?? '', /"krw": 2700165213128150\b/)
    assert.equal(found['total_market_cap_krw'], '2700165213128150')
  })
})
