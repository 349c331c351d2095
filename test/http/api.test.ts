import assert from 'node:assert/strict'
import type {IncomingMessage, RequestListener} from 'node:http'
import {test} from 'node:test'
import {inventedKey} from '../../src/lib/config.js'
import type {Provider} from '../../src/lib/define.js'
import {NeedsPerson, QuotaSpent, SkipTarget, TryLater, UnexpectedBody} from '../../src/lib/errors.js'
import {alphaVantage, query} from '../../src/lib/providers/alpha-vantage.js'
import {coinMarkets, coingecko} from '../../src/lib/providers/coingecko.js'
import {fred, observations} from '../../src/lib/providers/fred.js'
import {page, wikipedia} from '../../src/lib/providers/wikipedia.js'
import {fakeClock} from '../clock.js'
import {canary, openClient, rejection, serve, testProvider} from './client.js'

const json = {'content-type': 'application/json'}

/** Sends the answers in order, repeats the last one, and keeps the requests. */
function inTurn(
  seen: IncomingMessage[],
  ...answers: ((...args: Parameters<RequestListener>) => void)[]
): RequestListener {
  return (request, response) => {
    seen.push(request)
    answers[Math.min(seen.length, answers.length) - 1]!(request, response)
  }
}

const ok: RequestListener = (_, response) => void response.writeHead(200, json).end('{"value":4.6900000000}')
const status =
  (code: number, headers: Record<string, string> = {}, body = '{"error":"no"}'): RequestListener =>
  (_, response) =>
    void response.writeHead(code, {...json, ...headers}).end(body)

test('a request is reserved, started, counted and finished; its body holds numbers as text', async (t) => {
  const seen: IncomingMessage[] = []
  const origin = await serve(t, inTurn(seen, ok))
  const {api, ledger} = openClient(testProvider(origin))
  const {answer, body} = await api.request(
    {path: '/a/b', query: {symbol: 'BRK.B', page: 2, none: undefined}},
    'BRK.B',
  )
  assert.deepEqual(body, {value: '4.6900000000'})
  assert.equal(answer.status, 200)
  assert.deepEqual(ledger.events, ['reserve 1', 'start', 'answered 200'])
  assert.deepEqual({...api.counts}, {requests: 1, refused: 0, failed: 0})
  const url = new URL(seen[0]!.url!, origin)
  assert.deepEqual(
    [url.pathname, ...url.searchParams],
    ['/a/b', ['symbol', 'BRK.B'], ['page', '2'], ['apikey', canary]],
  )
})

test('one connection serves consecutive requests', async (t) => {
  const ports = new Set<number | undefined>()
  const {api} = openClient(
    testProvider(
      await serve(t, (request, response) => {
        ports.add(request.socket.remotePort)
        ok(request, response)
      }),
    ),
  )
  for (let i = 0; i < 5; i++) await api.get({path: '/x'})
  assert.equal(ports.size, 1)
})

test('FIN_SIMULATOR_URL: the address is followed by the name of the provider and the whole path', async (t) => {
  const seen: IncomingMessage[] = []
  const origin = await serve(t, inTurn(seen, ok))
  for (const [provider, request] of [
    [fred, observations('DGS10')],
    [coingecko, coinMarkets(1)],
    [alphaVantage, query('CPI')],
    [wikipedia, page('List of S&P 500 companies')],
  ] as const)
    await openClient(provider, {
      env: {FIN_SIMULATOR_URL: origin, FRED_API_KEY: 'f'.repeat(32)},
      labels: provider.keyless || !provider.credentials ? ['keyless'] : ['1'],
    }).api.get(request)
  assert.deepEqual(
    seen.map(({url}) => url!.split('?')[0]),
    [
      '/fred/fred/series/observations',
      '/coingecko/api/v3/coins/markets',
      '/alpha-vantage/query',
      '/wikipedia/wiki/List_of_S%26P_500_companies',
    ],
  )
  assert.equal(new URL(seen[0]!.url!, origin).searchParams.get('api_key'), inventedKey('FRED_API_KEY'))
  assert.ok(
    new URL(seen[2]!.url!, origin).searchParams.get('apikey'),
    'simulated data invents a credential where none is set',
  )
})

