import assert from 'node:assert/strict'
import {describe, test} from 'node:test'
import {inspect} from 'node:util'
import fc from 'fast-check'
import {UnexpectedBody} from '../src/lib/errors.js'
import {parseJson} from '../src/lib/json.js'
import {similarity} from '../src/lib/mappers/bithumb-coingecko/evidence.js'
import {
  count,
  day,
  decimal,
  decimalOrNull,
  describe as described,
  described as descriptive,
  each,
  epochMs,
  epochSeconds,
  filled,
  flag,
  integer,
  isItem,
  isoTime,
  isRejected,
  list,
  must,
  readingFields,
  text,
  textOrNull,
} from '../src/lib/parse.js'

/** `[input, result]`, or `[input]` for a refused input. */
type Case = readonly [unknown, unknown] | readonly [unknown]

function table(name: string, parse: (value: unknown) => unknown, cases: readonly Case[]): void {
  test(name, () => {
    for (const [input, ...result] of cases) {
      const shown = `${name}(${inspect(input)})`
      if (result.length === 1) assert.equal(parse(input), result[0], shown)
      else
        assert.throws(
          () => parse(input),
          (error) => error instanceof Error && !(error instanceof TypeError) && error.message.length > 5,
          shown,
        )
    }
  })
}

const notText: readonly Case[] = [[undefined], [5], [0], [NaN], [true], [{}], [[]], [['1']], [1n]]

table('decimal', decimal, [
  [null, null],
  ['', null],
  ['  ', null],
  ['.', null],
  ['-', null],
  ['None', null],
  ['none', null],
  ['N/A', null],
  ['NaN', null],
  ['null', null],
  ['NA', null],
  ['#N/A', null],
  ['0', '0'],
  ['1', '1'],
  ['-1', '-1'],
  ['+1', '+1'],
  ['1.0', '1.0'],
  ['4.6900000000', '4.6900000000'],
  ['.5', '.5'],
  ['5.', '5.'],
  ['-.5', '-.5'],
  ['007', '007'],
  ['12345678901234567890.123456789012345678', '12345678901234567890.123456789012345678'],
  ['2.7e+15', '2.7e+15'],
  ['2.70016521312815e+15', '2.70016521312815e+15'],
  ['1E-2', '1E-2'],
  ['5.6366e-11', '5.6366e-11'],
  ['1e99999', '1e99999'],
  ['1e100000'],
  ['-0', '0'],
  ['-0.0', '0.0'],
  ['-0.', '0.'],
  ['-.0', '.0'],
  ['-0e-8', '0e-8'],
  ['-00', '00'],
  ['-0.01', '-0.01'],
  ['-0.0e5', '0.0e5'],
  ['-0.1e5', '-0.1e5'],
  ['70.8122%', '70.8122'],
  ['17900.0%', '17900.0'],
  ['-1%', '-1'],
  ['%', null],
  ['1%%'],
  ['1,234', '1234'],
  ['-1,234,567.89', '-1234567.89'],
  ['1,234.5%', '1234.5'],
  [' 3.5 ', '3.5'],
  ['\t3\n', '3'],
  ['1,23'],
  ['12,34,567'],
  [',123'],
  ['1,2345'],
  ['1.234,5'],
  ['1 234'],
  ['abc'],
  ['1.2.3'],
  ['1e'],
  ['e5'],
  ['--1'],
  ['1-'],
  ['0x10'],
  ['Infinity'],
  ['-Infinity'],
  ['1_000'],
  ['１２'],
  ['1\u0000'],
  ['$5'],
  ['5 USD'],
  ['+'],
  ['-.'],
  ['+.'],
  ...notText,
])

table('integer', integer, [
  [null, null],
  ['.', null],
  ['12', '12'],
  ['12.0', '12'],
  ['12.', '12'],
  ['+12', '12'],
  ['-12', '-12'],
  ['-0', '0'],
  ['123456789012345678901234567890', '123456789012345678901234567890'],
  ['1,234', '1234'],
  ['12.5'],
  ['1e3'],
  ['abc'],
  ...notText,
])

