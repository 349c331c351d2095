#!/usr/bin/env node
// Compiles src/ to dist/src, copies the other files of src/, and writes dist/fin.cjs and oclif.manifest.json.
// Does nothing if nothing changed; `--force` builds in any case.
import {createHash} from 'node:crypto'
import {spawnSync} from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {createRequire} from 'node:module'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const at = (...parts) => join(root, ...parts)
const manifestFile = at('oclif.manifest.json')
const stampFile = at('dist', '.built')

const filesBelow = (folder) =>
  existsSync(at(folder))
    ? readdirSync(at(folder), {recursive: true, withFileTypes: true})
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
        .sort()
    : []
const isSource = (file) => file.endsWith('.ts')
const outputOf = (file) => join('dist', isSource(file) ? file.replace(/\.ts$/, '.js') : file)

const sources = filesBelow('src')
const digest = createHash('sha256')
// The manifest holds the help of the named queries.
const queries = filesBelow('sql').filter((file) => readFileSync(at(file), 'utf8').startsWith('-- query '))
const tools = ['build.mjs', 'bundle.mjs', 'module-url.mjs'].map((file) => join('bin', file))
for (const file of [...sources, ...queries, 'package.json', 'package-lock.json', 'tsconfig.json', ...tools])
  digest
    .update(`${file}\0`)
    .update(readFileSync(at(file)))
    .update('\0')
const stamp = digest.digest('hex')
const outputs = new Set(sources.map(outputOf))
const isWhole = [...outputs, join('dist', 'fin.cjs'), 'oclif.manifest.json'].every((file) =>
  existsSync(at(file)),
)

if (
  process.argv.includes('--force') ||
  !isWhole ||
  !existsSync(stampFile) ||
  readFileSync(stampFile, 'utf8') !== stamp
)
  await build()

async function build() {
  rmSync(stampFile, {force: true})
  rmSync(manifestFile, {force: true})
  // oclif would still find an output file without a source as a command.
  for (const file of filesBelow(join('dist', 'src'))) if (!outputs.has(file)) rmSync(at(file))
  if (!isWhole) rmSync(at('dist', '.src.tsbuildinfo'), {force: true})
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  const compiled = spawnSync(process.execPath, [tsc, '-p', at('tsconfig.json')], {stdio: ['ignore', 2, 2]})
  for (const file of sources) {
    if (isSource(file)) continue
    mkdirSync(dirname(at(outputOf(file))), {recursive: true})
    cpSync(at(file), at(outputOf(file)))
  }
  const {bundle} = await import('./bundle.mjs')
  await bundle(root)
  await writeManifest()
  if (compiled.status === 0) writeFileSync(stampFile, stamp)
  else process.exitCode = 1
}

/** Writes oclif.manifest.json. Without it oclif would import every command to find one. */
async function writeManifest() {
  globalThis.oclif = {enableAutoTranspile: false}
  const {Plugin} = await import('@oclif/core')
  const plugin = new Plugin({
    root,
    isRoot: true,
    pjson: JSON.parse(readFileSync(at('package.json'), 'utf8')),
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  })
  await plugin.load()
  const {manifest} = plugin
  // oclif copies every static property of a class. Only the name and the schedule of a job are needed before
  // its class is loaded.
  for (const command of Object.values(manifest.commands)) {
    delete command.query
    for (const kind of ['collector', 'mapper', 'cache', 'feed'])
      if (command[kind]) command[kind] = {name: command[kind].name, schedule: command[kind].schedule}
  }
  writeFileSync(`${manifestFile}.new`, `${JSON.stringify(manifest)}\n`)
  renameSync(`${manifestFile}.new`, manifestFile)
}
