/**
 * The mapper on the data of the simulator, whose true pairs it must find, and its pure function on evidence
 * that the simulator does not have.
 */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, before, describe, test} from 'node:test'
import {bithumbMarkets} from '../../src/lib/collectors/bithumb-markets.js'
import {bithumbTickers} from '../../src/lib/collectors/bithumb-tickers.js'
import {coingeckoIds} from '../../src/lib/collectors/coingecko-ids.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {bithumbCoingecko} from '../../src/lib/mappers/bithumb-coingecko.js'
import type {Candidate} from '../../src/lib/mappers/bithumb-coingecko/evidence.js'
import {isRejected} from '../../src/lib/parse.js'
import {readLists} from '../../src/lib/run/lists.js'
import {openSetup, type TestSetup} from './setup.js'

type Row = Record<string, unknown>

const folder = mkdtempSync(join(tmpdir(), 'fin-map-'))
const overridesFile = join(folder, 'bithumb-coingecko-overrides.csv')
// Twenty pages at once: the market must not move between them.
const generous = {COINGECKO_REQUESTS_PER_MINUTE: '1000'}
let setup: TestSetup

async function collectAll(): Promise<void> {
  for (const collector of [bithumbMarkets, bithumbTickers, coingeckoIds]) {
    const {exit_code: exitCode, message, complaints} = await setup.collect(collector, {force: true})
    assert.equal(exitCode, 0, `${collector.name}: ${message ?? ''} ${complaints.join(' ')}`)
  }
}

const mapped = async () =>
  new Map(
    (await setup.rows('select * from bithumb_coingecko_mapping')).map((row) => [
      String(row['market_code']),
      row,
    ]),
  )
const rowOf = async (market: string) => (await mapped()).get(market)
/** Maps with a file of the user's own, and deletes the file afterwards. */
async function withOverrides<T>(text: string, work: () => Promise<T>): Promise<T> {
  writeFileSync(overridesFile, text)
  try {
    return await work()
  } finally {
    rmSync(overridesFile)
  }
}

before(async () => {
  setup = await openSetup({env: {...generous, FIN_CONFIG_DIR: folder}, simulated: generous})
  await collectAll()
})
after(() => rmSync(folder, {recursive: true}))

