/** A query, a table or a view without data names the commands that bring it. */
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import pg from 'pg'
import {namedQueries} from '../../src/lib/report/named-queries.js'
import {fin, postgres, type Postgres} from '../servers.js'

let server: Postgres
let client: pg.Client
let env: {DATABASE_URL: string}
before(async () => {
  server = await postgres()
  env = {DATABASE_URL: await server.withSchema('missing')}
  client = new pg.Client(env.DATABASE_URL)
  await client.connect()
})
after(async () => {
  await client?.end()
  await server?.stop()
})

/** The commands that stderr names, in order. */
async function named(...args: string[]): Promise<string[]> {
  const {code, stderr} = await fin([...args, '--csv'], {env})
  assert.equal(code, 0, stderr)
  return stderr.split('\n').flatMap((line) => /^ {2}fin (.+)$/.exec(line)?.[1] ?? [])
}

const wanted: Readonly<Record<string, readonly string[]>> = {
  'bithumb-coingecko-mapping': [
    'ingest bithumb-markets',
    'ingest coingecko-ids',
    'ingest bithumb-tickers',
    'map bithumb-coingecko',
  ],
  'bithumb-movers': ['ingest bithumb-markets', 'ingest bithumb-tickers'],
  'bithumb-quotes': ['ingest bithumb-markets', 'ingest bithumb-tickers'],
  'crypto-market': ['ingest coingecko-global'],
  gaps: [],
  'kimchi-premium': [
    'ingest bithumb-markets',
    'ingest coingecko-ids',
    'ingest bithumb-tickers',
    'map bithumb-coingecko',
    'ingest coingecko-tickers',
    'ingest coingecko-global',
  ],
  'latest-macro': ['ingest cpi', 'ingest federal-funds-rate', 'ingest inflation', 'ingest treasury-yield'],
  'members-as-of': ['ingest sp500-companies'],
  'market-hours': [],
  'missed-targets': [],
  'news-yield': ['ingest news-sentiment'],
  'series-as-of': ['ingest macro-vintages'],
  'sp500-sectors': ['ingest sp500-companies'],
  'top-coins': ['ingest coingecko-ids'],
}

for (const {name, parameters} of namedQueries())
  test(`fin query ${name} on an empty database`, async () => {
    const required = parameters.flatMap((one) => (one.default === undefined ? [`--${one.name}`, 'X'] : []))
    assert.deepEqual((await named('query', name, ...required, '--quiet')).length, 0)
    assert.deepEqual(
      (await named('query', name, ...required)).sort(),
      [...(wanted[name] ?? ['no expectation'])].sort(),
    )
  })

test('the commands stand in the order in which they work', async () => {
  const commands = await named('query', 'kimchi-premium')
  const at = (command: string) => commands.indexOf(command)
  assert.ok(at('ingest bithumb-markets') < at('map bithumb-coingecko'), String(commands))
  assert.ok(at('ingest coingecko-ids') < at('map bithumb-coingecko'), String(commands))
  assert.ok(at('map bithumb-coingecko') < at('ingest coingecko-tickers'), String(commands))
})

test('an empty table or view is exported with the commands that fill it', async () => {
  assert.deepEqual(await named('export', 'company_news'), ['ingest sp500-companies', 'ingest company-news'])
  assert.deepEqual(await named('export', 'cpi_compat'), ['ingest cpi'])
  assert.deepEqual(await named('export', 'crypto_market_trend'), ['ingest coingecko-global'])
  assert.deepEqual(await named('export', 'job_runs'), [])
})

test('only what is still missing is named', async () => {
  await client.query(`
    insert into market_code_bithumb (market_code, quote, base, korean_name, english_name) values ('KRW-BTC', 'KRW', 'BTC', '비트코인', 'Bitcoin');
    insert into coingecko_id_mapping (coingecko_id, symbol, name) values ('bitcoin', 'BTC', 'Bitcoin');
    insert into bithumb_coingecko_mapping (market_code, symbol, coingecko_id, status, is_active, match_method) values ('KRW-BTC', 'BTC', 'bitcoin', 'verified', true, 'pair')`)
  const {stderr, stdout} = await fin(['query', 'kimchi-premium'], {env})
  assert.match(stdout, /no won price yet/)
  assert.equal(
    stderr,
    'kimchi-premium: no data in coingecko_global_market_data, coingecko_tickers_bithumb_matched yet; to collect it:\n' +
      '  fin ingest coingecko-global\n  fin ingest coingecko-tickers\n',
  )
  assert.deepEqual(await named('query', 'top-coins'), [])
  await client.query(
    `insert into cpi (series_id, date, cpi_value, interval_type, unit) values ('CPIAUCNS', '2026-10-01', 1, 'monthly', 'index')`,
  )
  assert.deepEqual((await named('query', 'latest-macro')).sort(), wanted['latest-macro']!.slice(1))
  assert.deepEqual(await named('export', 'cpi', '--until', '2020-01-01'), [])
})
