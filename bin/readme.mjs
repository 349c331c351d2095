#!/usr/bin/env node
// Writes the generated parts of the documents: the list of commands (docs/commands.md) and the variables of
// the providers (docs/settings.md). `--check` writes nothing, and exits with 1 if one is not current. Needs
// a build.
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

function commandList() {
  const {commands} = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'))
  const lines = Object.values(commands)
    .filter(({hidden}) => !hidden)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(
      ({id, summary, description}) =>
        `| \`fin ${id.replaceAll(':', ' ')}\` | ${cell(summary ?? description?.split('\n')[0] ?? '')} |`,
    )
  return ['| command | what it does |', '| --- | --- |', ...lines].join('\n')
}

async function variableList() {
  const folder = join(root, 'dist', 'src', 'lib', 'providers')
  const lines = []
  for (const name of readdirSync(folder)
    .filter((entry) => entry.endsWith('.js'))
    .sort()) {
    for (const provider of Object.values(await import(pathToFileURL(join(folder, name)).href))) {
      if (typeof provider?.baseUrl !== 'string' || !Array.isArray(provider.limits)) continue
      const keys = Object.values(provider.credentials ?? {})
      const need = provider.keyless ? 'key; without one the limits are narrower' : 'key; needed'
      if (keys.length > 0)
        lines.push(`| ${provider.name} | ${keys.map((key) => `\`${key}\``).join(', ')} | ${need} |`)
      for (const {variable, doc} of [...(provider.accounting?.settings ?? []), ...(provider.settings ?? [])])
        lines.push(`| ${provider.name} | \`${variable}\` | ${cell(doc)} |`)
    }
  }
  return ['| provider | variable | meaning |', '| --- | --- | --- |', ...lines].join('\n')
}

/** The text of a document with its generated part replaced. Throws if the document has no markers for it. */
function filled(document, before, name, part) {
  const [begin, end] = [`<!-- ${name}: written by bin/readme.mjs -->\n`, `\n<!-- end of ${name} -->`]
  const [from, to] = [before.indexOf(begin), before.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${document} has no markers for the ${name}`)
  return before.slice(0, from + begin.length) + part + before.slice(to)
}

for (const [document, name, part] of [
  ['docs/commands.md', 'commands', commandList()],
  ['docs/settings.md', 'variables', await variableList()],
]) {
  const file = join(root, document)
  const before = readFileSync(file, 'utf8')
  const after = filled(document, before, name, part)
  if (!process.argv.includes('--check')) writeFileSync(file, after)
  else if (after !== before) {
    process.stderr.write(`${document} is not current. Run: node bin/readme.mjs\n`)
    process.exitCode = 1
  }
}
