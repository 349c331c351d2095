/**
 * One bad item among thousands, through the whole program: all others are stored, and the bad one is rejected
 * with its reason, in few statements.
 */
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import {credentials} from '../run/setup.js'
import {fin, type FinRun} from '../servers.js'
import {full, inTurn} from '../size.js'
import {type Hostile, startHostile} from './hostile.js'
import {openStored, type Stored} from './stored.js'
import {openProxy, type CountingProxy} from './wire.js'

const count = full ? 5_000 : 2_000
const shown = (n: number) => n.toLocaleString('en-US')
const mostStatements = Math.floor(1 + 2 * Math.log2(count))

let hostile: Hostile
let stored: Stored
let proxy: CountingProxy
let env: Record<string, string>

before(async () => {
  hostile = await startHostile()
  stored = await openStored()
  proxy = await openProxy(stored.url)
  env = {
    ...credentials,
    DATABASE_URL: proxy.url,
    FIN_SIMULATOR_URL: hostile.url,
    COINGECKO_REQUESTS_PER_MINUTE: '1000',
  }
})
after(async () => {
  await Promise.all([hostile.close(), proxy.close(), stored.close()])
})

/** Monthly observations from 1777 on. */
const observations = (bad: (index: number) => string | undefined) =>
  `{"observations":[${Array.from(
    {length: count},
    (_, index) =>
      `{"date":"${1777 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}-01","value":${bad(index) ?? `"${100 + index / 10}"`}}`,
  ).join(',')}]}`
const coins = (change: (index: number) => object) =>
  Array.from({length: count}, (_, index) => ({
    id: `coin-${index}`,
    symbol: `c${index}`,
    name: `Coin ${index}`,
    image: null,
    current_price: 1 + index,
    market_cap: 1e9 - index,
    market_cap_rank: index + 1,
    total_volume: 10,
    ath: 5,
    ath_date: '2025-01-01T00:00:00.000Z',
    atl: 1,
    atl_date: '2024-01-01T00:00:00.000Z',
    circulating_supply: 100,
    total_supply: 100,
    max_supply: null,
    last_updated: '2026-11-23T20:00:00.000Z',
    ...change(index),
  }))

interface Rejection {
  reason: string
  row_key: string | null
  kind: string
  table_name: string | null
  item: string
}

/** Leaves out the version of a rejected row, which waits for the replay of that row. */
const isNoVersion = `table_name is distinct from 'macro_vintages'`
const cpi = ['cpi', '--target', 'CPIAUCNS']
const ids = ['coingecko-ids', '--target', '1']
const cases: Record<
  string,
  {args: string[]; table: string; body: string; reason: RegExp; key: RegExp | undefined}
> = {
  ...Object.fromEntries(
    (full ? [0, 1, 2_499, 2_500, 4_999] : [1_000]).map((at) => [
      `a negative index at position ${at}`,
      {
        args: cpi,
        table: 'cpi',
        body: observations((index) => (index === at ? '"-5"' : undefined)),
        reason: /check "cpi_cpi_value_check"/,
        key: /CPIAUCNS/,
      },
    ]),
  ),
  '1e400': {
    args: cpi,
    table: 'cpi',
    body: observations((index) => (index === 1_234 ? '1e400' : undefined)),
    reason: /check/,
    key: /1879-11-01/,
  },
  'a number of 900 digits': {
    args: cpi,
    table: 'cpi',
    body: observations((index) => (index === 77 ? '9'.repeat(900) : undefined)),
    reason: /check/,
    key: /1783-06-01/,
  },
  'a number of 10,000 digits': {
    args: cpi,
    table: 'cpi',
    body: observations((index) => (index === 77 ? '9'.repeat(10_000) : undefined)),
    reason: /too long for a number/,
    key: undefined,
  },
  'a NUL in a name': {
    args: ids,
    table: 'coingecko_id_mapping',
    body: JSON.stringify(coins((index) => (index === 1_321 ? {name: 'Nul\0Coin'} : {}))),
    reason: /NUL/,
    key: /coin-1321/,
  },
  'a lone surrogate in a name': {
    args: ids,
    table: 'coingecko_id_mapping',
    body: JSON.stringify(coins((index) => (index === 42 ? {name: 'Half \ud83d'} : {}))),
    reason: /surrogate/,
    key: /coin-42\b/,
  },
  'a rank beyond its type': {
    args: ids,
    table: 'coingecko_id_mapping',
    body: JSON.stringify(coins((index) => (index === 1_400 ? {market_cap_rank: 99_999_999_999} : {}))),
    reason: /out of range/,
    key: /coin-1400/,
  },
  'an escape sequence in an id': {
    args: ids,
    table: 'coingecko_id_mapping',
    body: JSON.stringify(coins((index) => (index === 9 ? {id: 'coin-9\u001b[2J'} : {}))),
    reason: /not a code of this provider: it has U\+001B/,
    key: undefined,
  },
}

