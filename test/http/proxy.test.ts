/** HTTPS_PROXY, HTTP_PROXY and NO_PROXY: the rule, requests and sockets through a proxy, and its refusals. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {loadConfig} from '../../src/lib/config.js'
import {bithumb} from '../../src/lib/feeds/bithumb.js'
import {NeedsPerson, TryLater} from '../../src/lib/errors.js'
import {createRedact} from '../../src/lib/http/redact.js'
import {proxyFor} from '../../src/lib/proxy.js'
import {testProxy, type ProxyOptions, type TestProxy} from '../servers/proxy.js'
import {frameByFrame, listenTo, shown} from '../stream/listen.js'
import {socketServer} from '../stream/server.js'
import {openClient, rejection, serve, testProvider} from './client.js'

const through = (target: string, env: Record<string, string>) => proxyFor(new URL(target), env)?.shown

test('the protocol of the address decides for a variable, and the lower-case name comes first', () => {
  const env = {HTTPS_PROXY: 'http://one.test:3128', HTTP_PROXY: 'two.test:8080'}
  for (const [target, shown] of [
    ['https://api.example.com/v1', 'HTTPS_PROXY, one.test:3128'],
    ['wss://api.example.com/v1', 'HTTPS_PROXY, one.test:3128'],
    ['http://api.example.com/v1', 'HTTP_PROXY, two.test:8080'],
    ['ws://api.example.com/v1', 'HTTP_PROXY, two.test:8080'],
  ] as const)
    assert.equal(through(target, env), shown, target)
  assert.equal(
    through('https://a.test', {...env, https_proxy: 'https://three.test'}),
    'https_proxy, three.test',
  )
  assert.equal(through('https://a.test', {HTTP_PROXY: 'http://two.test'}), undefined, 'another protocol')
  assert.equal(through('https://a.test', {HTTPS_PROXY: ' '}), undefined, 'blank is not set')
})

test('NO_PROXY names hosts, domains, ports and addresses; this machine needs no entry', () => {
  const proxied = (target: string, list: string) =>
    through(target, {https_proxy: 'p.test', http_proxy: 'p.test', NO_PROXY: list}) !== undefined
  for (const [target, list, expected] of [
    ['https://api.example.com', 'example.com', false],
    ['https://api.example.com', '.example.com other.test', false],
    ['https://api.example.com', 'a.test, *.Example.COM', false],
    ['https://api.example.com', 'pi.example.com', true],
    ['https://badexample.com', 'example.com', true],
    ['https://api.example.com', 'api.example.com:443', false],
    ['https://api.example.com', 'api.example.com:8443', true],
    ['http://api.example.com', 'api.example.com:80', false],
    ['https://api.example.com', '*', false],
    ['http://10.1.2.3:4010', '10.1.2.3', false],
    ['http://110.1.2.3', '10.1.2.3', true],
    ['http://10.1.2.3', '3', true],
    ['http://[fd00::1]:4010', 'fd00::1', false],
    ['http://[fd00::1]:4010', '[fd00::1]:4010', false],
    ['http://[fd00::1]:4010', '[fd00::1]:80', true],
    ['http://127.0.0.1:4010', '', false],
    ['ws://localhost:4010', 'example.com', false],
    ['http://[::1]:4010', '', false],
    ['http://127.0.0.1:4010', '<-loopback>', true],
    ['http://localhost:4010', '<-loopback>,localhost', false],
  ] as const)
    assert.equal(proxied(target, list), expected, `${target} with NO_PROXY=${list}`)
})

test('a variable that names no HTTP proxy is refused by its name, and its value is not quoted', () => {
  for (const value of [
    'socks5://u:hunter2@p.test',
    'http://',
    'ftp://p.test',
    '"http://u:hunter2@p.test"',
    'p q',
  ])
    assert.throws(
      () => through('https://a.test', {https_proxy: value}),
      (error: unknown) =>
        error instanceof NeedsPerson &&
        /^https_proxy is not the address of an HTTP proxy$/.test(error.message) &&
        !`${error.message} ${error.nextStep}`.includes('hunter2'),
      value,
    )
})

test('the password of a proxy is a secret, also without http:// in front', () => {
  for (const value of ['http://me:hunter22@p.test', 'me:hunter22@p.test:3128'])
    assert.equal(createRedact(loadConfig({https_proxy: value}, '/nowhere'))('is hunter22'), 'is ***', value)
})

/** A client of `http://provider.test`, which only the proxy can reach. */
function client(proxy: string, options: {env?: Record<string, string>; deadlineMs?: number} = {}) {
  const {env = {}, ...rest} = options
  return openClient(testProvider('http://provider.test'), {env: {HTTP_PROXY: proxy, ...env}, options: rest})
}

const proxyOf = async (
  t: {after(done: () => Promise<void>): void},
  options: ProxyOptions,
): Promise<TestProxy> => {
  const proxy = await testProxy(options)
  t.after(() => proxy.close())
  return proxy
}

test('requests go through the proxy, with its password, and use their tunnel again', async (t) => {
  const seen: string[] = []
  const origin = await serve(t, (request, response) => {
    seen.push(`${request.headers.host} ${request.headers['proxy-authorization'] ?? 'no password'}`)
    response.end(request.url?.startsWith('/moved') ? '{"a":2}' : '{"a":1}')
  })
  const proxy = await proxyOf(t, {to: origin, signIn: 'me:p@ss:w%rd'})
  const door = client(`http://me:p%40ss%3Aw%25rd@${proxy.host}`)
  assert.deepEqual(await door.api.get({path: '/a'}), {a: '1'})
  assert.deepEqual(await door.api.get({path: '/moved'}), {a: '2'})
  assert.deepEqual(seen, ['provider.test no password', 'provider.test no password'])
  assert.deepEqual(proxy.asked, ['provider.test:80'])
})

