/** Measures precision and recall of the flag `outlier` in a labelled run: docs/quality.md. */
import {count} from './figures.js'
import type {Figure} from './main.js'
import {type Judged, labelledTrades, precision, recall, type Score, scoreOf} from './outlier-run.js'

const run = {seeds: [1, 2, 3, 4, 5], symbols: 40, minutes: 60, tradesPerSecond: 2, outliers: 0.005}

export async function quality(): Promise<Figure[]> {
  const judged: Judged[] = []
  for await (const one of labelledTrades(run)) judged.push(one)
  const sized = (from: number, to: number) => ({
    what: `wrong by ${from} to ${to} %`,
    some: judged.filter(({error}) => Math.abs(error) >= from / 100 && Math.abs(error) < to / 100),
  })
  const moving = (what: string, times: number) => ({
    what,
    some: judged.filter(({movement}) => movement === times),
  })
  return [
    ...figuresOf('all trades', scoreOf(judged)),
    ...[moving('quiet symbols', 1), moving('others', 4), moving('volatile symbols', 12)].flatMap(
      ({what, some}) => figuresOf(what, scoreOf(some)),
    ),
    ...[sized(1, 2), sized(2, 5), sized(5, 50)].map(({what, some}) => found(what, scoreOf(some))),
  ]
}

function figuresOf(what: string, score: Score): Figure[] {
  const {trades, afterJump, elsewhere, jumps} = score
  return [
    {
      what: `${what}: precision`,
      figure: precision(score).toFixed(3),
      beside: [
        `${count(trades)} trades; ${count(afterJump)} false flags after ${count(jumps)} jumps`,
        `${count(elsewhere)} elsewhere`,
        `without those after jumps: ${precision({...score, afterJump: 0}).toFixed(3)}`,
      ].join(', '),
    },
    found(what, score),
    {
      what: `${what}: false flags of a jump`,
      figure: (afterJump / jumps).toFixed(2),
      beside: `elsewhere: ${((elsewhere / trades) * 1e5).toFixed(1)} of 100,000 trades`,
    },
  ]
}

function found(what: string, score: Score): Figure {
  return {
    what: `${what}: recall`,
    figure: recall(score).toFixed(3),
    beside: `${count(score.found)} of ${count(score.outliers)} outliers`,
  }
}
