import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {root} from '../paths.js'
import {fin} from '../servers.js'
import {sources} from '../sources.js'

test('the lists of commands and of variables in docs/ are current', () => {
  const {status, stderr} = spawnSync(process.execPath, [join(root, 'bin', 'readme.mjs'), '--check'], {
    encoding: 'utf8',
  })
  assert.deepEqual([status, stderr], [0, ''])
})

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const lines = [...readme.matchAll(/^fin ([a-z][^#>|\n]*)/gm)].map(([, line = '']) => line.trim())

test('the README shows command lines', () => {
  assert.ok(lines.length >= 8)
})

for (const line of new Set(lines))
  test(`fin ${line}, from the README, is a command line that fin knows`, async () => {
    const words = line.split(/\s+/)
    const flags = words.filter((word) => word.startsWith('--'))
    const help = await fin([
      ...words.slice(0, words.findIndex((word) => word.startsWith('--')) >>> 0),
      '--help',
    ])
    assert.equal(help.code, 0)
    for (const flag of flags) if (words[0] !== 'query') assert.ok(help.stdout.includes(flag), flag)
  })

test('docs/settings.md names every list that a user may keep, and the path of the shipped one', () => {
  const settings = readFileSync(join(root, 'docs', 'settings.md'), 'utf8')
  const names = [...sources().values()].flatMap(({text}) =>
    [...text.matchAll(/\bownFile(?::| =) '([^']+\.csv)'/g)].map(([, name]) => name!),
  )
  assert.ok(names.length >= 5)
  for (const name of new Set(names))
    assert.match(
      settings,
      new RegExp(`^\\| \`${name}\` \\| .+ \\| (none|\`src/lib/[a-z/-]+/${name}\`) \\|$`, 'm'),
      name,
    )
})