table('count', count, [
  [null, null],
  ['-', null],
  ['0', 0],
  ['17', 17],
  ['17.0', 17],
  ['-0', 0],
  ['9007199254740991', 9007199254740991],
  ['9007199254740992'],
  ['-9007199254740992'],
  ['1.5'],
  ...notText,
])

table('day', day, [
  [null, null],
  ['', null],
  ['None', null],
  ['-', null],
  ['0000-00-00', null],
  ['2026-11-23', '2026-11-23'],
  [' 2026-11-23 ', '2026-11-23'],
  ['2024-02-29', '2024-02-29'],
  ['2000-02-29', '2000-02-29'],
  ['0001-01-01', '0001-01-01'],
  ['9999-12-31', '9999-12-31'],
  ['1776-07-04', '1776-07-04'],
  ['2026-02-29'],
  ['1900-02-29'],
  ['2026-04-31'],
  ['2026-13-01'],
  ['2026-00-10'],
  ['2026-01-00'],
  ['2026-1-1'],
  ['20261123'],
  ['23.11.2026'],
  ['2026-11-23T00:00:00Z'],
  ['0000-00-01'],
  ...notText,
])

table('isoTime', isoTime, [
  [null, null],
  ['2026-11-23T21:00:00Z', '2026-11-23T21:00:00.000Z'],
  ['2026-11-23T21:00:00.5Z', '2026-11-23T21:00:00.500Z'],
  ['2026-11-23T21:00:00.123456Z', '2026-11-23T21:00:00.123Z'],
  ['2026-11-23T21:00Z', '2026-11-23T21:00:00.000Z'],
  ['2026-11-23T21:00:00+00:00', '2026-11-23T21:00:00.000Z'],
  ['2026-11-23T21:00:00+09:00', '2026-11-23T12:00:00.000Z'],
  ['2026-11-23T21:00:00-0500', '2026-11-24T02:00:00.000Z'],
  ['2026-11-23 21:00:00 +05:30', '2026-11-23T15:30:00.000Z'],
  ['2026-11-23t21:00:00z', '2026-11-23T21:00:00.000Z'],
  ['2024-02-29T23:59:59.999-01:00', '2024-03-01T00:59:59.999Z'],
  ['2026-11-23T21:00:00'],
  ['2026-11-23 21:00:00'],
  ['2026-11-23'],
  ['2026-11-23T21:00:00 US/Eastern'],
  ['2026-11-23T21:00:00EST'],
  ['yesterday'],
  [''],
  ['2026-13-23T21:00:00Z'],
  ['2026-02-30T21:00:00Z'],
  ['2026-11-23T25:00:00Z'],
  ['2026-11-23T21:60:00Z'],
  ['1795467600'],
  ...notText,
])

table('epochSeconds', epochSeconds, [
  [null, null],
  ['0', '1970-01-01T00:00:00.000Z'],
  ['1794842392', '2026-11-16T15:19:52.000Z'],
  ['-1', '1969-12-31T23:59:59.000Z'],
  ['1794842392.0', '2026-11-16T15:19:52.000Z'],
  ['9007199254740991'],
  ['8640000000001'],
  ['1.5'],
  ['soon'],
  ...notText,
])

table('epochMs', epochMs, [
  [null, null],
  ['0', '1970-01-01T00:00:00.000Z'],
  ['1794842392123', '2026-11-16T15:19:52.123Z'],
  ['1794842392999', '2026-11-16T15:19:52.999Z'],
  ['1794842393000', '2026-11-16T15:19:53.000Z'],
  ['-1', '1969-12-31T23:59:59.999Z'],
  ['-1000', '1969-12-31T23:59:59.000Z'],
  ['-8639999999999999', '-271821-04-20T00:00:00.001Z'],
  ['8640000000000000', '+275760-09-13T00:00:00.000Z'],
  ['8640000000000001'],
  ['x'],
  ...notText,
])

