/** A refused credential names its variable and cools down, also when its secret is a word of the answer. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {loadConfig} from '../../src/lib/config.js'
import {createRedact} from '../../src/lib/http/redact.js'
import {alphaVantage, query} from '../../src/lib/providers/alpha-vantage.js'
import {lookup, truthSocial} from '../../src/lib/providers/truth-social.js'
import {openClient, rejection, serve} from './client.js'

const json = {'content-type': 'application/json'}
const demoText =
  'The **demo** API key is for demo purposes only. Please claim your free API key at (https://example.org).'

for (const [text, status] of [
  ['This method requires an authenticated user', 401],
  ['Please log in to continue', 403],
  ['Unauthorized', 422],
] as const)
  test(`Truth Social with a wrong token (${status}): the token is refused by name`, async (t) => {
    const origin = await serve(t, (_, response) =>
      response.writeHead(status, json).end(JSON.stringify({error: text})),
    )
    const provider = {...truthSocial, baseUrl: origin}
    const env = {TRUTH_SOCIAL_TOKEN: 'wrong-token-0123456789'}
    const {api, ledger, log} = openClient(provider, {env})
    const error = await rejection(api.request(lookup('someone'), 'someone'))
    assert.ok(ledger.events.includes('cooldown 1 stop'))
    assert.match(ledger.cooldowns.get('1')!.why, /^it does not accept TRUTH_SOCIAL_TOKEN: /)
    assert.match(log.join(), /key 1 \(TRUTH_SOCIAL_TOKEN\) is in cooldown/)
    assert.ok(!`${error.message}${ledger.notes.join()}`.includes('wrong-token'))

    const open = openClient(provider, {labels: ['keyless']})
    const without = await rejection(open.api.request(lookup('someone'), 'someone'))
    assert.match(without.message, /refuses this request/)
    assert.deepEqual([...open.ledger.cooldowns], [], 'a request without a token is only refused itself')
  })

for (const [secret, says] of [
  ['demo', /The \*\*demo\*\* API key is for demo purposes only/],
  ['purposes', /The \*\*demo\*\* API key is for demo \*\*\* only/],
] as const)
  test(`Alpha Vantage refuses the key "${secret}": it cools down, and the other key is used`, async (t) => {
    const origin = await serve(t, (request, response) => {
      const isGood = request.url!.includes('good-key')
      response.writeHead(200, json).end(isGood ? '{"data": "1"}' : JSON.stringify({Information: demoText}))
    })
    const env = {ALPHA_VANTAGE_API_KEY_1: secret, ALPHA_VANTAGE_API_KEY_2: 'good-key-0123456789'}
    const {api, ledger, log} = openClient({...alphaVantage, baseUrl: origin}, {env, labels: ['1', '2']})
    assert.deepEqual((await api.request(query('CPI'))).body, {data: '1'})
    assert.equal(ledger.cooldowns.get('1')?.next, 'stop')
    assert.match(log.join('\n'), /key 1 \(ALPHA_VANTAGE_API_KEY_1\) is in cooldown/)
    assert.match(log.join('\n'), says)
  })

test('public words are no secrets; every other secret of four characters or more is masked', () => {
  const redact = createRedact(
    loadConfig({A_API_KEY: 'Demo', B_TOKEN: 'test', C_SECRET: 'word', D_PASSWORD: 'k1tt'}, '/'),
  )
  assert.equal(redact('a Demo test of a word and k1tt'), 'a Demo test of a *** and ***')
})
