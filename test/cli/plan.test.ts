/**
 * `fin ingest NAME --plan`, for every collector: it states the requests of a run and their cost, and sends no
 * request.
 */
import assert from 'node:assert/strict'
import {before, describe, test} from 'node:test'
import {bithumbMarkets} from '../../src/lib/collectors/bithumb-markets.js'
import {cpi} from '../../src/lib/collectors/cpi.js'
import {earningsCalendar} from '../../src/lib/collectors/earnings-calendar.js'
import {sp500Companies} from '../../src/lib/collectors/sp500-companies.js'
import {loadConfig} from '../../src/lib/config.js'
import {pluralize} from '../../src/lib/text.js'
import type {AnyCollector, Provider} from '../../src/lib/define.js'
import {alphaVantage} from '../../src/lib/providers/alpha-vantage.js'
import type {AnySource} from '../../src/lib/run/parsed.js'
import {planRun} from '../../src/lib/run/plan.js'
import {type CollectorUnit, units} from '../recordings/units.js'
import {openSetup, type TestSetup} from '../run/setup.js'
import {fin} from '../servers.js'

const all = (await units()).filter((one): one is CollectorUnit => one.kind === 'collector')
let setup: TestSetup
/** The number of requests that filled the lists of targets of other collectors. */
let filledWith = 0

before(async () => {
  setup = await openSetup()
  // The lists of targets of the other collectors.
  for (const collector of [sp500Companies, bithumbMarkets, earningsCalendar])
    assert.equal((await setup.collect(collector)).exit_code, 0, collector.name)
  filledWith = setup.simulator.log.requests({}).length
})
const assertNoRequest = () =>
  assert.equal(setup.simulator.log.requests({}).length, filledWith, 'a request was sent to a provider')
const sourceOf = (collector: AnyCollector) => Object.values(collector.sources)[0] as AnySource
const ledger = async () => (await setup.rows('select count(*)::int as n from provider_requests'))[0]?.['n']

/**
 * The number of credentials that may serve a collector: the numbered ones that are set, or the dedicated one.
 */
function credentialsFor({provider, credential}: AnySource, env: Readonly<Record<string, string>>): number {
  const labels = Object.entries(provider.credentials ?? {})
    .filter(([, variable]) => env[variable])
    .map(([label]) => label)
  return credential !== undefined && labels.includes(credential)
    ? 1
    : Math.max(1, labels.filter((label) => /^\d+$/.test(label)).length)
}

/**
 * The expected lines, from the declaration of the provider: `limits` in force, the requests, and the number
 * of credentials.
 */
function prices({name}: Provider, limits: Provider['limits'], requests: number, credentials = 1): string[] {
  return limits
    .filter(({unit}) => (unit ?? 'requests') === 'requests')
    .map(({requests: allowed, per, of}) => {
      const each = of === 'credential' && credentials > 1
      return `${name}: ${requests.toLocaleString('en-US')} of ${pluralize(allowed * (each ? credentials : 1), 'request')} per ${per} and ${each ? `${credentials} keys` : of}`
    })
}

for (const {unit, commandId} of all)
  test(`fin ${commandId.replace(':', ' ')} --plan states requests and costs`, async () => {
    const reservations = await ledger()
    const run = await fin([...commandId.split(':'), '--plan', '--ndjson'], {env: setup.env})
    assert.equal(run.code, 0, run.stderr)
    const lines = run.stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as {request: string; targets: string; cost: string})
    const {provider} = sourceOf(unit)
    for (const {request, cost} of lines) {
      assert.ok(request.startsWith(`GET ${provider.baseUrl}/`), request)
      assert.match(cost, /^1 request/)
    }
    const isDone = [sp500Companies, bithumbMarkets, earningsCalendar].includes(unit as never)
    if (isDone) assert.equal(lines.length, 0, 'nothing is due')
    for (const price of prices(
      provider,
      provider.limits,
      lines.length,
      credentialsFor(sourceOf(unit), setup.env),
    ))
      assert.ok(run.stderr.includes(`${price}\n`), `${price}\nis not in\n${run.stderr}`)
    assert.match(run.stderr, new RegExp(`writes ${unit.tables.join(', ')}`))
    for (const secret of Object.values(setup.env))
      if (/KEY|^[0-9a-z]{32}$/.test(secret))
        assert.ok(!(run.stdout + run.stderr).includes(secret), 'a credential is shown')
    assertNoRequest()
    assert.equal(await ledger(), reservations, 'a reservation was made')
  })

/** The plan of a collector with other credentials and settings. */
const planned = (collector: AnyCollector, env: Record<string, string>, label?: string) =>
  planRun(
    collector,
    {command: 'x', ...(label === undefined ? {} : {token: label})},
    {...setup.context, config: loadConfig({...setup.env, ...env}, '/')},
  )