table('flag', flag, [
  [true, true],
  [false, false],
  [null, null],
  [undefined, null],
  ['true', null],
  [1, null],
])
table('textOrNull', textOrNull, [
  [null, null],
  [undefined, null],
  ['', null],
  [' \n', null],
  ['a', 'a'],
  [' a ', ' a '],
  [true, 'true'],
  [5, null],
  [{}, null],
])
table('decimalOrNull', decimalOrNull, [[undefined, null], [null, null], ['1.5', '1.5'], ['x'], [5]])

describe('fields', () => {
  test('absent is an error, null is a value', () => {
    assert.equal(must({a: null}, 'a'), null)
    assert.equal(must({a: false}, 'a'), false)
    assert.throws(() => must({}, 'a'), /field "a" is missing/)
    assert.throws(() => must({a: undefined}, 'a'), /field "a" is missing/)
    for (const item of [null, undefined, 'text', 5, [1]])
      assert.throws(() => must(item, 'a'), /expected an object with "a"/)
  })

  test('a descriptive field may be absent, and the fields of all items are remembered', () => {
    const {result, fields} = readingFields(() => [
      [{a: '1', b: null}, {a: '2'}].map((item) => [
        descriptive(item, 'a', decimal),
        descriptive(item, 'b', decimal),
        descriptive(item, 'c', decimal),
      ]),
    ])
    assert.deepEqual(result, [
      [
        ['1', null, undefined],
        ['2', undefined, undefined],
      ],
    ])
    assert.deepEqual(
      [[...fields.missing], [...fields.present]],
      [
        ['c', 'b'],
        ['a', 'b'],
      ],
    )
    assert.equal(descriptive(Object.create({a: '1'}), 'a', decimal), undefined)
    assert.throws(() => descriptive({a: 'x'}, 'a', decimal), /"x" is not a number/)
    for (const item of [null, undefined, 'text', [1]])
      assert.throws(() => descriptive(item, 'a', decimal), /expected an object with "a"/)
  })

  test('text and filled: blank text is null, and filled refuses it', () => {
    assert.equal(text({a: ' x '}, 'a'), ' x ')
    assert.equal(filled({a: ' x '}, 'a'), 'x')
    assert.throws(() => filled({a: ' \n '}, 'a'), /empty/)
    for (const a of [null, 5, true, {}, []]) assert.throws(() => text({a}, 'a'), /expected text/)
  })

  test('a property that an answer inherits from JavaScript is not a field', () => {
    for (const name of ['toString', 'constructor', '__proto__', 'hasOwnProperty'])
      assert.throws(() => must({}, name), /missing/, name)
    assert.throws(() => list({}, 'toString'), UnexpectedBody)
    assert.throws(() => list([{}], 'constructor'), UnexpectedBody)
    assert.throws(() => list({toString: 1}, 'x', 'valueOf'), UnexpectedBody)
  })
})

describe('list', () => {
  test('accepts an array, an object that holds one, and a single item', () => {
    assert.deepEqual(list([{id: '1'}, {id: '2'}], 'id'), [{id: '1'}, {id: '2'}])
    assert.deepEqual(list({data: [{id: '1'}]}, 'id', 'data'), [{id: '1'}])
    assert.deepEqual(list([{id: '1'}], 'id', 'data'), [{id: '1'}])
    assert.deepEqual(list({id: '1'}, 'id'), [{id: '1'}])
    assert.deepEqual(list({id: null}, 'id', 'data'), [{id: null}])
    assert.deepEqual(list({data: {id: '1'}}, 'id', 'data'), [{id: '1'}])
    assert.deepEqual(list([], 'id'), [])
  })

  test('keeps bad items, so that they are rejected and not lost', () => {
    assert.deepEqual(list([{id: '1'}, null, 'x', {}], 'id'), [{id: '1'}, null, 'x', {}])
  })

  test('takes anything else for the answer of another endpoint', () => {
    for (const body of [
      null,
      undefined,
      'text',
      '5',
      {},
      {other: 1},
      {data: null},
      {data: 'x'},
      {data: {other: 1}},
      [{other: 1}],
      [null],
      [[{id: '1'}]],
      ['id'],
    ])
      assert.throws(() => list(body, 'id', 'data'), UnexpectedBody, JSON.stringify(body))
  })
})

