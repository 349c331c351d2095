import assert from 'node:assert/strict'
import {test} from 'node:test'
import {loadConfig} from '../../src/lib/config.js'
import {createRedact, redactHeaders} from '../../src/lib/http/redact.js'
import {coingecko} from '../../src/lib/providers/coingecko.js'

const secret = 'k"ey/+ ä=9'
const config = loadConfig(
  {
    COINGECKO_API_KEY_1: secret,
    X_BEARER_TOKEN_2: 'bear-1234',
    DATABASE_URL: 'postgres://fin:p%40ss-word@db:5432/fin',
    PATH: '/usr/bin',
    KEYBOARD: 'usual-layout',
  },
  '/nowhere',
)
const redact = createRedact(config, coingecko)

test('a secret is masked in every form in which it may be written', () => {
  const base64 = Buffer.from(secret).toString('base64')
  for (const form of [
    secret,
    encodeURIComponent(secret),
    encodeURIComponent(secret).replaceAll('%20', '+'),
    new URLSearchParams({q: secret}).toString().slice(2),
    JSON.stringify(secret).slice(1, -1),
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
  ]) {
    const shown = redact(`before ${form} after`)
    assert.ok(!shown.includes(form), form)
    assert.match(shown, /^before \*\*\*=* after$/)
  }
})

test('secrets of other providers, passwords of connection addresses and well-known names are masked too', () => {
  assert.equal(redact('token bear-1234 used'), 'token *** used')
  assert.equal(
    redact('cannot reach postgres://fin:p%40ss-word@db:5432/fin with p@ss-word'),
    'cannot reach postgres://fin:***@db:5432/fin with ***',
  )
  const atSocket = createRedact(
    loadConfig(
      {
        DATABASE_URL: 'postgres://fin:p%40ss-word@/fin?host=/run/pg',
        OTHER_URL: 'postgres://db/fin?user=u&password=in-query',
      },
      '/nowhere',
    ),
  )
  assert.equal(atSocket('refused p@ss-word and in-query'), 'refused *** and ***')
  assert.equal(redact('redis://:unknown-to-us@cache:6379'), 'redis://:***@cache:6379')
  assert.equal(
    redact('https://a.example/q?function=CPI&apikey=UNKNOWN77&x=1'),
    'https://a.example/q?function=CPI&apikey=***&x=1',
  )
  assert.equal(redact('wss://ws.example?token=abc'), 'wss://ws.example?token=***')
  assert.equal(
    redact('{"access_token":"new \\"one","token_type":"Bearer"}'),
    '{"access_token":"***","token_type":"Bearer"}',
  )
  assert.equal(redact('Authorization: Bearer AAAAAAAAAA.BBB'), 'Authorization: Bearer ***')
})

test('ordinary text stays unchanged', () => {
  for (const text of [
    'usual-layout',
    '/usr/bin',
    'https://a.example/page?symbol=BRK.B',
    'a token bucket',
    '10:30@noon',
  ])
    assert.equal(redact(text), text)
})

test('headers with a credential or a session are masked by their name', () => {
  assert.deepEqual(
    redactHeaders(
      {authorization: 'x', 'x-cg-demo-api-key': 'y', 'set-cookie': 'sid=1', accept: '*/*', 'x-echo': secret},
      redact,
    ),
    {authorization: '***', 'x-cg-demo-api-key': '***', 'set-cookie': '***', accept: '*/*', 'x-echo': '***'},
  )
})

test('a very short value is not a secret: masking it would destroy every text', () => {
  assert.equal(createRedact(loadConfig({SOME_API_KEY: 'a'}, '/nowhere'))('a banana'), 'a banana')
})
