/**
 * The processes of all streams against the simulator, killed at random moments and started again. Afterwards
 * the truth is what is stored and what lies in recorded gaps, and nothing is stored twice.
 */
import assert from 'node:assert/strict'
import {monitorEventLoopDelay} from 'node:perf_hooks'
import {after, test} from 'node:test'
import {setTimeout as pause} from 'node:timers/promises'
import kafkajs from 'kafkajs'
import {realClock} from '../../src/lib/clock.js'
import {bithumbMarkets} from '../../src/lib/collectors/bithumb-markets.js'
import {sp500Companies} from '../../src/lib/collectors/sp500-companies.js'
import {topGainers} from '../../src/lib/collectors/top-gainers.js'
import {companySymbol} from '../../src/lib/codes.js'
import {topics} from '../../src/lib/transport/topics.js'
import type {LoggedConnection} from '../../src/simulator/connections.js'
import {seeded} from '../fault/kills.js'
import {generous, openSetup, type TestSetup} from '../run/setup.js'
import {apacheKafka} from '../servers/kafka.js'
import {fin} from '../servers.js'
import {full, soak} from '../size.js'
import {endAll, eventually, type Running, start} from './running.js'
import {type Comparison, compareTrades, digestOf, overlaps, type Span, subscribedSpans} from './truth.js'

// Two tests that store the same topic in two databases disturb each other, so the broker is this file's own.
const broker = await apacheKafka()
const skip = broker.skipReason
after(async () => {
  await endAll()
  await broker.stop()
})

/**
 * The most that a trade which is not stored may lie outside of its gap. A gap states when frames arrived. The
 * simulator sends a trade up to 100 ms after its instant, and a busy machine needs time for both.
 */
const toleranceMs = 1_000
/**
 * The most that a gap may begin before its connection ended: a producer records its state every second, and
 * not before Kafka has the frames.
 */
const earlyMs = 3_000
/** The most that a gap may end after the subscription: groups of 20 targets take a second each. */
const lateMs = 2_500
/** The delays of the simulator, which runs in this process, make its log late by as much. */
const delays = monitorEventLoopDelay()
const delayMs = () => delays.max / 1e6

/** The seconds in which processes are killed, and the number of shards of ten that run. */
const [seconds, shards] = full ? [300, 10] : [30, 3]
/** Kafka waits half a minute for a consumer that was killed, so none is killed near the end. */
const consumersUntilMs = full ? (seconds - 30) * 1_000 : 6_000
const killEveryMs = full ? 4_000 : 2_500

interface Member {
  name: string
  args: readonly string[]
  running: Running
  kills: number
}

interface Gap extends Span {
  feed: string
  shard: number
  symbols: string[] | null
}

const tables = {
  sp500: 'sp500_websocket_trades',
  movers: 'finnhub_trades',
  etf: 'etf_realtime_prices',
} as const
type TradeFeed = keyof typeof tables