test('the User-Agent holds the contact of the user, or says that none is set', async (t) => {
  const seen: IncomingMessage[] = []
  const origin = await serve(t, inTurn(seen, ok))
  const provider = {...wikipedia, baseUrl: origin}
  await openClient(provider, {
    labels: ['keyless'],
    env: {FIN_CONTACT: 'me@example.org\r\nx-evil: 1'},
  }).api.get(page('x'))
  await openClient(provider, {labels: ['keyless']}).api.get(page('x'))
  assert.deepEqual(
    seen.map(({headers}) => headers['user-agent']),
    [
      'fin/0.1 (me@example.orgx-evil: 1) node-fetch',
      'fin/0.1 (private use, operator set no contact) node-fetch',
    ],
  )
})

test('a path cannot leave the base path of the provider', async (t) => {
  const origin = await serve(t, ok)
  const {api, ledger} = openClient(testProvider(`${origin}/api/v3`))
  for (const path of ['/../admin', '/../../x', 'x', '/%2e%2e/admin'])
    assert.match((await rejection(api.get({path}))).message, /is not a path below/)
  assert.deepEqual(new Set(ledger.events), new Set(['reserve 1', 'release']))
})

test('each common status becomes the matching typed error', async (t) => {
  const ends: [number, new (...args: never[]) => Error, number][] = [
    [401, QuotaSpent, 1],
    [403, NeedsPerson, 1],
    [404, SkipTarget, 1],
    [500, TryLater, 4],
    [503, TryLater, 4],
    [408, TryLater, 4],
  ]
  for (const [code, type, requests] of ends) {
    const origin = await serve(t, status(code))
    const {api, ledger} = openClient(testProvider(origin))
    const error = await rejection(api.request({path: '/x'}, 'T'))
    assert.ok(error instanceof type, `${code}: ${error.name} ${error.message}`)
    assert.equal(api.counts.requests, requests, String(code))
    // A refused credential gets a cooldown; then the ledger has none left and reports it.
    assert.equal(ledger.cooldowns.has('1'), code === 401)
  }
})

test('429 without Retry-After: the client waits between tries, and the third in a row starts a cooldown as spent', async (t) => {
  const origin = await serve(t, status(429))
  const {api, ledger, clock} = openClient(testProvider(origin))
  assert.ok((await rejection(api.request({path: '/x'}, 'T'))) instanceof QuotaSpent)
  assert.equal(api.counts.refused, 3)
  assert.equal(clock.sleeps.length, 2)
  assert.ok(
    clock.sleeps.every((ms) => ms >= 1_000),
    'at least a second each',
  )
  assert.equal(ledger.cooldowns.get('1')?.next, 'spent')
})

test('429 with Retry-After: the client sleeps that long and succeeds; more than a minute ends the run and is stored', async (t) => {
  const seen: IncomingMessage[] = []
  const origin = await serve(t, inTurn(seen, status(429, {'retry-after': '7'}), ok))
  const {api, clock, ledger} = openClient(testProvider(origin))
  assert.deepEqual(await api.get({path: '/x'}), {value: '4.6900000000'})
  assert.ok(clock.sleeps[0]! >= 7_000 && clock.sleeps[0]! <= 7_500)
  assert.deepEqual(ledger.events, [
    'reserve 1',
    'start',
    'refused 429',
    'cooldown 1 wait',
    'reserve 1',
    'start',
    'answered 200',
  ])

  const long = openClient(testProvider(await serve(t, status(429, {'retry-after': '119'}))))
  const error = await rejection(long.api.request({path: '/x'}, 'T'))
  assert.ok(error instanceof QuotaSpent)
  assert.equal(error.until?.toISOString(), '2026-03-02T12:01:59.000Z')
  assert.equal(long.ledger.cooldowns.get('1')?.until?.toISOString(), '2026-03-02T12:01:59.000Z')
  assert.deepEqual([long.clock.sleeps.length, long.api.counts.requests], [0, 1])
})

