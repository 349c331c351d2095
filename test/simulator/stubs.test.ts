import assert from 'node:assert/strict'
import {test} from 'node:test'
import {alphaVantage} from '../../src/lib/providers/alpha-vantage.js'
import {bithumb} from '../../src/lib/providers/bithumb.js'
import {coingecko} from '../../src/lib/providers/coingecko.js'
import {fred} from '../../src/lib/providers/fred.js'
import {wikipedia} from '../../src/lib/providers/wikipedia.js'
import {x} from '../../src/lib/providers/x.js'
import {fixture, fixturesSkip} from '../fixtures.js'
import {full} from '../size.js'
import {fredKey, simulated} from './request.js'

type Row = Record<string, unknown>
const key = {'x-cg-demo-api-key': 'CG-anything', authorization: 'Bearer x-anything'}
const marketsPath =
  '/coingecko/api/v3/coins/markets?vs_currency=usd&order=market_cap_desc&per_page=250&sparkline=false&price_change_percentage=24h&include_rehypothecated=true&page='
const requests = [
  '/wikipedia/wiki/List_of_S%26P_500_companies',
  '/bithumb/v1/market/all?isDetails=true',
  '/bithumb/v1/ticker?markets=KRW-BTC,krw-egg,BTC-ETH',
  '/bithumb/v1/candles/minutes/1?market=krw-egg&to=2026-11-23T12:00:00&count=200',
  `${marketsPath}3`,
  '/coingecko/api/v3/global',
  '/coingecko/api/v3/exchanges/list',
  `/fred/fred/series/observations?series_id=DGS10&file_type=json&api_key=${fredKey}`,
  '/alpha-vantage/query?function=CPI&apikey=x',
  '/alpha-vantage/query?function=OVERVIEW&symbol=BRK-B&apikey=y',
  '/alpha-vantage/query?function=BALANCE_SHEET&symbol=BF.B&apikey=z',
  '/alpha-vantage/query?function=ETF_PROFILE&symbol=QQQ&apikey=w',
  '/x/2/users/by?usernames=elonmusk,WSJ,nobody_at_all&user.fields=public_metrics',
]

test('same seed, instant and request: the same bytes, headers included; also after requests at other instants', async (t) => {
  const one = await simulated(t)
  const other = await simulated(t, {seed: 5}) // between the two, so that nothing of the first is kept
  const two = await simulated(t)
  await two.post('/clock', {instant: '2026-12-20T00:00:00Z'})
  for (const path of requests) await two.request(path, key)
  await two.post('/clock', {instant: '2026-11-23T06:00:00Z'})
  for (const path of requests) {
    const [a, b] = [await one.request(path, key), await two.request(path, key)]
    assert.equal(a.status, 200, a.text.slice(0, 200))
    assert.deepEqual([a.text, a.headers], [b.text, b.headers], path)
  }
  assert.notEqual(
    (await other.request(`${marketsPath}3`, key)).text,
    (await one.request(`${marketsPath}3`, key)).text,
  )
})

