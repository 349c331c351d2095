/** The help of every command names only flags that the command has. */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {root} from '../paths.js'

interface Manifest {
  commands: Record<
    string,
    {usage?: string | string[]; flags: Record<string, {exclusive?: string[]; dependsOn?: string[]}>}
  >
}

test('a flag excludes and needs only flags of its own command', () => {
  const {commands} = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as Manifest
  const missing = Object.entries(commands).flatMap(([id, {flags}]) =>
    Object.entries(flags).flatMap(([flag, {exclusive = [], dependsOn = []}]) =>
      [...exclusive, ...dependsOn]
        .filter((other) => !(other in flags))
        .map((other) => `${id}: --${flag} names --${other}`),
    ),
  )
  assert.deepEqual(missing, [])
  for (const id of ['db:init', 'db:status', 'runs:show', 'quota']) assert.ok(id in commands, id)
})

test('the usage of quota shows which flags go together', () => {
  const {commands} = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as Manifest
  assert.match(
    String(commands['quota']?.usage),
    /^quota \[--provider NAME \[--plan \| --retry LABEL\] \| --forget-future \[--dry-run\]\] /,
  )
})
