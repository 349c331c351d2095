/** Every way in which a run ends, and the effect of every error of a batch. */
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'
import {realClock} from '../../src/lib/clock.js'
import type {AnyTarget} from '../../src/lib/define.js'
import {NeedsPerson, QuotaSpent, SkipTarget, TryLater, UnexpectedBody} from '../../src/lib/errors.js'
import {outcomeOf, type BatchOutcome} from '../../src/lib/run/batch-outcome.js'
import {conclude, concludeAtStart, ledgerMessage, type Stopped} from '../../src/lib/run/conclude.js'
import type {TargetState} from '../../src/lib/run/due.js'
import {noCounts, openRun, type RunCounts} from '../../src/lib/run/job-runs.js'
import {
  addAnswered,
  addFailed,
  addOfCredential,
  addPage,
  addUnknown,
  newTally,
  restartFailures,
  type Tally,
} from '../../src/lib/run/tally.js'
import type {RunPlan} from '../../src/lib/run/due.js'

const named = (...names: string[]): AnyTarget[] => names.map((target) => ({target}))
const five = named('a', 'b', 'c', 'd', 'e')

const planned = (plan: Partial<RunPlan> = {}): RunPlan => ({
  due: five,
  all: five,
  states: new Map(),
  left: 0,
  blockedOrDeferred: [],
  scheduledAt: undefined,
  ...plan,
})

interface Done {
  counts?: Partial<RunCounts>
  unknown?: number
  refused?: NeedsPerson
  ofCredentials?: (QuotaSpent | NeedsPerson)[]
  secondary?: Tally['secondary']
}

const tallied = ({counts = {}, ...others}: Done): Tally => ({
  ...newTally(),
  ...others,
  counts: {...noCounts(), ...counts},
})

const state = (target: string, next_due: string | null, failures = 0): [string, TargetState] => [
  target,
  {target, last_attempt: null, last_success: null, failures, next_due, cursor: null, status: 'active'},
]

const refusedRequest = new NeedsPerson('fred refused the request', {ofRequest: true})
const refusedCredential = new NeedsPerson('fred refused key 1', {nextStep: 'Renew FRED_API_KEY.'})
const spentLate = new QuotaSpent('key 1 is spent', {until: new Date('2026-05-20T00:00:00Z')})
const spentEarly = new QuotaSpent('key 2 is spent', {until: new Date('2026-05-19T00:00:00Z')})
const spentForAll = new QuotaSpent('fred: 0 of 25 left')
const lost = new TryLater('the database does not answer', {atStart: true})
const bug = new TypeError('x is not a function')

const theEnd: Stopped = {by: 'the end'}
const failures: Stopped = {by: 'failures', inARow: 3}

interface Case {
  when: string
  done?: Done
  plan?: Partial<RunPlan>
  stopped?: Stopped
  /** Outcome, exit code, message; then the next run. */
  ends: readonly [outcome: string, exitCode: number, message: string | null, nextAt?: string]
  left?: number
  throws?: Error
}

const blocked = (...names: string[]) =>
  named(...names).map((target) => ({...target, blocked_reason: 'an id'}))

