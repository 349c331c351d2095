/**
 * Each collector as a process of its own, killed with SIGKILL at random moments of its run and then run
 * again: every row is there once, no target is left out, and only the request in flight was paid for twice.
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
import {leftOpen, moments, seeded, strike} from './kills.js'

const kills = soak ? 50 : full ? 10 : 4
/**
 * Which rows of the table stand for what the provider has now: all of them unless told; 'new': each run adds
 * its own; 'kept': those of former runs stay.
 */
const current: Readonly<Record<string, string>> = {
  'sp500-companies': 'is_member',
  'bithumb-markets': 'delisted_at is null',
  'bithumb-tickers': 'new',
  'coingecko-global': 'new',
  'coingecko-tickers': 'kept', // each run adds its own, but a quote that its exchange did not renew is the same
  'balance-sheet': 'kept', // quarters of more than twenty years ago stay
  // Asked again they go on from the newest article.
  'market-news': 'kept',
  'news-sentiment': 'kept',
  'company-news': 'kept',
  'market-news-finnhub': 'kept',
  'earnings-news': 'kept',
  // Posts that left the trends keep their last rank, tags of other days their rows.
  'truth-trends': 'kept',
  'truth-tags': 'kept',
  // Reports that took place and listings that left the calendar keep their rows.
  'earnings-calendar':
    'superseded_at is null and fetched_at = (select max(fetched_at) from earnings_calendar)',
  'ipo-calendar': 'fetched_at = (select max(fetched_at) from ipo_calendar)',
  'top-gainers': 'new',
  'coingecko-derivatives': 'new',
  // Who fell off the end of the list keeps the last rank that it had; the others are counted by their place
  // on the list of now.
  'coingecko-ids': 'ranked',
}

/**
 * How many answers they need depends on the day: reports that lie ahead, articles that do not fit into one
 * answer.
 */
const needDiffers = new Set(['company-news', 'earnings-news', 'market-news-finnhub'])
const inPages = new Set([...needDiffers, 'coingecko-tickers'])
/**
 * Of these several answers about one target count only together: stopped between two, they ask for the first
 * again.
 */
const aboutOne = (requests: readonly {path: string}[]) => {
  const whom = ({path}: {path: string}) => {
    const [resource, parameters] = path.split('?')
    const query = new URLSearchParams(parameters)
    return query.get('category') ?? query.get('symbol')?.replace('-', '.') ?? resource
  }
  return requests.filter((request) => whom(request) === whom(requests.at(-1)!)).length
}

let setup: TestSetup
let settings: string
let firstRequestAt: number | undefined

