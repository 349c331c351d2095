/** The record of a producer: no gap is lost that is added while the state is written. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {realClock} from '../../src/lib/clock.js'
import type {Database} from '../../src/lib/db/database.js'
import {sp500} from '../../src/lib/feeds/sp500.js'
import {createStreamCounts} from '../../src/lib/health/counts.js'
import {recordProducer} from '../../src/lib/run/producer-record.js'
import {nothingReceived} from '../../src/lib/transport/socket-gaps.js'

test('a gap that is added while the state is written is written next, and counts once for its groups', async () => {
  const written: string[] = []
  let onTransaction = () => {}
  const query = async (name: string, [rows]: [string]) => {
    if (name === 'insert_stream_gaps')
      written.push(...(JSON.parse(rows) as {symbols: string[]}[]).flatMap(({symbols}) => symbols))
    return []
  }
  const database = {
    async transaction(work: (tx: {query: typeof query}) => Promise<void>) {
      await work({query})
      onTransaction()
    },
  } as unknown as Database
  const counts = createStreamCounts()
  const record = recordProducer({
    ...{feed: sp500, database, shard: {index: 1, count: 1}, host: 'h', pid: 1, counts, clock: realClock},
    log: {error() {}, warn() {}, notice() {}, detail() {}},
    connectedSince: () => undefined,
    delivered: () => nothingReceived,
    isOnly: () => true,
  })
  const began = new Date('2026-11-30T15:00:00Z')
  const gap = (symbol: string, seconds: number) =>
    record.addGap(
      {began, ended: new Date(began.getTime() + seconds * 1_000), why: 'test', targets: [symbol]},
      false,
    )
  gap('A', 10)
  onTransaction = () => {
    onTransaction = () => {}
    gap('B', 12)
  }
  await record.close()
  assert.deepEqual(written.sort(), ['A', 'B'])
  assert.deepEqual([counts.gaps, counts.gapSeconds], [1, 12])
})