for (const [what, options, env, kind, message] of [
  [
    'asks for a password',
    {signIn: 'a:b'},
    {},
    NeedsPerson,
    /the proxy \(HTTP_PROXY, [\d.:]+\) requires a user name and a password \(HTTP 407\)$/,
  ],
  [
    'does not allow the host',
    {answer: 403},
    {},
    NeedsPerson,
    /does not allow a connection to provider\.test \(HTTP 403\)$/,
  ],
  [
    'does not know the method',
    {answer: 405},
    {},
    NeedsPerson,
    /does not allow a connection to provider\.test \(HTTP 405\)$/,
  ],
  [
    'cannot reach the host',
    {answer: 502},
    {},
    TryLater,
    /the proxy \(HTTP_PROXY, [\d.:]+\) cannot connect to provider\.test now \(HTTP 502\)$/,
  ],
  [
    'closes the connection',
    {answer: 'close'},
    {},
    TryLater,
    /the proxy \(HTTP_PROXY, [\d.:]+\): the connection was reset$/,
  ],
  [
    'is another kind of server',
    {answer: 'garbage'},
    {},
    TryLater,
    /the proxy \(HTTP_PROXY, [\d.:]+\): it does not answer as an HTTP proxy$/,
  ],
  [
    'never answers',
    {answer: 'nothing'},
    {},
    TryLater,
    /no complete answer within 0\.3 s through the proxy \(HTTP_PROXY, [\d.:]+\)$/,
  ],
] as const)
  test(`a proxy that ${what}: the message says so`, async (t) => {
    const proxy = await proxyOf(t, options)
    const error = await rejection(client(proxy.url, {env, deadlineMs: 300}).api.get({path: '/a'}))
    assert.ok(error instanceof kind, error.message)
    assert.match(error.message, message)
  })

test('a wrong password and a proxy that is not there are told apart from the provider', async (t) => {
  const proxy = await proxyOf(t, {signIn: 'me:right'})
  const wrong = await rejection(client(`http://me:hunter22@${proxy.host}`).api.get({path: '/a'}))
  assert.match(wrong.message, /refuses the user name or the password \(HTTP 407\)$/)
  assert.doesNotMatch(`${wrong.message} ${String((wrong as NeedsPerson).nextStep)}`, /hunter22|me:/)
  await proxy.close()
  const away = await rejection(client(proxy.url).api.get({path: '/a'}))
  assert.ok(away instanceof TryLater)
  assert.match(away.message, /^example: the proxy \(HTTP_PROXY, [\d.:]+\): it refuses connections$/)
  const unknown = await rejection(client('http://proxy.invalid:3128').api.get({path: '/a'}))
  assert.match(unknown.message, /^example: the proxy \(HTTP_PROXY, proxy\.invalid:3128\): its host name /)
})

/** Listens through a proxy until the first frame or the end of a connection. */
async function heard(proxy: string): Promise<string> {
  const url = 'ws://provider.test/websocket/v1'
  let first = ''
  const enough = (text: string, stop: AbortController) => {
    first ||= text
    stop.abort(new Error('enough'))
  }
  const {listener, stop} = listenTo(
    bithumb,
    url,
    {proxy: proxyFor(new URL(url), {HTTP_PROXY: proxy})},
    (noted) => enough(noted.ends[0]!.why, noted.stop),
  )
  for await (const one of frameByFrame(listener)) enough(JSON.stringify(shown(one)), stop)
  return first
}

test(
  'a socket goes through the proxy, with its password; refusals are told apart',
  {timeout: 60_000},
  async (t) => {
    const server = await socketServer((socket) => socket.send('{"n":1}'))
    t.after(() => server.close())
    const to = server.url.replace(/^ws/, 'http')
    const proxy = await proxyOf(t, {to, signIn: 'me:p@ss'})
    assert.equal(await heard(`http://me:p%40ss@${proxy.host}`), '{"n":"1"}')
    assert.deepEqual(proxy.asked, ['provider.test:80'])
    assert.match(
      (await rejection(heard(proxy.url))).message,
      /^bithumb: the proxy .* requires a user name and a password/,
    )
    assert.match(
      (await rejection(heard(`http://me:wrong@${proxy.host}`))).message,
      /refuses the user name or the password/,
    )
    const forbids = await proxyOf(t, {answer: 403})
    assert.match(
      (await rejection(heard(forbids.url))).message,
      /does not allow a connection to provider\.test \(HTTP 403\)/,
    )
    const busy = await proxyOf(t, {answer: 503})
    assert.match(
      await heard(busy.url),
      /^the proxy \(HTTP_PROXY, .*\) cannot connect to provider\.test now \(HTTP 503\)$/,
    )
    await busy.close()
    assert.match(await heard(busy.url), /^the proxy \(HTTP_PROXY, .*\): it refuses connections$/)
    const other = await proxyOf(t, {answer: 'garbage'})
    assert.match(
      await heard(other.url),
      /^the proxy \(HTTP_PROXY, .*\): it does not answer as an HTTP proxy$/,
    )
    const hanging = await proxyOf(t, {answer: 'nothing'})
    assert.match(await heard(hanging.url), /^no connection within 10 s through the proxy \(HTTP_PROXY, /)
  },
)