describe('each', () => {
  const rows = <T, R extends object>(
    items: Iterable<T>,
    toRow: (item: T, index: number) => R | undefined,
  ) => [...each(items, toRow)]

  test('gives one row per item, in order; undefined leaves an item out', () => {
    assert.deepEqual(
      rows(['a', 'b', 'c'], (item, index) => (item === 'b' ? undefined : {item, index})),
      [
        {item: 'a', index: 0},
        {item: 'c', index: 2},
      ],
    )
  })

  test('rejects an item without a valid row, with the reason, and keeps the others', () => {
    const found = rows([1, 2, 3], (n) => {
      if (n === 2) throw new Error('two is wrong')
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- any thrown value must be caught
      if (n === 3) throw 'a text'
      return {n, hole: null}
    })
    assert.deepEqual(found, [
      {n: 1, hole: null},
      {rejected: 'two is wrong', item: 2},
      {rejected: 'a text', item: 3},
    ])
    assert.deepEqual(found.map(isRejected), [false, true, true])
  })

  test('throws at the answer of another endpoint', () => {
    assert.throws(
      () =>
        rows([1], () => {
          throw new UnexpectedBody('not ours')
        }),
      UnexpectedBody,
    )
  })

  test('is lazy: it makes a row only when it is read', () => {
    let made = 0
    const [first] = each([1, 2, 3], (n) => ({n, made: ++made}))
    assert.deepEqual([first, made], [{n: 1, made: 1}, 1])
  })
})

