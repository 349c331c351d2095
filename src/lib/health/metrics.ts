/**
 * The metrics of a stream in the text format of Prometheus, read from its counts at each scrape. Only
 * `serveHealth` loads this file, because a stream without it does not need the library.
 */
import {collectDefaultMetrics, Counter, Gauge, Histogram, Registry} from 'prom-client'
import type {Clock} from '../clock.js'
import {stores, type Store, type StreamCounts, tradeFlags} from './counts.js'

export interface StreamMetricsOptions {
  feed: string
  version: string
  clock: Clock
  counts: StreamCounts
}

export interface StreamMetrics {
  /** The media type of the text. */
  readonly contentType: string
  /** The text of one scrape. */
  text(): Promise<string>
}

const batchRows = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]
const writeSeconds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]
const latencySeconds = [
  0.001, 0.002, 0.003, 0.005, 0.007, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30,
]

type Read<T> = (counts: StreamCounts) => T

const totals: Readonly<Record<string, {help: string; value: Read<number>}>> = {
  frames: {help: 'Frames received from the provider or read from Kafka', value: ({frames}) => frames},
  bytes: {help: 'Bytes of the received frames', value: ({bytes}) => bytes},
  rows: {help: 'Rows made of frames', value: ({rows}) => rows},
  left_out: {help: 'Rows that --filter left out because of their flag', value: ({leftOut}) => leftOut},
  rejected: {help: 'Items that cannot become a row, and refused rows', value: ({rejected}) => rejected},
  reconnects: {help: 'Connections to the provider after the first one', value: ({reconnects}) => reconnects},
  gaps: {help: 'Gaps: times without a connection, and missing offsets', value: ({gaps}) => gaps},
  gap_seconds: {
    help: 'Sum of the lengths of the times without a connection',
    value: ({gapSeconds}) => gapSeconds,
  },
  sends: {help: 'Messages that Kafka acknowledged', value: ({sends}) => sends},
}

const storeTotals: Readonly<Record<string, {help: string; value: Read<Record<Store, number>>}>> = {
  stored_rows: {help: 'Rows that a store has taken', value: ({storedRows}) => storedRows},
  store_failures: {help: 'Batches that a store did not take', value: ({storeFailures}) => storeFailures},
}

/** Makes the metrics of `counts`, and sets its hooks. */
export function createStreamMetrics({feed, version, clock, counts}: StreamMetricsOptions): StreamMetrics {
  const registry = new Registry()
  const registers = [registry]
  const named = (name: string, help: string) => ({name: `fin_stream_${name}`, help, registers})
  registry.setDefaultLabels({feed})

  for (const [name, {help, value}] of Object.entries(totals))
    new Counter({
      ...named(`${name}_total`, help),
      collect() {
        this.reset()
        this.inc(value(counts))
      },
    })
  for (const [name, {help, value}] of Object.entries(storeTotals))
    new Counter({
      ...named(`${name}_total`, help),
      labelNames: ['store'],
      collect() {
        this.reset()
        for (const store of stores) this.inc({store}, value(counts)[store])
      },
    })
  new Counter({
    ...named('flagged_total', 'Trades that bars and caches leave out'),
    labelNames: ['flag'],
    collect() {
      this.reset()
      for (const flag of tradeFlags) this.inc({flag}, counts.flagged[flag])
    },
  })
  createGauges({version, clock, counts, registry})

  const batches = new Histogram({
    ...named('batch_rows', 'Rows of a batch that a store has taken'),
    labelNames: ['store'],
    buckets: batchRows,
  })
  const writes = new Histogram({
    ...named('write_seconds', 'Time of the write of a batch'),
    labelNames: ['store'],
    buckets: writeSeconds,
  })
  const latency = new Histogram({
    ...named(
      'latency_seconds',
      'Time from the receipt of the oldest frame of a batch until both stores have it',
    ),
    buckets: latencySeconds,
  })
  counts.onBatch = (store, rows, seconds) => {
    batches.observe({store}, rows)
    writes.observe({store}, seconds)
  }
  counts.onLatency = (seconds) => latency.observe(seconds)

  collectDefaultMetrics({register: registry})
  return {contentType: registry.contentType, text: () => registry.metrics()}
}

/** Makes the gauges. One without a known value has no sample. */
function createGauges({
  version,
  clock,
  counts,
  registry,
}: Omit<StreamMetricsOptions, 'feed'> & {registry: Registry}): void {
  const registers = [registry]
  const startedMs = clock.elapsedMs()
  const gauge = (name: string, help: string, value: () => number | undefined) =>
    new Gauge({
      name: `fin_stream_${name}`,
      help,
      registers,
      collect() {
        this.remove()
        const known = value()
        if (known !== undefined) this.set(known)
      },
    })
  gauge('last_event_age_seconds', 'Age of the newest frame', () =>
    counts.lastEventMs === undefined ? undefined : (clock.now().getTime() - counts.lastEventMs) / 1000,
  )
  gauge('connected', '1 if the connection to the provider is open', () =>
    counts.connected === undefined ? undefined : Number(counts.connected),
  )
  gauge('uptime_seconds', 'Time since the start of the stream', () => (clock.elapsedMs() - startedMs) / 1000)
  new Gauge({
    name: 'fin_stream_lag',
    help: 'Messages of a partition of Kafka that are not yet stored',
    registers,
    labelNames: ['partition'],
    collect() {
      this.reset() // a partition that another consumer took has no sample
      for (const [partition, messages] of counts.lag) this.set({partition}, messages)
    },
  })
  new Gauge({name: 'fin_build_info', help: 'The version of fin', registers, labelNames: ['version']}).set(
    {version},
    1,
  )
}
