/** The stream of Bithumb: requests while its socket is silent, new listings, and interval rows. */
import assert from 'node:assert/strict'
import {setTimeout as pause} from 'node:timers/promises'
import {test} from 'node:test'
import {bithumbMarkets} from '../../src/lib/collectors/bithumb-markets.js'
import {realClock} from '../../src/lib/clock.js'
import {bithumb} from '../../src/lib/feeds/bithumb.js'
import {generous, openSetup} from '../run/setup.js'
import {isRejected} from '../../src/lib/parse.js'
import {eventually} from './running.js'
import {runFeed} from './session.js'

interface Quote {
  market: string
  ms: number
}

test(
  'Bithumb: quotes of a silent socket are requested, new listings join, intervals hold',
  {timeout: 120_000},
  async (t) => {
    const setup = await openSetup({at: realClock.now(), rate: 1, simulated: generous})
    const {simulator, rows} = setup
    await setup.collect(bithumbMarkets)
    const markets = (
      await rows(
        `select market_code from market_code_bithumb where delisted_at is null order by quote = 'KRW' desc, market_code limit 30`,
      )
    ).map(({market_code: code}) => String(code))
    const added = markets.pop()!
    await rows('update market_code_bithumb set delisted_at = now() where market_code <> all ($1::text[])', [
      markets,
    ])

    const quotes: Quote[] = []
    const feed = {
      ...bithumb,
      targetsEveryMs: 300,
      silenceMs: 6_000,
      heartbeat: {text: 'PING', everyMs: 1_000},
      fallback: {...bithumb.fallback!, silentMs: 3_000, everyMs: 500},
      *parse(...given: Parameters<typeof bithumb.parse>) {
        for (const row of bithumb.parse(...given)) {
          if (!isRejected(row)) quotes.push({market: row.market, ms: Number(row.timestamp_field)})
          yield row
        }
      },
    }
    const stream = await runFeed(t, feed, {...setup.env, FIN_STREAM_INTERVAL_SECONDS: '1'})
    const said = () => stream.said.join('\n')
    const connection = (index: number) => simulator.connections.connections({provider: 'bithumb'})[index]
    const isLatest = async () => (await rows('select from bithumb_ticker_latest')).length
    await eventually('all markets', async () => (await isLatest()) === markets.length, 30_000, said)

    await rows('update market_code_bithumb set delisted_at = null where market_code = $1', [added])
    await eventually('the new listing', async () => (await isLatest()) === markets.length + 1, 10_000, said)
    assert.equal(connection(1), undefined, 'it connected again')

    const requests = () =>
      simulator.log.requests({provider: 'bithumb'}).filter(({path}) => path.startsWith('/v1/ticker'))
    assert.equal(requests().length, 0)
    simulator.faults.add({provider: 'bithumb', kind: 'hang'})
    await eventually('two requests', () => requests().length >= 2, 20_000, said)
    assert.match(said(), /the socket is silent, so the quotes are requested every 0.5 s/)
    const hungMs = Date.parse(connection(0)!.faultAt!)
    await eventually('a requested quote', () => quotes.some(({ms}) => ms > hungMs + 1_000), 20_000, said)
    await eventually('the socket', () => /the socket brings data again/.test(said()), 30_000, said)
    await eventually(
      'more quotes',
      () => quotes.filter(({ms}) => ms > hungMs + 10_000).length > 5,
      30_000,
      said,
    )
    // Requests that went on would come every half second.
    await eventually(
      'no more requests',
      async () => {
        const count = requests().length
        await pause(1_500)
        return requests().length === count
      },
      30_000,
      said,
    )
    await stream.stop()

    const [latest, kept] = [new Map<string, number>(), new Map<string, number>()]
    for (const {market, ms} of quotes) {
      latest.set(market, Math.max(latest.get(market) ?? 0, ms))
      const interval = `${market} ${Math.floor(ms / 1000)}`
      kept.set(interval, Math.max(kept.get(interval) ?? 0, ms))
    }
    // The newest quote of a market is copied when one of a later interval comes.
    for (const [market, ms] of latest) kept.delete(`${market} ${Math.floor(ms / 1000)}`)
    const found = async (table: string) =>
      (await rows(`select market, timestamp_field as ms from ${table} order by 1, 2`)).map(
        (row) => `${String(row['market'])} ${String(row['ms'])}`,
      )
    const byName = (texts: readonly string[]) => texts.toSorted()
    assert.deepEqual(
      byName(await found('bithumb_ticker_latest')),
      byName([...latest].map(([market, ms]) => `${market} ${ms}`)),
    )
    assert.deepEqual(
      byName(await found('bithumb_ticker')),
      byName([...kept].map(([interval, ms]) => `${interval.split(' ')[0]} ${ms}`)),
    )
    assert.ok(kept.size > 0)
    t.diagnostic(`${quotes.length} quotes, ${kept.size} intervals, ${requests().length} requests`)
  },
)
