#!/usr/bin/env node
// Runs the sources: no build, no manifest, every command file is read anew. Slower than bin/run.js, for development only.
import {readFileSync} from 'node:fs'
import {register} from 'node:module'
import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'

register('./typescript-hook.js', import.meta.url)
globalThis.oclif = {enableAutoTranspile: false}

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const built = readFileSync(`${root}/package.json`, 'utf8')
const pjson = JSON.parse(built.replaceAll('./dist/src/', './src/'))

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error
  })
}

const {Plugin, run} = await import('@oclif/core')
try {
  const plugin = new Plugin({root, pjson, isRoot: true, ignoreManifest: true, errorOnManifestCreate: true})
  await plugin.load()
  await run(process.argv.slice(2), {root, pjson, plugins: new Map([[plugin.name, plugin]])})
} catch (error) {
  const {reportError} = await import('../src/lib/output/report.ts')
  process.exitCode = reportError(error, {verbose: true, root})
}