test('CoinGecko: 5,000 coins on twenty pages, the end is an empty page, every recorded field is present', async (t) => {
  const simulator = await simulated(t)
  const rows: Row[] = []
  for (let page = 1; page <= 23; page++) {
    const body = (await simulator.request(`${marketsPath}${page}`, key)).body as Row[]
    if (page <= 20) assert.equal(body.length, 250)
    if (page === 23) assert.deepEqual(body, [])
    rows.push(...body)
  }
  assert.equal(new Set(rows.map(({id}) => id)).size, rows.length)
  const ranks = rows.map(({market_cap_rank: rank}) => rank).filter((rank) => rank !== null)
  assert.deepEqual(
    ranks,
    ranks.map((_, index) => index + 1),
  )
  const wrapped = rows.find(({id}) => id === 'wrapped-bitcoin')
  assert.ok(
    wrapped?.['market_cap_rank'] === null && Number(wrapped['market_cap_rank_with_rehypothecated']) > 1,
  )
  assert.ok(rows.slice(0, 5000).some(({current_price: price}) => price === null))
  assert.ok(rows.slice(0, 5000).some(({market_cap: cap}) => cap === 0))
  for (const row of rows) {
    if (row['current_price'] === null) continue
    assert.ok(
      Number(row['low_24h']) <= Number(row['current_price']) &&
        Number(row['current_price']) <= Number(row['high_24h']),
      JSON.stringify(row),
    )
    assert.ok(
      Number(row['atl']) <= Number(row['low_24h']) && Number(row['high_24h']) <= Number(row['ath']),
      JSON.stringify(row),
    )
    assert.ok(
      String(row['last_updated']) <= '2026-11-23T06:00:00.000Z' &&
        String(row['last_updated']) > '2026-11-23T05:58:59.999Z',
    )
  }
  const some = (
    await simulator.request(
      '/coingecko/api/v3/coins/markets?vs_currency=krw&ids=nestree,justanegg-2,no-such-coin',
      key,
    )
  ).body as Row[]
  assert.deepEqual(some.map(({id, symbol}) => [id, symbol]).sort(), [
    ['justanegg-2', 'egg'],
    ['nestree', 'egg'],
  ])
  assert.deepEqual((await simulator.request('/coingecko/api/v3/coins/markets', key)).body, {
    error: 'Missing parameter vs_currency',
  })
})

test('the fields of each provider stub are those of the recordings', {skip: fixturesSkip}, async (t) => {
  const simulator = await simulated(t)
  const fields = (row: unknown) => Object.keys(row as Row)
  const compare = (recorded: unknown, simulated: unknown, but: readonly string[] = []) =>
    assert.deepEqual(
      fields(simulated).sort(),
      fields(recorded)
        .filter((field) => !but.includes(field))
        .sort(),
    )
  const of = async (path: string) => (await simulator.request(path, key)).body
  const first = (body: unknown) => (body as Row[])[0]
  compare(
    first(JSON.parse(fixture('coingecko/coins-markets-57.json'))),
    first(await of('/coingecko/api/v3/coins/markets?vs_currency=usd')),
  )
  compare(
    (JSON.parse(fixture('coingecko/global-2026.json')) as {data: unknown}).data,
    ((await of('/coingecko/api/v3/global')) as {data: unknown}).data,
  )
  compare(
    first(JSON.parse(fixture('bithumb/v1-ticker-krw-btc.json'))),
    first(await of('/bithumb/v1/ticker?markets=KRW-BTC')),
  )
  compare(
    first(JSON.parse(fixture('bithumb/v1-candles-minutes-1.json'))),
    first(await of('/bithumb/v1/candles/minutes/1?market=KRW-BTC')),
  )
  compare(
    first(JSON.parse(fixture('bithumb/market-all-details.json'))),
    first(await of('/bithumb/v1/market/all?isDetails=true')),
  )
  const recorded = JSON.parse(fixture('fred/observations-fedfunds.json')) as {observations: Row[]}
  const observed = (await of(
    `/fred/fred/series/observations?series_id=FEDFUNDS&file_type=json&api_key=${fredKey}`,
  )) as {observations: Row[]}
  compare(recorded, observed)
  compare(recorded.observations[0], observed.observations[0])
  compare(
    JSON.parse(fixture('alphavantage/inflation-json-shape.json')),
    await of('/alpha-vantage/query?function=INFLATION&apikey=x'),
  )
  compare(
    JSON.parse(fixture('alphavantage/overview-ibm.json')),
    await of('/alpha-vantage/query?function=OVERVIEW&symbol=IBM&apikey=o'),
  )
  const sheets = JSON.parse(fixture('alphavantage/balance-sheet-ibm.json')) as Record<string, Row[]>
  const invented = (await of('/alpha-vantage/query?function=BALANCE_SHEET&symbol=IBM&apikey=b')) as Record<
    string,
    Row[]
  >
  compare(sheets, invented)
  for (const list of ['annualReports', 'quarterlyReports']) {
    compare(sheets[list]![0], invented[list]![0])
    assert.equal(sheets[list]!.length, invented[list]!.length)
  }
  const fund = (await of('/alpha-vantage/query?function=ETF_PROFILE&symbol=QQQ&apikey=e')) as {
    holdings: Row[]
  }
  compare(JSON.parse(fixture('alphavantage/etf-profile-qqq.json')), fund)
  compare(
    (JSON.parse(fixture('alphavantage/etf-profile-qqq.json')) as {holdings: Row[]}).holdings[0],
    fund.holdings[0],
  )
  const alphaVantageSays = async (query: string) => {
    await simulator.post('/clock', {advanceMs: 1000})
    return simulator.request(`/alpha-vantage/query?${query}&apikey=x`)
  }
  const header = (text: string) => text.split(/\r?\n/)[0]
  assert.equal(
    header((await alphaVantageSays('function=EARNINGS_CALENDAR&horizon=12month')).text),
    header(fixture('alphavantage/earnings-calendar-3month.csv')),
  )
  const movers = JSON.parse(fixture('alphavantage/top-gainers-losers.json')) as Record<string, Row[]>
  const simulatedMovers = (await alphaVantageSays('function=TOP_GAINERS_LOSERS')).body as Record<
    string,
    Row[]
  >
  compare(movers, simulatedMovers)
  compare(movers['top_losers']![0], simulatedMovers['top_losers']![0])
  const news = JSON.parse(fixture('alphavantage/news-sentiment-aapl.json')) as {
    feed: (Row & {ticker_sentiment: Row[]; topics: Row[]})[]
  }
  const simulatedNews = (await alphaVantageSays('function=NEWS_SENTIMENT&tickers=AAPL')).body as typeof news
  compare(news, simulatedNews)
  compare(news.feed[0], simulatedNews.feed[0])
  compare(news.feed[0]!.topics[0], simulatedNews.feed[0]!.topics[0])
  compare(news.feed[0]!.ticker_sentiment[0], simulatedNews.feed[0]!.ticker_sentiment[0])
})

