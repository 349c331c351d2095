import assert from 'node:assert/strict'
import {test} from 'node:test'
import fc from 'fast-check'
import {BadJson, jsonOrUndefined, parseJson} from '../src/lib/json.js'

test('every number is read as its text, digit for digit', () => {
  assert.deepEqual(
    parseJson(
      '{"id":12345678901234567890,"price":2.70016521312815e+15,"small":1.10,"minus":-0,"list":[1,-2.50,3E-7]}',
    ),
    {
      id: '12345678901234567890',
      price: '2.70016521312815e+15',
      small: '1.10',
      minus: '-0',
      list: ['1', '-2.50', '3E-7'],
    },
  )
})

test('numbers inside strings stay unchanged', () => {
  assert.deepEqual(parseJson('{"a 1":"x \\"2\\" 3","b\\\\":"4\\\\","c":"\\u0031 5"}'), {
    'a 1': 'x "2" 3',
    'b\\': '4\\',
    c: '1 5',
  })
})

test('a text of any length is read whole, and keeps nothing of the text before', () => {
  for (const length of [40_000, 3, 1, 15_999, 16_000, 20_000, 0])
    assert.deepEqual(parseJson(`[${Array(length).fill(7).join(',')}]`), Array(length).fill('7'))
  assert.equal(parseJson('5'), '5')
})

test('the reader agrees with JSON.parse but for numbers, and refuses the same texts', () => {
  const numbersAsText = (value: unknown): unknown =>
    typeof value === 'number'
      ? JSON.stringify(value)
      : Array.isArray(value)
        ? value.map(numbersAsText)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(Object.entries(value).map(([key, cell]) => [key, numbersAsText(cell)]))
          : value
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value)
      assert.equal(JSON.stringify(parseJson(text)), JSON.stringify(numbersAsText(JSON.parse(text))))
    }),
  )
  const pieces = fc.array(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '1',
      '-',
      '01',
      '1.',
      '.5',
      '1e5',
      '+1',
      '1a',
      'true',
      ' ',
      '"',
      '\\',
      '--1',
      '1 2',
      'e5',
      '-e',
    ),
    {maxLength: 8},
  )
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join('')
      let isJson = true
      try {
        JSON.parse(text)
      } catch {
        isJson = false
      }
      if (isJson) parseJson(text)
      else assert.throws(() => parseJson(text), BadJson, text)
    }),
    {numRuns: 3_000},
  )
})

test('a depth bomb is refused before any recursion into it', () => {
  assert.throws(() => parseJson('['.repeat(100_000) + ']'.repeat(100_000)), /nests deeper than 200 levels/)
  assert.throws(() => parseJson('{"a":'.repeat(100_000)), /nests deeper/)
  assert.ok(Array.isArray(parseJson('['.repeat(200) + ']'.repeat(200))))
  assert.deepEqual(parseJson(`{"text":"${'['.repeat(1_000)}"}`), {text: '['.repeat(1_000)})
})

test('a __proto__ key changes no prototype', () => {
  const body = parseJson('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}') as object
  assert.equal(Object.getPrototypeOf(body), Object.prototype)
  assert.equal(({} as {polluted?: unknown}).polluted, undefined)
})

test('truncated JSON is reported as truncated, and the message quotes nothing of it', () => {
  assert.throws(
    () => parseJson('{"secret":"abc'),
    (error: Error) => /ends in the middle/.test(error.message) && !error.message.includes('abc'),
  )
  assert.throws(() => parseJson('{"a":1,"b"'), /ends in the middle|not valid/)
  assert.throws(() => parseJson(''), BadJson)
  assert.equal(jsonOrUndefined('symbol,name\nA,B\n'), undefined)
  assert.equal(jsonOrUndefined('{"a":'), undefined)
})

test('an exact number may stay a number, at any depth', () => {
  const isExact = (digits: string) => String(Number(digits)) === digits
  assert.deepEqual(parseJson('{"a":[1,-2.5,1.10,12345678901234567890,1e400]}', {isExact}), {
    a: [1, -2.5, '1.10', '12345678901234567890', '1e400'],
  })
  assert.ok(Array.isArray(parseJson('['.repeat(1_000) + ']'.repeat(1_000), {deepest: Infinity})))
})
