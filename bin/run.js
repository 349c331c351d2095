#!/usr/bin/env node
// Runs the built code. Kept lean: what is required here is paid for by every command. CommonJS
// (bin/package.json), because to start as a module costs a fifth of `node -e 0` before its first line.
const {readFileSync} = require('node:fs')
const {userInfo} = require('node:os')
const {dirname} = require('node:path')

// What node:module is, without the source maps that come with it. Node 22.1 and later.
module.constructor.enableCompileCache?.()

const root = dirname(__dirname)
const packageJson = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))
const given = process.argv.slice(2)
// `fin help query` is what other programs taught
const argv = given[0] === 'help' ? [...given.slice(1), '--help'] : given
const verbose = argv.includes('--verbose') || Boolean(process.env.DEBUG)
// The debug output of this package shows every command with its arguments, the password of the sign-in too.
if (process.env.DEBUG) process.env.DEBUG += ',-ioredis:*'

// A reader that went away (`| head`) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error
  })
}

/** oclif and the commands: one file, see bin/bundle.mjs. */
let started
const loader = () => require('./load.js')
function start() {
  completeEnvironment()
  // otherwise NODE_ENV=test or development makes oclif look for sources
  globalThis.oclif = {enableAutoTranspile: false}
  started ??= loader().load(root, argv)
  return started
}

// oclif asks the system for a home or shell that is not set, and fails for a uid without an account.
function completeEnvironment() {
  process.env.SHELL ||= '/bin/sh'
  process.env.HOME ||= homeOfAccount()
}

function homeOfAccount() {
  try {
    return userInfo().homedir || '/'
  } catch {
    return '/'
  }
}

async function report(error) {
  try {
    const {reportError} = await start().report()
    process.exitCode = reportError(error, {verbose, root})
  } catch (failure) {
    if (failure.code !== 'ENOENT') throw failure
    process.stderr.write('fin: not built yet\n  Run: npm run build\n')
    process.exitCode = 2
  }
}

// Node would print the whole error object, and a connection's error may hold its password. What is left of
// the process cannot be trusted.
process.once('uncaughtException', (error) => {
  process.exitCode = 1
  // eslint-disable-next-line no-restricted-syntax -- an open connection would keep the broken process alive
  report(error).finally(() => process.exit(process.exitCode || 1))
})

if (argv[0] === '--version') {
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
} else {
  main()
}

async function main() {
  // Work that nobody ends any more must not look like success. 13 is what Node itself gives a module for
  // that.
  const unsettled = () => {
    process.exitCode ??= 13
  }
  process.once('exit', unsettled)
  try {
    await start().run(argv, loader().optionsFor(argv, root, packageJson))
  } catch (error) {
    await report(error)
  }
  process.off('exit', unsettled)
}
