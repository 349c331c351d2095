/**
 * The size of this run of the tests, which bin/test hands down in FIN_TEST_SIZE: without it, that of every
 * day; `full` for all collectors, months and races; `soak` for these at their full lengths.
 */
const size = process.env['FIN_TEST_SIZE']

/** True in a full run, and in a soak run too. */
export const full = size === 'full' || size === 'soak'
export const soak = size === 'soak'
