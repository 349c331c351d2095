/** Instants as a person writes them: one table for every command that accepts one. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {NeedsPerson} from '../src/lib/errors.js'
import {instantFrom} from '../src/lib/instant.js'

const now = new Date('2026-11-23T12:00:00Z')

for (const [text, instant] of [
  ['30m', '2026-11-23T11:30:00.000Z'],
  ['90m', '2026-11-23T10:30:00.000Z'],
  ['24h', '2026-11-22T12:00:00.000Z'],
  ['24 h', '2026-11-22T12:00:00.000Z'],
  ['7d', '2026-11-16T12:00:00.000Z'],
  ['2w', '2026-11-09T12:00:00.000Z'],
  ['2026-05-18', '2026-05-18T00:00:00.000Z'],
  ['2026-05-18 07:30', '2026-05-18T07:30:00.000Z'],
  ['2026-05-18T07:30:05', '2026-05-18T07:30:05.000Z'],
  ['2026-05-18T07:30Z', '2026-05-18T07:30:00.000Z'],
  ['2026-05-18T07:30:05.125Z', '2026-05-18T07:30:05.125Z'],
  ['2026-05-18T07:30:00+09:00', '2026-05-17T22:30:00.000Z'],
  ['2026-05-18T07:30+0900', '2026-05-17T22:30:00.000Z'],
] as const)
  test(`"${text}" is ${instant}`, () => assert.equal(instantFrom(text, now, 'since').toISOString(), instant))

const noDays = ['2026-02-30', '2026-13-01', '0000-01-01']
for (const text of [
  ...noDays,
  'yesterday',
  '',
  '2026-05-18T25:00Z',
  '5y',
  '-3h',
  '999999w',
  '9999-12-31T23:59-12:00',
])
  test(`"${text}" is not an instant`, () =>
    assert.throws(
      () => instantFrom(text, now, 'since'),
      (error: Error) =>
        error instanceof NeedsPerson &&
        error.message ===
          `--since is "${text}", which is not ${noDays.includes(text) ? 'a day of the calendar' : 'an instant'}` &&
        /2026-05-18T07:00Z, or 24h/.test(error.nextStep!),
    ))
