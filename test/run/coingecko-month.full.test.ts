/**
 * A month of CoinGecko by the schedules, on the driven clock, with one credential and with two. No quota is
 * exceeded, and every job keeps the pace that the planner promises. A soak run covers all thirty days. Other
 * runs cover the last two days of the month (the last one with two credentials) and half of the next; the
 * ledger states that the days before went as planned.
 */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {loadConfig} from '../../src/lib/config.js'
import {bithumbMarkets} from '../../src/lib/collectors/bithumb-markets.js'
import {bithumbTickers} from '../../src/lib/collectors/bithumb-tickers.js'
import {coinDetails} from '../../src/lib/collectors/coin-details.js'
import {coingeckoDerivatives} from '../../src/lib/collectors/coingecko-derivatives.js'
import {coingeckoGlobal} from '../../src/lib/collectors/coingecko-global.js'
import {coingeckoIds} from '../../src/lib/collectors/coingecko-ids.js'
import {coingeckoTickers} from '../../src/lib/collectors/coingecko-tickers.js'
import type {AnyCollector} from '../../src/lib/define.js'
import {planOf, poolOf} from '../../src/lib/limits/allocation.js'
import {bithumbCoingecko} from '../../src/lib/mappers/bithumb-coingecko.js'
import {coingecko} from '../../src/lib/providers/coingecko.js'
import {scheduledRunsBetween} from '../../src/lib/schedule/scheduled-runs.js'
import {dayMs} from '../../src/lib/time.js'
import {claims} from '../limits/claims.js'
import {soak} from '../size.js'
import {openSetup, type TestSetup} from './setup.js'

const monthMs = Date.parse('2026-11-01T00:00:00Z')
const monthEndMs = Date.parse('2026-12-01T00:00:00Z')
const beginOf = (credentialCount: number) =>
  soak ? monthMs : monthEndMs - (credentialCount === 1 ? 2 : 1) * dayMs
const endMs = monthEndMs + dayMs / 2
const perCredential = 10_000

const jobs: readonly AnyCollector[] = [
  coingeckoIds,
  coingeckoGlobal,
  coingeckoDerivatives,
  coingeckoTickers,
  coinDetails,
]
/** Every sixth of the hourly scheduled runs of coingecko-tickers: they suffice to use up its allocation. */
const scheduledRunsFrom = (beginMs: number) =>
  jobs
    .flatMap((job) =>
      scheduledRunsBetween(job.schedule!, new Date(beginMs), new Date(endMs)).map(({at}) => ({
        job,
        at: at.getTime(),
      })),
    )
    .filter(({job, at}) => job !== coingeckoTickers || new Date(at).getUTCHours() % 6 === 0)
    .sort((a, b) => a.at - b.at)

/** Writes the days before the first scheduled run into the ledger, as if the plan had been kept. */
async function spendAsPlanned(
  setup: TestSetup,
  perDay: ReadonlyMap<string, number>,
  credentialCount: number,
): Promise<number> {
  const beginMs = beginOf(credentialCount)
  const days = (beginMs - monthMs) / dayMs
  let spent = 0
  for (const [job, expected] of perDay) {
    const each = Math.floor((expected * days) / credentialCount)
    spent += each
    for (let label = 1; label <= credentialCount; label++)
      await setup.rows(
        `insert into provider_requests (provider, credential, unit, reserved_at, go_at, counts_until, finished_at, outcome, host, pid)
        select 'coingecko', $1, $2, at, at, at, at, 'answered', 'before', 1
        from (select $3::timestamptz + ($4::timestamptz - $3::timestamptz) * n / $5::integer as at from generate_series(0, $5::integer - 1) n) as spread`,
        [String(label), job, new Date(monthMs).toISOString(), new Date(beginMs).toISOString(), each],
      )
  }
  return spent
}