test('fundamentals follow the days: a quarter appears after its report, prices move once a day, sums are right, some are unknown', async (t) => {
  const simulator = await simulated(t, {
    env: {
      ALPHA_VANTAGE_REQUESTS_PER_SECOND: '1000',
      ALPHA_VANTAGE_REQUESTS_PER_DAY: '10000',
      ALPHA_VANTAGE_REQUESTS_PER_DAY_AND_ADDRESS: '10000',
    },
  })
  const request = async (name: string, symbol: string) =>
    (await simulator.request(`/alpha-vantage/query?function=${name}&symbol=${symbol}&apikey=x`))
      .body as Record<string, string> & Record<string, Row[]>
  const nowMs = simulator.clock.nowMs()
  const [report] = simulator.scenario.reports(
    'MSFT',
    nowMs + 2 * 86_400_000,
    nowMs + 120 * 86_400_000,
    nowMs + 120 * 86_400_000,
  )
  await simulator.post('/clock', {instant: `${report!.day}T23:59:59Z`})
  const onTheDay = await request('OVERVIEW', 'MSFT')
  assert.ok(onTheDay['LatestQuarter']! < report!.fiscalEnd)
  await simulator.post('/clock', {advanceMs: 1000})
  const after = await request('OVERVIEW', 'MSFT')
  assert.equal(after['LatestQuarter'], report!.fiscalEnd)
  assert.notEqual(after['MarketCapitalization'], onTheDay['MarketCapitalization'])
  await simulator.post('/clock', {advanceMs: 20 * 3_600_000})
  assert.deepEqual(await request('OVERVIEW', 'MSFT'), after)
  const odd = {unknown: 0, negative: 0, none: 0}
  const members = simulator.scenario.members(simulator.clock.nowMs())
  for (const {symbol} of members.filter((_, at) => full || at % 4 === 0)) {
    const body = await request('BALANCE_SHEET', symbol.replace('.', '-'))
    if (!body['quarterlyReports']) {
      odd.unknown++
      assert.deepEqual(await request('OVERVIEW', symbol), {})
      continue
    }
    assert.deepEqual([body['annualReports']?.length, body['quarterlyReports'].length], [20, 81], symbol)
    for (const one of [...body['annualReports']!, ...body['quarterlyReports']]) {
      assert.equal(
        BigInt(String(one['totalAssets'])),
        BigInt(String(one['totalLiabilities'])) + BigInt(String(one['totalShareholderEquity'])),
        symbol,
      )
      assert.equal(
        BigInt(String(one['totalAssets'])),
        BigInt(String(one['totalCurrentAssets'])) + BigInt(String(one['totalNonCurrentAssets'])),
        symbol,
      )
      if (Object.values(one).includes('None')) odd.none++
    }
    if (String(body['quarterlyReports'][0]?.['totalShareholderEquity']).startsWith('-')) odd.negative++
  }
  assert.ok(
    odd.unknown >= 1 && odd.unknown <= members.length / 40 && odd.negative >= 1 && odd.none > 100,
    JSON.stringify(odd),
  )
})