describe('the mapper on the data of the simulator', () => {
  test('leaves every pair unmatched when nothing is collected, and invents nothing', async () => {
    const empty = await openSetup({env: {FIN_CONFIG_DIR: folder}})
    try {
      assert.equal((await empty.map(bithumbCoingecko)).rows_inserted, 385)
      assert.deepEqual(
        await empty.rows(
          'select status, is_active, count(*)::int as n, count(krw_per_usd)::int as rates from bithumb_coingecko_mapping group by 1, 2',
        ),
        [{status: 'unmatched', is_active: false, n: 385, rates: 0}],
      )
    } finally {
      await empty.close()
    }
  })

  test('shows the rows in a dry run and writes none', async () => {
    const shown: object[] = []
    const {rows_received: received} = await setup.map(bithumbCoingecko, {
      dryRun: true,
      emit: (rows) => {
        shown.push(...rows)
      },
    })
    assert.ok(shown.length > 385)
    assert.equal(shown.length, received)
    assert.deepEqual(await setup.rows('select 1 from bithumb_coingecko_mapping'), [])
  })

  test('verifies and proposes the true pairs of the scenario', async () => {
    const run = await setup.map(bithumbCoingecko)
    assert.deepEqual([run.outcome, run.exit_code, run.rows_rejected], ['done', 0, 0])
    const nowMs = setup.simulator.clock.nowMs()
    const truth = new Map(
      setup.simulator.scenario.bithumb
        .markets(nowMs)
        .filter(({quote}) => quote === 'KRW')
        .map((market) => [market.code, market.coin.id]),
    )
    const rows = await mapped()
    assert.deepEqual(
      [...truth.keys()].filter((code) => !rows.has(code)),
      [],
      'markets that were left out',
    )
    for (const [code, row] of rows) {
      if (row['status'] === 'verified' || row['status'] === 'proposed')
        assert.equal(row['coingecko_id'], truth.get(code), code)
      assert.equal(row['is_active'], truth.has(code), code)
    }
    const count = (status: string) => [...rows.values()].filter((row) => row['status'] === status).length
    const known = [...rows.values()].filter((row) => row['match_method'] === 'known pair')
    assert.equal(known.length, 385, 'the shipped pairs')
    assert.equal(count('verified') + count('suspicious') + count('unmatched'), 385)
    assert.ok(count('verified') > 340, `${count('verified')} verified`)
    assert.ok(count('proposed') > 30, `${count('proposed')} proposed`)
    // The two pairs that the shipped list itself marks as doubtful; the scenario trades another coin there.
    assert.deepEqual(
      [...rows]
        .filter(([, row]) => row['status'] === 'suspicious')
        .map(([code]) => code)
        .sort(),
      ['KRW-PUMP', 'KRW-REI'],
    )
    for (const code of ['KRW-PUMP', 'KRW-REI'])
      assert.match(String(rows.get(code)?.['notes']), new RegExp(`${truth.get(code)} agrees better`))
  })

  test('changes nothing in a second run', async () => {
    const stored = await setup.rows('select * from bithumb_coingecko_mapping order by market_code')
    const again = await setup.map(bithumbCoingecko)
    assert.deepEqual(
      [again.outcome, again.rows_inserted, again.rows_updated, again.rows_rejected],
      ['unchanged', 0, 0, 0],
    )
    assert.deepEqual(await setup.rows('select * from bithumb_coingecko_mapping order by market_code'), stored)
  })

  const corrected: [symbol: string, id: string, formerly: string, why: RegExp][] = [
    ['EGG', 'nestree', 'justanegg-2', /nestree agrees better/],
    ['META', 'metadium', 'meta-2-2', /metadium agrees better/],
    ['SIX', 'six-network', 'six', /six-network agrees better/],
    ['BOA', 'bosagora', 'bosagora-2', /not among those collected/],
  ]
  for (const [symbol, id, formerly, why] of corrected) {
    test(`verifies ${symbol} as ${id}; as ${formerly} it would be suspicious`, async () => {
      const row = await rowOf(`KRW-${symbol}`)
      assert.deepEqual(
        [row?.['status'], row?.['coingecko_id'], row?.['name_similarity']],
        ['verified', id, '1.000'],
      )
      assert.match(String(row?.['notes']), new RegExp(`formerly ${formerly}$`))
      const database = await setup.context.database()
      const lists = await readLists(bithumbCoingecko.lists!, setup.context.config)
      const pairs = lists['pairs']!.map((pair) =>
        pair['symbol'] === symbol ? {...pair, coingecko_id: formerly} : pair,
      )
      const candidates = await database.query<Candidate>(bithumbCoingecko.from, [
        JSON.stringify({...lists, pairs}),
      ])
      const [former] = judged(candidates.filter((candidate) => candidate.symbol === symbol))
      assert.deepEqual([former!['status'], former!['coingecko_id']], ['suspicious', formerly])
      assert.match(String(former!['notes']), why)
    })
  }

  test('leaves a pair whose market is gone unmatched and inactive, with its id', async () => {
    const before = await rowOf('KRW-LINK')
    await setup.rows(
      `update market_code_bithumb set delisted_at = '2026-11-20Z' where market_code = 'KRW-LINK'`,
    )
    await setup.map(bithumbCoingecko)
    const gone = await rowOf('KRW-LINK')
    assert.deepEqual(
      [gone?.['status'], gone?.['is_active'], gone?.['coingecko_id'], gone?.['verified_at']],
      ['unmatched', false, 'chainlink', null],
    )
    assert.match(String(gone?.['notes']), /no such market now/)
    await setup.rows(`update market_code_bithumb set delisted_at = null where market_code = 'KRW-LINK'`)
    await setup.map(bithumbCoingecko)
    assert.deepEqual([(await rowOf('KRW-LINK'))?.['status'], before?.['status']], ['verified', 'verified'])
  })

  test('marks a pair whose coin is not collected as suspicious, with the reason', async () => {
    const [coin] = await setup.rows(
      `delete from coingecko_id_mapping where coingecko_id = 'cardano' returning *`,
    )
    await setup.map(bithumbCoingecko)
    const row = await rowOf('KRW-ADA')
    assert.deepEqual(
      [row?.['status'], row?.['coingecko_id'], row?.['coingecko_name'], row?.['price_gap_pct']],
      ['suspicious', 'cardano', null, null],
    )
    assert.match(String(row?.['notes']), /not among those collected/)
    await setup.rows(
      'insert into coingecko_id_mapping select * from jsonb_populate_record(null::coingecko_id_mapping, $1)',
      [JSON.stringify(coin)],
    )
    await setup.map(bithumbCoingecko)
    assert.equal((await rowOf('KRW-ADA'))?.['status'], 'verified')
  })

  test('does not use prices of two days ago as evidence', async () => {
    await setup.rows(
      `update coingecko_id_mapping set last_updated = last_updated - interval '2 days' where coingecko_id in ('dogecoin', 'meta-2-2', 'metadium')`,
    )
    await setup.map(bithumbCoingecko)
    const row = await rowOf('KRW-DOGE')
    assert.deepEqual(
      [row?.['status'], row?.['price_gap_pct'], row?.['price_compared_at']],
      ['verified', null, null],
    )
    assert.match(String(row?.['notes']), /by name alone/)
    await setup.rows(
      `update coingecko_id_mapping set last_updated = last_updated + interval '2 days' where coingecko_id in ('dogecoin', 'meta-2-2', 'metadium')`,
    )
    await setup.map(bithumbCoingecko)
  })

  test('takes the rate from the large coins without the stablecoin', async () => {
    const [rate] = await setup.rows('select distinct krw_per_usd from bithumb_coingecko_mapping')
    await setup.rows(`delete from bithumb_ticker_latest where market = 'KRW-USDT'`)
    await setup.map(bithumbCoingecko)
    const [other] = await setup.rows('select distinct krw_per_usd from bithumb_coingecko_mapping')
    assert.ok(
      Math.abs(Number(other?.['krw_per_usd']) / Number(rate?.['krw_per_usd']) - 1) < 0.03,
      JSON.stringify([rate, other]),
    )
    assert.deepEqual(
      await setup.rows(
        `select market_code from bithumb_coingecko_mapping where status = 'suspicious' order by 1`,
      ),
      [{market_code: 'KRW-PUMP'}, {market_code: 'KRW-REI'}],
    )
    await setup.collect(bithumbTickers, {force: true})
  })

  test('keeps the same pairs a week later, verified since the first time', async () => {
    await setup.map(bithumbCoingecko)
    const before = await mapped()
    setup.simulator.clock.change({advanceMs: 7 * 86_400_000})
    await collectAll()
    const run = await setup.map(bithumbCoingecko)
    assert.equal(run.exit_code, 0)
    for (const [code, row] of await mapped()) {
      if (row['status'] !== 'verified' || before.get(code)?.['status'] !== 'verified') continue
      assert.deepEqual(row['verified_at'], before.get(code)?.['verified_at'], code)
      assert.equal(row['coingecko_id'], before.get(code)?.['coingecko_id'], code)
    }
    const verified = [...(await mapped()).values()].filter((row) => row['status'] === 'verified').length
    assert.ok(verified > 340, `${verified} verified`)
  })

  test('maps once at a time', async () => {
    const runs = await Promise.all([setup.map(bithumbCoingecko), setup.map(bithumbCoingecko)])
    assert.equal(runs.filter(({outcome}) => outcome === 'already running').length, 1)
  })
})

