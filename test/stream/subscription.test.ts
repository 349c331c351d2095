/** The messages of a subscription: their pace, their groups, and only the differences of a list. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {AnyFeed} from '../../src/lib/define-feed.js'
import {etf} from '../../src/lib/feeds/etf.js'
import {bithumb} from '../../src/lib/feeds/bithumb.js'
import {createSubscription} from '../../src/lib/transport/subscription.js'

const symbols = (from: number, count: number) => Array.from({length: count}, (_, n) => `S${from + n}`)

/** A subscription to a list that the test changes. `said` holds `+S1`, `-S1` and the groups in brackets. */
function subscriptionOf(feed: AnyFeed, first: readonly string[], onSend: (count: number) => void = () => {}) {
  let list = first
  let count = 0
  const said: string[] = []
  const sentMs: number[] = []
  const ended = new AbortController()
  const subscription = createSubscription(feed, {
    wanted: {list: () => list, onChange: () => () => {}},
    ended: ended.signal,
    send(text) {
      const {type, symbol} = JSON.parse(text) as {type?: string; symbol?: string}
      said.push(type === undefined ? text : `${type === 'subscribe' ? '+' : '-'}${symbol}`)
      sentMs.push(performance.now())
      onSend(++count)
    },
    onSubscribed: (targets) => said.push(`[${targets.length}]`),
  })
  return {subscription, said, sentMs, ended, change: (to: readonly string[]) => (list = to)}
}
const quick: AnyFeed = {...etf, pace: {everyMs: 0, burst: 20, pauseMs: 0}}

test('fifty symbols of Finnhub are sent in groups of twenty, each 50 ms apart, with a second between groups', async () => {
  const {subscription, said, sentMs} = subscriptionOf(etf, symbols(0, 50))
  await subscription.update()
  assert.deepEqual(
    said.filter((one) => one.startsWith('[')),
    ['[20]', '[20]', '[10]'],
  )
  assert.deepEqual(
    said.filter((one) => !one.startsWith('[')),
    symbols(0, 50).map((symbol) => `+${symbol}`),
  )
  const pauses = sentMs.slice(1).map((ms, index) => ms - sentMs[index]!)
  // A timer may fire a millisecond early.
  assert.ok(Math.min(...pauses) >= 48, `${Math.min(...pauses)} ms`)
  assert.deepEqual(
    pauses.flatMap((ms, index) => (ms >= 1_000 ? [index + 1] : [])).filter((n) => n % 20 === 0),
    [20, 40],
  )
})

test('another list sends only its differences, the symbols that left first; an equal list sends nothing', async () => {
  const {subscription, said, change} = subscriptionOf(quick, ['A', 'B', 'C'])
  await subscription.update()
  said.length = 0
  change(['D', 'B', 'A'])
  await subscription.update()
  assert.deepEqual(said, ['-C', '+D', '[1]'])
  change(['A', 'B', 'D'])
  await subscription.update()
  assert.equal(said.length, 3)
  change([])
  await subscription.update()
  assert.deepEqual(said.slice(3).sort(), ['-A', '-B', '-D', '[0]'])
})

test('a change while the first list is being sent is sent after it, on one connection, without a repetition', async () => {
  const {subscription, said, change} = subscriptionOf(quick, symbols(0, 45), (count) => {
    if (count !== 5) return
    change([...symbols(3, 42), 'NEW'])
    void subscription.update()
  })
  await subscription.update()
  const subscribed = new Set<string>()
  for (const one of said) {
    const symbol = one.slice(1)
    if (one.startsWith('+')) assert.ok(!subscribed.has(symbol) && subscribed.add(symbol), `${one} twice`)
    if (one.startsWith('-')) assert.ok(subscribed.delete(symbol), one)
  }
  assert.deepEqual([...subscribed].sort(), [...symbols(3, 42), 'NEW'].sort())
})

test('a renewal sends everything again; an ended connection gets nothing more', async () => {
  const {subscription, said, change, ended} = subscriptionOf(quick, ['A', 'B'])
  await subscription.update()
  await subscription.renew()
  assert.deepEqual(said, ['+A', '+B', '[2]', '+A', '+B', '[2]'])
  ended.abort()
  change(['A', 'B', 'C'])
  await subscription.update()
  assert.equal(said.length, 6)
})

test('Bithumb gets one message with the whole list, also for a change', async () => {
  const {subscription, said, change} = subscriptionOf(bithumb, ['KRW-BTC'])
  await subscription.update()
  change(['KRW-BTC', 'KRW-ETH'])
  await subscription.update()
  const codes = said
    .filter((one) => one.startsWith('[{'))
    .map((one) => (JSON.parse(one) as {codes?: string[]}[])[1]!.codes)
  assert.deepEqual(codes, [['KRW-BTC'], ['KRW-BTC', 'KRW-ETH']])
})
