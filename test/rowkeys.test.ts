import assert from 'node:assert/strict'
import {test} from 'node:test'
import {keyOf, lastPerKey} from '../src/lib/rowkeys.js'

test('the last row of each key is kept, at its position', () => {
  const rows = [
    {a: '1', b: 'x', n: 1},
    {a: '2', b: 'x', n: 2},
    {a: '1', b: 'x', n: 3},
    {a: '1', b: 'y', n: 4},
  ]
  assert.deepEqual(
    lastPerKey(rows, ['a', 'b']).map(({n}) => n),
    [2, 3, 4],
  )
  assert.deepEqual(lastPerKey(rows, []), rows, 'a table without a key')
  assert.deepEqual(
    lastPerKey(
      [
        {a: 'x', b: 'yz'},
        {a: 'xy', b: 'z'},
      ],
      ['a', 'b'],
    ).length,
    2,
    'cells do not run together',
  )
})

test('a null or missing cell equals no other', () => {
  const rows = [
    {a: null, n: 1},
    {a: null, n: 2},
    {n: 3},
    {a: 'null', n: 4},
    {a: undefined, n: 5},
    {a: 'null', n: 6},
  ]
  assert.deepEqual(
    lastPerKey(rows, ['a']).map(({n}) => n),
    [1, 2, 3, 5, 6],
  )
})

test('a key is text by which rows compare', () => {
  assert.equal(keyOf({b: 'x', a: 12345678901234567890n}, ['a', 'b']), '["12345678901234567890","x"]')
  assert.equal(keyOf({a: null}, ['a', 'b']), '[null,null]')
})
