/** JSON whose numbers keep every digit, and percentages without rounding. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {exact, exactObject, percent} from '../src/lib/exact-json.js'

test('a number keeps every digit and its form', () => {
  for (const digits of [
    '0',
    '-0.00000001',
    '91196000',
    '123456789012345678901234567890.12345678901234567890',
    '1.497310005000000000001E8',
    '0E-8',
    '1e+5',
  ])
    assert.equal(exactObject({price: exact(digits)}), `{"price":${digits}}`)
  assert.equal(exactObject({pod_index: exact(2)}), '{"pod_index":2}')
})

test('a text that is not a number in JSON becomes a string, so that the object stays readable', () => {
  for (const text of [
    'NaN',
    'Infinity',
    '-',
    '',
    '01',
    '1.',
    '.5',
    '+1',
    '0x10',
    '1e',
    '1,5',
    '1}',
    '"',
    '1\n',
    '1e999999',
  ])
    assert.deepEqual(JSON.parse(exactObject({price: exact(text)})), {price: text})
})

test('null and a missing value are null, and text is escaped', () => {
  assert.equal(exact(null), null)
  assert.equal(exact(undefined), null)
  assert.equal(
    exactObject({symbol: 'A"B\u2028', volume: exact(null), source: null}),
    '{"symbol":"A\\"B\u2028","volume":null,"source":null}',
  )
  assert.equal(exactObject({}), '{}')
})

test('a fraction becomes a percentage with every digit', () => {
  const wanted = {
    '0.0106': '1.06',
    '-0.0106': '-1.06',
    '+0.0106': '1.06',
    '0.00087567': '0.087567',
    '0.1': '10',
    '.5': '50',
    '1': '100',
    '-1.234567890123456789': '-123.4567890123456789',
    '12.3': '1230',
    '0': '0',
    '0.0': '0',
    '0.00001': '0.001',
    '0.12000': '12',
    '007.5': '750',
  }
  assert.deepEqual(
    Object.fromEntries(Object.keys(wanted).map((fraction) => [fraction, percent(fraction)])),
    wanted,
  )
})

test('a fraction with an exponent becomes a percentage too', () => {
  for (const [fraction, wanted] of [
    ['1.06E-2', 1.06],
    ['-8e-05', -0.008],
    ['0E-8', 0],
    ['1.5e+1', 1500],
  ] as const)
    assert.equal(Number(percent(fraction)), wanted, fraction)
})
