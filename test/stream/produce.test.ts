/** `fin stream produce` as a process, against the simulator's sockets. */
import assert from 'node:assert/strict'
import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {after, test} from 'node:test'
import {setTimeout as later} from 'node:timers/promises'
import {bithumb} from '../../src/lib/feeds/bithumb.js'
import {bithumbMarkets} from '../../src/lib/collectors/bithumb-markets.js'
import {bithumbTickers} from '../../src/lib/collectors/bithumb-tickers.js'
import {listedTargets} from '../../src/lib/run/feed-targets.js'
import {startSimulator, type SimulatorOptions} from '../../src/simulator/server.js'
import {root} from '../paths.js'
import {openSetup} from '../run/setup.js'
import {fin} from '../servers.js'
import {fullTest} from '../size.js'
import {socketServer} from './server.js'

const home = mkdtempSync(join(tmpdir(), 'fin-test-stream-'))
after(() => rmSync(home, {recursive: true, force: true}))

interface Options extends SimulatorOptions {
  /** A running simulator, with settings for the process. */
  env?: Record<string, string>
}

interface Listened {
  rows: Record<string, unknown>[]
  stderr: string
  code: number | null
}

/** Lets it run until `count` rows are printed, then sends the signal. */
async function produced(
  count: number,
  args: readonly string[],
  {env, ...options}: Options = {},
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<Listened> {
  const simulator = env
    ? undefined
    : await startSimulator({at: new Date('2026-11-23T14:59:58Z'), rate: 1, ...options})
  try {
    const child = spawn(
      process.execPath,
      [join(root, 'bin', 'run.js'), 'stream', 'produce', 'bithumb', '--to', 'stdout', ...args],
      {
        env: {
          PATH: process.env['PATH'],
          HOME: home,
          FIN_EMBEDDED: 'never',
          NO_COLOR: '1',
          TZ: 'UTC',
          ...(simulator ? {FIN_SIMULATOR_URL: simulator.url} : {}),
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    let printed = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
    const closed = once(child, 'close')
    const rows: Record<string, unknown>[] = []
    const timer = AbortSignal.timeout(60_000)
    timer.addEventListener('abort', () => child.kill('SIGKILL'))
    createInterface({input: child.stdout}).on('line', (line) => {
      rows.push(JSON.parse(line) as Record<string, unknown>)
      if (rows.length === count) child.kill(signal)
    })
    const [code] = (await closed) as [number | null]
    return {rows, stderr: printed, code}
  } finally {
    await simulator?.close()
  }
}

test(
  'quotes from binary frames are printed at once until SIGTERM, which ends the command with 0',
  {timeout: 90_000},
  async () => {
    const {rows, stderr, code} = await produced(6, [
      '--target',
      'krw-btc',
      '--target',
      'KRW-ETH',
      '--target',
      'KRW-NOSUCH',
    ])
    assert.equal(code, 0, stderr)
    assert.ok(rows.length >= 6)
    assert.deepEqual([...new Set(rows.map(({market}) => market))].sort(), ['KRW-BTC', 'KRW-ETH'])
    const begins = Date.parse('2026-11-23T14:50:00Z')
    for (const {quoted_at, timestamp_field, trade_price} of rows) {
      assert.ok(
        Date.parse(String(quoted_at)) >= begins && Date.parse(String(quoted_at)) < begins + 3_600_000,
        String(quoted_at),
      )
      assert.equal(Date.parse(String(quoted_at)), Number(timestamp_field))
      assert.match(String(trade_price), /^\d/)
    }
    assert.match(stderr, /listening to 3 targets/)
    assert.match(stderr, /\d+ frames, \d+ rows, 0 rejected/)
  },
)

test(
  'a quote of the socket is the row that the collector stores for the same trade',
  {timeout: 120_000},
  async () => {
    const setup = await openSetup({at: new Date('2026-11-23T21:00:00Z')})
    try {
      const database = await setup.context.database()
      const {log} = setup.context
      const options = {feed: bithumb, database, shard: undefined, log, stop: setup.stop.signal}
      await assert.rejects(
        listedTargets(options),
        /there are no targets: run fin ingest bithumb-markets first/,
      )
      await setup.collect(bithumbMarkets)
      await setup.collect(bithumbTickers)
      const [stored] =
        await setup.rows(`select market, trade_price::text, trade_date, trade_time, trade_date_kst, trade_time_kst, trade_timestamp::text, high_price::text,
      signed_change_rate::text, quoted_at from bithumb_ticker_latest where market = 'KRW-BTC'`)
      const listed = (await listedTargets(options)).list()
      const [{count} = {count: 0}] = await setup.rows(
        'select count(*)::int as count from market_code_bithumb where delisted_at is null',
      )
      assert.equal(listed.length, Number(count))
      assert.ok(listed.includes('KRW-BTC') && listed.length > 300)

      // the clock stands: a snapshot of each, and no updates
      const {rows, stderr, code} = await produced(listed.length, [], {env: setup.env})
      assert.equal(code, 0, stderr)
      assert.deepEqual(rows.map(({market}) => String(market)).sort(), listed.toSorted())
      const row = rows.find(({market}) => market === 'KRW-BTC')!
      for (const name of [
        'trade_price',
        'trade_date',
        'trade_time',
        'trade_date_kst',
        'trade_time_kst',
        'trade_timestamp',
        'high_price',
        'signed_change_rate',
      ])
        assert.equal(String(row[name]), String(stored![name]), name)
    } finally {
      await setup.close()
    }
  },
)

test(
  'a broken connection and a corrupt frame are reported and rejected, and the stream continues',
  {timeout: 90_000},
  async () => {
    const {rows, stderr, code} = await produced(3, ['--target', 'KRW-BTC'], {
      faults: [
        {provider: 'bithumb', kind: 'cut'},
        {provider: 'bithumb', kind: 'garbage'},
      ],
    })
    assert.equal(code, 0, stderr) // SIGTERM is the normal end of a stream
    assert.ok(rows.length >= 3)
    assert.match(stderr, /no connection: .+; connecting again in \d\.\d s/)
    assert.match(stderr, /no data was received from 2026-11-23T1\S+Z to 2026-11-23T1\S+Z/)
    assert.match(stderr, /an item cannot become a row: a frame cannot be read/)
    assert.match(stderr, /1 rejected/)
  },
)

test('Ctrl-C ends the stream with 130 after a clean stop', {timeout: 90_000}, async () => {
  const {code, stderr} = await produced(1, ['--target', 'KRW-BTC'], {}, 'SIGINT')
  assert.equal(code, 130, stderr)
  assert.match(stderr, /1 row|\d+ rows/)
})

fullTest('a target that the provider does not know is named after a while', {timeout: 90_000}, async () => {
  const {stderr} = await produced(
    130,
    ['--target', 'KRW-BTC', '--target', 'KRW-ETH', '--target', 'BTC-KRW'],
    {rate: 3},
  )
  assert.match(stderr, /no data for BTC-KRW: not known to the provider, or spelled differently there/)
})

test(
  'a refusal of the server ends the command with the message of the server',
  {timeout: 30_000},
  async () => {
    const server = await socketServer(
      (socket) => {
        socket.once('message', () =>
          socket.send(
            JSON.stringify({error: {name: 'INVALID_PARAM', message: `codes ${'y'.repeat(900_000)}`}}),
            () => socket.close(1000),
          ),
        )
      },
      undefined,
      {instant: '2026-11-23T14:59:58Z', rate: 1},
    )
    const run = await fin(['stream', 'produce', 'bithumb', '--to', 'stdout', '--target', 'KRW-BTC'], {
      env: {FIN_SIMULATOR_URL: server.url.replace(/^ws/, 'http').replace('/websocket/v1', '')},
    })
    await server.close()
    assert.equal(run.code, 1, run.stderr)
    assert.match(run.stderr, /the server refuses: INVALID_PARAM codes yyy/)
    assert.ok(run.stderr.length < 2_000, 'the line is cut to a bounded length')
    assert.doesNotMatch(run.stderr, /rejected/)
  },
)

test('SIGTERM ends the command although nobody reads stdout any more', {timeout: 60_000}, async () => {
  const row = JSON.stringify({
    type: 'ticker',
    code: 'KRW-BTC',
    trade_price: 1,
    trade_date: '20261126',
    trade_time: '180433',
    trade_timestamp: 1795683873858,
    timestamp: 1795683874044,
  })
  const server = await socketServer(
    (socket) => {
      socket.once('message', () => {
        for (let n = 0; n < 3_000; n++) socket.send(row)
      })
    },
    undefined,
    {instant: '2026-11-26T09:04:30Z', rate: 1},
  )
  const child = spawn(
    process.execPath,
    [join(root, 'bin', 'run.js'), 'stream', 'produce', 'bithumb', '--to', 'stdout', '--target', 'KRW-BTC'],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        FIN_EMBEDDED: 'never',
        TZ: 'UTC',
        FIN_SIMULATOR_URL: server.url.replace(/^ws/, 'http').replace('/websocket/v1', ''),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let printed = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  const exited = once(child, 'exit')
  await later(3_000) // its pipe is full by now, and nobody reads from it
  child.kill('SIGTERM')
  const [code, signal] = (await exited) as [number | null, string | null]
  child.stdout.destroy()
  await server.close()
  assert.deepEqual([code, signal], [0, null], printed)
  assert.match(printed, /nobody reads stdout/)
})

test(
  'frames from a named pipe are printed as they are written, and a signal ends the wait for more',
  {timeout: 60_000},
  async () => {
    const pipe = join(home, 'frames')
    spawnSync('mkfifo', [pipe])
    const frame =
      '{"type":"ticker","code":"KRW-BTC","trade_price":1,"trade_date":"20261126","trade_time":"180433","trade_timestamp":1795683873858,"timestamp":1795683874044}'
    const writer = spawn('/bin/sh', ['-c', 'exec 3>"$0"; echo "$1" >&3; sleep 30', pipe, frame], {
      stdio: 'ignore',
    })
    await later(300)
    const {rows, code, stderr} = await produced(1, ['--input', pipe], {env: {FIN_SIMULATOR_URL: ''}})
    writer.kill('SIGKILL')
    assert.deepEqual([rows.length, code], [1, 0], stderr)
  },
)

test('a missing file, an unknown destination, and both sources at once are refused at the start', async () => {
  for (const [args, says] of [
    [['--to', 'stdout', '--input', '/nonexistent/frames'], /cannot read \/nonexistent\/frames/],
    [['--to', 'nowhere'], /expected --to=nowhere to be one of: kafka, stdout/],
    [['--to', 'stdout', '--input', '-', '--target', 'KRW-BTC'], /cannot also be provided/],
    [['--to', 'kafka', '--input', '/dev/null'], /KAFKA_BROKERS is not set/],
    [['--to', 'kafka', '--filter', 'KRW-BTC'], /--filter chooses rows, and Kafka gets whole frames/],
  ] as const) {
    const run = await fin(['stream', 'produce', 'bithumb', ...args])
    assert.equal(run.code, 2, run.stderr)
    assert.match(run.stderr, says)
    assert.doesNotMatch(run.stderr, /0 frames/)
    assert.equal(run.stdout, '')
  }
})

test('frames from stdin with one invalid frame: the valid ones are printed, and the exit code reports the rest', async () => {
  const good =
    '{"type":"ticker","code":"KRW-BTC","trade_price":1,"trade_date":"20261126","trade_time":"180433","trade_timestamp":1795683873858,"timestamp":1795683874044}'
  const run = await fin(['stream', 'produce', 'bithumb', '--to', 'stdout', '--input', '-'], {
    input: `${good}\nnot a frame\n${good}\n`,
  })
  assert.equal(run.code, 1, run.stderr)
  assert.equal(run.stdout.trim().split('\n').length, 2)
  assert.match(run.stderr, /3 frames, 2 rows, 1 rejected/)
})
