#!/usr/bin/env node
// Writes the parts of README.md that follow from the code: the commands and the variables of the providers.
// `--check` writes nothing and ends with 1 when the README is not current. Needs a build.
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const file = join(root, 'README.md')
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
      const need = provider.keyless ? 'key; without one it is asked within narrower limits' : 'key; needed'
      if (keys.length > 0)
        lines.push(`| ${provider.name} | ${keys.map((key) => `\`${key}\``).join(', ')} | ${need} |`)
      for (const {variable, doc} of [...(provider.accounting?.settings ?? []), ...(provider.settings ?? [])])
        lines.push(`| ${provider.name} | \`${variable}\` | ${cell(doc)} |`)
    }
  }
  return ['| provider | variable | meaning |', '| --- | --- | --- |', ...lines].join('\n')
}

const before = readFileSync(file, 'utf8')
let after = before
for (const [name, text] of Object.entries({commands: commandList(), variables: await variableList()})) {
  const [begin, end] = [`<!-- ${name}: written by bin/readme.mjs -->\n`, `\n<!-- end of ${name} -->`]
  const [from, to] = [after.indexOf(begin), after.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`README.md has no place for the ${name}`)
  after = after.slice(0, from + begin.length) + text + after.slice(to)
}

if (!process.argv.includes('--check')) writeFileSync(file, after)
else if (after !== before) {
  process.stderr.write('README.md is not current. Run: node bin/readme.mjs\n')
  process.exitCode = 1
}
