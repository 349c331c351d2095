/**
 * The output to terminals, spreadsheets and pipes when the text of a provider is an attack on them, through
 * the whole program.
 */
import assert from 'node:assert/strict'
import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import {setTimeout as pause} from 'node:timers/promises'
import {parse as parseCsv} from 'csv-parse/sync'
import {root} from '../paths.js'
import {safeText} from '../../src/lib/output/safe.js'
import {fin} from '../servers.js'
import {full} from '../size.js'
import {onPath} from '../servers/guarded.js'
import {openStored, type Stored} from './stored.js'

const program = join(root, 'bin', 'run.js')

/** Names of coins that anybody could list. */
const names: Record<string, string> = {
  clears: 'a\u001b[2J\u001b[Hb',
  title: '\u001b]0;owned\u0007x',
  clipboard: '\u001b]52;c;cm0gLXJm\u0007',
  link: '\u001b]8;;http://evil.example\u001b\\click\u001b]8;;\u001b\\',
  c1: 'c1 \u009b31m red',
  overwrites: 'good\rbad',
  backspaces: 'ab\b\b\bxy',
  bell: '\u0007',
  rtl: 'abc\u202egnp.exe',
  isolate: '\u2066left\u2069',
  invisible: 'a\u200b\ufeffb',
  korean: '비트코인 💰',
  emoji: '👩‍👩‍👧‍👦 family 🇰🇷',
  arabic: 'بيتكوين',
  combining: 'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A',
  quotes: 'say "hi", then; leave\tnow',
  apostrophe: "'=1+1",
  lines: 'one\ntwo',
  equals: '=HYPERLINK("http://evil.example","x")',
  plus: '+1+1',
  minus: "-1+cmd|' /C calc'!A0",
  at: '@SUM(1)',
  wide: '＝1+1',
  blank: '  =1+1',
  tab: '\t=1',
  looksNumeric: '-1.5',
}
const coins = Object.entries(names).map(([id, name], index) => ({
  id,
  symbol: 'x',
  name,
  image: 'https://x.example/i.png',
  current_price: 1,
  market_cap: 5,
  market_cap_rank: index + 1,
  total_volume: 2,
  price_change_percentage_24h: -1.5,
  ath: 5,
  ath_date: '2025-01-01T00:00:00.000Z',
  atl: 1,
  atl_date: '2024-01-01T00:00:00.000Z',
  circulating_supply: 1,
  total_supply: 1,
  max_supply: null,
  last_updated: '2026-11-23T20:00:00.000Z',
}))
const markets = Object.entries(names).map(([, name], index) => ({
  market: `KRW-C${index}`,
  korean_name: name,
  english_name: name,
}))

/** Every character that a terminal interprets, except tab and newline. */
// eslint-disable-next-line no-control-regex -- these characters are what the pattern is about
const raw = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]/

let folder: string
let coinsFile: string
let marketsFile: string
/** More rows than a pipe holds. */
let longFile: string
let bigFile: string
let stored: Stored

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fin-test-output-'))
  ;[coinsFile, marketsFile, longFile, bigFile] = [
    join(folder, 'coins.json'),
    join(folder, 'markets.json'),
    join(folder, 'long.json'),
    join(folder, 'big.json'),
  ] as [string, string, string, string]
  writeFileSync(coinsFile, JSON.stringify(coins))
  writeFileSync(marketsFile, JSON.stringify(markets))
  const many = Array.from({length: 24_000}, (_, index) => ({
    ...coins[0],
    id: `coin-${index}`,
    name: `코인 ${index}`,
    market_cap_rank: index + 1,
  }))
  writeFileSync(longFile, JSON.stringify(many.slice(0, 2_000)))
  writeFileSync(bigFile, JSON.stringify(many)) // 10 MB of rows
  stored = await openStored()
})
after(async () => {
  await stored.close()
  rmSync(folder, {recursive: true, force: true})
})

const ids = (...more: string[]) => ['ingest', 'coingecko-ids', '--input', coinsFile, '--dry-run', ...more]

test('JSON and NDJSON hold the data, and no character that a terminal interprets', async () => {
  for (const form of ['--json', '--ndjson']) {
    const run = await fin(ids(form))
    assert.equal(run.code, 0, run.stderr)
    assert.doesNotMatch(run.stdout + run.stderr, raw)
    const text = form === '--json' ? run.stdout : `[${run.stdout.trim().split('\n').join(',')}]`
    const rows = JSON.parse(text) as {coingecko_id: string; name: string}[]
    const expected = Object.fromEntries(Object.entries(names).map(([id, name]) => [id, name.trim()]))
    assert.deepEqual(Object.fromEntries(rows.map(({coingecko_id: id, name}) => [id, name])), expected)
  }
})

test('CSV neutralises text that a spreadsheet would run, and leaves numbers untouched, negative ones too', async () => {
  const run = await fin(ids('--csv'))
  assert.equal(run.code, 0, run.stderr)
  assert.doesNotMatch(run.stdout, raw)
  const rows = parseCsv(run.stdout, {columns: true}) as Record<string, string>[]
  assert.equal(rows.length, coins.length)
  for (const row of rows) {
    const name = names[row['coingecko_id']!]!.trim()
    const runs = /^[\s\u200b\ufeff]*[=+\-@＝]|^[\t\r\n]/.test(name)
    assert.equal(row['name'], safeText(runs ? `'${name}` : name))
    assert.equal(row['price_change_percentage_24h'], '-1.5')
  }
  const other = await fin(['ingest', 'bithumb-markets', '--input', marketsFile, '--dry-run', '--csv'])
  assert.ok(
    (parseCsv(other.stdout, {columns: true}) as Record<string, string>[]).some((row) =>
      row['korean_name']?.startsWith("'=HYPERLINK"),
    ),
    other.stdout,
  )
})