test('Bithumb: times nine hours ahead, one unknown code fails the call, at most 200 markets, won prices agree with the scenario', async (t) => {
  const simulator = await simulated(t)
  const [btc, egg] = (await simulator.request('/bithumb/v1/ticker?markets=KRW-BTC,krw-egg')).body as Row[]
  assert.equal(egg?.['market'], 'KRW-EGG')
  const utc = String(btc?.['trade_date']) + String(btc?.['trade_time'])
  const stamped = new Date(Number(btc?.['trade_timestamp']) - 9 * 3_600_000)
    .toISOString()
    .replace(/\D/g, '')
    .slice(0, 14)
  assert.equal(stamped, utc)
  assert.ok(
    Number(btc?.['low_price']) <= Number(btc?.['trade_price']) &&
      Number(btc?.['trade_price']) <= Number(btc?.['high_price']),
  )
  const {scenario} = simulator
  const coin = scenario.coin('bitcoin')
  assert.ok(coin)
  const tradeMs = Number(btc?.['trade_timestamp']) - 9 * 3_600_000
  const premium =
    Number(btc?.['trade_price']) / (scenario.usd(coin, tradeMs) * scenario.bithumb.krwPerUsdt(tradeMs)) - 1
  assert.ok(Math.abs(premium - scenario.bithumb.premium(coin, tradeMs)) < 0.0001)

  const unknown = await simulator.request('/bithumb/v1/ticker?markets=KRW-BTC,KRW-NOPE')
  assert.deepEqual([unknown.status, bithumb.refusal?.(unknown)?.next], [200, 'skip'])
  const many = await simulator.request(
    `/bithumb/v1/ticker?markets=${Array.from({length: 201}, () => 'KRW-BTC').join(',')}`,
  )
  assert.match(bithumb.refusal?.(many)?.why ?? '', /less than or equal to 200/)
  assert.equal(
    (
      (
        await simulator.request(
          `/bithumb/v1/ticker?markets=${Array.from({length: 200}, () => 'KRW-BTC').join(',')}`,
        )
      ).body as Row[]
    ).length,
    200,
  )
  assert.equal(unknown.headers['x-ratelimit-requested-tokens'], '1')
})