const cases: readonly Case[] = [
  {
    when: 'the only target cannot be requested',
    plan: {due: [], all: blocked('a')},
    ends: ['failed', 1, 'it cannot be requested yet'],
  },
  {
    when: 'no target can be requested',
    plan: {due: [], all: blocked('a', 'b')},
    ends: ['failed', 1, 'none of the 2 targets can be requested yet'],
  },
  {
    when: 'there is no target',
    plan: {due: [], all: []},
    ends: ['nothing due', 0, 'there are no targets: run fin ingest coins first'],
  },
  {
    when: 'the only target was collected',
    plan: {due: [], all: named('a'), states: new Map([state('a', '2026-05-19T00:00:00Z')])},
    ends: [
      'nothing due',
      0,
      'nothing is due: it was collected since the last scheduled time; the next is due at 2026-05-19T00:00:00Z. Use --force to request all targets anyway',
    ],
  },
  {
    when: 'some failed and wait, one lacks something',
    plan: {
      due: [],
      all: [...named('a', 'b'), ...blocked('c')],
      states: new Map([state('a', '2026-05-19T00:00:00Z', 2), state('b', null)]),
    },
    ends: [
      'nothing due',
      0,
      'nothing is due: of 3 targets, 1 failed and waits for the next try, 1 was collected since the last scheduled time, 1 cannot be requested yet; the next is due at 2026-05-19T00:00:00Z. Use --force to request all targets anyway',
    ],
  },
  {
    when: 'some were collected and others never, because their day is another',
    plan: {
      due: [],
      all: [...named('a', 'b'), {target: 'c', due_at: '2026-05-21T00:00:00Z'}, {target: 'd', due_at: null}],
      states: new Map([state('a', null), state('b', null)]),
    },
    ends: [
      'nothing due',
      0,
      'nothing is due: of 4 targets, 2 were collected since the last scheduled time, 2 were never collected and are not due yet; the next is due at 2026-05-21T00:00:00Z. Use --force to request all targets anyway',
    ],
  },
  {
    when: 'none was ever collected, or the provider does not know it',
    plan: {
      due: [],
      all: named('a', 'b', 'c'),
      states: new Map([
        ['a', {...state('a', '2026-05-30T00:00:00Z')[1], status: 'unknown'}],
        ['b', {...state('b', '2026-05-22T00:00:00Z')[1], last_success: '2026-05-01T00:00:00Z'}],
      ]),
      scheduledAt: new Date('2026-05-18T00:00:00Z'),
    },
    ends: [
      'nothing due',
      0,
      'nothing is due: of 3 targets, 1 was collected earlier and is not due yet, 1 is unknown to the provider, 1 was never collected and is not due yet; the next is due at 2026-05-22T00:00:00Z. Use --force to request all targets anyway',
    ],
  },
  {
    when: 'SIGINT came',
    done: {counts: {targets_done: 2}},
    stopped: {by: 'signal', exitCode: 130},
    ends: ['interrupted', 130, 'interrupted; what was stored stays, and the next run resumes'],
    left: 3,
  },
  {
    when: 'SIGTERM came after a failure',
    done: {counts: {targets_failed: 1, rows_rejected: 1}},
    stopped: {by: 'signal', exitCode: 143},
    ends: ['interrupted', 143, 'interrupted; what was stored stays, and the next run resumes'],
    left: 4,
  },
  {
    when: 'the quota of the provider is spent',
    done: {counts: {targets_done: 2}},
    stopped: {by: 'error', error: spentForAll},
    ends: ['quota spent', 0, 'fred: 0 of 25 left'],
    left: 3,
  },
  {
    when: 'the quota is spent until a known instant',
    stopped: {by: 'error', error: spentLate},
    ends: ['quota spent', 0, 'key 1 is spent', '2026-05-20T00:00:00.000Z'],
    left: 5,
  },
  {
    when: 'the quota is spent after a target failed',
    done: {counts: {targets_done: 1, targets_failed: 1}},
    stopped: {by: 'error', error: spentForAll},
    ends: ['quota spent', 1, 'fred: 0 of 25 left'],
    left: 3,
  },
  {
    when: 'the quota is spent after a row was rejected',
    done: {counts: {targets_done: 1, rows_rejected: 1}},
    stopped: {by: 'error', error: spentForAll},
    ends: ['quota spent', 1, 'fred: 0 of 25 left'],
    left: 4,
  },
  {
    when: 'a person must act',
    done: {counts: {targets_done: 1}},
    stopped: {by: 'error', error: refusedCredential},
    ends: ['failed', 2, 'fred refused key 1'],
    left: 4,
    throws: refusedCredential,
  },
  {
    when: 'the database is lost',
    stopped: {by: 'error', error: lost},
    ends: ['failed', 2, 'the database does not answer'],
    left: 5,
    throws: lost,
  },
  {
    when: 'there is a bug',
    stopped: {by: 'error', error: bug},
    ends: ['failed', 1, 'x is not a function'],
    left: 5,
    throws: bug,
  },
  {
    when: 'three in a row failed',
    done: {counts: {targets_failed: 3}},
    stopped: failures,
    ends: ['failed', 1, '3 batches in a row failed; the rest was not requested'],
    left: 2,
  },
  {
    when: 'three in a row failed, and there were only three',
    plan: {due: named('a', 'b', 'c'), all: named('a', 'b', 'c')},
    done: {counts: {targets_failed: 3}},
    stopped: failures,
    ends: ['failed', 1, '3 of 3 targets failed'],
    left: 0,
  },
  {
    when: 'the last three failed after the others were answered',
    done: {counts: {targets_done: 2, targets_failed: 3}},
    stopped: failures,
    ends: ['partial', 1, '3 of 5 targets failed'],
    left: 0,
  },
  {
    when: 'the provider was silent for two minutes',
    done: {counts: {targets_done: 1, targets_failed: 1}},
    stopped: {by: 'stall'},
    ends: ['partial', 1, 'the provider did not answer for two minutes in all; the rest was not requested'],
    left: 3,
  },
  {
    when: 'three in a row failed after one was answered',
    done: {counts: {targets_done: 1, targets_failed: 3}, refused: refusedRequest},
    stopped: failures,
    ends: ['partial', 1, '3 batches in a row failed; the rest was not requested'],
    left: 1,
  },
  {
    when: 'three requests in a row were refused and none was answered',
    done: {counts: {targets_failed: 3}, refused: refusedRequest},
    stopped: failures,
    ends: ['failed', 2, 'fred refused the request'],
    left: 2,
    throws: refusedRequest,
  },
  {
    when: 'the only credential was refused',
    done: {ofCredentials: [refusedCredential]},
    ends: ['failed', 2, 'fred refused key 1'],
    left: 5,
    throws: refusedCredential,
  },
  {
    when: 'one credential was refused, the others were answered',
    done: {counts: {targets_done: 4}, ofCredentials: [refusedCredential]},
    ends: ['partial', 1, null],
    left: 1,
  },
  {
    when: 'one credential was refused and two are spent',
    done: {ofCredentials: [spentLate, refusedCredential, spentEarly]},
    ends: ['failed', 1, null, '2026-05-19T00:00:00.000Z'],
    left: 5,
  },
  {
    when: 'two credentials are spent',
    done: {counts: {targets_done: 3}, ofCredentials: [spentLate, spentEarly]},
    ends: ['quota spent', 0, 'key 2 is spent', '2026-05-19T00:00:00.000Z'],
    left: 2,
  },
  {
    when: 'one credential is spent and a target failed',
    done: {counts: {targets_done: 3, targets_failed: 1}, ofCredentials: [spentForAll, spentLate]},
    ends: ['quota spent', 1, 'key 1 is spent', '2026-05-20T00:00:00.000Z'],
    left: 1,
  },
  {
    when: 'every request was refused',
    done: {counts: {targets_failed: 1}, refused: refusedRequest},
    plan: {due: named('a'), all: named('a')},
    ends: ['failed', 2, 'fred refused the request'],
    throws: refusedRequest,
  },
  {
    when: 'some targets failed',
    done: {counts: {targets_done: 3, targets_failed: 2}, refused: refusedRequest},
    ends: ['partial', 1, '2 of 5 targets failed'],
  },
  {
    when: 'the only target failed',
    done: {counts: {targets_failed: 1}},
    plan: {due: named('a'), all: named('a')},
    ends: ['failed', 1, '1 of 1 target failed'],
  },
  {
    when: 'the provider does not know the target',
    done: {unknown: 1},
    plan: {due: named('a')},
    ends: ['failed', 1, 'the provider does not know the target'],
  },
  {
    when: 'the provider knows none of the targets',
    done: {unknown: 5},
    ends: ['failed', 1, 'the provider knows none of the 5 targets'],
  },
  {
    when: 'the provider does not know one of the targets',
    done: {unknown: 1, counts: {targets_done: 4, rows_inserted: 4}},
    ends: ['done', 0, null],
  },
  {
    when: 'a row was rejected',
    done: {counts: {targets_done: 5, rows_inserted: 9, rows_rejected: 1}},
    ends: ['partial', 1, null],
  },
  {
    when: 'nothing changed',
    done: {
      counts: {targets_done: 5, rows_received: 9},
      secondary: new Map([['more', {rows: 3, changed: 0}]]),
    },
    ends: ['unchanged', 0, null],
  },
  {
    when: 'only rows of a secondary table changed',
    done: {
      counts: {targets_done: 5, rows_received: 9},
      secondary: new Map([['more', {rows: 3, changed: 2}]]),
    },
    ends: ['done', 0, null],
  },
  {
    when: 'rows were updated and targets remain beyond --limit',
    done: {counts: {targets_done: 5, rows_updated: 1}},
    plan: {left: 7},
    ends: ['done', 0, null],
    left: 7,
  },
]