describe('the overrides of the user', () => {
  test('win over pairs and evidence, with or without a coin, in any spelling of the market', async () => {
    await withOverrides(
      '\uFEFF# mine\nmarket_code,coingecko_id,note\n krw-pump ,pump-token,"seen on the site, yes"\nKRW-BTC,,not this one\nKRW-ETH,batcat,\n',
      async () => {
        assert.equal((await setup.map(bithumbCoingecko)).exit_code, 0)
      },
    )
    const rows = await mapped()
    const of = (code: string) =>
      ['status', 'coingecko_id', 'override', 'match_method', 'verified_by', 'notes'].map(
        (column) => rows.get(code)?.[column],
      )
    assert.deepEqual(of('KRW-PUMP'), [
      'verified',
      'pump-token',
      true,
      'override',
      'override',
      'seen on the site, yes',
    ])
    assert.deepEqual(of('KRW-BTC'), ['unmatched', null, true, 'override', null, 'not this one'])
    assert.deepEqual(of('KRW-ETH'), ['verified', 'batcat', true, 'override', 'override', null])
    await setup.map(bithumbCoingecko)
    assert.deepEqual(
      [(await rowOf('KRW-BTC'))?.['status'], (await rowOf('KRW-BTC'))?.['override']],
      ['verified', false],
      'without the file the evidence counts again',
    )
  })

  test('count by the later of two lines for one market; a coin that is not collected is reported', async () => {
    await withOverrides('market_code,coingecko_id\nKRW-PUMP,pump-token\nKRW-PUMP,no-such-coin\n', () =>
      setup.map(bithumbCoingecko),
    )
    const row = await rowOf('KRW-PUMP')
    assert.deepEqual([row?.['status'], row?.['coingecko_id']], ['verified', 'no-such-coin'])
    assert.match(String(row?.['notes']), /not among those collected/)
  })

  test('for a market that does not exist are reported, and the others are mapped', async () => {
    const run = await withOverrides(
      'market_code,coingecko_id\nKRW-BTCC,bitcoin\nBTC,bitcoin\n,bitcoin\nKRW-PUMP,pump-token\n',
      () => setup.map(bithumbCoingecko),
    )
    assert.deepEqual([run.outcome, run.exit_code, run.rows_rejected], ['partial', 1, 3])
    for (const name of ['"KRW-BTCC"', '"BTC"', '""'])
      assert.match(run.complaints.join('\n'), new RegExp(`${name} .*overrides`))
    assert.equal((await rowOf('KRW-PUMP'))?.['coingecko_id'], 'pump-token')
    assert.equal(await rowOf('KRW-BTCC'), undefined)
  })

  const malformed: [what: string, text: string][] = [
    ['has no header', 'KRW-PUMP,pump-token\n'],
    ['has no header and several lines', 'KRW-PUMP,pump-token\nKRW-BTC,bitcoin\n'],
    ['has another header', 'market,coin\nKRW-PUMP,pump-token\n'],
    ['is separated by semicolons', 'market_code;coingecko_id\nKRW-PUMP;pump-token\n'],
    ['lacks a cell', 'market_code,coingecko_id\nKRW-PUMP\n'],
    ['has a quotation without end', 'market_code,coingecko_id\nKRW-PUMP,"pump-token\n'],
    ['is not text', Buffer.from([0xff, 0xfe, 0, 1, 2, 10]).toString('latin1')],
  ]
  for (const [fault, text] of malformed) {
    test(`in a file that ${fault} end the run with the name of the file, and nothing is changed`, async () => {
      const stored = await setup.rows('select * from bithumb_coingecko_mapping order by market_code')
      await withOverrides(text, () =>
        assert.rejects(
          setup.map(bithumbCoingecko),
          (error) =>
            error instanceof NeedsPerson &&
            error.message.includes(overridesFile) &&
            (error.nextStep ?? '').length > 10,
        ),
      )
      assert.deepEqual(
        await setup.rows('select * from bithumb_coingecko_mapping order by market_code'),
        stored,
      )
    })
  }

  test('in an empty file, or one of comments, have no effect', async () => {
    for (const text of ['', '\n', '# nothing yet\n', 'market_code,coingecko_id\n'])
      assert.equal(
        (await withOverrides(text, () => setup.map(bithumbCoingecko))).exit_code,
        0,
        JSON.stringify(text),
      )
  })
})