test('Retry-After as a date, reset headers in seconds, milliseconds and ISO; absurd values are capped at a day', async (t) => {
  const cases: [Record<string, string>, string][] = [
    [
      {'retry-after': 'Mon, 02 Mar 2026 13:03:20 GMT', date: 'Mon, 02 Mar 2026 13:00:00 GMT'},
      '2026-03-02T12:03:20.000Z',
    ],
    [{'x-rate-limit-reset': String(Date.parse('2026-03-02T12:10:00Z') / 1_000)}, '2026-03-02T12:10:00.000Z'],
    [{'x-ratelimit-reset': String(Date.parse('2026-03-02T12:11:00Z'))}, '2026-03-02T12:11:00.000Z'],
    [{'x-ratelimit-reset': '2026-03-02T12:12:00.000Z'}, '2026-03-02T12:12:00.000Z'],
    [{'x-ratelimit-reset': '300'}, '2026-03-02T12:05:00.000Z'],
    [{'retry-after': '999999999999'}, '2026-03-03T12:00:00.000Z'],
  ]
  for (const [headers, until] of cases) {
    const error = await rejection(
      openClient(testProvider(await serve(t, status(429, headers)))).api.get({path: '/x'}),
    )
    assert.ok(error instanceof QuotaSpent, JSON.stringify(headers))
    assert.equal(error.until?.toISOString(), until, JSON.stringify(headers))
  }
  const soon = openClient(
    testProvider(
      await serve(
        t,
        inTurn([], status(429, {'retry-after': '-5'}), status(429, {'retry-after': 'tomorrow'}), ok),
      ),
    ),
  )
  assert.deepEqual(await soon.api.get({path: '/x'}), {value: '4.6900000000'})
})

const twoKeys: Partial<Provider> = {
  credentials: {1: 'EXAMPLE_API_KEY', 2: 'EXAMPLE_API_KEY_2'},
  refusal: ({json: body}) => {
    const next = (body as {next?: string} | undefined)?.next
    return next === undefined ? undefined : {next: next as 'spent', why: `it said ${next}`}
  },
}
const say = (next: string) => status(200, {}, JSON.stringify({next}))

test('a spent credential gets a cooldown and the next one is used; without one left, the error of the ledger is thrown', async (t) => {
  const seen: IncomingMessage[] = []
  const provider = testProvider(await serve(t, inTurn(seen, say('spent'), ok)), twoKeys)
  const {api, ledger} = openClient(provider, {labels: ['1', '2'], env: {EXAMPLE_API_KEY_2: 'second-key'}})
  assert.deepEqual(await api.get({path: '/x'}), {value: '4.6900000000'})
  assert.deepEqual(
    seen.map(({url}) => new URL(url!, 'http://x').searchParams.get('apikey')),
    [canary, 'second-key'],
  )
  assert.deepEqual(ledger.events, [
    'reserve 1',
    'start',
    'refused 200',
    'cooldown 1 spent',
    'reserve 2',
    'start',
    'answered 200',
  ])

  const none = openClient(testProvider(await serve(t, say('stop')), twoKeys), {
    labels: ['1', '2'],
    env: {EXAMPLE_API_KEY_2: 'second-key'},
  })
  assert.equal((await rejection(none.api.get({path: '/x'}))).message, 'no reservation is left')
  assert.deepEqual([...none.ledger.cooldowns.keys()], ['1', '2'])
})

test('a suspect refusal of a credential is checked by one more request before the credential is given up', async (t) => {
  const registered = status(
    400,
    {},
    '{"error_code":400,"error_message":"Bad Request.  The value for variable api_key is not registered."}',
  )
  const env = {FRED_API_KEY: 'f'.repeat(32)}
  const good = openClient({...fred, baseUrl: await serve(t, inTurn([], registered, ok))}, {env})
  assert.deepEqual(await good.api.get(observations('DGS10')), {value: '4.6900000000'})
  assert.equal(good.ledger.cooldowns.size, 0)
  const bad = openClient({...fred, baseUrl: await serve(t, registered)}, {env})
  await rejection(bad.api.get(observations('DGS10')))
  assert.deepEqual([bad.api.counts.requests, bad.ledger.cooldowns.get('1')?.next], [2, 'stop'])
})