const assertHarmless = ({stdout, stderr}: FinRun) =>
  assert.ok(
    !['\u001b', '\0'].some((raw) => (stdout + stderr).includes(raw)),
    'the output shows a raw escape or NUL',
  )

for (const [index, [name, {args, table, body, reason, key}]] of Object.entries(cases).entries()) {
  test(`${name} rejects only that item`, async (t) => {
    await stored.rows(`truncate ${table}, rejected_rows, target_state`)
    hostile.answer((_, response) => response.writeHead(200, {'content-type': 'application/json'}).end(body))
    proxy.takeStatements()
    const run = await fin(['ingest', ...args, '--json'], {env})
    assert.equal(run.code, 1, run.stderr)
    const others = shown(count - 1)
    assert.match(
      run.stderr,
      new RegExp(
        `${shown(count)} rows, ${others} new, 0 changed, (?:${others} for macro_vintages, )?1 rejected`,
      ),
    )
    assertHarmless(run)
    const upserts = proxy.takeStatements().filter((text) => text.includes(`insert into ${table}`)).length
    t.diagnostic(`${upserts} upsert statements, at most ${mostStatements}`)
    assert.ok(upserts >= 1 && upserts <= mostStatements, `${upserts} upsert statements`)
    assert.deepEqual(await stored.rows(`select count(*)::int as n from ${table}`), [{n: count - 1}])
    assert.equal(
      (JSON.parse(run.stdout) as object[]).length,
      count - 1,
      'the printed rows are the stored rows',
    )
    const rejected = await stored.rows<Rejection>(`select * from rejected_rows where ${isNoVersion}`)
    assert.equal(rejected.length, 1)
    assert.match(rejected[0]!.reason, reason)
    const [{row_key, kind, table_name, item}] = rejected as [Rejection]
    if (key === undefined) assert.deepEqual([row_key, kind, table_name], [null, 'item', null])
    else {
      assert.match(String(row_key), key)
      assert.deepEqual([kind, table_name], ['row', table])
    }
    assert.ok(item.length > 20)
    assert.deepEqual(
      await stored.rows('select failures, last_success is not null as done from target_state'),
      [{failures: 0, done: true}],
    )

    for (const look of inTurn(['replay', 'runs'], index))
      if (look === 'runs') {
        const list = await fin(['runs', '--rejected'], {env})
        assert.equal(list.code, 0, list.stderr)
        assertHarmless(list)
      } else {
        const replayed = await fin(['replay', '--json'], {env})
        assert.equal(replayed.code, 1, `${replayed.stdout} ${replayed.stderr}`)
        assert.match(replayed.stdout, /still refused/)
      }
  })
}

test('eleven bad items are rejected, and all others are stored', async () => {
  await stored.rows('truncate cpi, rejected_rows, target_state')
  const bad = new Set([0, 1, 2, 100, 700, 998, 999, 1_000, 1_333, count - 2, count - 1])
  hostile.answer((_, response) =>
    response
      .writeHead(200, {'content-type': 'application/json'})
      .end(observations((index) => (bad.has(index) ? `"-${index + 1}"` : undefined))),
  )
  const run = await fin(['ingest', ...cpi], {env})
  assert.equal(run.code, 1, run.stderr)
  assert.deepEqual(
    await stored.rows(
      `select (select count(*)::int from cpi) as stored, (select count(*)::int from rejected_rows where ${isNoVersion}) as aside`,
    ),
    [{stored: count - bad.size, aside: bad.size}],
  )
})
