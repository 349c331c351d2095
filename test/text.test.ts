/** Amounts in messages: singular for one. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {summarize} from '../src/lib/cli/run-output.js'
import {pluralize, formatNumber} from '../src/lib/text.js'
import {cycleText} from '../src/lib/run/cycle.js'
import {noCounts} from '../src/lib/run/job-runs.js'

test('one is singular, every other number is plural', () => {
  assert.deepEqual(
    [0, 1, 2, 1000, 1.5, 1.04].map((n) => pluralize(n, 'row')),
    ['0 rows', '1 row', '2 rows', '1,000 rows', '1.5 rows', '1 row'],
  )
  assert.equal(pluralize(1, 'scheduled run was', 'scheduled runs were'), '1 scheduled run was')
  assert.deepEqual([999, 1234567, 12.34, 3.25].map(formatNumber), ['999', '1,234,567', '12', '3.3'])
})

test('the line at the end of a run and of its cycle counts rows and requests', () => {
  const reported: string[] = []
  const note = (text: string) => void reported.push(text)
  const counts = {...noCounts(), rows_received: 1, rows_inserted: 1, requests: 1, targets_left: 1}
  summarize(
    'cpi',
    {
      ...counts,
      outcome: 'done',
      exit_code: 0,
      next_at: null,
      message: null,
      runId: null,
      complaints: [],
      secondary: new Map(),
    },
    {dryRun: false, log: {error: note, warn: note, notice: note, detail: note}},
  )
  assert.deepEqual(reported, ['cpi: 1 row, 1 new, 0 changed, 0 rejected, 1 request, 1 target left'])
  assert.match(
    cycleText('cpi', {targets: 1, done: 0, perDay: 0, observedDays: 1, endsAt: undefined}, '7 days'),
    /^cpi: 1 target, /,
  )
})
