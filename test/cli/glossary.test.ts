/**
 * The old words of docs/glossary.md do not come back in help texts, messages, and the output of commands. The
 * glossary lists the names that stay (columns, switches, values of `outcome`) with the reason.
 */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import {root} from '../paths.js'
import {fin, postgres, type Postgres} from '../servers.js'
import {sources} from '../sources.js'

const oldWords: readonly RegExp[] = [
  /\bset(s|ting)?[ _]aside\b/i,
  /\bfirings?\b/i,
  /\bgoes on\b/i,
  /\bwhoever\b/i,
  /\bthe door\b/i,
  /\brests? until\b/i,
  /\bmend(s|ed|ing)?\b/i,
  /\bgives? way\b/i,
  /\bthe day adds up\b/i,
  /\btakes? (a|its) place\b/i,
  /\bplaces? (is|are) taken\b/i,
  /\bquarantined?\b/i,
  /\bleft alone\b/i,
  /\bagendas?\b/i,
  /\boccasions?\b/i,
  /\bg(ive|ives|iven|ave) back\b/i,
  /\basks?\b/i,
  /\basked\b/i,
  /\btells?\b/i,
  /\btold\b/i,
  /\bpatience\b/i,
  /\bshut (out|door)\b/i,
  /\bspoil(s|t|ed)?\b/i,
]

const foundIn = (text: string) => oldWords.flatMap((word) => word.exec(text)?.[0] ?? [])

let server: Postgres
before(async () => {
  server = await postgres()
})
after(() => server.stop())

test('no text in the source holds an old word', () => {
  // The simulator uses the words of its providers; a string without a blank is a name and not a text.
  const texts = [...sources().values()]
    .filter(({file}) => !file.startsWith('src/simulator/') && file !== 'src/lib/rows.ts')
    .flatMap(({file, strings}) => strings.map(({text, line}) => ({place: `${file}:${line}`, text})))
    .filter(({text}) => text.includes(' '))
  assert.ok(texts.length > 1000)
  assert.deepEqual(
    texts.flatMap(({place, text}) => foundIn(text).map((word) => `${place}: "${word}" in "${text}"`)),
    [],
  )
})

test('no help text holds an old word', async () => {
  const manifest = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as {
    commands: Record<
      string,
      {summary?: string; description?: string; flags: Record<string, {summary?: string}>}
    >
  }
  const texts = Object.entries(manifest.commands).flatMap(([id, {summary = '', description = '', flags}]) => [
    `${id}: ${summary}`,
    `${id}: ${description}`,
    ...Object.entries(flags).map(([name, flag]) => `${id} --${name}: ${flag.summary ?? ''}`),
  ])
  assert.ok(texts.length > 300)
  assert.deepEqual(
    texts.filter((text) => foundIn(text).length > 0),
    [],
  )
  const overview = await fin(['--help'])
  assert.deepEqual(foundIn(overview.stdout), [])
})

for (const args of [['doctor'], ['status'], ['quota'], ['runs'], ['schedule', 'list'], ['query']])
  test(`fin ${args.join(' ')} prints no old word`, async () => {
    const run = await fin(args, {env: {DATABASE_URL: await server.withSchema('words')}})
    assert.ok(run.stdout.length > 0, run.stderr)
    assert.deepEqual(foundIn(`${run.stdout}\n${run.stderr}`), [])
  })
