/**
 * A canary in every credential must not appear in any output of the client: errors, log, ledger notes,
 * recordings.
 */
import assert from 'node:assert/strict'
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import fs from 'node:fs/promises'
import {syncBuiltinESMExports} from 'node:module'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'
import {inspect} from 'node:util'
import {readSaved} from '../../src/lib/http/saved.js'
import type {Provider} from '../../src/lib/define.js'
import {canary, openClient, serve, testProvider} from './client.js'

const forms = [
  canary,
  encodeURIComponent(canary),
  encodeURIComponent(canary).toLowerCase(),
  Buffer.from(canary).toString('base64').replace(/=+$/, ''),
  JSON.stringify(canary).slice(1, -1),
]

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'fin-record-'))
  t.after(() => rmSync(path, {recursive: true, force: true}))
  return path
}

function assertClean(where: string, text: string): void {
  for (const form of forms)
    assert.ok(!text.includes(form), `${where} holds the canary: ${text.slice(0, 300)}`)
}

test('a provider that repeats the credential everywhere: it appears nowhere in the output', async (t) => {
  const origin = await serve(t, (request, response) => {
    const quoted = JSON.stringify({
      Information: `We have detected your API key as ${canary} or ${encodeURIComponent(canary)}`,
      url: request.url,
    })
    const headers = {
      'content-type': 'application/json',
      'x-echo': encodeURIComponent(canary),
      'set-cookie': 'session=abc',
    }
    switch (request.url!.split('?')[0]) {
      case '/200':
        return void response.writeHead(200, headers).end(quoted)
      case '/encoded':
        return void response.writeHead(200, headers).end(JSON.stringify({url: request.url}))
      case '/html':
        return void response.writeHead(200, headers).end(`<title>${canary}</title>`)
      case '/cut':
        return void response.writeHead(200, headers).end(quoted.slice(0, -5))
      case '/401':
      case '/403':
      case '/404':
      case '/429':
      case '/500':
      case '/418':
        return void response.writeHead(Number(request.url!.slice(1, 4)), headers).end(quoted)
      case '/redirect':
        return void response.writeHead(302, {location: `ftp://example/${canary}`}).end()
      default:
        return void response.destroy()
    }
  })
  const dir = folder(t)
  const authorizing: Partial<Provider>[] = [
    {},
    {
      authorize: (request, secret) => ({
        ...request,
        headers: {...request.headers, authorization: `Bearer ${secret}`, 'x-api-key': secret},
      }),
    },
    {
      refusal: ({json}) =>
        json === undefined
          ? undefined
          : {next: 'stop', of: 'request', why: (json as {Information: string}).Information},
    },
  ]
  for (const change of authorizing)
    for (const path of [
      '/200',
      '/encoded',
      '/html',
      '/cut',
      '/401',
      '/403',
      '/404',
      '/429',
      '/500',
      '/418',
      '/redirect',
      '/gone',
    ]) {
      const {api, log, ledger} = openClient(testProvider(origin, change), {options: {record: dir}})
      const error: unknown = await api.request({path}, 'T').then(
        ({body}) => body,
        (thrown: unknown) => thrown,
      )
      assertClean(`${path} error`, inspect(error, {depth: 9, showHidden: true}))
      assertClean(`${path} log`, log.join('\n'))
      assertClean(`${path} notes`, ledger.notes.join('\n'))
      assertClean(`${path} cooldowns`, inspect([...ledger.cooldowns]))
      assert.ok(log.length > 0 && log.some((line) => line.includes('apikey=***') || change.authorize))
    }
  const files = readdirSync(dir)
  assert.ok(files.length > 30)
  for (const file of files) {
    const text = readFileSync(join(dir, file), 'utf8')
    assertClean(file, text + file)
    assert.ok(!text.includes('session=abc'))
  }
})

test('a recording holds the answer unchanged, is named after job, target and time, and never replaces another', async (t) => {
  const text = '{"id": 12345678901234567890, "price": 1.10, "text": "\\ud83d\\ude00"}'
  const origin = await serve(t, (request, response) => {
    if (request.url!.startsWith('/csv'))
      response.writeHead(200, {'content-type': 'text/csv'}).end('a,b\n1,2\n')
    else response.writeHead(200, {'content-type': 'application/json'}).end(text)
  })
  const dir = join(folder(t), 'deep', 'er')
  const first = openClient(testProvider(origin), {options: {record: dir}})
  const {body} = await first.api.request({path: '/x', query: {symbol: 'A'}}, '../BRK.B/ü')
  await first.api.request({path: '/x'}, '../BRK.B/ü')
  await openClient(testProvider(origin), {options: {record: dir}}).api.request({path: '/x'}, '../BRK.B/ü')
  await openClient(testProvider(origin), {options: {record: dir}}).api.request({path: '/csv', as: 'text'})
  const files = readdirSync(dir).sort()
  assert.equal(files.length, 4, files.join(' '))
  assert.ok(
    files.every((file) => /^example-unit-(_BRK\.B_u?_?-)?2026-03-02T120000000Z-\d{4}\.json$/.test(file)),
    files.join(' '),
  )
  const csv = files.find((file) => !file.includes('BRK'))!
  const saved = readFileSync(
    join(
      dir,
      files.find((file) => file.includes('BRK'))!,
    ),
    'utf8',
  )
  assert.ok(saved.includes(text), 'not one character of the body was changed')
  const recording = JSON.parse(saved) as {
    request: {method: string; url: string}
    status: number
    headers: Record<string, string>
  }
  assert.deepEqual(
    [recording.request.method, recording.request.url, recording.status, recording.headers['content-type']],
    ['GET', `${origin}/x?symbol=A&apikey=***`, 200, 'application/json'],
  )
  // The recording reads back as the answer.
  assert.deepEqual(readSaved(testProvider(origin), saved).body, body)
  assert.equal(
    readSaved(testProvider(origin), readFileSync(join(dir, csv), 'utf8'), {as: 'text'}).body,
    'a,b\n1,2\n',
  )
})

test('a recording folder that cannot be created is an error for the user, before any request', async (t) => {
  const origin = await serve(t, (_, response) => response.writeHead(200).end('[1]'))
  const refused = {name: 'NeedsPerson', exitCode: 2, message: /the folder \/.* cannot be created/}
  for (const record of ['/dev/null/x', '/proc/x'])
    assert.throws(() => openClient(testProvider(origin), {options: {record}}), refused)
})

test('a full disk leaves no partial recording', async (t) => {
  const dir = folder(t)
  const origin = await serve(t, (_, response) => response.writeHead(200).end('[1]'))
  const mocked = t.mock.method(fs, 'writeFile', async (file: string, text: string) => {
    writeFileSync(file, text.slice(0, 10))
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), {code: 'ENOSPC'})
  })
  syncBuiltinESMExports()
  t.after(() => {
    mocked.mock.restore()
    syncBuiltinESMExports()
  })
  await assert.rejects(
    openClient(testProvider(origin), {options: {record: dir}}).api.get({path: '/x'}),
    /cannot write the recording.*ENOSPC/,
  )
  assert.equal(mocked.mock.callCount(), 1)
  assert.deepEqual(readdirSync(dir), [])
})
