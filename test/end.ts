/**
 * Preloaded into the process of each test file (bin/test): ends a process that a test left a connection or a
 * timer in. The option `forceExit` of node:test would lose the reports that are still being written.
 */
import {after} from 'node:test'
import {setTimeout as pause} from 'node:timers/promises'

/** Enough for the last reports, in milliseconds. */
const graceMs = 1_000

// The process that runs the files has no tests of its own.
if (process.env['NODE_TEST_CONTEXT'] !== undefined)
  after(() => {
    // eslint-disable-next-line no-restricted-syntax -- an open connection keeps the process alive
    void pause(graceMs, undefined, {ref: false}).then(() => process.exit())
  })
