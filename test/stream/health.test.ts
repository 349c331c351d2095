/** The probes and metrics of a stream, over HTTP. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {connect, createServer, type AddressInfo} from 'node:net'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'
import {NeedsPerson} from '../../src/lib/errors.js'
import {createStreamCounts} from '../../src/lib/health/counts.js'
import {serveHealth, type HealthOptions, type StreamState} from '../../src/lib/health/server.js'
import {fakeClock} from '../clock.js'
import {root} from '../paths.js'

/** A server on a free port, closed after the test, and the address of its paths. */
async function served(t: TestContext, options: Partial<HealthOptions> = {}) {
  const counts = createStreamCounts()
  const server = await serveHealth({
    port: 0,
    feed: 'bithumb',
    version: '1.2.3',
    clock: fakeClock(),
    counts,
    state: () => ({ready: true, reasons: []}),
    ...options,
  })
  t.after(() => server.close().catch(() => {}))
  const address = `http://127.0.0.1:${server.port}`
  const get = async (path: string, init?: RequestInit) => {
    const answer = await fetch(`${address}${path}`, init)
    return {status: answer.status, body: await answer.text(), headers: answer.headers}
  }
  return {server, counts, get}
}

interface Sample {
  name: string
  labels: Record<string, string>
  value: number
}

/** The samples of a text in the format of Prometheus. Throws at the first line that does not belong there. */
function samplesOf(text: string): Sample[] {
  assert.ok(text.endsWith('\n'))
  const types = new Map<string, string>()
  const helped = new Set<string>()
  const samples: Sample[] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    const help = /^# HELP ([a-z_0-9]+) \S.*$/.exec(line)
    const type = /^# TYPE ([a-z_0-9]+) (counter|gauge|histogram)$/.exec(line)
    const sample = /^([a-z_0-9]+)\{((?:[a-z_]+="[^"\\]*",?)+)\} (\S+)$/.exec(line)
    assert.ok(help ?? type ?? sample, line)
    if (help) helped.add(help[1]!)
    if (type) types.set(type[1]!, type[2]!)
    if (!sample) continue
    const [, name = '', labels = '', number = ''] = sample
    const base = types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')
    assert.ok(types.has(base) && helped.has(base), `${name} has no HELP or TYPE`)
    if (base !== name) assert.equal(types.get(base), 'histogram', name)
    if (base.startsWith('fin_')) assert.equal(types.get(base) === 'counter', base.endsWith('_total'), name)
    // Node knows no mean delay of its event loop before the first measurement.
    const value = /^nan$/i.test(number) ? NaN : Number(number.replace('Inf', 'Infinity'))
    assert.ok(!Number.isNaN(value) || name.startsWith('nodejs_'), line)
    samples.push({
      name,
      labels: Object.fromEntries(
        [...labels.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, key, text]) => [key, text]),
      ),
      value,
    })
  }
  return samples
}

/** `name{label="value"}` without the label `feed` -> value. */
function byName(samples: readonly Sample[]): Map<string, number> {
  return new Map(
    samples.map(({name, labels, value}) => {
      const others = Object.entries(labels).filter(([label]) => label !== 'feed')
      const shown = others.map(([label, text]) => `${label}="${text}"`).join(',')
      return [shown === '' ? name : `${name}{${shown}}`, value]
    }),
  )
}

test('/healthz answers while the process works, whatever the state of the stream', async (t) => {
  const {get} = await served(t, {state: () => ({ready: false, reasons: ['not connected']})})
  const {status, body} = await get('/healthz')
  assert.deepEqual([status, body], [200, 'ok\n'])
})

test('/readyz says ready, degraded or not ready, with one line for each reason', async (t) => {
  let state: StreamState = {ready: true, reasons: []}
  const {get} = await served(t, {state: () => state})
  const read = async () => {
    const {status, body} = await get('/readyz')
    return [status, body]
  }
  assert.deepEqual(await read(), [200, 'ready\n'])
  state = {ready: true, reasons: ['Redis is away']}
  assert.deepEqual(await read(), [200, 'degraded: Redis is away\n'])
  state = {ready: false, reasons: ['PostgreSQL is away', 'Redis is away']}
  assert.deepEqual(await read(), [503, 'not ready: PostgreSQL is away\nnot ready: Redis is away\n'])
  state = {ready: false, reasons: []}
  assert.deepEqual(await read(), [503, 'not ready\n'])
})