describe('a run ends', () => {
  for (const {when, done = {}, plan, stopped = theEnd, ends, left = 0, throws} of cases) {
    test(`when ${when}: ${ends[0]}, ${ends[1]}`, () => {
      const tally = tallied(done)
      const {end, error} = conclude(
        tally,
        {
          collector: {dependsOn: ['fin ingest coins']},
          plan: planned(plan),
          api: {counts: {requests: 9, refused: 2, failed: 1}},
        },
        stopped,
      )
      const [outcome, exit_code, message, next_at = null] = ends
      assert.deepEqual(end, {
        ...tally.counts,
        outcome,
        exit_code,
        message,
        next_at,
        requests: 9,
        requests_refused: 2,
        requests_failed: 1,
        targets_left: left,
      })
      assert.equal(error, throws)
    })
  }

  test('before its first request: failed, with the exit code of the error', () => {
    for (const [error, exitCode] of [
      [refusedCredential, 2],
      [lost, 2],
      [bug, 1],
    ] as const)
      assert.deepEqual(concludeAtStart(error), {
        end: {...noCounts(), outcome: 'failed', exit_code: exitCode, message: error.message, next_at: null},
        error,
      })
  })
})

const skip = new SkipTarget('fred does not know a')
const unexpected = new UnexpectedBody('not JSON')
const unexpectedWithBody = new UnexpectedBody('not JSON', {body: 'its own'})
const later = new TryLater('fred: 503', {provider: 'fred'})
const ofCredential = <E extends QuotaSpent | NeedsPerson>(error: E): E => {
  error.credential = '1'
  return error
}
const spentCredential = ofCredential(new QuotaSpent('key 1 is spent'))
const deniedCredential = ofCredential(new NeedsPerson('key 1 was refused'))

