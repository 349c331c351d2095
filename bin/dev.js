#!/usr/bin/env node
// Runs the sources without a build and without a manifest. Slower than bin/run.js, for development only.
const {readFileSync} = require('node:fs')
const {register} = require('node:module')
const {dirname, join} = require('node:path')
const {pathToFileURL} = require('node:url')
const {environmentForOclif} = require('./oclif-environment.js')

register('./typescript-hook.mjs', pathToFileURL(__filename))
environmentForOclif()

const root = dirname(__dirname)
const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
pjson.oclif.commands = {strategy: 'pattern', target: './src/commands'}
pjson.oclif.hooks = {command_not_found: './src/hooks/command-not-found'}

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error
  })
}

async function main() {
  const {Plugin, run} = await import('@oclif/core')
  try {
    const plugin = new Plugin({root, pjson, isRoot: true, ignoreManifest: true, errorOnManifestCreate: true})
    await plugin.load()
    await run(process.argv.slice(2), {
      root,
      pjson,
      plugins: new Map([[plugin.name, plugin]]),
      userPlugins: false,
      devPlugins: false,
    })
  } catch (error) {
    const {reportError} = await import('../src/lib/output/report-error.ts')
    process.exitCode = reportError(error, {verbose: true, root})
  }
}

main()
