import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {test} from 'node:test'
import {realClock} from '../../src/lib/clock.js'
import {loadConfig} from '../../src/lib/config.js'
import type {Provider} from '../../src/lib/define.js'
import {createPace, spacingMs} from '../../src/lib/limits/pace.js'
import {alphaVantage} from '../../src/lib/providers/alpha-vantage.js'
import {bithumb} from '../../src/lib/providers/bithumb.js'
import {coingecko} from '../../src/lib/providers/coingecko.js'
import {finnhub} from '../../src/lib/providers/finnhub.js'
import {fred} from '../../src/lib/providers/fred.js'
import {newsapi} from '../../src/lib/providers/newsapi.js'
import {truthSocial} from '../../src/lib/providers/truth-social.js'
import {wikipedia} from '../../src/lib/providers/wikipedia.js'
import {x} from '../../src/lib/providers/x.js'
import {fakeClock} from '../clock.js'

const config = loadConfig({}, '/')

const labelOf = ({credentials}: Provider) => Object.keys(credentials ?? {})[0] ?? 'keyless'

const provider: Provider = {
  name: 'p',
  baseUrl: 'http://x',
  limits: [
    {requests: 8, per: 'second', of: 'credential', window: 'sliding'},
    {requests: 9, per: 'minute', of: 'credential', window: 'sliding'},
  ],
}

test('the spacing follows the shortest limit per second, and keyless limits their own', () => {
  assert.equal(spacingMs(provider, '1', config), 125)
  assert.equal(
    spacingMs(
      {...provider, keyless: {limits: [{requests: 1, per: 'second', of: 'address', window: 'sliding'}]}},
      'keyless',
      config,
    ),
    1_000,
  )
  assert.equal(spacingMs({...provider, limits: []}, '1', config), 0)
})

const allProviders = [alphaVantage, bithumb, coingecko, finnhub, fred, newsapi, truthSocial, wikipedia, x]

const perSecond = allProviders.flatMap((one) =>
  (one.settings ?? [])
    .filter(({per, unit = 'requests'}) => per === 'second' && unit === 'requests')
    .map(({variable, credential}) => ({one, variable, label: credential ?? labelOf(one)})),
)

test("a user's own limit per second sets the pace, above the default and below it, for every provider", () => {
  assert.ok(perSecond.length >= 3)
  for (const {one, variable, label} of perSecond)
    for (const [requests, spacing] of [
      ['50', 20],
      ['4', 250],
      ['1', 1_000],
    ] as const)
      assert.equal(spacingMs(one, label, loadConfig({[variable]: requests}, '/')), spacing, variable)
})

test('a setting of one credential leaves the pace of the others', () => {
  const own: Provider = {
    ...provider,
    limits: [{requests: 8, per: 'second', of: 'credential', window: 'sliding', credential: '2'}],
    settings: [{variable: 'P_PER_SECOND_2', per: 'second', of: 'credential', credential: '2', doc: ''}],
  }
  const set = loadConfig({P_PER_SECOND_2: '20'}, '/')
  assert.deepEqual([spacingMs(own, '1', set), spacingMs(own, '2', set)], [0, 50])
})

test('requests with one credential are serial and spaced; another credential does not wait for them', async () => {
  const pace = createPace(realClock, config)
  const starts: number[] = []
  let running = 0
  const work = async () => {
    assert.equal(++running, 1)
    starts.push(performance.now())
    await realClock.sleep(5)
    running--
  }
  await Promise.all([
    pace.run(provider, '1', work),
    pace.run(provider, '1', work),
    pace.run(provider, '1', work),
  ])
  // Two spacings of 125 ms; the timers of a busy machine drift, and a run without spacing would take 10 ms.
  assert.ok(starts[2]! - starts[0]! >= 180, `three starts within ${starts[2]! - starts[0]!} ms`)
  let release: (() => void) | undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  const first = pace.run(provider, '1', () => held)
  assert.equal(await pace.run(provider, '2', async () => 'other'), 'other')
  release?.()
  await first
})

test('on a driven clock requests are not spaced', async () => {
  const pace = createPace(fakeClock(undefined, 'advances', true), config)
  const slow: Provider = {
    ...provider,
    limits: [{requests: 1, per: 'second', of: 'credential', window: 'sliding'}],
  }
  const start = performance.now()
  for (let i = 0; i < 10; i++) await pace.run(slow, '1', async () => {})
  assert.ok(performance.now() - start < 5_000)
})

test('an error of the work is thrown unchanged, and the next work runs', async () => {
  const pace = createPace(fakeClock(undefined, 'advances', true), config)
  const error = new Error('mine')
  await assert.rejects(
    pace.run(provider, '1', () => Promise.reject(error)),
    (thrown) => thrown === error,
  )
  assert.equal(await pace.run(provider, '1', async () => 7), 7)
})

test('a process that used the pace can exit by itself', () => {
  const module = new URL('../../src/lib/limits/pace.js', import.meta.url).href
  const script = `const {createPace} = await import(${JSON.stringify(module)}); const clock = {driven: false};
    console.log(await createPace(clock, {env: {}}).run({name: 'p', limits: [{requests: 1, per: 'second'}]}, '1', async () => 'ended'))`
  assert.equal(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 30_000,
      encoding: 'utf8',
    }).trim(),
    'ended',
  )
})