describe('an error of a batch', () => {
  const table: readonly [
    name: string,
    error: unknown,
    batch: {targets?: number; hasTargets?: boolean},
    BatchOutcome,
  ][] = [
    ['one unknown target of several', skip, {targets: 2}, {kind: 'halve'}],
    ['one unknown target', skip, {}, {kind: 'unknown', error: skip}],
    [
      'an unknown target where there are no targets',
      skip,
      {hasTargets: false},
      {kind: 'failed', error: skip},
    ],
    ['an unexpected answer', unexpected, {}, {kind: 'failed', error: unexpected, body: 'page'}],
    [
      'an unexpected answer that is known',
      unexpectedWithBody,
      {targets: 2},
      {kind: 'failed', error: unexpectedWithBody, body: 'its own'},
    ],
    ['a provider that cannot answer now', later, {}, {kind: 'failed', error: later}],
    ['a database that cannot answer', lost, {}, {kind: 'fatal', error: lost}],
    ['a refused request', refusedRequest, {}, {kind: 'failed', error: refusedRequest}],
    [
      'the only request, refused',
      refusedRequest,
      {hasTargets: false},
      {kind: 'fatal', error: refusedRequest},
    ],
    ['a spent credential', spentCredential, {}, {kind: 'credential', error: spentCredential}],
    ['a refused credential', deniedCredential, {}, {kind: 'credential', error: deniedCredential}],
    ['a spent quota', spentForAll, {}, {kind: 'fatal', error: spentForAll}],
    ['a refusal of all credentials', refusedCredential, {}, {kind: 'fatal', error: refusedCredential}],
    ['a bug', bug, {}, {kind: 'fatal', error: bug}],
  ]
  for (const [name, error, {targets = 1, hasTargets = true}, expected] of table) {
    test(`${name}: ${expected.kind}`, () => {
      assert.deepEqual(outcomeOf(error, {targets, hasTargets, text: 'page'}), expected)
    })
  }
})

