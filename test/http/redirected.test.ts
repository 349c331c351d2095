/** Redirects and the real ledger: a server that redirects counts as many requests as were reserved. */
import assert from 'node:assert/strict'
import type {RequestListener} from 'node:http'
import {type TestContext, test} from 'node:test'
import pg from 'pg'
import {loadConfig} from '../../src/lib/config.js'
import type {Limit, Provider} from '../../src/lib/define.js'
import {QuotaSpent, UnexpectedBody} from '../../src/lib/errors.js'
import {openClient} from '../../src/lib/http/client.js'
import {createPace} from '../../src/lib/limits/pace.js'
import {fakeClock} from '../clock.js'
import {openForFile, type Opened} from '../limits/settings.js'
import {rejection, serve, testProvider} from './client.js'

let opened: Opened
openForFile((given) => (opened = given))

const env = {EXAMPLE_API_KEY: 'canary-one', EXAMPLE_API_KEY_2: 'canary-two'}
const perSecond: Limit = {requests: 2, per: 'second', of: 'credential', window: 'sliding'}
const perDay: Limit = {requests: 4, per: 'day', of: 'credential', window: 'sliding'}

/** A client with a ledger in the database, for a server that notes the instant and key of each request. */
async function clientOnto(
  t: TestContext,
  name: string,
  changes: Partial<Provider>,
  listener: RequestListener,
) {
  const clock = fakeClock()
  const arrivals: {at: number; key: string | null}[] = []
  const origin = await serve(t, (request, response) => {
    const url = new URL(request.url!, 'http://here')
    arrivals.push({at: clock.now().getTime(), key: url.searchParams.get('apikey')})
    listener(request, response)
  })
  const log: string[] = []
  const note = (text: string) => void log.push(text)
  const config = loadConfig({DATABASE_URL: opened.url, ...env}, '/')
  const api = openClient({
    provider: testProvider(origin, {name, ...changes}),
    config,
    clock,
    ledger: opened.ledger(clock, env),
    pace: createPace(fakeClock(undefined, 'advances', true), config),
    job: 'redirected',
    log: {error: note, warn: note, notice: note, detail: note},
  })
  return {api, arrivals, log, reservations: () => reservationsOf(name)}
}

async function reservationsOf(provider: string): Promise<string[]> {
  const client = new pg.Client(opened.url)
  await client.connect()
  const {rows} = await client.query<{text: string}>(
    `select concat_ws(' ', credential, outcome, status) as text from provider_requests
    where provider = $1 and outcome <> 'not sent' order by id`,
    [provider],
  )
  await client.end()
  return rows.map(({text}) => text)
}

/** The most arrivals of one key in a second. */
function mostInASecond(arrivals: readonly {at: number; key: string | null}[]): number {
  return Math.max(
    ...arrivals.map(
      (end) => arrivals.filter(({at, key}) => key === end.key && at > end.at - 1_000 && at <= end.at).length,
    ),
  )
}

/** Redirects `/hop/3` to `/hop/2` and so on, with the query; `/hop/0` is an answer. */
const countdown: RequestListener = (request, response) => {
  const [path, query] = request.url!.split('?') as [string, string]
  const left = Number(path.split('/').at(-1))
  if (left === 0) response.writeHead(200, {'content-type': 'application/json'}).end('{"value":1}')
  else response.writeHead(302, {location: `/hop/${left - 1}?${query}`}).end()
}
const toItself: RequestListener = (request, response) =>
  void response.writeHead(307, {location: request.url}).end('moved')
const thereAndBack: RequestListener = (request, response) => {
  const [path, query] = request.url!.split('?') as [string, string]
  response.writeHead(303, {location: `${path === '/a' ? '/b' : '/a'}?${query}`}).end()
}

test('each hop is reserved, paced and counted, with the credential of the first', async (t) => {
  const twoKeys = {credentials: {1: 'EXAMPLE_API_KEY', 2: 'EXAMPLE_API_KEY_2'}, limits: [perSecond]}
  const {api, arrivals, reservations} = await clientOnto(t, 'chain', twoKeys, countdown)
  for (const hops of [3, 1]) {
    const before = (await reservations()).length
    assert.deepEqual((await api.request({path: `/hop/${hops}`})).body, {value: '1'})
    const made = (await reservations()).slice(before)
    assert.equal(made.length, hops + 1)
    assert.equal(new Set(made.map((text) => text.split(' ')[0])).size, 1, made.join(', '))
    assert.ok(
      made.slice(0, -1).every((text) => text.endsWith('answered 302')),
      made.join(', '),
    )
  }
  assert.equal(arrivals.length, 6)
  assert.equal(api.counts.requests, 6)
  assert.ok(mostInASecond(arrivals) <= 2)
})

for (const [name, listener] of Object.entries({'to-itself': toItself, 'there-and-back': thereAndBack}))
  test(`a loop of redirects (${name}) ends with its own message, and no limit is broken`, async (t) => {
    const {api, arrivals, reservations} = await clientOnto(t, name, {limits: [perSecond]}, listener)
    const error = await rejection(api.request({path: '/a'}, 'CPIAUCSL'))
    assert.ok(error instanceof UnexpectedBody)
    assert.equal(error.message, `${name} (CPIAUCSL): it redirects more than 5 times`)
    assert.equal((await reservations()).length, arrivals.length)
    assert.equal(api.counts.requests, arrivals.length)
    assert.ok(mostInASecond(arrivals) <= 2)
  })

test('a quota that redirects used up is blamed on them', async (t) => {
  const {api, arrivals, log, reservations} = await clientOnto(t, 'day', {limits: [perDay]}, toItself)
  const error = await rejection(api.request({path: '/a'}))
  assert.ok(error instanceof QuotaSpent)
  assert.match(error.message, /^day: it redirected the request 4 times, and each hop is a request: .*spent/)
  assert.equal(arrivals.length, 4)
  assert.equal((await reservations()).length, 4)
  assert.ok(!log.join('\n').includes('canary'), 'the key is not shown')
})

test('a redirect to another origin is refused, and its request counts', async (t) => {
  const away: RequestListener = (_, response) =>
    void response.writeHead(301, {location: 'https://other.example.org/a'}).end()
  const {api, arrivals, reservations} = await clientOnto(t, 'away', {limits: [perSecond]}, away)
  const error = await rejection(api.request({path: '/a'}))
  assert.match(error.message, /it redirects to https:\/\/other\.example\.org, which is not followed/)
  assert.equal(arrivals.length, 1)
  assert.deepEqual(await reservations(), ['1 failed'])
})