test(
  'truth = stored + recorded gaps, although processes are killed',
  {skip, timeout: 1_200_000},
  async (t) => {
    const keys = Object.fromEntries(
      Array.from({length: 12}, (_, n) => [`FINNHUB_API_KEY_${n + 1}`, `simulatedfinnhubkey${n + 1}`]),
    )
    const setup = await openSetup({
      // Kafka deletes messages that are older than the retention of a topic.
      at: realClock.now(),
      rate: 1,
      tradesPerSecond: soak ? 0.5 : 1,
      env: {...generous, ...keys, KAFKA_BROKERS: broker.url},
      simulated: generous,
    })
    for (const collector of [sp500Companies, topGainers, bithumbMarkets]) await setup.collect(collector)
    const made = await fin(['stream', 'topics'], {env: setup.env})
    assert.equal(made.code, 0, made.stderr)

    const run = (name: string, args: readonly string[]): Member => ({
      ...{name, args, kills: 0},
      running: start(['stream', ...args], setup.env),
    })
    const consumers = ['sp500', ...(full ? ['sp500'] : []), 'movers', 'etf', 'bithumb'].map((feed) =>
      run(`consumer of ${feed}`, ['consume', feed]),
    )
    const producers = [
      ...Array.from({length: shards}, (_, n) =>
        run(`shard ${n + 1}`, ['produce', 'sp500', '--shard', `${n + 1}/10`, '--token', String(n + 1)]),
      ),
      run('movers', ['produce', 'movers', '--token', '11']),
      run('etf', ['produce', 'etf', '--token', '12']),
      run('bithumb', ['produce', 'bithumb']),
    ]
    const members = [...producers, ...consumers]
    const said = () => members.map(({name, running}) => `${name}: ${running.stderr()}`).join('\n')
    // The row of a killed process is still there, so that the processes are compared.
    const areConnected = async () => {
      const rows = await setup.rows('select pid from stream_producers where connected_at is not null')
      return producers.every(({running}) => rows.some(({pid}) => pid === running.child.pid))
    }
    await eventually('all producers to be connected', areConnected, 120_000, said)

    delays.enable()
    await killAtRandom(members, setup)

    await eventually('all producers to be connected again', areConnected, 120_000, said)
    const endings = await Promise.all(
      producers.map(async (one) => ({...one, ended: await one.running.end('SIGTERM')})),
    )
    for (const {name, ended, running} of endings) {
      assert.equal(ended.code, 0, `${name}: ${running.stderr()}`)
      assert.ok(ended.ms < 10_000, `${name} took ${ended.ms} ms`)
    }
    await eventually('the consumers to store everything', () => isDrained(setup), 120_000, said)
    for (const {name, running} of consumers)
      assert.equal((await running.end('SIGTERM')).code, 0, `${name}: ${running.stderr()}`)
    // A producer that sends frames to Kafka does not know the targets of their rows.
    for (const {name, running} of members)
      assert.doesNotMatch(running.stderr(), /^\s+at |unexpected|no data for/m, name)

    assert.deepEqual(await setup.rows('select * from rejected_rows'), [])
    assert.deepEqual(await setup.rows(`select * from stream_gaps where kind = 'offset'`), [])
    const found = await checkTrades(setup, keys)
    t.diagnostic(
      `${members.length} processes, ${members.reduce((sum, {kills}) => sum + kills, 0)} kills; ${JSON.stringify(found)}; delay ${Math.round(delayMs())} ms`,
    )
    assert.ok(found.stored > 0 && found.missed > 0, 'the kills missed nothing')
  },
)

/** Kills members with SIGKILL, and starts each again at once or after one to three seconds. */
async function killAtRandom(members: readonly Member[], setup: TestSetup) {
  const random = seeded(20_261_124)
  const beganMs = performance.now()
  const restarts: Promise<void>[] = []
  const down = new Set<Member>()
  const elapsed = () => performance.now() - beganMs
  while (elapsed() < seconds * 1000) {
    await pause(killEveryMs * (0.5 + random()))
    const living = members.filter(
      (one) => !down.has(one) && (!one.name.startsWith('consumer') || elapsed() < consumersUntilMs),
    )
    const victim = living[Math.floor(random() * living.length)]
    if (!victim) continue
    if (random() < 0.15)
      setup.simulator.faults.add({provider: 'finnhub', kind: full && random() < 0.3 ? 'hang' : 'drop'})
    down.add(victim)
    const waitMs = random() < 0.5 ? 0 : 1_000 + 2_000 * random()
    restarts.push(
      (async () => {
        const {code, signal} = await victim.running.end('SIGKILL')
        assert.equal(signal, 'SIGKILL', `${victim.name} ended with ${code}: ${victim.running.stderr()}`)
        await pause(waitMs)
        victim.running = start(['stream', ...victim.args], setup.env)
        victim.kills++
        down.delete(victim)
      })(),
    )
  }
  await Promise.all(restarts)
}

/** True if the positions in PostgreSQL are the ends of all topics. */
async function isDrained(setup: TestSetup): Promise<boolean> {
  const kafka = new kafkajs.Kafka({brokers: broker.url.split(','), logLevel: kafkajs.logLevel.NOTHING})
  const admin = kafka.admin()
  await admin.connect()
  try {
    for (const {name} of Object.values(topics)) {
      const positions = await setup.rows(
        'select partition, next_offset from stream_positions where topic = $1',
        [name],
      )
      for (const {partition, high} of await admin.fetchTopicOffsets(name)) {
        const known = positions.find((one) => one['partition'] === partition)?.['next_offset']
        if (Number(high) > 0 && String(known) !== high) return false
      }
    }
    return true
  } finally {
    await admin.disconnect()
  }
}