test('a tally counts pages and targets, and remembers the complaints', () => {
  const tally = newTally(['a gap'])
  const page = {received: 3, inserted: 1, updated: 1, rejected: 1}
  addPage(tally, {...page, secondary: new Map([['more', {rows: 2, changed: 1}]])})
  addPage(tally, {...page, secondary: new Map([['more', {rows: 2, changed: 0}]])})
  addFailed(tally, 2, refusedRequest)
  addFailed(tally, 1, later)
  assert.equal(tally.failedInARow, 2)
  addAnswered(tally, 3)
  assert.equal(tally.failedInARow, 0)
  addUnknown(tally, skip)
  addOfCredential(tally, refusedCredential)
  addOfCredential(tally, refusedCredential)
  addOfCredential(tally, spentCredential)
  addFailed(tally, 1, unexpected)
  restartFailures(tally)
  assert.deepEqual(tally, {
    counts: {
      ...noCounts(),
      rows_received: 6,
      rows_inserted: 2,
      rows_updated: 2,
      rows_rejected: 2,
      targets_done: 3,
      targets_failed: 4,
    },
    complaints: [
      'a gap',
      'fred refused the request',
      'fred: 503',
      'fred does not know a',
      'fred refused key 1. Renew FRED_API_KEY.',
      'not JSON',
    ],
    failures: ['fred refused the request', 'fred: 503', 'not JSON'],
    failedInARow: 0,
    unknown: 1,
    refused: refusedRequest,
    ofCredentials: [refusedCredential, refusedCredential, spentCredential],
    secondary: new Map([['more', {rows: 4, changed: 1}]]),
    fields: {missing: new Set<string>(), present: new Set<string>()},
  })
})

test('the run ledger names the rejected rows of a run that has no other message', async () => {
  const parameters: unknown[] = []
  const queries = {
    query: async (name: string, given: readonly unknown[] = []) => {
      if (name === 'update_job_run') parameters.push(given[1])
      return [{id: '1'}]
    },
  } as unknown as Parameters<typeof openRun>[0]
  const context = {clock: realClock, host: 'h', pid: 1, version: '0'} as Parameters<typeof openRun>[1]
  const run = await openRun(queries, context, {job: 'cpi', command: 'fin ingest cpi'})
  for (const [rows_rejected, message] of [
    [0, null],
    [1, null],
    [1234, null],
    [1, 'interrupted'],
  ] as const)
    await run.end({...noCounts(), rows_rejected, message, outcome: 'partial', exit_code: 1, next_at: null})
  assert.deepEqual(
    parameters.map((text) => (JSON.parse(String(text)) as {message: unknown}).message),
    [
      null,
      '1 row was rejected, see: fin runs --rejected',
      '1,234 rows were rejected, see: fin runs --rejected',
      'interrupted',
    ],
  )
})

test('the run ledger holds why targets failed, each reason once and three of them at most', () => {
  for (const [message, failures, expected] of [
    [null, [], null],
    ['1 of 1 target failed', ['fred: 503'], '1 of 1 target failed: fred: 503'],
    [null, ['a: 500', 'b: 500'], 'a: 500; b: 500'],
    ['fred refused the request', ['fred refused the request'], 'fred refused the request'],
    ['2 of 2 targets failed', ['503', '503'], '2 of 2 targets failed: 503'],
    ['5 failed', ['a', 'b', 'c', 'd', 'e'], '5 failed: a; b; c; and 2 more, see: fin query missed-targets'],
  ] as const)
    assert.equal(ledgerMessage(message, failures), expected)
})
