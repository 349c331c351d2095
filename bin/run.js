#!/usr/bin/env node
// Runs the built code, dist/fin.cjs (bin/bundle.mjs). It is CommonJS (bin/package.json), because a promise
// that never settles must give exit code 13 without a warning of Node.
const {readFileSync} = require('node:fs')
const {dirname} = require('node:path')
const {enableCompileCache} = require('node:module')

const root = dirname(__dirname)
const packageJson = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))
const given = process.argv.slice(2)
// Users of other programs expect `fin help query` to work.
const argv = given[0] === 'help' ? [...given.slice(1), '--help'] : given
const verbose = argv.includes('--verbose') || argv.includes('-v') || Boolean(process.env.DEBUG)
// The debug output of ioredis is off, because it shows every command with its arguments, including the
// password.
if (process.env.DEBUG) process.env.DEBUG += ',-ioredis:*'

/**
 * Sections of NODE_DEBUG for which Node prints the address or headers of a request, and so a key. Node has
 * read the variable before this file runs, so it is too late to delete it.
 */
const printsRequests = /\*|\b(fetch|undici|websocket|https?|http2|net)\b/i

// A reader that has gone away (`| head`), or a terminal that was closed, is not an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
  })
}

// By default Node prints the whole error object, and the error of a connection may hold its password. The
// process ends, because its state is unknown.
process.once('uncaughtException', (error) => {
  process.exitCode = 1
  // eslint-disable-next-line no-restricted-syntax -- an open connection would keep the broken process alive
  report(error).finally(() => process.exit(process.exitCode || 1))
})

// Whatever the umask, no file or folder of fin can be written by others.
process.umask(process.umask() | 0o022)

if (['--version', '-v'].includes(argv[0])) printVersion()
else main()

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

/**
 * Makes the cache folder, which the completion of commands uses too, and lets Node store compiled code. Node
 * before 22.1 cannot do this, so its start is slower.
 */
function useCompileCache() {
  const folder = require('./compile-cache.js').cacheFolder(process.env)
  if (folder && enableCompileCache) enableCompileCache(folder)
}

async function main() {
  if (printsRequests.test(process.env.NODE_DEBUG ?? '')) {
    process.stderr.write(
      'fin: NODE_DEBUG makes Node print requests with their keys\n' +
        '  Unset it: --verbose shows each request without its key.\n',
    )
    process.exitCode = 2
    return
  }
  // A promise that never settles must not look like success. Node itself uses 13 for such a module.
  const unsettled = () => {
    process.exitCode ??= 13
  }
  process.once('exit', unsettled)
  try {
    require('./oclif-environment.js').environmentForOclif()
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