before(async () => {
  // The question here is what a kill does, not what a limit does: forty pages of CoinGecko fit into one
  // minute. The shipped list of market-news names a source that goes away within the years that all these
  // kills take.
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

/** Requests that the simulator got, in order. */
const asked = (after: number) => setup.simulator.log.requests({after})
const lastRequest = () => setup.simulator.log.requests().at(-1)?.n ?? 0
const number = async (sql: string, params: unknown[] = []) =>
  Number((await setup.rows(sql, params))[0]?.['n'])
const rowsOf = (table: string) => number(`select count(*) as n from ${table}`)
const serverNow = async () => String((await setup.rows('select clock_timestamp()::text as at'))[0]?.['at'])

/**
 * A machine under load starts slowly, so that every kill of one short run may come before its work; of all
 * runs some must be struck.
 */
let struckAtWork = 0

// A collector with a watermark brings nothing a second time: that of X has its own test,
// test/run/x-posts.test.ts. Those of truth-posts, which walk from a watermark too: test/run/truth.test.ts.
const struckOnes = tried.filter(({name, groups}) => groups === undefined && name !== 'truth-posts')

for (const [place, collector] of struckOnes.entries()) {
  test(`${collector.name}, killed ${kills} times`, async (t) => {
    const {
      name,
      tables: [table],
    } = collector
    const args = ['ingest', name]
    const random = seeded(1000 + place)
    const advance = () => setup.simulator.clock.change({advanceMs: periodOf(collector)})

    await listTargets(setup, collector)
    const first = await strike(args, setup.env) // also fills Node's compile cache
    assert.equal(first.code, 0, first.stderr)
    advance()
    const at = lastRequest()
    firstRequestAt = undefined
    const startedAt = performance.now()
    const whole = await strike(args, setup.env)
    assert.equal(whole.code, 0, whole.stderr)
    const usual = asked(at).length
    // Node starting up is the same for every run; what comes before the first request is the way to the
    // database.
    const begin = (0.6 * ((firstRequestAt ?? startedAt) - startedAt)) / whole.ms
    let wholeMs = whole.ms

    let struck = 0
    let inFlight = 0
    let paidTwice = 0
    const dead: number[] = []
    const fractions = moments(kills, begin, 1, random)
    for (let attempt = 0; struck < kills; attempt++) {
      assert.ok(attempt < 3 * kills, `only ${struck} of ${attempt} runs could be killed before they ended`)
      const fraction = fractions[struck] ?? 0.5
      const killAtMs = wholeMs * fraction
      advance()
      const start = {
        rows: await rowsOf(table),
        request: lastRequest(),
        ledger: await lastPlace(),
        server: await serverNow(),
        ms: setup.simulator.clock.nowMs(),
      }

      const killed = await strike(args, setup.env, killAtMs)
      if (!killed.wasKilled) {
        assert.equal(killed.code, 0, killed.stderr)
        wholeMs = killed.ms
        fractions[struck] = begin + (fraction - begin) * 0.95
        continue
      }
      struck++
      const when = `after a kill at ${Math.round(killAtMs)} of ${Math.round(wholeMs)} ms`
      assert.deepEqual(
        await leftOpen(setup, start.server, 3000),
        [],
        `a transaction or a lock is left ${when}`,
      )
      const runs = await setup.rows(`select outcome from job_runs where unit = $1 and pid = $2`, [
        name,
        killed.pid,
      ])
      assert.ok(runs.length <= 1)
      if (runs[0]?.['outcome'] === 'running') dead.push(killed.pid)
      const answeredToDead = asked(start.request).length
      const mayRepeat = inPages.has(name) ? Math.max(1, aboutOne(asked(start.request))) : 1
      const reserved = await number(
        `select count(*) as n from provider_requests where unit = $1 and pid = $2 and outcome = 'reserved'`,
        [name, killed.pid],
      )
      assert.ok(reserved <= 1, 'one request at a time')
      inFlight += reserved

      const again = await strike(args, setup.env)
      assert.equal(again.code, 0, `${when}: ${again.stderr}`)
      assert.doesNotMatch(again.stderr, /already running/, `the dead process still held the lock ${when}`)
      if (answeredToDead === 0) wholeMs = again.ms

      const requests = asked(start.request)
      const paths = requests.map(({path}) => path)
      const needed = needDiffers.has(name) ? new Set(paths).size : usual
      assert.ok(
        requests.length >= needed && requests.length <= needed + mayRepeat,
        `${requests.length} requests where ${needed} are needed, ${answeredToDead} of them before, ${when}`,
      )
      assert.ok(
        paths.every((path) => paths.filter((other) => other === path).length <= 2),
        `one target was asked for three times ${when}`,
      )
      paidTwice += requests.length - needed
      assert.deepEqual(
        requests.filter(({refused}) => refused),
        [],
      )
      const places = await placesTaken(collector, start.ledger)
      assert.ok(
        places >= requests.length && places <= requests.length + 1,
        `${places} places taken for ${requests.length} requests ${when}`,
      )

      const behind = await setup.rows(
        `select target, last_success, failures, status from target_state
         where unit = $1 and (last_success is null or last_success < $2 or failures > 0 or status <> 'active') and (last_attempt >= $2 or $3)`,
        [name, new Date(start.ms).toISOString(), name !== 'earnings-news'],
      )
      assert.deepEqual(behind, [], `a target was left out ${when}`)
      // Asked once more at the same instant, the provider has nothing that is not stored, digit for digit.
      const rows = await rowsOf(table)
      const brought: object[] = []
      const proof = await setup.collect(collector, {
        force: true,
        emit: (some) => {
          brought.push(...some)
        },
      })
      assert.deepEqual(
        [proof.exit_code, proof.rows_inserted, proof.rows_updated, proof.rows_rejected],
        [0, 0, 0, 0],
        `${when}: ${proof.complaints.join(' ')}`,
      )
      const which = current[name] ?? 'true'
      // who goes on from the newest article may have nothing to bring
      assert.ok(which === 'kept' ? rows > 0 : brought.length > 0)
      const ranks = brought
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
                [JSON.stringify(brought)],
              )
            : which === 'ranked'
              ? await number(`select count(*) as n from ${table} where market_cap_rank <= $1`, [
                  Math.max(...ranks),
                ])
              : await number(`select count(*) as n from ${table} where ${which}`)
      const expected = which === 'ranked' ? ranks.length : brought.length
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
    struckAtWork += dead.length
    t.diagnostic(
      `${struck} kills, ${dead.length} of them at work, ${inFlight} with a request in flight; ${paidTwice} requests paid for twice`,
    )
  })
}

const lastPlace = () => number('select coalesce(max(id), 0) as n from provider_requests')

/**
 * Places taken for the unit since: what was given back does not count. (Old ones are forgotten meanwhile.)
 */
function placesTaken({name}: AnyCollector, after: number): Promise<number> {
  return number(
    `select count(*) as n from provider_requests where unit = $1 and outcome <> 'not sent' and id > $2`,
    [name, after],
  )
}

test('kills struck runs at work', () => {
  assert.ok(struckAtWork >= struckOnes.length, `only ${struckAtWork} kills struck a run at work`)
})
