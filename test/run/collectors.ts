/** Every collector of the command tree, and the data that a test needs to run any of them. */
import type {AnyCollector} from '../../src/lib/define.js'
import {hourMs} from '../../src/lib/time.js'
import {units} from '../recordings/units.js'
import {full} from '../size.js'
import type {TestSetup} from './setup.js'

const all = await units()
export const collectors: readonly AnyCollector[] = all.flatMap((one) =>
  one.kind === 'collector' ? [one.unit] : [],
)

const source = ({sources}: AnyCollector) => Object.values(sources)[0]!

/** The kinds of work that collectors do: one collector of each kind, and a test of its declaration. */
export const kinds: readonly {kind: string; name: string; is(collector: AnyCollector): boolean}[] = [
  {kind: 'one request', name: 'coingecko-global', is: ({targets}) => targets === undefined},
  {kind: 'targets', name: 'treasury-yield', is: ({targets = []}) => targets.length > 1},
  {kind: 'batch', name: 'bithumb-tickers', is: (collector) => Number(source(collector).batch) > 1},
  {kind: 'pages', name: 'market-news-finnhub', is: (collector) => source(collector).next !== undefined},
  {kind: 'cursor', name: 'market-news', is: (collector) => source(collector).advance !== undefined},
  {kind: 'progressive', name: 'company-overview', is: ({within}) => within !== undefined},
]

/** The collectors that the tests of the run code try: one of each kind; in a full run, all. */
export const tried = full
  ? collectors
  : collectors.filter(({name}) => kinds.some((kind) => kind.name === name))

/** Statements that make a list of targets short, so that a whole run takes few requests. */
const fewer: Readonly<Record<string, string>> = {
  'company-overview': `update sp500_companies set is_member = symbol in ('AAPL', 'BRK.B', 'MSFT')`,
  'etf-profile': `delete from etf_basic_info where symbol not in ('SPY', 'QQQ', 'VEA')`,
  'balance-sheet': `update sp500_companies set is_member = symbol in ('AAPL', 'BRK.B', 'MSFT')`,
  'company-news': `update sp500_companies set is_member = symbol in ('AAPL', 'BRK.B', 'MSFT')`,
  'coin-details': `update coingecko_id_mapping set market_cap_rank = null where market_cap_rank > 3`,
  'coingecko-tickers': `update bithumb_coingecko_mapping set is_active = symbol in ('BTC', 'ETH', 'XRP')`,
}

/** Commands that a collector needs besides those of its target list: they find ids. */
const alsoNeeds: Readonly<Record<string, string>> = {'x-posts': 'fin ingest x-profiles'}

/** Runs the commands that bring the collector's target list, where they are due, and makes the list short. */
export async function listTargets(setup: TestSetup, {name, dependsOn = []}: AnyCollector): Promise<void> {
  for (const command of [...dependsOn, alsoNeeds[name] ?? []].flat()) await run(setup, command)
  await setup.rows(fewer[name] ?? 'select 1')
}

async function run(setup: TestSetup, command: string): Promise<void> {
  const one = all.find(({commandId}) => command === `fin ${commandId.replaceAll(':', ' ')}`)
  // The largest coins are on the first page of twenty.
  const limit = one?.unit.name === 'coingecko-ids' ? {limit: 1} : {}
  if (one?.kind === 'collector') await setup.collect(one.unit, limit)
  if (one?.kind === 'mapper') {
    for (const input of [
      'fin ingest bithumb-markets',
      'fin ingest bithumb-tickers',
      'fin ingest coingecko-ids',
    ])
      await run(setup, input)
    await setup.map(one.unit)
  }
}

/** The time after which everything is due again; a week by default. */
const dueAgainMs: Readonly<Record<string, number>> = {
  'bithumb-markets': 25 * hourMs,
  'bithumb-tickers': 0.25 * hourMs,
  'coingecko-ids': 25 * hourMs,
  'coingecko-global': 25 * hourMs,
  'earnings-calendar': 25 * hourMs,
  'earnings-news': 25 * hourMs,
  'market-news-finnhub': 25 * hourMs,
  'company-overview': 7 * 24 * hourMs + 1,
  'balance-sheet': 86 * 24 * hourMs,
  'x-profiles': 31 * 24 * hourMs,
  'macro-vintages': 31 * 24 * hourMs,
  'truth-posts': hourMs,
  'truth-trends': hourMs,
  'truth-tags': hourMs,
}
export const periodOf = ({name}: AnyCollector): number => dueAgainMs[name] ?? 7 * 24 * hourMs
