/** `fin query market-hours`: its days, formats and table. No test here has a database. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {namedQuery, parametersOf, type ComputedQuery} from '../../src/lib/report/named-queries.js'
import {needsTerminal, onTerminal} from '../cli/terminal.js'
import {fin} from '../servers.js'

const query = namedQuery('market-hours') as ComputedQuery
const env = {FIN_TIME_ZONE: 'Asia/Seoul'}

test('by default two weeks from the day in New York', () => {
  for (const [now, first, last] of [
    ['2026-11-28T03:00:00Z', '2026-11-27', '2026-12-10'], // a Saturday in Seoul and in UTC
    ['2027-12-25T12:00:00Z', '2027-12-25', '2028-01-07'],
    ['2028-02-20T12:00:00Z', '2028-02-20', '2028-03-04'],
  ] as const) {
    const rows = [...query.rows(parametersOf(query, {}, new Date(now)))] as {day: string}[]
    assert.deepEqual([rows.length, rows[0]?.day, rows.at(-1)?.day], [14, first, last])
  }
})

test('JSON and CSV hold the instants in UTC', async () => {
  const args = ['query', 'market-hours', '--since', '2026-11-26', '--days', '2']
  const {code, stdout, stderr} = await fin([...args, '--json'], {env})
  assert.deepEqual([code, stderr], [0, ''])
  assert.deepEqual(JSON.parse(stdout), [
    {
      day: '2026-11-26',
      state: 'closed',
      opens_at: null,
      closes_at: null,
      seoul: null,
      note: 'Thanksgiving Day',
    },
    {
      day: '2026-11-27',
      state: 'early close',
      opens_at: '2026-11-27T14:30:00.000Z',
      closes_at: '2026-11-27T18:00:00.000Z',
      seoul: '23:30-03:00',
      note: 'day after Thanksgiving',
    },
  ])
  assert.equal(
    (await fin([...args, '--csv'], {env})).stdout,
    'day,state,opens_at,closes_at,seoul,note\n' +
      '2026-11-26,closed,,,,Thanksgiving Day\n' +
      '2026-11-27,early close,2026-11-27T14:30:00.000Z,2026-11-27T18:00:00.000Z,23:30-03:00,day after Thanksgiving\n',
  )
  const none = await fin(['query', 'market-hours', '--days', '0', '--csv'], {env})
  assert.deepEqual([none.code, none.stdout], [0, 'day,state,opens_at,closes_at,seoul,note\n'])
})

test('a day before the calendar is refused, and the last day of all ends it', async () => {
  const early = await fin(['query', 'market-hours', '--since', '2014-12-31'])
  assert.deepEqual(
    [early.code, early.stdout, early.stderr],
    [
      2,
      '',
      'fin: --since is "2014-12-31", and the calendar of the exchanges begins at 2015-01-01\n' +
        '  Give a day from 2015-01-01 on.\n',
    ],
  )
  const late = await fin(['query', 'market-hours', '--since', '9999-12-30', '--ndjson'])
  assert.deepEqual([late.code, late.stdout.trimEnd().split('\n').length], [0, 2])
})

test(
  'a table has the times of the zone; 80 columns hold all but the hours in Seoul',
  needsTerminal,
  async () => {
    const args = ['query', 'market-hours', '--since', '2026-11-23', '--days', '8']
    const {code, shown} = await onTerminal(80, args, env)
    assert.equal(code, 0, shown)
    assert.deepEqual(shown.replaceAll('\r', '').trimEnd().split('\n'), [
      'day         state        opens_at          closes_at         note',
      '2026-11-23  open         2026-11-23 23:30  2026-11-24 06:00  –',
      '2026-11-24  open         2026-11-24 23:30  2026-11-25 06:00  –',
      '2026-11-25  open         2026-11-25 23:30  2026-11-26 06:00  –',
      '2026-11-26  closed       –                 –                 Thanksgiving Day',
      '2026-11-27  early close  2026-11-27 23:30  2026-11-28 03:00  day after Thanks…',
      '2026-11-28  closed       –                 –                 Saturday',
      '2026-11-29  closed       –                 –                 Sunday',
      '2026-11-30  open         2026-11-30 23:30  2026-12-01 06:00  –',
      '(no room for seoul: use --json, or a wider terminal)',
      '(times in Asia/Seoul)',
    ])
    const wide = await onTerminal(110, args, {FIN_TIME_ZONE: 'America/New_York'})
    assert.match(
      wide.shown,
      /^2026-11-27 +early close +2026-11-27 09:30:00 +2026-11-27 13:00:00 +23:30-03:00 +day after Thanksgiving\r?$/m,
    )
  },
)
