#!/usr/bin/env node
// Runs the built code, dist/fin.cjs (bin/bundle.mjs). CommonJS (bin/package.json), because a promise that
// nobody settles must end with exit code 13 and without a warning of Node's.
const {readFileSync} = require('node:fs')
const {homedir, userInfo} = require('node:os')
const {dirname} = require('node:path')
const {enableCompileCache} = require('node:module')

const root = dirname(__dirname)
const packageJson = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))
const given = process.argv.slice(2)
// `fin help query` is what other programs taught
const argv = given[0] === 'help' ? [...given.slice(1), '--help'] : given
const verbose = argv.includes('--verbose') || Boolean(process.env.DEBUG)
// The debug output of this package shows every command with its arguments, the password of the sign-in too.
if (process.env.DEBUG) process.env.DEBUG += ',-ioredis:*'

environmentForOclif()

// A reader that went away (`| head`) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error
  })
}

// Node would print the whole error object, and a connection's error may hold its password. What is left of
// the process cannot be trusted.
process.once('uncaughtException', (error) => {
  process.exitCode = 1
  // eslint-disable-next-line no-restricted-syntax -- an open connection would keep the broken process alive
  report(error).finally(() => process.exit(process.exitCode || 1))
})

if (argv[0] === '--version') printVersion()
else main()

/**
 * oclif asks the system for the shell and the home folder where the environment does not name them, and an
 * account without an entry in /etc/passwd has neither. Its home is then a folder that does not exist, so that
 * nothing is written to a place that others share.
 */
function environmentForOclif() {
  if (process.env.HOME === '') delete process.env.HOME
  process.env.HOME ??= answerOf(homedir) ?? '/nonexistent'
  process.env.SHELL ??= answerOf(() => userInfo().shell) ?? '/bin/sh'
  // otherwise NODE_ENV=test or development makes oclif look for sources
  globalThis.oclif = {enableAutoTranspile: false}
}

function answerOf(question) {
  try {
    return question()
  } catch {
    return undefined
  }
}

function printVersion() {
  const {
    platform,
    arch,
    versions: {node},
  } = process
  process.stdout.write(
    argv.includes('--json')
      ? `${JSON.stringify({fin: packageJson.version, node, platform, arch})}\n`
      : `fin/${packageJson.version} ${platform}-${arch} node-v${node}\n`,
  )
}

/** Lets Node keep what it compiles. Before 22.1 it cannot: a start is slower then, nothing else. */
function useCompileCache() {
  if (!enableCompileCache) return
  const folder = require('./compile-cache.js').cacheFolder(process.env)
  if (folder) enableCompileCache(folder)
}

async function main() {
  // Work that nobody ends any more must not look like success. 13 is what Node itself gives a module for
  // that.
  const unsettled = () => {
    process.exitCode ??= 13
  }
  process.once('exit', unsettled)
  try {
    useCompileCache()
    await require('../dist/fin.cjs').run(argv, {
      root,
      pjson: packageJson,
      userPlugins: false,
      devPlugins: false,
    })
  } catch (error) {
    await report(error)
  }
  process.off('exit', unsettled)
}

async function report(error) {
  let fin
  try {
    fin = require('../dist/fin.cjs')
  } catch (failure) {
    if (failure.code !== 'MODULE_NOT_FOUND') throw failure
    process.stderr.write('fin: not built yet\n  Run: npm run build\n')
    process.exitCode = 2
    return
  }
  process.exitCode = fin.reportError(error, {verbose, root})
}