describe('the parse functions on generated input', () => {
  const anything = fc.oneof(
    fc.anything(),
    fc.string(),
    fc.string({unit: fc.constantFrom(...'0123456789.,-+eE%TZ: ')}),
  )

  test('give a value of the promised form or an error with a message', () => {
    const forms: [(value: unknown) => unknown, RegExp][] = [
      [decimal, /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i],
      [integer, /^-?\d+$/],
      [day, /^\d{4}-\d\d-\d\d$/],
      [isoTime, /^([+-]\d\d)?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/],
      [epochMs, /Z$/],
      [epochSeconds, /Z$/],
    ]
    for (const [parse, form] of forms)
      fc.assert(
        fc.property(anything, (value) => {
          try {
            const found = parse(value)
            assert.ok(
              found === null || (typeof found === 'string' && form.test(found)),
              `${parse.name} gave ${String(found)}`,
            )
          } catch (error) {
            assert.ok(error instanceof Error, String(error))
            for (const bug of [TypeError, RangeError, assert.AssertionError])
              assert.ok(!(error instanceof bug), String(error))
            assert.ok(error.message.length < 200, 'never quote a whole value in a message')
          }
        }),
        {numRuns: 500},
      )
  })

  test('keep numbers from JSON to decimal digit for digit', () => {
    const digits = (max: number) =>
      fc.string({unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: max})
    const whole = digits(30).map((found) => found.replace(/^0+(?=\d)/, ''))
    const number = fc
      .tuple(fc.boolean(), whole, fc.option(digits(30)), fc.option(fc.integer({min: -300, max: 300})))
      .map(
        ([minus, before, after, exponent]) =>
          `${minus ? '-' : ''}${before}${after === null ? '' : `.${after}`}${exponent === null ? '' : `e${exponent}`}`,
      )
    fc.assert(
      fc.property(number, (sent) => {
        const {value} = parseJson(`{"value":${sent}}`) as {value: unknown}
        const isZero = /^-?[0.]*(e.*)?$/.test(sent)
        assert.equal(decimal(value), isZero ? sent.replace(/^-/, '') : sent)
      }),
      {numRuns: 500},
    )
  })

  test('accept every calendar day of four centuries and refuse the day after the last of a month', () => {
    fc.assert(
      fc.property(
        fc.date({min: new Date('1800-01-01'), max: new Date('2199-12-31'), noInvalidDate: true}),
        (date) => {
          const iso = date.toISOString().slice(0, 10)
          assert.equal(day(iso), iso)
          const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
          if (last < 31) assert.throws(() => day(`${iso.slice(0, 8)}${last + 1}`), /not a date/)
        },
      ),
    )
  })

  test('read the same instant in every offset', () => {
    fc.assert(
      fc.property(
        fc.date({min: new Date('1971-01-01'), max: new Date('2199-12-31'), noInvalidDate: true}),
        fc.integer({min: -14 * 60, max: 14 * 60}),
        (date, minutes) => {
          const wall = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1)
          const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((part) =>
            String(part).padStart(2, '0'),
          )
          assert.equal(isoTime(`${wall}${minutes < 0 ? '-' : '+'}${hours}:${rest}`), date.toISOString())
          assert.equal(epochMs(String(date.getTime())), date.toISOString())
        },
      ),
    )
  })

  test('give exactly one result of each per item that is not left out', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), (items) => {
        const found = [...each(items, (item) => ({id: must(item, 'id')}))]
        assert.equal(found.length, items.length)
        found.forEach((one, place) => {
          if (isRejected(one)) assert.equal(one.item, items[place])
          else assert.ok(isItem(items[place]))
        })
      }),
    )
  })

  test('describe a value briefly, with its kind', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const words = described(value)
        assert.ok(words.length > 0 && words.length < 400, words)
      }),
    )
    assert.doesNotMatch(described({secret: 'hunter2'}), /hunter2/)
  })
})

describe('similarity of names', () => {
  const same: [string, string][] = [
    ['Bitcoin', 'bitcoin'],
    ['NEAR Protocol', 'Near'],
    ['The Graph', 'graph'],
    ['Theta Network', 'Theta'],
    ['SIX Network', 'SIX'],
    ['a-b.c', 'ABC'],
    ['Moss Coin', 'Moss'],
    ['토큰', '토큰'],
    ['Token', 'token'],
    ['Worldcoin', 'World Coin'],
  ]
  test('ignores case, punctuation and words such as "Protocol"', () => {
    for (const [a, b] of same) assert.equal(similarity(a, b), 1, `${a} / ${b}`)
  })

  test('is low for other names, and nothing is not similar to nothing', () => {
    for (const [a, b] of [
      ['Nestree', 'Just an Egg'],
      ['Metadium', 'Bosagora'],
      ['SIX Network', 'Bitcoin'],
      ['', ''],
      ['...', '!!'],
      ['', 'a'],
    ] as const)
      assert.ok(similarity(a, b) < 0.4, `${a} / ${b}: ${similarity(a, b)}`)
    assert.ok(similarity('Metadium', 'MetaDAO') < 0.7)
    assert.ok(similarity('AB Token', 'CD Token') < 0.4, 'a word that every name uses adds no similarity')
    assert.ok(similarity('Ethereum Classic', 'Ethereum Clasic') >= 0.7)
  })

  test('is symmetric, between 0 and 1, and 1 for a name and itself', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const found = similarity(a, b)
        assert.ok(found >= 0 && found <= 1)
        assert.equal(found, similarity(b, a))
      }),
    )
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9]{1,20}$/), (name) => {
        assert.equal(similarity(name, name), 1)
        assert.equal(similarity(name, ` ${name.toUpperCase()}! `), 1)
      }),
    )
  })
})