/** Rows of the pure function; a candidate that cannot become a row fails the test. */
function judged(candidates: readonly Candidate[]): Row[] {
  return [
    ...(bithumbCoingecko.map(candidates, {at: new Date('2026-11-23T21:00:00Z')}) as Iterable<object>),
  ].map((row) => {
    assert.ok(!isRejected(row), JSON.stringify(row))
    return row as Row
  })
}

describe('evidence', () => {
  const quotedAt = '2026-11-23T20:50:00Z'
  const coin = (more: object = {}) => ({
    coingecko_id: 'alpha',
    symbol: 'ALP',
    name: 'Alpha',
    market_cap_rank: 100,
    price_usd: '2',
    last_updated: '2026-11-23T20:45:00Z',
    ...more,
  })
  const candidate = (coins: object[], more: Partial<Candidate> = {}): Candidate => ({
    market_code: 'KRW-ALP',
    symbol: 'ALP',
    korean_name: '알파',
    english_name: 'Alpha',
    is_listed: true,
    pair_id: null,
    pair_formerly: null,
    pair_note: null,
    is_overridden: false,
    override_id: null,
    override_note: null,
    krw_price: '3000',
    quoted_at: quotedAt,
    krw_per_usd: '1500',
    coins: JSON.stringify(coins),
    ...more,
  })
  const one = (...args: Parameters<typeof candidate>) => judged([candidate(...args)])[0]!
  const verdict = (...args: Parameters<typeof candidate>) => {
    const {status, coingecko_id: id} = one(...args)
    return `${String(status)} ${String(id)}`
  }
  const pair = {pair_id: 'alpha'}

  test('prices within ten percent agree, others do not', () => {
    for (const [price, expected] of [
      ['3000', 'verified'],
      ['3300', 'verified'],
      ['2700', 'verified'],
      ['3301', 'suspicious'],
      ['2699', 'suspicious'],
    ] as const)
      assert.equal(verdict([coin()], {...pair, krw_price: price}), `${expected} alpha`, price)
    assert.equal(one([coin()], {...pair, krw_price: '3150'})['price_gap_pct'], '5.00')
    assert.equal(
      one([coin({name: 'Omega'})], {...pair, krw_price: '3150'})['status'],
      'verified',
      'a known pair needs no similar name where the price agrees',
    )
  })

  test('a price is not evidence when it is missing or a day from the other', () => {
    const gap = (more: object, of: Partial<Candidate> = {}) =>
      one([coin(more)], {...pair, ...of})['price_gap_pct']
    assert.equal(gap({last_updated: '2026-11-22T20:50:00Z'}), '0.00', 'one day exactly')
    for (const [more, of] of [
      [{last_updated: '2026-11-22T20:49:59Z'}, {}],
      [{last_updated: '2026-11-24T20:50:01Z'}, {}],
      [{last_updated: null}, {}],
      [{price_usd: null}, {}],
      [{}, {krw_price: null}],
      [{}, {quoted_at: null}],
      [{}, {krw_per_usd: null}],
    ] as const)
      assert.equal(gap(more, of), null, JSON.stringify([more, of]))
  })

  test('without a price the names decide about a known pair', () => {
    assert.equal(verdict([coin()], {...pair, krw_price: null}), 'verified alpha')
    assert.equal(verdict([coin({name: 'Alfa'})], {...pair, krw_price: null}), 'suspicious alpha')
    assert.equal(verdict([coin()], {...pair, krw_price: null, english_name: null}), 'suspicious alpha')
  })

  test('a symbol alone never makes a pair', () => {
    const stranger = coin({coingecko_id: 'stranger', name: 'Zebra Money'})
    assert.equal(verdict([stranger], {krw_price: null}), 'unmatched null')
    assert.equal(
      verdict([stranger]),
      'unmatched null',
      'not even with an equal price: many coins cost about the same',
    )
    assert.equal(
      verdict([stranger, coin({coingecko_id: 'other', name: 'Kudu', market_cap_rank: 1})]),
      'unmatched null',
    )
    const row = one([stranger])
    assert.deepEqual(
      (row['candidates'] as Row[]).map(({coingecko_id: id}) => id),
      ['stranger'],
      'shown to the user all the same',
    )
  })

  test('of coins with the same symbol the one with name and price is proposed, not the largest', () => {
    const coins = [
      coin({coingecko_id: 'large', name: 'Large', market_cap_rank: 1, price_usd: '77'}),
      coin({coingecko_id: 'far', price_usd: '4'}),
      coin(),
      coin({coingecko_id: 'near', name: 'Omega', market_cap_rank: 2}),
    ]
    assert.equal(verdict(coins), 'proposed alpha')
    assert.equal(verdict(coins.toReversed()), 'proposed alpha', 'whatever their order')
    assert.equal(
      verdict([coin({price_usd: '4'})]),
      'unmatched null',
      'the same name at another price is another coin',
    )
    assert.equal(
      verdict([coin({price_usd: null})]),
      'proposed alpha',
      'name and symbol, where there is no price',
    )
    assert.equal(
      verdict([coin({price_usd: null, symbol: 'XYZ'})]),
      'unmatched null',
      'a name alone is not enough',
    )
  })

  test('a proposal never counts as verified', () => {
    const row = one([coin()])
    assert.deepEqual([row['verified_at'], row['verified_by'], row['override']], [null, null, false])
  })

  test('scores lie between 0 and 100, and better evidence scores higher', () => {
    const score = (more: object, of: Partial<Candidate> = {}) =>
      Number(one([coin(more)], {...pair, ...of})['match_score'])
    const best = score({})
    assert.equal(best, 100)
    for (const worse of [
      score({name: 'Omega'}),
      score({price_usd: '2.1'}),
      score({price_usd: null}),
      score({market_cap_rank: null}),
      score({symbol: 'X'}),
    ])
      assert.ok(worse < best && worse >= 0, String(worse))
    assert.ok(score({price_usd: '1e-30', name: 'ζ', symbol: 'X', market_cap_rank: null}) >= 0)
  })

  test('at most five further coins are shown, best first', () => {
    const coins = Array.from({length: 9}, (_, n) =>
      coin({coingecko_id: `coin-${n}`, price_usd: String(2 + n / 100)}),
    )
    const row = one(coins, {pair_id: 'coin-8'})
    assert.deepEqual(
      (row['candidates'] as Row[]).map(({coingecko_id: id}) => id),
      ['coin-0', 'coin-1', 'coin-2', 'coin-3', 'coin-4'],
    )
  })

  test('a candidate that cannot be judged is rejected, and the others are not', () => {
    const found = [
      ...(bithumbCoingecko.map([candidate([], {coins: 'no JSON'}), candidate([coin()])], {
        at: new Date(0),
      }) as Iterable<object>),
    ]
    assert.deepEqual(found.map(isRejected), [true, false])
  })
})
