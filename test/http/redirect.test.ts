import assert from 'node:assert/strict'
import {test} from 'node:test'
import {locationOf, withinOrigin} from '../../src/lib/http/redirect.js'

const from = new URL('https://api.example.com/v1/a')

test('addresses of the same origin are followed, relative ones resolved', () => {
  for (const [location, address] of [
    ['../v2/b?x=1#part', 'https://api.example.com/v2/b?x=1'],
    ['/login', 'https://api.example.com/login'],
    ['https://API.example.com:443/v1/b', 'https://api.example.com/v1/b'],
    ['//api.example.com/c', 'https://api.example.com/c'],
  ] as const)
    assert.equal(withinOrigin(from, location)?.href, address)
})

test('every other address is refused, and the message names its origin only', () => {
  for (const [location, place] of [
    ['https://other.example.org/a?apikey=secret', 'https://other.example.org'],
    ['https://api.example.com:8443/v1/a', 'https://api.example.com:8443'],
    ['http://api.example.com/v1/a', 'http://api.example.com'],
    ['https://user:pw@other.example.org/', 'https://other.example.org'],
    ['//169.254.169.254/latest', 'https://169.254.169.254'],
    ['//[::ffff:127.0.0.1]/', 'https://[::ffff:7f00:1]'],
    ['//[::7f00:1]/', 'https://[::7f00:1]'],
    ['//[2002:7f00:1::]/', 'https://[2002:7f00:1::]'],
    ['//[64:ff9b:1::7f00:1]/', 'https://[64:ff9b:1::7f00:1]'],
    ['//[fec0::1]/', 'https://[fec0::1]'],
    ['//2130706433/', 'https://127.0.0.1'],
    ['//api.example.com./v1/a', 'https://api.example.com.'],
    ['https://user:pw@api.example.com/', 'an address with a password'],
    ['file:///etc/passwd', 'an address of the protocol file:'],
    ['data:application/json,{}', 'an address of the protocol data:'],
    ['javascript:1', 'an address of the protocol javascript:'],
    ['https://', 'an invalid address'],
  ] as const) {
    assert.equal(withinOrigin(from, location), undefined, location)
    assert.equal(locationOf(from, location), place)
  }
  assert.equal(
    withinOrigin(new URL('http://api.example.com/'), 'https://api.example.com/'),
    undefined,
    'an upgrade to https is another origin too',
  )
})
