// Sets the variables that oclif reads, for bin/run.js and bin/dev.js.
const {homedir, userInfo} = require('node:os')

/**
 * Without HOME and SHELL, oclif asks the system for them, and fails for an account without an entry in
 * /etc/passwd. Such an account gets a home folder that does not exist, so that nothing is written to a shared
 * folder.
 */
exports.environmentForOclif = () => {
  if (process.env.HOME === '') delete process.env.HOME
  process.env.HOME ??= resultOf(homedir) ?? '/nonexistent'
  process.env.SHELL ??= resultOf(() => userInfo().shell) ?? '/bin/sh'
  // otherwise NODE_ENV=test or development makes oclif look for sources
  globalThis.oclif = {enableAutoTranspile: false}
}

/** The result of a function; undefined if it throws. */
function resultOf(read) {
  try {
    return read()
  } catch {
    return undefined
  }
}
