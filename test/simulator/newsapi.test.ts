/** The provider stub of NewsAPI: a free plan with all its limits, and every refusal of it. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {newsapi} from '../../src/lib/providers/newsapi.js'
import {dayMs} from '../../src/lib/time.js'
import {fixture, fixturesSkip} from '../fixtures.js'
import {simulated, start} from './request.js'

interface Body {
  totalResults: number
  articles: {
    source: {id: string | null; name: string}
    title: string
    url: string
    publishedAt: string
    content: string
  }[]
}
const key = {'x-api-key': '0123456789abcdef0123456789abcdef'}
const path = '/newsapi/v2/everything?q=war&language=en&sortBy=publishedAt&pageSize=100'

test('articles come a day late, a month back, the first 100 of more, newest first, with the same bytes for the same instant', async (t) => {
  const simulator = await simulated(t)
  const answer = await simulator.request(path, key)
  const {totalResults, articles} = answer.body as Body
  assert.equal(articles.length, 100)
  assert.ok(totalResults > 1000)
  const times = articles.map(({publishedAt}) => publishedAt).filter((at) => !at.startsWith('1970'))
  assert.deepEqual(times, times.toSorted().reverse())
  assert.ok(times[0]! <= '2026-11-22T06:00:00Z' && times[0]! > '2026-11-21T06:00:00Z')
  assert.equal((await simulator.request(path, key)).text, answer.text)
  const other = await simulated(t, {seed: 7})
  assert.notEqual((await other.request(path, key)).text, answer.text)
  const days = (from: string, to: string) => simulator.request(`${path}&from=${from}&to=${to}`, key)
  const old = await days('2026-10-23T00:00:00', '2026-10-23T23:59:59')
  assert.equal(old.status, 200)
  assert.ok((old.body as Body).totalResults > 50)
  assert.ok(
    new Set((old.body as Body).articles.map(({publishedAt}) => publishedAt.slice(0, 10))).has('2026-10-23'),
  )
  assert.equal(
    (await days('2026-11-22T06:00:01Z', '2026-11-23T06:00:00Z').then(({body}) => body as Body)).totalResults,
    0,
  )
})

test('withdrawn articles stay as placeholders, other sources repeat stories, content is cut and has entities and line ends', async (t) => {
  const simulator = await simulated(t)
  const bodies: Body[] = []
  for (let day = 1; day <= 20; day++) {
    const iso = new Date(start.getTime() - (day + 2) * dayMs).toISOString().slice(0, 10)
    bodies.push(
      (await simulator.request(`${path}&from=${iso}T00:00:00&to=${iso}T23:59:59`, key)).body as Body,
    )
  }
  const all = bodies.flatMap(({articles}) => articles)
  const removed = all.filter(({title}) => title === '[Removed]')
  assert.ok(removed.length > 5 && removed.length < all.length / 10)
  assert.deepEqual(
    [removed[0]?.url, removed[0]?.source.name, removed[0]?.publishedAt],
    ['https://removed.com', '[Removed]', '1970-01-01T00:00:00Z'],
  )
  const rest = all.filter(({title}) => title !== '[Removed]')
  assert.equal(new Set(rest.map(({url}) => url)).size, rest.length)
  assert.ok(new Set(rest.map(({title}) => title)).size < rest.length - 20, 'no story is repeated')
  assert.ok(
    rest.some(
      ({content}) => /&amp;/.test(content) && /\r\n/.test(content) && /… \[\+\d+ chars\]$/.test(content),
    ),
  )
})

test('headlines end in the name of their source; sources and categories are those that exist', async (t) => {
  const simulator = await simulated(t)
  const of = async (query: string) =>
    (await simulator.request(`/newsapi/v2/top-headlines?pageSize=100&${query}`, key)).body as Body
  const business = await of('country=us&category=business')
  assert.ok(business.totalResults > 10)
  assert.ok(
    business.articles
      .filter(({title}) => title !== '[Removed]')
      .every(({title, source}) => title.endsWith(` - ${source.name}`)),
  )
  const [one, two] = [await of('sources=bloomberg'), await of('sources=reuters,Bloomberg')]
  assert.ok(one.totalResults > 0 && two.totalResults > one.totalResults)
  const listed = (await simulator.request('/newsapi/v2/top-headlines/sources', key)).body as {
    sources: {id: string}[]
  }
  assert.ok(listed.sources.some(({id}) => id === 'financial-times'))
})

test('every refusal has its own message', async (t) => {
  const simulator = await simulated(t)
  const cases: [
    path: string,
    status: number,
    code: string,
    next: string,
    headers?: Record<string, string>,
  ][] = [
    ['/v2/everything?q=war', 401, 'apiKeyMissing', 'stop', {}],
    ['/v2/everything?q=war', 401, 'apiKeyInvalid', 'stop', {'x-api-key': 'short'}],
    ['/v2/everything?q=war', 426, 'corsNotAllowed', 'stop', {...key, origin: 'https://example.com'}],
    ['/v2/everything?language=en', 400, 'parametersMissing', 'stop'],
    ['/v2/everything?q=war&page=2', 426, 'maximumResultsReached', 'stop'],
    ['/v2/everything?q=war&pageSize=101', 400, 'parameterInvalid', 'stop'],
    ['/v2/everything?q=war&sortBy=random', 400, 'parameterInvalid', 'stop'],
    ['/v2/everything?q=war&from=2026-10-22', 426, 'parameterInvalid', 'stop'],
    ['/v2/top-headlines?pageSize=10', 400, 'parametersMissing', 'stop'],
    ['/v2/top-headlines?category=politics&country=us', 400, 'parameterInvalid', 'stop'],
    ['/v2/top-headlines?sources=bloomberg&country=us', 400, 'parameterInvalid', 'stop'],
    ['/v2/top-headlines?sources=bloomberg,no-such-paper', 400, 'sourceDoesNotExist', 'skip'],
    [
      `/v2/top-headlines?sources=${Array.from({length: 21}, (_, n) => `s${n}`).join(',')}`,
      400,
      'sourcesTooMany',
      'stop',
    ],
  ]
  for (const [requested, status, code, next, headers = key] of cases) {
    const answer = await simulator.request(`/newsapi${requested}`, headers)
    assert.deepEqual(
      [answer.status, (answer.json as {code?: string}).code, newsapi.refusal?.(answer)?.next],
      [status, code, next],
      requested,
    )
  }
  assert.match(
    (await simulator.request('/newsapi/v2/everything?q=war&from=2026-10-22', key)).text,
    /as far back as 2026-10-23/,
  )
  for (const unknown of [
    '/v2/everything?q=war&domains=bbc.co.uk',
    '/v2/sources',
    '/v2/everything?q=war+AND+peace',
    '/v2/top-headlines?country=kr',
  ])
    assert.equal((await simulator.request(`/newsapi${unknown}`, key)).status, 501, unknown)
})

test('the 51st request of 12 hours is refused, and so is the 101st of a day', async (t) => {
  const simulator = await simulated(t)
  const request = () => simulator.request('/newsapi/v2/top-headlines/sources', key)
  for (let n = 0; n < 50; n++) assert.equal((await request()).status, 200)
  const refused = await request()
  assert.deepEqual([refused.status, newsapi.refusal?.(refused)?.next], [429, 'spent'])
  await simulator.post('/clock', {advanceMs: dayMs / 2})
  for (let n = 0; n < 50; n++) assert.equal((await request()).status, 200)
  assert.equal((await request()).status, 429)
})

test('the fields are those of the recordings', {skip: fixturesSkip}, async (t) => {
  const simulator = await simulated(t)
  const recorded = JSON.parse(fixture('newsapi/everything-bitcoin-like.json')) as Body
  const made = (await simulator.request(path, key)).body as Body
  assert.deepEqual(Object.keys(made).sort(), Object.keys(recorded).sort())
  assert.deepEqual(Object.keys(made.articles[0]!).sort(), Object.keys(recorded.articles[0]!).sort())
  assert.deepEqual(Object.keys(made.articles[0]!.source), Object.keys(recorded.articles[0]!.source))
  const removed = (JSON.parse(fixture('newsapi/articles-removed.json')) as Body).articles[0]
  assert.deepEqual(made.articles.find(({title}) => title === '[Removed]') ?? removed, removed)
})
