/**
 * Each collector as a process of its own, killed with SIGKILL at random moments and then run again. Every row
 * is stored once, no target is left out, and at most the request in flight is sent twice.
 */
import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import type {AnyCollector} from '../../src/lib/define.js'
import {fin} from '../servers.js'
import {listTargets, periodOf, tried} from '../run/collectors.js'
import {generous, openSetup, type TestSetup} from '../run/setup.js'
import {full, soak} from '../size.js'
import {leftOpen, moments, seeded, runAndKill} from './kills.js'

const kills = soak ? 50 : full ? 4 : 2
/**
 * The rows of the table that hold the present data of the provider; by default all of them. 'new': each run
 * adds its own rows; 'kept': rows of former runs stay.
 */
const current: Readonly<Record<string, string>> = {
  'sp500-companies': 'is_member',
  'bithumb-markets': 'delisted_at is null',
  'bithumb-tickers': 'new',
  'coingecko-global': 'new',
  'coingecko-tickers': 'kept', // each run adds its own, but a quote that its exchange did not renew is the same
  'balance-sheet': 'kept', // quarters of more than twenty years ago stay
  // A forced run resumes from the newest article.
  'market-news': 'kept',
  'news-sentiment': 'kept',
  'company-news': 'kept',
  'market-news-finnhub': 'kept',
  'earnings-news': 'kept',
  // A run requests the vintages after the last one that is stored.
  'macro-vintages': 'kept',
  // Posts that left the trends keep their last rank; tags of other days keep their rows.
  'truth-trends': 'kept',
  'truth-tags': 'kept',
  // Past reports, and listings that left the calendar, keep their rows.
  'earnings-calendar':
    'superseded_at is null and fetched_at = (select max(fetched_at) from earnings_calendar)',
  'ipo-calendar': 'fetched_at = (select max(fetched_at) from ipo_calendar)',
  'top-gainers': 'new',
  'coingecko-derivatives': 'new',
  // A coin that left the list keeps its last rank. The others are counted by their position on the present
  // list.
  'coingecko-ids': 'ranked',
}

/**
 * Collectors whose number of requests depends on the day: coming reports, articles that do not fit into one
 * answer, series with new vintages.
 */
const needDiffers = new Set(['company-news', 'earnings-news', 'market-news-finnhub', 'macro-vintages'])
const inPages = new Set([...needDiffers, 'coingecko-tickers'])
/**
 * Requests about the target of the last request. These collectors store several answers about one target
 * together; stopped between two, they request the first again.
 */
const aboutOne = (requests: readonly {path: string}[]) => {
  const subject = ({path}: {path: string}) => {
    const [resource, parameters] = path.split('?')
    const query = new URLSearchParams(parameters)
    return query.get('category') ?? query.get('symbol')?.replace('-', '.') ?? resource
  }
  return requests.filter((request) => subject(request) === subject(requests.at(-1)!)).length
}

let setup: TestSetup
let settings: string
let firstRequestAt: number | undefined

before(async () => {
  // Limits are not under test here: forty pages of CoinGecko fit into one minute. The shipped list of
  // market-news names a source that disappears within the years that all these kills take.
  settings = await mkdtemp(join(tmpdir(), 'fin-'))
  await writeFile(
    join(settings, 'market-news-queries.csv'),
    'kind,value\ncategory,business\nkeyword,tariff\nkeyword,war\nsource,reuters\n',
  )
  setup = await openSetup({
    env: {...generous, FIN_CONFIG_DIR: settings},
    simulated: generous,
    faults: [{provider: '*', kind: 'slow', ms: 30, times: 1e9}],
    onRequest: () => {
      firstRequestAt ??= performance.now()
    },
  })
})
after(async () => {
  await rm(settings, {recursive: true})
})

/** Requests that the simulator received, in order. */
const requestsAfter = (after: number) => setup.simulator.log.requests({after})
const lastRequest = () => setup.simulator.log.requests().at(-1)?.n ?? 0
const number = async (sql: string, params: unknown[] = []) =>
  Number((await setup.rows(sql, params))[0]?.['n'])
