import assert from 'node:assert/strict'
import {test} from 'node:test'
import {isPrivate, redirectTarget} from '../../src/lib/http/redirect.js'

const lookup = async (host: string) => [
  {address: host === 'inside.example.com' ? '10.1.2.3' : '93.184.216.34'},
]
const from = new URL('https://api.example.com/v1/a')

test('a public host may not point into a private network, by address or by name', async () => {
  for (const host of [
    '127.0.0.1',
    '10.0.0.8',
    '192.168.1.1',
    '169.254.169.254',
    '172.31.0.1',
    '[::1]',
    '[fd00::1]',
    '[::ffff:127.0.0.1]',
    '0.0.0.0',
    'localhost',
    'metadata.internal',
    'inside.example.com',
    '2130706433',
    '0x7f.1',
  ])
    assert.deepEqual(
      await redirectTarget(from, `https://${host}/x`, lookup),
      {refused: 'a redirect into a private network'},
      host,
    )
})

test('other protocols, unencrypted targets and passwords are refused', async () => {
  for (const location of [
    'file:///etc/passwd',
    'ftp://api.example.com/',
    'data:application/json,{}',
    'javascript:1',
    'http://api.example.com/v1/a',
    'https://user:pw@api.example.com/',
    'https://',
  ])
    assert.ok('refused' in (await redirectTarget(from, location, lookup)), location)
})

test('the same host, another public host and an upgrade to https are followed, relative addresses resolved', async () => {
  assert.equal(
    ((await redirectTarget(from, '../v2/b?x=1#part', lookup)) as URL).href,
    'https://api.example.com/v2/b?x=1',
  )
  assert.equal(
    ((await redirectTarget(from, 'https://other.example.org/', lookup)) as URL).href,
    'https://other.example.org/',
  )
  assert.equal(
    ((await redirectTarget(new URL('http://api.example.com/'), 'https://api.example.com/', lookup)) as URL)
      .href,
    'https://api.example.com/',
  )
})

test('a host on loopback, as in a test or a simulation, may point to loopback', async () => {
  assert.equal(
    ((await redirectTarget(new URL('http://127.0.0.1:1/'), 'http://localhost:2/', lookup)) as URL).href,
    'http://localhost:2/',
  )
  assert.equal(await isPrivate('93.184.216.34', lookup), false)
  assert.equal(await isPrivate('[2606:2800:220:1:248:1893:25c8:1946]', lookup), false)
})
