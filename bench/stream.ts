/**
 * Measures the stream pipeline beside a bare one, the yardstick, and beside the design's own way, on real
 * servers and with the same generator.
 */
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import pg from 'pg'
import {createPartition} from '../src/lib/db/identifiers.js'
import {root} from '../test/paths.js'
import {apacheKafka} from '../test/servers/kafka.js'
import {type Postgres, startPostgres} from '../test/servers/postgres.js'
import {redis} from '../test/servers/redis.js'
import {count} from './figures.js'
import type {Figure} from './main.js'
import {startGenerator, type Stored} from './stream-drive.js'
import {insertRate} from './stream-insert.js'
import {boundsMs, quantileMs} from './stream-latencies.js'
import {design, fin, type Pipeline, type Places, type Start, yardstick} from './stream-pipelines.js'
import {symbols} from './stream-trades.js'

/** The part of the rate of the bare INSERT that the yardstick must reach to count. */
const leastShare = 0.8
const latencyRates = [1000, 5000]
/** Before each kind of load, because Node compiles what runs often. */
const warmUpSeconds = 3

interface Subject {
  name: string
  start: Start
  /** The rates at which its latency is measured. */
  rates: readonly number[]
  isSlow?: boolean
  /** The triggers that keep the bars of trades are on. A bare pipeline has none. */
  hasBars?: boolean
  /** The most trades on their way when its limit is measured: well below a second of work. */
  window: number
}

const subjects: readonly Subject[] = [
  {name: 'yardstick', start: yardstick, rates: latencyRates, window: 20_000},
  {name: "the design's own way", start: design, rates: [], window: 500, isSlow: true},
  {name: 'fin', start: fin, rates: latencyRates, window: 20_000, hasBars: true},
  {name: 'fin without bars', start: fin, rates: [], window: 20_000},
]

interface Latency {
  /** Trades a second. */
  rate: number
  /** Milliseconds. */
  p50: number
  p99: number
}

interface Measured {
  /** Trades a second. */
  limit: number
  backlogMs: number
  latencies: Latency[]
  /** Of producer and consumer, as below: microseconds of processor time for each trade. */
  processorUs: number[]
  /** Peak memory in bytes. */
  peaks: number[]
}

/**
 * The limit of a pipeline is measured in a closed loop: the generator keeps a fixed number of trades on their
 * way. FIN_BENCH_RATE sends that many trades a second instead, without regard to the backlog, and leaves the
 * design's own way out.
 * FIN_BENCH_SECONDS is the time of each measurement (default 10).
 */
export async function stream(): Promise<Figure[]> {
  const seconds = setting('FIN_BENCH_SECONDS') ?? 10
  const rate = setting('FIN_BENCH_RATE')
  return withServers(async (database, places) => {
    const figures: Figure[] = []
    let reference: Measured | undefined
    const measureAlone = () => withFreshDatabase(database, false, (url) => insertRate(url, seconds))
    let alone = await measureAlone()
    for (const subject of subjects.filter(({isSlow}) => rate === undefined || !isSlow)) {
      try {
        const measured = await withFreshDatabase(database, subject.hasBars ?? false, (databaseUrl) =>
          measure(subject, {...places, databaseUrl}, seconds, rate),
        )
        const before = alone
        alone = await measureAlone()
        figures.push(...figuresOf(subject.name, measured, [before, alone], reference))
        reference ??= measured
      } catch (error) {
        process.exitCode = 1
        figures.push({what: subject.name, figure: 'not measured', beside: (error as Error).message})
      }
    }
    return figures
  })
}

/** Works with servers that only this run uses. */
export async function withServers<T>(
  work: (database: Postgres, places: Omit<Places, 'url' | 'databaseUrl'>) => Promise<T>,
): Promise<T> {
  delete process.env['REDIS_URL']
  const home = mkdtempSync(join(tmpdir(), 'fin-bench-'))
  const database = await startPostgres(true)
  const [cache, broker] = [await redis(), await apacheKafka()]
  try {
    for (const {skipReason} of [cache, broker]) if (skipReason !== false) throw new Error(skipReason)
    return await work(database, {redisUrl: cache.url, brokers: broker.url, home})
  } finally {
    await Promise.all([database.stop(), cache.stop(), broker.stop()])
    rmSync(home, {recursive: true, force: true})
  }
}

/** A whole number from the environment. */
export function setting(name: string): number | undefined {
  const text = process.env[name]
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`${name} is not a whole number from 1`)
  return Number(text)
}

/**
 * Works in a database with the tables, and with the partitions of this month and the next one; without the
 * triggers that keep bars unless `hasBars`. It is dropped at the end, because its vacuum would disturb the
 * next measurement.
 */
export async function withFreshDatabase<T>(
  server: Postgres,
  hasBars: boolean,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const url = await server.withSchema('stream', 'simulated')
  const now = new Date()
  const partitions = [0, 1].flatMap((ahead) => {
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1))
    return (['sp500_websocket_trades', 'trade_bars'] as const).map((table) =>
      createPartition(table, month.toISOString().slice(0, 7)),
    )
  })
  const triggers = hasBars ? [] : ['alter table sp500_websocket_trades disable trigger user']
  await execute(url, [...partitions, ...triggers].join(';'))
  try {
    return await work(url)
  } finally {
    await execute(server.url, `drop database ${new URL(url).pathname.slice(1)} with (force)`)
  }
}

