/** FIN_SIMULATOR_URL names a server that is not `fin simulate`: it may have no clock, or a broken one. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {openClock, realClock} from '../../src/lib/clock.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {serve} from '../http/client.js'
import {fin, postgres} from '../servers.js'

for (const [what, status, body] of [
  ['404', 404, 'not found'],
  ['405', 405, ''],
  ['501', 501, '{}'],
  ['a page for every address', 200, '<html></html>'],
  ['an empty object', 200, '{}'],
  ['nothing', 204, ''],
] as const)
  test(`a server that answers /clock with ${what} has no clock: the time is that of this machine`, async (t) => {
    const url = await serve(t, (_request, response) => response.writeHead(status).end(body))
    assert.equal(await openClock(url), realClock)
  })

for (const [what, status, body, why] of [
  ['an error', 502, 'bad gateway', 'it answers /clock with HTTP 502'],
  ['no instant', 200, '{"instant":"soon","rate":1}', 'it answers /clock without a valid instant and rate'],
  [
    'no rate',
    200,
    '{"instant":"2026-01-01T00:00:00Z"}',
    'it answers /clock without a valid instant and rate',
  ],
] as const)
  test(`a clock that answers with ${what} is broken, and the words do not say that nothing answers`, async (t) => {
    const url = await serve(t, (_request, response) => response.writeHead(status).end(body))
    await assert.rejects(openClock(url), (error: unknown) => {
      assert.ok(error instanceof NeedsPerson)
      assert.equal(error.message, `the simulator at ${url} has no usable clock: ${why}`)
      return true
    })
  })

test('a clock that redirects is broken, and nothing is requested from the other server', async (t) => {
  let requests = 0
  const other = await serve(t, (_request, response) => {
    requests += 1
    response.end(JSON.stringify({instant: '2026-01-01T00:00:00Z', rate: 1}))
  })
  for (const status of [301, 302, 307, 308]) {
    const url = await serve(t, (_request, response) =>
      response.writeHead(status, {location: `${other}/clock`}).end(),
    )
    await assert.rejects(openClock(url), new RegExp(`it answers /clock with HTTP ${status}$`))
  }
  assert.equal(requests, 0)
})

test('a clock that is gone in the middle of a run is told as such', async (t) => {
  let isGone = false
  const url = await serve(t, (_request, response) =>
    isGone
      ? response.writeHead(404).end()
      : response.end(JSON.stringify({instant: '2026-01-01T00:00:00Z', rate: 1})),
  )
  const clock = await openClock(url)
  assert.equal(clock.driven, true)
  isGone = true
  await assert.rejects(clock.refresh(), /has no usable clock: it no longer serves \/clock$/)
})

test('fin collects from a server without a clock, and doctor says whose time it uses', async (t) => {
  const server = await postgres()
  t.after(() => server.stop())
  const url = await serve(t, (request, response) =>
    request.url?.startsWith('/fred/fred/series/observations')
      ? response.end('{"observations":[{"date":"2026-01-01","value":"101.5"}]}')
      : response.writeHead(404).end(),
  )
  const env = {DATABASE_URL: await server.database('stand_in'), FIN_SIMULATOR_URL: url}
  const run = await fin(['ingest', 'cpi', '--ndjson'], {env})
  assert.equal(run.code, 0, run.stderr)
  assert.match(run.stdout, /"cpi_value":"101\.5"/)
  const {stdout} = await fin(['doctor', '--ndjson'], {env})
  assert.match(
    stdout,
    /"check":"simulator","provider":null,"state":"ok","found":"http:[^"]* answers; it serves no \/clock, so the time of this machine is used"/,
  )
  const away = await fin(['doctor', '--ndjson'], {env: {...env, FIN_SIMULATOR_URL: 'http://127.0.0.1:9'}})
  assert.match(
    away.stdout,
    /"state":"broken","found":"the simulator at http:\/\/127\.0\.0\.1:9 does not answer: /,
  )
})
