import assert from 'node:assert/strict'
import {test} from 'node:test'
import {UnexpectedBody} from '../../src/lib/errors.js'
import {readSaved} from '../../src/lib/http/saved.js'
import {coingecko} from '../../src/lib/providers/coingecko.js'
import {alphaVantage} from '../../src/lib/providers/alpha-vantage.js'
import {fred} from '../../src/lib/providers/fred.js'
import {wikipedia} from '../../src/lib/providers/wikipedia.js'

const refusedWith = (message: RegExp) => (error: unknown) =>
  error instanceof UnexpectedBody &&
  error.exitCode === 1 &&
  message.test(error.message) &&
  error.nextStep !== undefined

test('a raw body is read with or without a byte order mark', () => {
  assert.deepEqual(readSaved(coingecko, '\uFEFF[{"id":"bitcoin","price":1.10}]').body, [
    {id: 'bitcoin', price: '1.10'},
  ])
  assert.equal(readSaved(wikipedia, '<html></html>', {as: 'text'}).body, '<html></html>')
  assert.equal(readSaved(alphaVantage, 'timestamp,value\n', {as: 'either'}).body, 'timestamp,value\n')
})

test('a recording is unwrapped: its body is JSON or text, and its time is that of the Date header', () => {
  const recording = {
    request: {url: 'x'},
    status: 200,
    headers: {Date: 'Mon, 02 Mar 2026 13:00:00 GMT'},
    body: [{id: 'a', n: 1.5}],
  }
  const {answer, body} = readSaved(coingecko, JSON.stringify(recording))
  assert.deepEqual(body, [{id: 'a', n: '1.5'}])
  assert.equal(answer.at.toISOString(), '2026-03-02T13:00:00.000Z')
  assert.deepEqual(readSaved(coingecko, JSON.stringify({...recording, body: '[1.10]'})).body, ['1.10'])
  assert.equal(
    readSaved(alphaVantage, JSON.stringify({...recording, headers: {}, body: 'a,b\n'}), {
      as: 'text',
      at: new Date(5),
    }).answer.at.getTime(),
    5,
  )
  const own = {status: 'ok', body: 'x', headers: {}}
  assert.deepEqual(
    readSaved(coingecko, JSON.stringify(own)).body,
    own,
    'a body that only resembles a recording is read whole',
  )
})

test('a refusal, an error and an invalid body end with exit code 1, whatever they would mean live', () => {
  assert.throws(
    () => readSaved(coingecko, '{"error":"coin not found"}'),
    refusedWith(/coingecko: the saved answer is a refusal: coin not found/),
  )
  assert.throws(
    () =>
      readSaved(alphaVantage, '{"Information":"Our standard API rate limit is 25 requests per day"}', {
        as: 'either',
      }),
    refusedWith(/25 requests/),
  )
  assert.throws(
    () => readSaved(coingecko, JSON.stringify({request: {}, status: 503, headers: {}, body: 'down'})),
    refusedWith(/error of the server/),
  )
  assert.throws(
    () => readSaved(coingecko, JSON.stringify({request: {}, status: 404, headers: {}, body: '{}'})),
    refusedWith(/HTTP 404/),
  )
  for (const text of ['', '  ', '<html>', '[1', 'null'])
    assert.throws(() => readSaved(coingecko, text), refusedWith(/coingecko: /), text)
})

test('a recording names its request: a recording of another request is refused, whatever its body looks like', () => {
  const recording = (url: string) =>
    JSON.stringify({request: {url}, status: 200, headers: {}, body: {observations: []}})
  const saved = (url: string) =>
    readSaved(fred, recording(url), {query: {series_id: 'CPIAUCNS', file_type: 'json', offset: undefined}})
      .body
  assert.deepEqual(
    saved('https://api.stlouisfed.org/fred/series/observations?series_id=CPIAUCNS&api_key=***'),
    {observations: []},
  )
  assert.deepEqual(saved('no address'), {observations: []})
  assert.throws(
    () => saved('https://api.stlouisfed.org/fred/series/observations?series_id=FEDFUNDS&file_type=json'),
    refusedWith(/fred: .*series_id=FEDFUNDS, not CPIAUCNS/),
  )
})

test('a recording of another path is refused, whatever its host; a number may replace a name', () => {
  const of = (url: string, path: string) => () =>
    readSaved(coingecko, JSON.stringify({request: {url}, status: 200, headers: {}, body: {id: 'x'}}), {path})
  assert.throws(
    of('https://api.coingecko.com/api/v3/coins/plain-coin', '/coins/bitcoin'),
    refusedWith(/another request: \/coins\/plain-coin, not \/coins\/bitcoin/),
  )
  assert.throws(of('http://127.0.0.1:4010/coingecko/coins/plain-coin', '/coins/bitcoin'), UnexpectedBody)
  of('https://api.coingecko.com/api/v3/coins/bitcoin', '/coins/bitcoin')()
  of('https://api.coingecko.com/api/v3/users/77/posts', '/users/someone/posts')()
  of('https://api.coingecko.com/api/v3/coins/markets/all', '/coins/bitcoin')()
})
