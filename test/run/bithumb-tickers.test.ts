/** `fin ingest bithumb-tickers` beside a stream: the newest quote of the stream that it replaces is kept. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {bithumbMarkets} from '../../src/lib/collectors/bithumb-markets.js'
import {bithumbTickers} from '../../src/lib/collectors/bithumb-tickers.js'
import {generous, move, openSetup} from './setup.js'

test('the newest stored quote of a market enters the history before a newer one replaces it', async () => {
  const setup = await openSetup({env: generous, simulated: generous})
  await setup.collect(bithumbMarkets)
  await setup.collect(bithumbTickers)
  // A quote of a stream is in the history when a quote of a later interval comes.
  await setup.rows(
    `update bithumb_ticker_latest
     set timestamp_field = timestamp_field + 1, quoted_at = quoted_at + interval '1 ms', trade_price = 12345`,
  )
  const [before] = await setup.rows('select count(*)::int as markets from bithumb_ticker_latest')
  await move(setup, 600_000)
  const run = await setup.collect(bithumbTickers, {force: true})
  assert.deepEqual([run.exit_code, run.rows_rejected], [0, 0])
  const [kept] = await setup.rows(
    `select count(*)::int as markets from bithumb_ticker h join bithumb_ticker_latest l using (market)
     where h.trade_price = 12345 and h.timestamp_field < l.timestamp_field`,
  )
  const [replaced] = await setup.rows(
    'select count(*)::int as markets from bithumb_ticker_latest where trade_price <> 12345',
  )
  assert.ok(Number(before!['markets']) > 0)
  assert.ok(Number(replaced!['markets']) > 0)
  assert.deepEqual(kept, replaced)
})