/** Checks every symbol of every feed from its first subscription to the end of its producer. */
async function checkTrades(setup: TestSetup, keys: Record<string, string>) {
  const {simulator} = setup
  const gaps = (
    await setup.rows(
      `select feed, shard, symbols, extract(epoch from began_at) * 1000 as "fromMs", extract(epoch from ended_at) * 1000 as "toMs"
     from stream_gaps where kind = 'socket'`,
    )
  ).map((row) => ({...row, fromMs: Number(row['fromMs']), toMs: Number(row['toMs'])})) as Gap[]
  const producers = await setup.rows(
    `select feed, shard, extract(epoch from received_until) * 1000 as until from stream_producers`,
  )
  const sum = {
    symbols: 0,
    trades: 0,
    stored: 0,
    missed: 0,
    gaps: gaps.length,
    farthestMs: 0,
    earliestMs: 0,
    latestMs: 0,
  }
  const wrong: string[] = []
  for (const {feed, shard, until} of producers) {
    const table = tables[feed as TradeFeed]
    if (table === undefined) continue
    const token = feed === 'sp500' ? shard : feed === 'movers' ? 11 : 12
    const digest = digestOf(keys[`FINNHUB_API_KEY_${String(token)}`]!)
    const connections = simulator.connections.connections().filter((one) => one.digest === digest)
    const symbols = new Set(connections.flatMap(({subscriptions}) => subscriptions.map(({target}) => target)))
    assert.ok(symbols.size > 0, `${String(feed)} ${String(shard)} subscribed to nothing`)
    for (const symbol of symbols) {
      const own = gaps.filter(
        (gap) => gap.feed === feed && gap.shard === shard && (gap.symbols?.includes(symbol) ?? true),
      )
      const subscribed = subscribedSpans(connections, symbol)
      const [fromMs, toMs] = [
        Math.min(...subscribed.map((span) => span.fromMs)),
        Number(until) - toleranceMs - delayMs(),
      ]
      const name = companySymbol(symbol)
      const truth = simulator.scenario.trades(name, fromMs, toMs)
      const stored = await setup.rows(
        `select timestamp_ms, price, volume from ${table} where symbol = $1 and timestamp_ms > $2 and timestamp_ms <= $3`,
        [name, fromMs, Math.floor(toMs)],
      )
      const result: Comparison = compareTrades(truth, stored as never, own, toleranceMs + delayMs())
      wrong.push(...result.lost.map((text) => `${String(feed)} ${name} lost ${text}`))
      wrong.push(...result.doubled.map((text) => `${String(feed)} ${name} doubled ${text}`))
      for (const gap of own) checkGap(`${String(feed)} ${name}`, gap, subscribed)
      sum.symbols++
      sum.trades += truth.length
      sum.stored += stored.length
      sum.missed += result.missed
      sum.farthestMs = Math.max(sum.farthestMs, result.farthestMs)
    }
    checkEnd(`${String(feed)} ${String(shard)}`, Number(until), connections)
  }
  assert.deepEqual(
    wrong.slice(0, 20),
    [],
    `${wrong.length} trades are wrong of ${sum.trades}: ${JSON.stringify(sum)}`,
  )
  return sum

  function checkGap(name: string, gap: Gap, subscribed: readonly Span[]) {
    const {begin, end, between} = overlaps(gap, subscribed)
    sum.earliestMs = Math.max(sum.earliestMs, begin)
    sum.latestMs = Math.max(sum.latestMs, end)
    const span = `${new Date(gap.fromMs).toISOString()} to ${new Date(gap.toMs).toISOString()}`
    if (begin > earlyMs + delayMs()) wrong.push(`${name}: the gap ${span} begins ${begin} ms too early`)
    if (end > lateMs + delayMs()) wrong.push(`${name}: the gap ${span} ends ${end} ms too late`)
    if (between > earlyMs + delayMs()) wrong.push(`${name}: ${between} ms of the gap ${span} were received`)
  }

  /** A producer that ended well has delivered everything up to the end of its connection. */
  function checkEnd(name: string, untilMs: number, connections: readonly LoggedConnection[]) {
    const endMs = Math.max(...connections.map(({closedAt}) => Date.parse(closedAt ?? '')))
    assert.ok(
      Math.abs(endMs - untilMs) <= earlyMs + delayMs(),
      `${name} ended ${endMs - untilMs} ms after what it recorded`,
    )
  }
}