const rowsOf = (table: string) => number(`select count(*) as n from ${table}`)
const serverNow = async () => String((await setup.rows('select clock_timestamp()::text as at'))[0]?.['at'])

/**
 * Runs that a kill hit at work. A machine under load starts slowly, so every kill of one short run may come
 * before its work. Over all runs some kills must hit.
 */
let killedAtWork = 0

// A collector with a watermark stores nothing a second time: the one of X has its own test,
// test/run/x-posts.test.ts. The walks of truth-posts start at a watermark too: test/run/truth.test.ts.
const killable = tried.filter(({name, groups}) => groups === undefined && name !== 'truth-posts')

for (const [index, collector] of killable.entries()) {
  test(`${collector.name} stores every row once although it is killed ${kills} times`, async (t) => {
    const {
      name,
      tables: [table],
    } = collector
    const args = ['ingest', name]
    const random = seeded(1000 + index)
    const advance = () => setup.simulator.clock.change({advanceMs: periodOf(collector)})

    await listTargets(setup, collector)
    const first = await runAndKill(args, setup.env) // also fills Node's compile cache
    assert.equal(first.code, 0, first.stderr)
    advance()
    const at = lastRequest()
    firstRequestAt = undefined
    const startedAt = performance.now()
    const whole = await runAndKill(args, setup.env)
    assert.equal(whole.code, 0, whole.stderr)
    const usual = requestsAfter(at).length
    // The start of Node is the same for every run. The time before the first request goes into the database
    // connection.
    const begin = (0.6 * ((firstRequestAt ?? startedAt) - startedAt)) / whole.ms
    let wholeMs = whole.ms

    let killCount = 0
    let inFlight = 0
    let repeatedRequests = 0
    const dead: number[] = []
    const fractions = moments(kills, begin, 1, random)
    for (let attempt = 0; killCount < kills; attempt++) {
      assert.ok(attempt < 3 * kills, `only ${killCount} of ${attempt} runs could be killed before they ended`)
      const fraction = fractions[killCount] ?? 0.5
      const killAtMs = wholeMs * fraction
      advance()
      const start = {
        rows: await rowsOf(table),
        request: lastRequest(),
        ledger: await lastReservation(),
        server: await serverNow(),
        ms: setup.simulator.clock.nowMs(),
      }

      const killed = await runAndKill(args, setup.env, killAtMs)
      if (!killed.wasKilled) {
        assert.equal(killed.code, 0, killed.stderr)
        wholeMs = killed.ms
        fractions[killCount] = begin + (fraction - begin) * 0.95
        continue
      }
      killCount++
      const when = `after a kill at ${Math.round(killAtMs)} of ${Math.round(wholeMs)} ms`
      assert.deepEqual(
        await leftOpen(setup, start.server, 3000),
        [],
        `a transaction or a lock is left open ${when}`,
      )
      const runs = await setup.rows(`select outcome from job_runs where unit = $1 and pid = $2`, [
        name,
        killed.pid,
      ])
      assert.ok(runs.length <= 1)
      if (runs[0]?.['outcome'] === 'running') dead.push(killed.pid)
      const answeredToDead = requestsAfter(start.request).length
      const mayRepeat = inPages.has(name) ? Math.max(1, aboutOne(requestsAfter(start.request))) : 1
      const reserved = await number(
        `select count(*) as n from provider_requests where unit = $1 and pid = $2 and outcome = 'reserved'`,
        [name, killed.pid],
      )
      assert.ok(reserved <= 1, 'one request at a time')
      inFlight += reserved

      const again = await runAndKill(args, setup.env)
      assert.equal(again.code, 0, `${when}: ${again.stderr}`)
      assert.doesNotMatch(again.stderr, /already running/, `the dead process still held the lock ${when}`)
      if (answeredToDead === 0) wholeMs = again.ms

      const requests = requestsAfter(start.request)
      const paths = requests.map(({path}) => path)
      const needed = needDiffers.has(name) ? new Set(paths).size : usual
      assert.ok(
        requests.length >= needed && requests.length <= needed + mayRepeat,
        `${requests.length} requests where ${needed} are needed, ${answeredToDead} of them before, ${when}`,
      )
      assert.ok(
        paths.every((path) => paths.filter((other) => other === path).length <= 2),
        `one target was requested three times ${when}`,
      )
      repeatedRequests += requests.length - needed
      assert.deepEqual(
        requests.filter(({refused}) => refused),
        [],
      )
      const reservations = await countReservations(collector, start.ledger)
      assert.ok(
        reservations >= requests.length && reservations <= requests.length + 1,
        `${reservations} reservations for ${requests.length} requests ${when}`,
      )

      const behind = await setup.rows(
        `select target, last_success, failures, status from target_state
         where unit = $1 and (last_success is null or last_success < $2 or failures > 0 or status <> 'active') and (last_attempt >= $2 or $3)`,
        [name, new Date(start.ms).toISOString(), name !== 'earnings-news'],
      )
      assert.deepEqual(behind, [], `a target was left out ${when}`)
      // Requested once more at the same instant, the provider has nothing that is not stored, digit for
      // digit.
      const rows = await rowsOf(table)
      const emitted: object[] = []
      const check = await setup.collect(collector, {
        force: true,
        emit: (some) => {
          emitted.push(...some)
        },
      })
      assert.deepEqual(
        [check.exit_code, check.rows_inserted, check.rows_updated, check.rows_rejected],
        [0, 0, 0, 0],
        `${when}: ${check.complaints.join(' ')}`,
      )
      const which = current[name] ?? 'true'
      // a collector that resumes from the newest article may emit nothing
      assert.ok(which === 'kept' ? rows > 0 : emitted.length > 0)
      const ranks = emitted
        .map((row) =>
          'market_cap_rank' in row && typeof row.market_cap_rank === 'number' ? row.market_cap_rank : 0,
        )
        .filter((rank) => rank > 0)
      const there =
        which === 'new'
          ? rows - start.rows
          : which === 'kept'
            ? await number(
                `select count(*) as n from jsonb_populate_recordset(null::${table}, $1) as brought join ${table} using (${collector.key.join(', ')})`,
                [JSON.stringify(emitted)],
              )
            : which === 'ranked'
              ? await number(`select count(*) as n from ${table} where market_cap_rank <= $1`, [
                  Math.max(...ranks),
                ])
              : await number(`select count(*) as n from ${table} where ${which}`)
      const expected = which === 'ranked' ? ranks.length : emitted.length
      assert.equal(there, expected, `rows are missing or doubled ${when}`)
    }

    assert.equal(
      await number(`select count(*) as n from job_runs where unit = $1 and outcome = 'running'`, [name]),
      dead.length,
    )
    const listed = await fin(['runs', '--unit', name, '--limit', '1000', '--json'], {env: setup.env})
    assert.equal(listed.code, 0, listed.stderr)
    const shown = (JSON.parse(listed.stdout) as {outcome: string; pid: number}[])
      .filter(({outcome}) => outcome === 'died')
      .map(({pid}) => pid)
    assert.deepEqual(shown.sort(), [...dead].sort(), 'fin runs does not show the dead runs as died')
    killedAtWork += dead.length
    t.diagnostic(
      `${killCount} kills, ${dead.length} of them at work, ${inFlight} with a request in flight; ${repeatedRequests} requests sent twice`,
    )
  })
}

const lastReservation = () => number('select coalesce(max(id), 0) as n from provider_requests')

/**
 * Counts the reservations of the job since `after`, without released ones. (Old ones are deleted meanwhile.)
 */
function countReservations({name}: AnyCollector, after: number): Promise<number> {
  return number(
    `select count(*) as n from provider_requests where unit = $1 and outcome <> 'not sent' and id > $2`,
    [name, after],
  )
}

test('some kills hit runs at work', () => {
  const least = killable.length * (full ? 1 : 0.5)
  assert.ok(killedAtWork >= least, `only ${killedAtWork} kills hit a run at work`)
})
