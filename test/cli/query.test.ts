/**
 * The description of the parameters by `fin query`, and the values that it refuses. No test here needs a
 * database.
 */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {
  namedQueries,
  parametersOf,
  readNamedQuery,
  parameterUsage,
} from '../../src/lib/report/named-queries.js'
import {fin} from '../servers.js'

const now = new Date('2026-11-23T12:00:00Z')

test('the list shows the values of each parameter, with --verbose their meaning; help names the command for it', async () => {
  const rows = JSON.parse((await fin(['query', '--json'])).stdout) as {query: string; parameters: string}[]
  const parameters = Object.fromEntries(rows.map((row) => [row.query, row.parameters]))
  assert.equal(
    parameters['bithumb-coingecko-mapping'],
    '[--status all|verified|suspicious|unmatched|proposed] [--limit N]',
  )
  assert.equal(
    parameters['kimchi-premium'],
    '[--market TEXT] [--exchange all|upbit|bithumb|korbit|coinone|gopax] [--max-age N] [--apart N] ' +
      '[--history] [--days N] [--at INSTANT] [--limit N]',
  )
  assert.equal(parameters['news-yield'], '[--since DATE]')
  const verbose = await fin(['query', '--verbose'])
  assert.match(
    verbose.stderr,
    /^ {2}kimchi-premium \[--max-age N\]: age after which a price is too old to be shown \[default: 48 hours\]$/m,
  )
  const {stdout: help} = await fin(['query', 'kimchi-premium', '--help'])
  assert.match(help, /fin query --verbose/)
})

test('help of a query explains each of its parameters', async () => {
  for (const {name, parameters, summary} of namedQueries()) {
    const {stdout, code} = await fin(['query', name, '--help'])
    assert.equal(code, 0)
    assert.ok(stdout.startsWith(summary.replace(/\.$/, '\n')), stdout)
    const flat = stdout.replaceAll(/\s+/g, ' ')
    for (const parameter of parameters) {
      assert.match(flat, new RegExp(` --${parameter.name}[= ]`))
      assert.ok(flat.includes(parameter.summary), parameter.summary)
      assert.equal(
        flat.includes(`[--${parameter.name}`),
        parameter.default !== undefined,
        'optional in usage',
      )
    }
    assert.doesNotMatch(flat, /default: null|VALUE/)
    if (name === 'series-as-of') {
      assert.match(flat, /USAGE \$ fin query series-as-of --series TEXT \[--at INSTANT\] /)
      assert.match(flat, /--series=TEXT \(required\) series of FRED/)
      assert.match(flat, /\$ fin query series-as-of --series CPIAUCNS --csv/)
    }
  }
  const [before, after] = await Promise.all([
    fin(['query', '--limit', 'x', 'top-coins']),
    fin(['query', 'top-coins', '--limit', 'x']),
  ])
  assert.deepEqual(before, after, 'a name after its parameters')
})

test('a value that means nothing is refused before the database is contacted', async () => {
  for (const [query, parameter, value, says] of [
    [
      'bithumb-coingecko-mapping',
      'status',
      'verifyed',
      /^fin: --status is "verifyed".*\n {2}--status: .*: all, verified, suspicious, unmatched, proposed$/m,
    ],
    ['bithumb-movers', 'quote', 'EUR', /KRW, BTC$/m],
    ['kimchi-premium', 'exchange', 'binance', /all, upbit, bithumb, korbit, coinone, gopax$/m],
    ['kimchi-premium', 'days', '-3', /^fin: --days is "-3"; a number of days is not negative\n/],
    ['kimchi-premium', 'max-age', '-0.5', /a number of hours is not negative\n/],
    ['gaps', 'unit', 'x-post', /any, .*x-posts/],
    ['missed-targets', 'unit', 'nonsense', /^fin: --unit is "nonsense"/],
    [
      'members-as-of',
      'at',
      '2026-02-30',
      /^fin: --at is "2026-02-30", which is not a day of the calendar\n {2}--at: the day in New York\n$/,
    ],
    [
      'members-as-of',
      'known-at',
      'soon',
      /^fin: --known-at is "soon", which is not an instant\n {2}Write it like .*\n$/,
    ],
    [
      'members-as-of',
      'known-at',
      '2026-03-20T25:00Z',
      /^fin: --known-at is "2026-03-20T25:00Z", which is not an instant\n/,
    ],
    [
      'news-yield',
      'since',
      '2026-13-01',
      /^fin: --since is "2026-13-01", which is not a day of the calendar\n {2}--since: .*\n$/,
    ],
    [
      'top-coins',
      'limit',
      '99999999999999999999',
      /^fin: --limit is "99999999999999999999", which is too large; it can be at most 2,147,483,647\n {2}--limit: .*\n$/,
    ],
  ] as const) {
    const {code, stdout, stderr} = await fin(['query', query, `--${parameter}`, value])
    assert.deepEqual([code, stdout], [2, ''], stderr)
    assert.match(stderr, says)
  }
})

test('a word is accepted in any case, and a job by the name of its command', () => {
  const query = readNamedQuery(
    'select_x',
    '-- query x: y.\n-- $1 quote (KRW|BTC, KRW): z\n-- $2 unit (unit, all): w\n-- $3 for (number hours, required): v\nselect 1',
  )!
  assert.deepEqual(query.parameters.map(parameterUsage), ['[--quote KRW|BTC]', '[--unit JOB]', '--for N'])
  assert.deepEqual(parametersOf(query, {quote: 'btc', unit: 'cpi', for: '1.5'}, now, ['cpi']), [
    'BTC',
    'cpi',
    '1.5',
  ])
  assert.deepEqual(parametersOf(query, {for: '0'}, now, ['cpi']), ['KRW', 'all', '0'])
  assert.throws(() => parametersOf(query, {for: '1', unit: 'gdp'}, now, ['cpi']), {exitCode: 2})
})