test('text of another server stays on its line and shows no password', async (t) => {
  const why = 'it said\n\u001b[2Jready, at redis://user:hunter2@cache:6379'
  const {get} = await served(t, {state: () => ({ready: false, reasons: [why]})})
  const {body} = await get('/readyz')
  assert.deepEqual(body.split('\n').length, 2)
  assert.ok(!body.includes('\u001b') && !body.includes('hunter2'), body)
})

test('a state that cannot be read is a 500, and the server continues', async (t) => {
  const {get} = await served(t, {
    state: () => {
      throw new Error('no state')
    },
  })
  const {status, body} = await get('/readyz')
  assert.deepEqual([status, body], [500, 'no state\n'])
  assert.equal((await get('/healthz')).status, 200)
})

test('other paths are a 404, other methods a 405', async (t) => {
  const {get} = await served(t)
  for (const path of ['/', '/health', '//healthz', '/metrics/', '/healthz/../readyz/x'])
    assert.equal((await get(path)).status, 404, path)
  assert.equal((await get('/healthz?probe=1')).status, 200)
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const {status, headers} = await get('/healthz', {method})
    assert.deepEqual([status, headers.get('allow')], [405, 'GET, HEAD'], method)
  }
  const {status, body} = await get('/readyz', {method: 'HEAD'})
  assert.deepEqual([status, body], [200, ''])
})

test('the metrics are the counts, each with the feed', async (t) => {
  let elapsedMs = 5_000
  const clock = {...fakeClock('2026-03-02T12:00:00Z'), elapsedMs: () => elapsedMs}
  const {counts, get} = await served(t, {clock})
  const read = async () => {
    const {status, body, headers} = await get('/metrics')
    assert.deepEqual([status, headers.get('content-type')], [200, 'text/plain; version=0.0.4; charset=utf-8'])
    const samples = samplesOf(body)
    for (const {name, labels} of samples) assert.equal(labels['feed'], 'bithumb', name)
    return byName(samples)
  }
  const first = await read()
  for (const store of ['postgres', 'redis']) {
    assert.equal(first.get(`fin_stream_stored_rows_total{store="${store}"}`), 0)
    assert.equal(first.get(`fin_stream_store_failures_total{store="${store}"}`), 0)
  }
  assert.equal(first.get('fin_build_info{version="1.2.3"}'), 1)
  for (const name of ['fin_stream_last_event_age_seconds', 'fin_stream_connected'])
    assert.ok(!first.has(name), `${name} is not known yet`)
  for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds'])
    assert.ok(first.has(name), name)

  Object.assign(counts, {
    frames: 7,
    bytes: 700,
    rows: 20,
    rejected: 2,
    flagged: {conditions: 6, outlier: 1},
    leftOut: 4,
    reconnects: 1,
    gaps: 1,
    gapSeconds: 2.5,
    sends: 19,
    storedRows: {postgres: 18, redis: 17},
    storeFailures: {postgres: 3, redis: 4},
    lastEventMs: Date.parse('2026-03-02T11:59:58.500Z'),
    connected: true,
  })
  counts.lag.set(0, 12).set(2, 0)
  elapsedMs += 60_000
  const second = await read()
  const expected = {
    fin_stream_frames_total: 7,
    fin_stream_bytes_total: 700,
    fin_stream_rows_total: 20,
    fin_stream_rejected_total: 2,
    'fin_stream_flagged_total{flag="conditions"}': 6,
    'fin_stream_flagged_total{flag="outlier"}': 1,
    fin_stream_left_out_total: 4,
    fin_stream_reconnects_total: 1,
    fin_stream_gaps_total: 1,
    fin_stream_gap_seconds_total: 2.5,
    fin_stream_sends_total: 19,
    'fin_stream_stored_rows_total{store="postgres"}': 18,
    'fin_stream_stored_rows_total{store="redis"}': 17,
    'fin_stream_store_failures_total{store="postgres"}': 3,
    'fin_stream_store_failures_total{store="redis"}': 4,
    'fin_stream_lag{partition="0"}': 12,
    'fin_stream_lag{partition="2"}': 0,
    fin_stream_last_event_age_seconds: 1.5,
    fin_stream_connected: 1,
    fin_stream_uptime_seconds: 60,
  }
  for (const [name, value] of Object.entries(expected)) assert.equal(second.get(name), value, name)

  // A consumer that lost its partitions, and a connection that ended.
  counts.lag.delete(0)
  counts.connected = false
  counts.frames += 1
  const third = await read()
  assert.ok(!third.has('fin_stream_lag{partition="0"}'))
  assert.equal(third.get('fin_stream_connected'), 0)
  assert.equal(third.get('fin_stream_frames_total'), 8)
  for (const [name, value] of second)
    if (/^fin_.*_total/.test(name)) assert.ok(third.get(name)! >= value, `${name} went back`)
})

