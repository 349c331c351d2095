import {test, type TestContext} from 'node:test'

/**
 * The size of this run of the tests, which bin/test passes on in FIN_TEST_SIZE: without it the daily size;
 * `full` for all collectors, months and races; `soak` for these at their full lengths.
 */
const size = process.env['FIN_TEST_SIZE']

/** True in a full run, and also in a soak run. */
export const full = size === 'full' || size === 'soak'
export const soak = size === 'soak'

/** A test of full runs only: it takes too long for every day, or would check nothing in a smaller run. */
export function fullTest(name: string, options: {timeout: number}, run: (t: TestContext) => Promise<void>) {
  if (full) test(name, options, run)
}

/** All of a list in a full run; one of it in a daily run, another one for each `position`. */
export function inTurn<T>(list: readonly T[], position: number): readonly T[] {
  return full ? list : [list[position % list.length]!]
}