for (const credentialCount of [1, 2]) {
  test(
    `${credentialCount === 1 ? 'one credential is' : 'two credentials are'} enough for the pace that the planner promises`,
    {timeout: 3_600_000},
    async (t) => {
      const beginMs = beginOf(credentialCount)
      const secrets = Object.fromEntries(
        Array.from({length: credentialCount}, (_, n) => [
          `COINGECKO_API_KEY_${n + 1}`,
          `simulated-CG-key-number-${n + 1}`,
        ]),
      )
      const config = loadConfig(secrets, '/')
      const {allocations} = planOf(poolOf(coingecko, config, claims)!, credentialCount, monthMs)
      const promised = new Map(allocations.map(({job, perDay}) => [job, perDay]))
      const before = Math.floor((beginMs - monthMs) / dayMs)
      const spentBefore = [...promised.values()].reduce(
        (sum, perDay) => sum + Math.floor((perDay * before) / credentialCount),
        0,
      )
      // The simulator refuses as the provider would: it allows the rest of the month, and twenty pages more
      // to find coins to map.
      const setup = await openSetup({
        at: new Date(beginMs),
        env: secrets,
        simulated: {COINGECKO_REQUESTS_PER_MONTH: String(perCredential - spentBefore + 20)},
      })
      try {
        for (const job of [bithumbMarkets, bithumbTickers, coingeckoIds])
          assert.equal((await setup.collect(job)).exit_code, 0)
        await setup.map(bithumbCoingecko)
        await setup.rows('delete from provider_requests')
        assert.equal(await spendAsPlanned(setup, promised, credentialCount), spentBefore)
        for (const {job, at} of scheduledRunsFrom(beginMs)) {
          setup.simulator.clock.change({
            advanceMs: Math.max(0, at - Date.parse(setup.simulator.clock.state().instant)),
          })
          const run = await setup.collect(job, job === coinDetails ? {limit: 200} : {})
          assert.equal(run.exit_code, 0, `${job.name}: ${run.message ?? ''} ${run.complaints.join(' ')}`)
        }

        assert.deepEqual(
          setup.simulator.log.requests({}).filter(({refused}) => refused),
          [],
          'nothing was refused',
        )
        const spent = await setup.rows(
          `select credential, count(*)::int as n from provider_requests where provider = 'coingecko' and go_at >= $1 and go_at < $2 group by 1 order by 1`,
          [new Date(monthMs).toISOString(), new Date(monthEndMs).toISOString()],
        )
        assert.equal(spent.length, credentialCount)
        for (const {credential, n} of spent)
          assert.ok(
            Number(n) <= perCredential,
            `credential ${String(credential)}: ${String(n)} requests in the month`,
          )
        const [minute] =
          await setup.rows(`select max(n)::int as most from (select count(*) over (partition by credential order by counts_until range between interval '59.9 seconds' preceding and current row) as n
        from provider_requests where provider = 'coingecko' and host <> 'before') as windows`)
        assert.ok(Number(minute!['most']) <= 30, `${String(minute!['most'])} in one minute`)

        const days = (monthEndMs - beginMs) / dayMs
        const requestCounts = new Map(
          (
            await setup.rows(
              `select unit, count(*)::int as n from provider_requests where provider = 'coingecko' and host <> 'before' and go_at < $1 group by 1`,
              [new Date(monthEndMs).toISOString()],
            )
          ).map((row) => [String(row['unit']), Number(row['n'])]),
        )
        const lines = [...promised].map(
          ([job, perDay]) =>
            `${job} ${((requestCounts.get(job) ?? 0) / days).toFixed(1)} of ${perDay.toFixed(1)} a day`,
        )
        t.diagnostic(
          `${lines.join('; ')}; ${spent.map(({n}) => String(n)).join(' and ')} of ${perCredential} in the month`,
        )

        assert.deepEqual(
          await setup.rows(
            `select extract(day from go_at)::int as day, count(*)::int as n from provider_requests where unit = 'coingecko-ids' and host <> 'before'
        and go_at::time between '15:30' and '16:30' and go_at < $1 group by 1 having count(*) <> 20`,
            [new Date(monthEndMs).toISOString()],
          ),
          [],
          'the 5,000 coins every day',
        )
        assert.equal(requestCounts.get('coingecko-global'), days)
        // A round is complete when every coin was requested. On the last day no coin is older than the
        // promised round and a day.
        const round = (job: string) => allocations.find((allocation) => allocation.job === job)!.everyDays
        const coins = Number(
          (
            await setup.rows(
              `select count(*)::int as n from bithumb_coingecko_mapping where status = 'verified' and is_active`,
            )
          )[0]!['n'],
        )
        const late = await setup.rows(
          `select count(*)::int as n from target_state where unit = 'coingecko-tickers' and status = 'active' and target <> 'exchanges/list' and last_success < $1`,
          [new Date(endMs - (round('coingecko-tickers') + 1) * dayMs).toISOString()],
        )
        assert.deepEqual(late, [{n: 0}], 'no coin waits longer than the promised round and a day')
        const expected = Math.min(promised.get('coingecko-tickers')!, coins) * days
        assert.ok(
          requestCounts.get('coingecko-tickers')! >= 0.97 * expected,
          `${requestCounts.get('coingecko-tickers')} of ${expected} requests for quotes`,
        )
        const details = Math.min(
          promised.get('coin-details')! * days,
          soak && credentialCount === 2 ? 1000 : Infinity,
        )
        assert.ok(
          requestCounts.get('coin-details')! >= 0.97 * details,
          `${requestCounts.get('coin-details')} of ${details} profiles`,
        )
        assert.ok(requestCounts.get('coin-details')! <= 200 * days)
      } finally {
        await setup.close()
      }
    },
  )
}