test('an unknown target and a refusal of one request do not start a cooldown', async (t) => {
  const skip = openClient(testProvider(await serve(t, say('skip')), twoKeys))
  const error = await rejection(skip.api.request({path: '/x'}, 'NOPE'))
  assert.ok(error instanceof SkipTarget)
  assert.deepEqual([error.provider, error.target, skip.ledger.cooldowns.size], ['example', 'NOPE', 0])
})

test('another credential is used at once when one must wait', async (t) => {
  const seen: IncomingMessage[] = []
  const provider = testProvider(await serve(t, inTurn(seen, status(429, {'retry-after': '50'}), ok)), twoKeys)
  const {api, clock, ledger} = openClient(provider, {
    labels: ['1', '2'],
    env: {EXAMPLE_API_KEY_2: 'second-key'},
  })
  const reserve = ledger.reserve
  ledger.reserve = (request) => reserve(ledger.cooldowns.has('1') ? {...request, credential: '2'} : request)
  assert.deepEqual(await api.get({path: '/x'}), {value: '4.6900000000'})
  assert.equal(clock.sleeps.length, 0)
})

test('a redirect within the origin carries the credential; one to another origin is refused and not followed', async (t) => {
  const seen: IncomingMessage[] = []
  const other = await serve(t, inTurn([], ok))
  const origin = await serve(t, (request, response) => {
    seen.push(request)
    const path = request.url!.split('?')[0]!
    const key = encodeURIComponent(canary)
    const locations: Record<string, string> = {
      '/same': `/x?apikey=${key}`,
      '/away': `${other}/file?apikey=${key}`,
      '/hidden': `${other.replace('127.0.0.1', 'localhost')}/${key}`,
    }
    const location = locations[path]
    if (location === undefined) ok(request, response)
    else response.writeHead(307, {location, 'content-type': 'text/html'}).end('moved')
  })
  const provider = testProvider(origin, {
    authorize: (request, secret) => ({
      ...request,
      headers: {...request.headers, authorization: `Bearer ${secret}`},
      query: {apikey: secret},
    }),
  })
  const {api, ledger} = openClient(provider)
  assert.deepEqual(await api.get({path: '/same'}), {value: '4.6900000000'})
  assert.deepEqual(
    seen.map(({url, headers}) => [url, headers.authorization]),
    [
      [`/same?apikey=${encodeURIComponent(canary).replaceAll('%20', '+')}`, `Bearer ${canary}`],
      [`/x?apikey=${encodeURIComponent(canary)}`, `Bearer ${canary}`],
    ],
  )
  const hop = ['reserve 1', 'start', 'answered 307']
  assert.deepEqual(ledger.events, [...hop, 'reserve 1', 'start', 'answered 200'])
  for (const [path, place] of [
    ['/away', other],
    ['/hidden', other.replace('127.0.0.1', 'localhost')],
  ] as const) {
    const error = await rejection(api.get({path}))
    assert.ok(error instanceof UnexpectedBody)
    assert.equal(error.message, `example: it redirects to ${place}, which is not followed`)
    assert.match(error.nextStep!, /sends a credential only to the address of its provider/)
  }
})

test('a credential that is not valid in a header is NeedsPerson, and nothing is sent', async (t) => {
  const provider = testProvider(await serve(t, ok), {
    authorize: (request, secret) => ({...request, headers: {'x-key': secret}}),
  })
  const {api, ledger} = openClient(provider, {env: {EXAMPLE_API_KEY: 'ключ\u0000'}})
  const error = await rejection(api.get({path: '/x'}))
  assert.ok(error instanceof NeedsPerson)
  assert.match(error.nextStep ?? '', /EXAMPLE_API_KEY/)
  assert.deepEqual(ledger.events, ['reserve 1', 'release'])
})