async function execute(url: string, text: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

async function measure(
  {start, rates, window}: Subject,
  places: Omit<Places, 'url'>,
  seconds: number,
  rate: number | undefined,
): Promise<Measured> {
  const generator = await startGenerator()
  const client = new pg.Client(places.databaseUrl)
  await client.connect()
  let pipeline: Pipeline | undefined
  try {
    const running = (pipeline = await start({...places, url: generator.url}))
    const {ended} = running
    const stored = storedTrades(client, ended)
    await Promise.race([generator.subscribed(symbols.length), ended])
    await generator.send({seconds: warmUpSeconds, tradesPerSecond: latencyRates[0]!}, stored)
    const latencies: Latency[] = []
    for (const tradesPerSecond of rates) {
      await running.latencies()
      await generator.send({seconds, tradesPerSecond}, stored)
      const counts = await running.latencies()
      latencies.push({rate: tradesPerSecond, p50: quantileMs(counts, 0.5), p99: quantileMs(counts, 0.99)})
    }
    const load = rate === undefined ? {seconds, window} : {seconds, tradesPerSecond: rate}
    await generator.send({...load, seconds: warmUpSeconds}, stored)
    const before = running.processorTimes()
    const {trades, ms, backlog} = await generator.send(load, stored)
    const processorUs = running
      .processorTimes()
      .map((time, which) => ((time - before[which]!) * 1000) / trades)
    const limit = (trades / ms) * 1000
    return {limit, backlogMs: (backlog / limit) * 1000, latencies, processorUs, peaks: running.peaks()}
  } finally {
    pipeline?.stop()
    generator.stop()
    await client.end()
  }
}

/** Counts the trades in the database of `client`, unless the pipeline ends. */
export function storedTrades(client: pg.Client, ended: Promise<never>): Stored {
  const counted = (name: string) => {
    const text = readFileSync(join(root, 'bench', `${name}.sql`), 'utf8')
    return async () => {
      const {rows} = await Promise.race([client.query<{trades: string}>({name, text}), ended])
      return Number(rows[0]!.trades)
    }
  }
  return {begun: counted('select_trades_begun'), committed: counted('select_trades')}
}

/** The figures of one pipeline, beside one writer alone (before and after it) and beside the yardstick. */
function figuresOf(name: string, ours: Measured, alone: number[], yardstickOf?: Measured): Figure[] {
  const share = ours.limit / Math.max(...alone)
  const beside = [
    `one writer alone: ${alone.map(count).join(' and ')} rows/s, ratio to the higher ${share.toFixed(2)}`,
  ]
  if (yardstickOf)
    beside.push(besideYardstick(`${count(yardstickOf.limit)} trades/s`, [ours.limit, yardstickOf.limit]))
  else
    beside.push(
      `the yardstick ${share >= leastShare ? 'counts' : 'does not count'}: it must reach ${leastShare}`,
    )
  const quantiles = ({p50, p99}: Latency) => `p50 ${atMost(p50)}, p99 ${atMost(p99)}`
  const memory = ({peaks}: Measured) => peaks.map((bytes) => `${count(bytes / 1_000_000)} MB`).join(' and ')
  const processor = ({processorUs}: Measured) => processorUs.map((us) => `${us.toFixed(1)} us`).join(' and ')
  return [
    {
      what: `${name}: rate from the socket to both stores`,
      figure: `${count(ours.limit)} trades/s, backlog at most ${count(ours.backlogMs)} ms`,
      beside: beside.join('; '),
    },
    ...ours.latencies.map((latency) => {
      const theirs = yardstickOf?.latencies.find(({rate}) => rate === latency.rate)
      return {
        what: `${name}: from the frame received to both stores written, at ${count(latency.rate)} trades/s`,
        figure: quantiles(latency),
        beside: theirs
          ? besideYardstick(quantiles(theirs), [latency.p50, theirs.p50], [latency.p99, theirs.p99])
          : '',
      }
    }),
    {
      what: `${name}: processor time of producer and consumer for each trade, at that rate`,
      figure: processor(ours),
      beside: yardstickOf ? `yardstick: ${processor(yardstickOf)}` : '',
    },
    {
      what: `${name}: peak memory of producer and consumer`,
      figure: memory(ours),
      beside: yardstickOf ? `yardstick: ${memory(yardstickOf)}` : '',
    },
  ]
}

function besideYardstick(figure: string, ...pairs: [number, number][]): string {
  return `yardstick: ${figure}, ratio ${pairs.map(([ours, theirs]) => (ours / theirs).toFixed(2)).join(' and ')}`
}

/** The bound of a bucket as text. */
function atMost(boundMs: number): string {
  return boundMs === Infinity ? `over ${count(boundsMs.at(-2)!)} ms` : `${count(boundMs)} ms`
}
