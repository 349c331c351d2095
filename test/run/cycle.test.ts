/** The progress of a job through all its targets, and the end of its cycle: on fixed instants. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {cycleOf, cycleText} from '../../src/lib/run/cycle.js'
import type {TargetState} from '../../src/lib/run/due.js'
import {dayMs} from '../../src/lib/time.js'

const now = new Date('2026-11-23T12:00:00Z')
const names = Array.from({length: 100}, (_, n) => `t${n}`)
const state = (target: string, daysAgo: number | null, more: Partial<TargetState> = {}): TargetState => {
  const success = daysAgo === null ? null : new Date(now.getTime() - daysAgo * dayMs).toISOString()
  return {
    target,
    last_attempt: success,
    last_success: success,
    failures: 0,
    next_due: null,
    cursor: null,
    status: 'active',
    ...more,
  }
}
const of = (states: TargetState[], all = names) =>
  cycleOf(all, states, {now, withinMs: 25 * dayMs, everyMs: 7 * dayMs})
const text = (states: TargetState[], all = names) => cycleText('some-job', of(states, all), '25 days')
/**
 * States of the first `count` targets, answered `perDay` a day in the order of the list, the last of them
 * just now.
 */
const steady = (count: number, perDay: number) =>
  names.slice(0, count).map((name, index) => state(name, (count - 1 - index) / perDay))

test('on the first day the answers of some minutes are the pace of a day', () => {
  const cycle = of(names.slice(0, 20).map((name) => state(name, 0.001)))
  assert.deepEqual(
    [cycle.targets, cycle.done, cycle.perDay, cycle.endsAt?.toISOString()],
    [100, 20, 20, '2026-11-27T12:00:00.000Z'],
  )
})

test('later the pace is that of the last seven days, whatever came before', () => {
  const cycle = of([
    ...names.slice(0, 14).map((name, index) => state(name, index / 2)),
    state('t50', 20),
    state('t51', 21),
  ])
  assert.deepEqual([cycle.done, cycle.perDay], [16, 2])
  assert.equal(cycle.endsAt?.toISOString().slice(0, 10), '2027-01-04')
  assert.match(
    text(steady(40, 5)),
    /^some-job: 100 targets, 40 done in this cycle; at the pace of the last days \(5\.0 a day\) it ends about 2026-12-05$/,
  )
})

test('a target older than the declared interval is requested again', () => {
  const states = [
    state('t0', 26),
    state('t1', 24),
    ...steady(7, 1).map((one) => ({...one, target: `t${Number(one.target.slice(1)) + 2}`})),
  ]
  assert.equal(of(states).done, 8)
  assert.match(text(states), /a whole cycle takes 100 days at this pace, longer than the declared 25 days$/)
})

test('the pace of less than two days is not a reason to warn', () => {
  assert.doesNotMatch(text([state('t0', 1.9)]), /longer/)
  assert.match(text([state('t0', 2.1)]), /longer/)
})

test('after a whole cycle the next one ends no sooner than anything is due', () => {
  assert.equal(
    of(names.map((name) => state(name, 0.01)))
      .endsAt?.toISOString()
      .slice(0, 10),
    '2026-11-30',
  )
  assert.match(
    text(steady(100, 5)),
    /100 targets, all done within 25 days; at the pace of the last days \(5\.0 a day\) the next cycle ends about 2026-12-13$/,
  )
})

test('targets that the provider does not know and targets of former days do not count; a failed target is not done', () => {
  const states = [
    state('t0', 1),
    state('t1', null, {status: 'unknown', failures: 1}),
    state('gone', 1),
    state('t2', null, {failures: 3}),
  ]
  assert.deepEqual([of(states, ['t0', 't1', 't2']).targets, of(states, ['t0', 't1', 't2']).done], [2, 1])
  const other = [...states, state('t1', 2)]
  assert.deepEqual(
    [of(other, ['t0', 't1', 't2']).targets, of(other, ['t0', 't1', 't2']).done],
    [3, 2],
    'another source knows it',
  )
})

test('the end of the cycle is unknown without a recent answer', () => {
  assert.equal(of([state('t0', 12)]).endsAt, undefined)
  assert.match(text([state('t0', 12)]), /1 done in this cycle; no recent answers, so its end is unknown$/)
})