const script = onPath('script')
test(
  'a terminal gets no raw escape in any output format',
  {skip: script ? false : 'no program `script` (util-linux) to make a terminal'},
  () => {
    for (const [command, file] of [
      ['coingecko-ids', coinsFile],
      ['bithumb-markets', marketsFile],
    ]) {
      const forms = ['', '--json', '--ndjson', '--csv']
      for (const form of full || command === 'coingecko-ids' ? forms : ['']) {
        const line = `${process.execPath} ${program} ingest ${command} --input ${file} --dry-run --quiet ${form}`
        const run = spawnSync(script!, ['-qec', line, '/dev/null'], {
          encoding: 'utf8',
          cwd: folder,
          input: '',
          env: {
            PATH: process.env['PATH'],
            HOME: folder,
            FIN_EMBEDDED: 'never',
            TERM: 'xterm',
            NO_COLOR: '1',
            LANG: 'C.UTF-8',
            COLUMNS: '200',
          },
        })
        assert.equal(run.status, 0, run.stdout)
        const shown = run.stdout.replaceAll('\r\n', '\n')
        assert.ok(shown.includes('비트코인'), shown.slice(0, 500))
        assert.doesNotMatch(shown, raw, `${command} ${form}`)
      }
    }
  },
)

test('other commands print stored names without raw escapes', async () => {
  const env = {DATABASE_URL: stored.url, FIN_SIMULATOR_URL: undefined}
  await stored.rows(`update fin_world set world = 'real'`)
  const kept = await fin(['ingest', 'bithumb-markets', '--input', marketsFile], {env})
  assert.ok(kept.code === 0 || kept.code === 1, kept.stderr)
  assert.doesNotMatch(kept.stderr, raw)
  const ended = await fin(['ingest', 'coingecko-ids', '--input', coinsFile], {env})
  assert.doesNotMatch(ended.stderr, raw)
  for (const args of [
    ['export', 'market_code_bithumb', '--ndjson'],
    ['runs', '--rejected'],
    ['runs', '--rejected', '--json'],
    ['query', 'top-coins'],
    ['runs'],
  ]) {
    const run = await fin(args, {env})
    assert.equal(run.code, 0, `fin ${args.join(' ')}: ${run.stderr}`)
    assert.doesNotMatch(run.stdout + run.stderr, raw, `fin ${args.join(' ')}`)
  }
})

test('a reader that stops early ends the program quietly', () => {
  for (const form of ['--ndjson', '--csv', '--json']) {
    const line = `"${process.execPath}" "${program}" ingest coingecko-ids --input "${longFile}" --dry-run ${form} | head -1; echo "\${PIPESTATUS[0]}"`
    const run = spawnSync('bash', ['-c', line], {
      encoding: 'utf8',
      env: {PATH: process.env['PATH'], HOME: folder, FIN_EMBEDDED: 'never'},
      cwd: folder,
    })
    const [first, code] = run.stdout.trim().split('\n')
    assert.ok((first ?? '').length > 0)
    assert.equal(code, '0', run.stderr)
    assert.doesNotMatch(run.stderr, /EPIPE|error|\bat /i)
  }
})

test('a slow reader gets 10 MB of JSON completely', async () => {
  const child = spawn(
    process.execPath,
    [program, 'ingest', 'coingecko-ids', '--input', bigFile, '--dry-run', '--json'],
    {
      cwd: folder,
      env: {PATH: process.env['PATH'], HOME: folder, FIN_EMBEDDED: 'never'},
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const ended = once(child, 'close') as Promise<[number]>
  child.stderr.resume()
  let text = ''
  let pauses = 0
  child.stdout.setEncoding('utf8')
  for await (const chunk of child.stdout) {
    text += String(chunk)
    if (pauses++ < 100) await pause(10)
  }
  assert.deepEqual(await ended, [0, null])
  assert.ok(text.length > 10_000_000, `${text.length} characters`)
  const rows = JSON.parse(text) as {coingecko_id: string}[]
  assert.equal(rows.length, 24_000)
  assert.equal(rows.at(-1)?.coingecko_id, 'coin-23999')
})

test('fin reads its input from stdin, and ends when nothing reads its output', async () => {
  const run = await fin(['ingest', 'coingecko-ids', '--input', '-', '--dry-run', '--ndjson'], {
    input: JSON.stringify(coins),
  })
  assert.equal(run.stdout.trim().split('\n').length, coins.length)
  const line = `"${process.execPath}" "${program}" ingest coingecko-ids --input "${longFile}" --dry-run --ndjson | true; echo "\${PIPESTATUS[0]}"`
  const closed = spawnSync('bash', ['-c', line], {
    encoding: 'utf8',
    env: {PATH: process.env['PATH'], HOME: folder, FIN_EMBEDDED: 'never'},
    cwd: folder,
  })
  assert.equal(closed.stdout.trim(), '0', closed.stderr)
  assert.doesNotMatch(closed.stderr, /EPIPE|unexpected/)
})