test('Wikipedia: 503 rows, class shares as links, notes and entities; 403 without a User-Agent; an unchanged page is 304', async (t) => {
  const simulator = await simulated(t)
  const path = '/wikipedia/wiki/List_of_S%26P_500_companies'
  const page = await simulator.request(path)
  const constituents = page.text.slice(
    page.text.indexOf('id="constituents"'),
    page.text.indexOf('id="changes"'),
  )
  assert.equal(constituents.match(/<td>\d{10}<\/td>/g)?.length, 503)
  assert.match(constituents, /XNYS:BRK\.B">BRK\.B<\/a>/)
  assert.match(constituents, /Brown–Forman/)
  assert.match(constituents, /&amp;/)
  assert.match(constituents, /class="reference"/)
  await simulator.post('/clock', {advanceMs: 2000})
  const refused = await simulator.request(path, {'user-agent': ''})
  assert.deepEqual([refused.status, wikipedia.refusal?.(refused)?.next], [403, 'stop'])
  await simulator.post('/clock', {advanceMs: 2000})
  assert.equal((await simulator.request(path, {'if-none-match': page.headers['etag'] ?? ''})).status, 304)
})

test('FRED: XML by default, a key of 32 characters, an unknown series, ranges and order', async (t) => {
  const simulator = await simulated(t)
  const request = async (query: string) => {
    await simulator.post('/clock', {advanceMs: 1000})
    return simulator.request(`/fred/fred/series/observations?${query}`)
  }
  assert.match(
    (await request(`series_id=GS10&api_key=${fredKey}`)).text,
    /^<\?xml [^]*<observation realtime_start="[\d-]+" realtime_end="[\d-]+" date="1990-01-01" value="[\d.]+"\/>/,
  )
  for (const [query, next] of [
    [`series_id=NOPE&file_type=json&api_key=${fredKey}`, 'skip'],
    ['series_id=GS10&file_type=json&api_key=SHORT', 'stop'],
    ['series_id=GS10&file_type=json', 'stop'],
    [`series_id=NOPE&api_key=${fredKey}`, 'skip'],
  ] as const) {
    const answer = await request(query)
    assert.deepEqual([answer.status, fred.refusal?.(answer)?.next], [400, next], query)
  }
  const range = (
    await request(
      `series_id=GS10&file_type=json&sort_order=desc&limit=2&observation_start=2026-01-01&observation_end=2026-03-31&api_key=${fredKey}`,
    )
  ).body as {count: number; observations: Row[]}
  assert.deepEqual([range.count, range.observations.map(({date}) => date)], [3, ['2026-03-01', '2026-02-01']])
})

test('Alpha Vantage: newest first, in JSON and CSV, monthly and weekly; no key, a wrong function, another Accept', async (t) => {
  const simulator = await simulated(t)
  const request = async (query: string, headers = {}) => {
    await simulator.post('/clock', {advanceMs: 1000})
    return simulator.request(`/alpha-vantage/query?${query}`, headers)
  }
  const cpi = (await request('function=CPI&interval=monthly&apikey=x')).body as {
    data: {date: string; value: string}[]
  }
  assert.equal(cpi.data[0]?.date, '2026-10-01')
  assert.equal(cpi.data.find(({date}) => date === '2025-10-01')?.value, '.')
  const fredCpi = simulator.scenario.series.get('CPIAUCNS')?.observations(simulator.clock.nowMs()).at(-1)
  assert.deepEqual(cpi.data[0], fredCpi)
  assert.match(
    (await request('function=TREASURY_YIELD&maturity=3month&interval=weekly&datatype=csv&apikey=x')).text,
    /^timestamp,value\r\n2026-11-\d\d,[\d.]+\r\n/,
  )
  const rate = (await request('function=FEDERAL_FUNDS_RATE&apikey=x')).body as {
    data: {date: string; value: string}[]
  }
  assert.match(`${rate.data[0]?.date} ${rate.data[0]?.value}`, /^2026-10-01 \d+\.\d\d$/)
  for (const [query, next, headers] of [
    ['function=CPI', 'stop', {}],
    ['function=NO_SUCH&symbol=IBM&apikey=x', 'skip', {}],
    ['function=CPI&apikey=x', 'stop', {accept: 'text/csv'}],
  ] as const) {
    const answer = await request(query, headers)
    assert.deepEqual([answer.status, alphaVantage.refusal?.(answer)?.next], [200, next], query)
  }
})

test('Alpha Vantage: two spellings of one share that disagree, a symbol without a report, news of each listed symbol, the words for "none"', async (t) => {
  const simulator = await simulated(t)
  const request = async (query: string, ms = 1000) => {
    await simulator.post('/clock', {advanceMs: ms})
    return simulator.request(`/alpha-vantage/query?${query}&apikey=x`)
  }
  const calendar = (await request('function=EARNINGS_CALENDAR&horizon=3month')).text
    .trim()
    .split('\n')
    .map((line) => line.split(','))
  const of = (symbol: string) => calendar.find(([name]) => name === symbol) ?? []
  assert.equal(of('BF.B')[3], of('BF-B')[3])
  assert.notEqual(of('BF.B')[2], of('BF-B')[2])
  assert.deepEqual(of('BAC-PB').slice(0, 2), ['BAC-PB', 'BAC-PB'])
  assert.ok(new Set(calendar.slice(1).map(([, , , , , currency]) => currency)).size > 3)
  assert.equal(
    (await request('function=EARNINGS_CALENDAR&symbol=NOSUCH')).text,
    'symbol,name,reportDate,fiscalDateEnding,estimate,currency,timeOfTheDay\n',
  )
  assert.equal(
    alphaVantage.refusal?.(await request('function=EARNINGS_CALENDAR&horizon=2weeks'))?.next,
    'skip',
  )
  const {feed} = (
    await request('function=NEWS_SENTIMENT&tickers=XOM&topics=energy_transportation&sort=EARLIEST&limit=5')
  ).body as {feed: {time_published: string; ticker_sentiment: Row[]; topics: Row[]}[]}
  assert.equal(feed.length, 5)
  assert.deepEqual(
    feed.map(({time_published: at}) => at),
    feed.map(({time_published: at}) => at).sort(),
  )
  for (const one of feed)
    assert.ok(
      one.ticker_sentiment.some(({ticker}) => ticker === 'XOM') &&
        one.topics.some(({topic}) => topic === 'energy_transportation'),
    )
  for (const [query, next] of [
    ['tickers=NOSUCH', undefined],
    ['topics=no_topic', 'skip'],
    ['time_from=2026', 'skip'],
  ] as const)
    assert.equal(alphaVantage.refusal?.(await request(`function=NEWS_SENTIMENT&${query}`))?.next, next, query)
  assert.match((await request('function=NEWS_SENTIMENT&tickers=NOSUCH')).text, /No articles found/)
  assert.equal(((await request('function=NEWS_SENTIMENT&tickers=NOSUCH', 60_000)).body as Row)['items'], '0')
})

test('each provider stub refuses a request over a limit in the words of its provider, which refusal() understands', async (t) => {
  const simulator = await simulated(t)
  const until = async (path: string, tries: number, headers = {}) => {
    for (let n = 0; n < tries; n++) {
      const answer = await simulator.request(path, headers)
      if (n === tries - 1) return answer
    }
    throw new Error('no tries')
  }
  const second = await until('/alpha-vantage/query?function=CPI&apikey=k1', 2)
  assert.deepEqual([second.status, alphaVantage.refusal?.(second)?.next], [200, 'wait'])
  const quick = await until(
    `/fred/fred/series/observations?series_id=GS10&file_type=json&api_key=${fredKey}`,
    3,
  )
  assert.deepEqual([quick.status, fred.refusal?.(quick)?.next], [429, 'wait'])
  const keyless = await until('/coingecko/api/v3/ping', 6)
  assert.deepEqual(
    [keyless.status, coingecko.refusal?.(keyless)?.next, keyless.headers['retry-after']],
    [429, 'wait', '60'],
  )
  const keyed = await until('/coingecko/api/v3/ping', 31, key)
  assert.deepEqual([keyed.status, coingecko.refusal?.(keyed)?.next], [429, 'wait'])
  const bithumbNo = await until('/bithumb/v1/market/all', 11)
  assert.deepEqual([bithumbNo.status, bithumb.refusal?.(bithumbNo)?.next], [429, 'wait'])
  const wikipediaNo = await until('/wikipedia/wiki/List_of_S%26P_500_companies', 2)
  assert.deepEqual([wikipediaNo.status, wikipedia.refusal?.(wikipediaNo)?.next], [429, 'wait'])

  for (let n = 0; n < 25; n++) {
    await simulator.post('/clock', {advanceMs: 60_000})
    await simulator.request('/alpha-vantage/query?function=INFLATION&apikey=k2')
  }
  await simulator.post('/clock', {advanceMs: 60_000})
  const spent = await simulator.request('/alpha-vantage/query?function=INFLATION&apikey=k2')
  assert.equal(alphaVantage.refusal?.(spent)?.next, 'spent')
  assert.match(spent.text, /API key as k2/) // it quotes the key, as the real provider does
  assert.ok(!JSON.stringify((await simulator.request('/log')).body).includes('k2"'))
})

test('the credits of a month are spent, and are available again on the first', async (t) => {
  const simulator = await simulated(t, {env: {COINGECKO_REQUESTS_PER_MONTH: '3'}})
  for (let n = 0; n < 3; n++)
    assert.equal((await simulator.request('/coingecko/api/v3/ping', key)).status, 200)
  const spent = await simulator.request('/coingecko/api/v3/ping', key)
  assert.deepEqual(coingecko.refusal?.(spent)?.next, 'spent')
  assert.equal(coingecko.refusal?.(spent)?.until?.toISOString(), '2026-12-01T00:00:00.000Z')
  await simulator.post('/clock', {instant: '2026-12-01T00:00:00Z'})
  assert.equal((await simulator.request('/coingecko/api/v3/ping', key)).status, 200)
})

test('an unknown request is an error that names it, and the error is printed too', async (t) => {
  const reported: string[] = []
  const simulator = await simulated(t, {
    onUnknown: (text) => {
      reported.push(text)
    },
  })
  for (const path of [
    '/coingecko/api/v3/coins/bitcoin',
    '/binance/api/v3/klines',
    '/fred/fred/releases',
    `/fred/fred/series/observations?series_id=GS10&vintage_dates=2020-01-01&api_key=${fredKey}`,
    '/wikipedia/wiki/Bitcoin',
  ]) {
    const answer = await simulator.request(path)
    assert.equal(answer.status, 501)
    assert.ok(answer.text.includes(`GET ${path.split('?')[0]}`), answer.text)
    assert.ok(!answer.text.includes(fredKey))
  }
  assert.equal(reported.length, 5)
  assert.ok(!reported.join().includes(fredKey))
})

test('X: handles in any case, unknown and suspended ones among the errors, pages by id, unrequested fields are absent, its own refusals', async (t) => {
  const plan = Object.fromEntries(['1', '2', '3', '4'].map((label) => [`X_PLAN_${label}`, 'pay-per-use']))
  const simulator = await simulated(t, {env: plan})
  const of = async (path: string, token = 'x-anything') =>
    simulator.request(`/x/2/${path}`, {authorization: `Bearer ${token}`})
  const users = (await of('users/by?usernames=ELONMUSK,was_suspended,nobody_at_all')).body as {
    data: Row[]
    errors: Row[]
  }
  assert.deepEqual(
    users.data.map((user) => Object.keys(user)),
    [['id', 'name', 'username']],
  )
  assert.deepEqual(
    users.errors.map(({value, title}) => [value, title]),
    [
      ['was_suspended', 'Forbidden'],
      ['nobody_at_all', 'Not Found Error'],
    ],
  )
  const [{id}] = users.data as [Row]
  const bare = (await of(`users/${String(id)}/tweets`)).body as {data: Row[]; meta: Row}
  assert.deepEqual(
    [bare.data.length, Object.keys(bare.data[0]!)],
    [10, ['id', 'text', 'edit_history_tweet_ids']],
  )
  const seen: string[] = []
  let token = ''
  for (let page = 0; page < 4; page++) {
    const {data, meta} = (
      await of(`users/${String(id)}/tweets?max_results=100&tweet.fields=created_at${token}`)
    ).body as {data: Row[]; meta: Row}
    seen.push(...data.map((post) => String(post['id'])))
    token = `&pagination_token=${String(meta['next_token'])}`
  }
  assert.deepEqual(
    seen,
    [...new Set(seen)].toSorted((a, b) => (BigInt(a) < BigInt(b) ? 1 : -1)),
  )
  const between = (
    await of(`users/${String(id)}/tweets?since_id=${seen[20]}&until_id=${seen[10]}&max_results=50`)
  ).body as {data: Row[]; meta: Row}
  assert.deepEqual(
    [between.data.map((post) => post['id']), between.meta['next_token']],
    [seen.slice(11, 20), undefined],
  )
  assert.deepEqual((await of(`users/${String(id)}/tweets?since_id=${seen[0]}`)).body, {
    meta: {result_count: 0},
  })
  assert.deepEqual(
    [(await of(`users/${String(id)}/tweets?max_results=3`)).status, (await of('users/12/tweets')).status],
    [400, 200],
  )
  const no = async (name: string) => {
    const answer = await of('users/by?usernames=wsj', name)
    return [answer.status, x.refusal?.(answer)?.next]
  }
  assert.deepEqual(
    [await no('revoked'), await no('nocredits'), await no('notenrolled'), await no('usagecapped')],
    [
      [401, 'stop'],
      [402, 'spent'],
      [403, 'stop'],
      [429, 'spent'],
    ],
  )
  const free = await simulated(t)
  const twice = [
    await free.request(`/x/2/users/${String(id)}/tweets`, key),
    await free.request(`/x/2/users/${String(id)}/tweets`, key),
  ]
  assert.deepEqual(
    twice.map(({status}) => status),
    [200, 429],
  )
  const [, limited] = twice
  assert.deepEqual(
    [x.refusal?.(limited!)?.next, limited!.headers['x-rate-limit-reset']],
    ['wait', String(Date.parse('2026-11-23T06:15:00Z') / 1000)],
  )
  assert.equal(limited!.headers['content-type'], 'application/problem+json')
})

test('Bithumb: candles are newest first, quiet minutes have none, the newest is unfinished, and `to` is exclusive', async (t) => {
  const simulator = await simulated(t)
  const path = '/bithumb/v1/candles/minutes/1?market='
  const of = async (query: string) => (await simulator.request(`${path}${query}`)).body as Row[]
  const minutes = (rows: Row[]) =>
    rows.map(({candle_date_time_utc: start}) => Date.parse(`${String(start)}Z`))
  await simulator.post('/clock', {instant: '2026-11-23T06:00:30Z'})
  const quiet = minutes(await of('KRW-EGG&count=200'))
  assert.equal(quiet.length, 200)
  assert.deepEqual(
    quiet,
    quiet.toSorted((a, b) => b - a),
  )
  assert.ok(quiet[0]! - quiet.at(-1)! > 199 * 60_000, 'some minutes have no trade')
  const [unfinished] = await of('KRW-BTC')
  assert.equal(unfinished?.['candle_date_time_utc'], '2026-11-23T06:00:00')
  assert.equal(unfinished['candle_date_time_kst'], '2026-11-23T15:00:00')
  assert.ok(Number(unfinished['timestamp']) <= Date.parse('2026-11-23T06:00:30Z'))
  await simulator.post('/clock', {instant: '2026-11-23T06:01:30Z'})
  const [later] = await of('KRW-BTC&to=2026-11-23T15:01:00')
  assert.equal(later?.['candle_date_time_utc'], '2026-11-23T06:00:00')
  assert.equal(later['opening_price'], unfinished['opening_price'])
  assert.ok(Number(later['candle_acc_trade_volume']) > Number(unfinished['candle_acc_trade_volume']))
  for (const query of ['KRW-NOPE', 'KRW-BTC&count=201', 'KRW-BTC&to=yesterday'])
    assert.ok(bithumb.refusal?.(await simulator.request(`${path}${query}`)), query)
})
