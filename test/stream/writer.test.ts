/** The writer of a stream: what waits for PostgreSQL is bounded, also without a single good row. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {realClock} from '../../src/lib/clock.js'
import {createStreamCounts} from '../../src/lib/health/counts.js'
import type {Delivery} from '../../src/lib/sinks/delivery.js'
import {createStreamWriter} from '../../src/lib/sinks/writer.js'

/** A writer whose PostgreSQL stores nothing before `release`. */
function opened() {
  const batches: (readonly Delivery[])[] = []
  const latencies: number[] = []
  let release = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  const counts = createStreamCounts()
  counts.onLatency = (seconds) => void latencies.push(seconds)
  const writer = createStreamWriter({
    name: 'test',
    postgres: {
      prepare() {},
      async store(deliveries) {
        batches.push(deliveries)
        await released
        return {deliveries, rows: [], rejected: 0, skipped: []}
      },
    },
    ...{counts, clock: realClock, log: {error() {}, warn() {}, notice() {}, detail() {}}},
    stop: new AbortController().signal,
  })
  return {writer, batches, latencies, release: () => release()}
}

const at = new Date('2026-11-24T15:00:00Z')
const bad = (items: number, bytes = 0): Delivery => ({
  rows: [],
  rejected: Array.from({length: items}, () => ({rejected: 'test', item: null})),
  ...{at, bytes},
})

test('rejected items count in the bound of what waits, and in that of a transaction', async () => {
  const {writer, batches, release} = opened()
  assert.equal(writer.add(bad(1)), undefined) // it is being written
  for (let n = 0; n < 39; n++) assert.equal(writer.add(bad(100)), undefined)
  const full = writer.add(bad(100))
  assert.ok(full, '4,000 items wait')
  release()
  await full
  await writer.drained()
  assert.ok(batches.every((batch) => batch.flatMap(({rejected}) => rejected).length <= 2_000))
})

test('the bytes of frames without a row count as well', async () => {
  const {writer, release} = opened()
  assert.equal(writer.add(bad(1)), undefined)
  const full = writer.add(bad(1, 16_000_000))
  assert.ok(full)
  release()
  await full
  await writer.drained()
})

test('the latency of a batch is that of its oldest delivery, whatever its place', async () => {
  const {writer, latencies, release} = opened()
  void writer.add(bad(1))
  void writer.add({...bad(1), at: realClock.now()})
  void writer.add(bad(1))
  release()
  await writer.drained()
  assert.equal(latencies.length, 2)
  assert.ok(latencies[1]! > 60, `${latencies[1]} s`)
})
