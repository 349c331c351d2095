#!/usr/bin/env node
// Runs the built code. Kept lean: what is imported here is paid for by every command.
import {readFileSync} from 'node:fs'
import * as nodeModule from 'node:module'
import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'

nodeModule.enableCompileCache?.() // Node 22.1 and later

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const packageJson = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))
const argv = process.argv.slice(2)
const verbose = argv.includes('--verbose') || Boolean(process.env.DEBUG)
// The debug output of this package shows every command with its arguments, the password of the sign-in too.
if (process.env.DEBUG) process.env.DEBUG += ',-ioredis:*'

// A reader that went away (`| head`) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error
  })
}

async function report(error) {
  try {
    const {reportError} = await import('../dist/src/lib/output/report.js')
    process.exitCode = reportError(error, {verbose, root})
  } catch (failure) {
    if (failure.code !== 'ERR_MODULE_NOT_FOUND') throw failure
    process.stderr.write('fin: not built yet\n  Run: npm run build\n')
    process.exitCode = 2
  }
}

// Node would print the whole error object, and a connection's error may hold its password. What is left of the process cannot be trusted.
process.once('uncaughtException', (error) => {
  process.exitCode = 1
  // eslint-disable-next-line no-restricted-syntax -- an open connection would keep the broken process alive
  report(error).finally(() => process.exit(process.exitCode || 1))
})

if (argv[0] === '--version') {
  const {platform, arch, versions: {node}} = process
  process.stdout.write(argv.includes('--json')
    ? `${JSON.stringify({fin: packageJson.version, node, platform, arch})}\n`
    : `fin/${packageJson.version} ${platform}-${arch} node-v${node}\n`)
} else {
  globalThis.oclif = {enableAutoTranspile: false} // otherwise NODE_ENV=test or development makes oclif look for sources
  const asksForOverview = argv.every((arg) => arg === 'help' || arg === '--help')
  try {
    const require = nodeModule.createRequire(import.meta.url) // cheaper than import for CommonJS
    const {run} = require('@oclif/core/run')
    // oclif asks six modules whether this is Windows' Linux, which nothing here wants to know. Wrapped there so that it can be replaced.
    require(`${dirname(require.resolve('@oclif/core/run'))}/util/os.js`).getPlatform = async () => process.platform
    await run(argv, {
      root,
      pjson: packageJson,
      // Loaded only where it has something to do.
      ...(asksForOverview || argv.includes('autocomplete') ? {pluginAdditions: {core: ['@oclif/plugin-autocomplete'], path: root}} : {}),
    })
  } catch (error) {
    await report(error)
  }
}