test('scrapes at the same time read the same numbers', async (t) => {
  const {counts, get} = await served(t)
  counts.frames = 41
  const texts = await Promise.all(Array.from({length: 8}, () => get('/metrics')))
  for (const {body} of texts) assert.equal(byName(samplesOf(body)).get('fin_stream_frames_total'), 41)
})

test('batches and latencies become histograms', async (t) => {
  const {counts, get} = await served(t)
  counts.onBatch!('postgres', 500, 0.004)
  counts.onBatch!('postgres', 501, 20)
  counts.onBatch!('redis', 1, 0.001)
  for (const seconds of [0.0015, 0.004, 0.004, 31]) counts.onLatency!(seconds)
  const samples = byName(samplesOf((await get('/metrics')).body))
  const expected = {
    'fin_stream_batch_rows_bucket{le="200",store="postgres"}': 0,
    'fin_stream_batch_rows_bucket{le="500",store="postgres"}': 1,
    'fin_stream_batch_rows_bucket{le="1000",store="postgres"}': 2,
    'fin_stream_batch_rows_sum{store="postgres"}': 1001,
    'fin_stream_batch_rows_count{store="redis"}': 1,
    'fin_stream_write_seconds_bucket{le="0.002",store="postgres"}': 0,
    'fin_stream_write_seconds_bucket{le="0.005",store="postgres"}': 1,
    'fin_stream_write_seconds_bucket{le="10",store="postgres"}': 1,
    'fin_stream_write_seconds_bucket{le="+Inf",store="postgres"}': 2,
    'fin_stream_latency_seconds_bucket{le="0.002"}': 1,
    'fin_stream_latency_seconds_bucket{le="0.005"}': 3,
    'fin_stream_latency_seconds_bucket{le="30"}': 3,
    fin_stream_latency_seconds_count: 4,
  }
  for (const [name, value] of Object.entries(expected)) assert.equal(samples.get(name), value, name)
})

test('a port in use needs a person', async (t) => {
  const other = createServer()
  other.listen(0)
  await once(other, 'listening')
  t.after(() => other.close())
  const {port} = other.address() as AddressInfo
  await assert.rejects(served(t, {port}), (error: unknown) => {
    assert.ok(error instanceof NeedsPerson)
    assert.equal(error.message, `port ${port} cannot be opened: another process uses it`)
    assert.match(error.nextStep ?? '', /--health-port/)
    return true
  })
})

test('a request that does not arrive in time is ended', {timeout: 60_000}, async (t) => {
  const {server, get} = await served(t)
  const socket = connect(server.port, '127.0.0.1')
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n')
  let answer = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text
  })
  await once(socket, 'close')
  assert.match(answer, /^HTTP\/1\.1 408 /)
  assert.equal((await get('/healthz')).status, 200)
})

test('close ends idle connections and frees the port', async (t) => {
  const {server, get} = await served(t)
  const socket = connect(server.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.on('error', () => {})
  const ended = once(socket, 'close')
  await get('/healthz')
  await server.close()
  await ended
  const again = await served(t, {port: server.port})
  assert.equal((await again.get('/healthz')).status, 200)
})

test('docs/streams.md names every metric of the streams', async (t) => {
  const {get} = await served(t)
  const {body} = await get('/metrics')
  const text = readFileSync(join(root, 'docs', 'streams.md'), 'utf8')
  const names = [...body.matchAll(/^# TYPE (fin_\w+) (\w+)$/gm)]
  assert.ok(names.length >= 17)
  for (const [, name, type] of names)
    assert.match(text, new RegExp(`^\\|.*\`${name}(?:\\{\\w+\\})?\`.* \\| ${type} \\|`, 'm'), name)
})