/** Two credentials for a provider that accepts several numbered ones. */
const twoCredentials = ({credentials = {}}: Provider): Record<string, string> =>
  credentials['1'] === undefined || credentials['2'] === undefined
    ? {}
    : {[credentials['1']]: '1'.repeat(32), [credentials['2']]: '2'.repeat(32)}

describe('the cost', () => {
  for (const {unit} of all)
    test(`of ${unit.name} with two credentials`, async () => {
      const {provider} = sourceOf(unit)
      const {requests, costs} = await planned(unit, twoCredentials(provider))
      const credentials = credentialsFor(sourceOf(unit), {...setup.env, ...twoCredentials(provider)})
      for (const price of prices(provider, provider.limits, requests.length, credentials))
        assert.ok(costs.includes(price), `${price}\nis not in\n${costs.join('\n')}`)
      assertNoRequest()
    })

  const source = {...sourceOf(cpi as AnyCollector), provider: alphaVantage, request: () => ({path: '/query'})}
  const dedicated = {...cpi, sources: {'alpha-vantage': {...source, credential: 'news'}}} as AnyCollector
  const general = {...cpi, sources: {'alpha-vantage': source}} as AnyCollector
  const news = {ALPHA_VANTAGE_API_KEY_2: 'simulatedSECONDKEY', ALPHA_VANTAGE_API_KEY_NEWS: 'simulatedNEWSKEY'}

  test('of a collector with a dedicated credential counts that credential alone; other collectors do not count it', async () => {
    const own = await planned(dedicated, news)
    assert.deepEqual(
      own.requests.map(({keys}) => keys),
      ['news'],
    )
    assert.ok(
      own.costs.includes('alpha-vantage: 1 of 25 requests per day and credential'),
      own.costs.join('\n'),
    )
    const others = await planned(general, news)
    assert.deepEqual(
      others.requests.map(({keys}) => keys),
      ['1, 2'],
    )
    assert.ok(
      others.costs.includes('alpha-vantage: 1 of 50 requests per day and 2 keys'),
      others.costs.join('\n'),
    )
    const without = await planned(dedicated, {
      ALPHA_VANTAGE_API_KEY_2: news.ALPHA_VANTAGE_API_KEY_2,
      ALPHA_VANTAGE_API_KEY_NEWS: '',
    })
    assert.deepEqual(
      without.requests.map(({keys}) => keys),
      ['1, 2'],
      'while its dedicated credential is not set',
    )
    const chosen = await planned(general, news, '2')
    assert.ok(
      chosen.costs.includes('alpha-vantage: 1 of 25 requests per day and credential'),
      chosen.costs.join('\n'),
    )
  })

  test('follows the settings of the user; two variables with the same credential count as one', async () => {
    const set = await planned(general, {...news, ALPHA_VANTAGE_REQUESTS_PER_DAY: '500'})
    assert.ok(
      set.costs.includes('alpha-vantage: 1 of 1,000 requests per day and 2 keys'),
      set.costs.join('\n'),
    )
    const twice = await planned(general, {
      ALPHA_VANTAGE_API_KEY_2: setup.env['ALPHA_VANTAGE_API_KEY_1'] ?? '',
    })
    assert.ok(
      twice.costs.includes('alpha-vantage: 1 of 25 requests per day and credential'),
      twice.costs.join('\n'),
    )
  })

  test('in posts or dollars is the most that the requests can cost', async () => {
    const provider: Provider = {
      ...alphaVantage,
      settings: [],
      limits: [
        {
          requests: 100,
          unit: 'posts',
          per: 'month',
          of: 'credential',
          window: {startsAt: 'first of month UTC'},
        },
      ],
    }
    const posts = {
      ...cpi,
      sources: {x: {...source, provider, request: () => ({path: '/query', cost: {posts: 50}})}},
    } as AnyCollector
    const {costs} = await planned(posts, {})
    assert.equal(costs[0], 'alpha-vantage: 50 of 100 posts per month and credential')
  })

  test('of a provider without its credential names the variable; a keyless provider is counted by its keyless limits', async () => {
    const bare = loadConfig({DATABASE_URL: setup.databaseUrl}, '/')
    const plan = await planRun(general, {command: 'x'}, {...setup.context, config: bare})
    assert.match(plan.requests[0]?.keys ?? '', /^none set: ALPHA_VANTAGE_API_KEY_1 or/)
    assert.ok(plan.costs.includes('alpha-vantage: 1 of 25 requests per day and credential'))
    const coins = all.find(({unit}) => unit.name === 'coingecko-global')
    assert.ok(coins)
    const keyless = await planRun(coins.unit, {command: 'x'}, {...setup.context, config: bare})
    assert.deepEqual(keyless.costs, ['coingecko: 1 of 5 requests per minute and address'])
  })
})