test('a credential that is late for its reservation and is refused meanwhile is replaced by another', async (t) => {
  const {api, ledger} = openClient(testProvider(await serve(t, ok), twoKeys), {
    labels: ['1', '2'],
    env: {EXAMPLE_API_KEY_2: 'second-key'},
  })
  const reserve = ledger.reserve
  ledger.reserve = async (request) => {
    const reservation = await reserve(request)
    if (reservation.label === '2') return reservation
    return {
      ...reservation,
      started: async () => {
        await ledger.startCooldown(request.provider, '1', {next: 'stop', why: 'refused by another process'})
        throw new TryLater('the reservation came too late', {provider: 'example'})
      },
    }
  }
  assert.deepEqual(await api.get({path: '/x'}), {value: '4.6900000000'})
  assert.deepEqual(ledger.events, [
    'reserve 1',
    'cooldown 1 stop',
    'release',
    'reserve 2',
    'start',
    'answered 200',
  ])
})

test('an outage between two limits without a reset time restarts their count: no credential is taken for spent', async (t) => {
  const {api, ledger} = openClient(
    testProvider(await serve(t, inTurn([], status(429), status(429), status(500), status(429)))),
  )
  assert.ok((await rejection(api.request({path: '/x'}, 'T'))) instanceof TryLater)
  assert.deepEqual(
    ledger.events.filter((event) => event.startsWith('cooldown')),
    ['cooldown 1 wait', 'cooldown 1 wait', 'cooldown 1 wait'],
  )
})

test('a body is read as text, or as either JSON or text', async (t) => {
  const provider = testProvider(
    await serve(t, (request, response) => {
      const bodies: Record<string, string> = {
        '/csv': 'timestamp,value\n2026-01-01,1.10\n',
        '/json': '{"value":1.10}',
        '/html': '<html><title>oops</title>',
        '/cut': '{"a":',
      }
      response.writeHead(200).end(bodies[request.url!.split('?')[0]!])
    }),
  )
  const {api} = openClient(provider)
  assert.equal(await api.get({path: '/csv', as: 'text'}), 'timestamp,value\n2026-01-01,1.10\n')
  assert.equal(await api.get({path: '/csv', as: 'either'}), 'timestamp,value\n2026-01-01,1.10\n')
  assert.deepEqual(await api.get({path: '/json', as: 'either'}), {value: '1.10'})
  assert.equal(await api.get({path: '/html', as: 'text'}), '<html><title>oops</title>')
  for (const path of ['/html', '/cut'])
    assert.equal((await rejection(api.get({path, as: 'either'}))).name, 'UnexpectedBody')
})

test('a short outage is retried, and a long wait is reported', async (t) => {
  const {api, log} = openClient(
    testProvider(await serve(t, inTurn([], status(503, {'retry-after': '20'}), ok))),
    {clock: fakeClock()},
  )
  await api.request({path: '/x'}, 'DGS10')
  assert.ok(
    log.some((line) => /^example \(DGS10\): HTTP 503.*the next try is in 2[01] s$/.test(line)),
    log.join('\n'),
  )
})

test('the real cost of an answer replaces the reserved maximum; a request that names a credential uses only that one', async (t) => {
  const origin = await serve(t, inTurn([], ok))
  const counted = testProvider(origin, {
    credentials: {1: 'EXAMPLE_API_KEY', 2: 'EXAMPLE_API_KEY_2'},
    accounting: {spent: ({json: body}) => ({posts: Object.keys(body as object).length, usd: 0.1 + 0.2})},
  })
  const {api, ledger} = openClient(counted, {
    labels: ['1', '2'],
    env: {EXAMPLE_API_KEY: canary, EXAMPLE_API_KEY_2: 'second-key'},
  })
  await api.get({path: '/posts', cost: {posts: 50, usd: 0.25}, credential: '2'})
  await api.get({path: '/profile', credential: '1'})
  assert.deepEqual(
    ledger.events.filter((event) => !/^start/.test(event)),
    ['reserve 2', 'answered 200, 1 posts, $0.300000', 'reserve 1', 'answered 200'],
  )
})
