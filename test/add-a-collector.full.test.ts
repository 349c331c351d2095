/**
 * docs/add-a-collector.md as a test: it writes each file that the document shows into a copy of the
 * repository, runs each command, and compares the output with the output that the document shows.
 */
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {after, before, describe, test} from 'node:test'
import pg from 'pg'
import {blocksOf, textOf} from './documents.js'
import {root} from './paths.js'
import {postgres, type Postgres} from './servers.js'
import {trackedFiles} from './tracked.js'

const tracked = trackedFiles()
const skip = tracked === undefined && 'this is no clone, or git is missing: nothing says which files to copy'

const document = 'docs/add-a-collector.md'

describe(document, {skip}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'fin-added-'))
  let server: Postgres
  let database: string
  let emptyDatabase: string
  let printed = ''

  before(async () => {
    server = await postgres()
    ;[database, emptyDatabase] = await Promise.all([server.withSchema('added'), server.database('simulated')])
    for (const file of tracked ?? []) {
      mkdirSync(join(folder, dirname(file)), {recursive: true})
      cpSync(join(root, file), join(folder, file))
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    // the state after bin/prepare
    for (const built of ['dist', 'oclif.manifest.json'])
      cpSync(join(root, built), join(folder, built), {recursive: true})
  })
  after(async () => {
    rmSync(folder, {recursive: true, force: true})
    await server.stop()
  })

  function run(script: string): string {
    const env = {
      PATH: process.env['PATH'],
      TMPDIR: process.env['TMPDIR'],
      HOME: join(folder, 'home'),
      TZ: 'UTC',
      LANG: 'C.UTF-8',
      NO_COLOR: '1',
      DATABASE_URL: script.includes(' simulate ') ? emptyDatabase : database,
      FIN_EMBEDDED: 'never',
    }
    const {stdout, stderr, status} = spawnSync('bash', ['-ec', script], {
      cwd: folder,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    assert.equal(status, 0, `${stdout}\n${stderr}`)
    return stdout
  }

  for (const {file, language, text} of blocksOf(textOf(document))) {
    if (file !== undefined)
      test(`write ${file}`, () => {
        mkdirSync(join(folder, dirname(file)), {recursive: true})
        writeFileSync(join(folder, file), text)
      })
    else if (language === 'sh')
      test(`run ${text.trim().replaceAll('\n', '; ')}`, () => {
        printed = run(text)
      })
    else
      test(`the output begins with ${text.slice(0, 30)}`, () => {
        assert.ok(printed.endsWith(text), `it printed:\n${printed}`)
      })
  }

  test('the table holds the rows of the document', async () => {
    const client = new pg.Client(database)
    await client.connect()
    const {rows} = await client.query('select id, description, country from news_sources order by id')
    await client.end()
    assert.deepEqual(rows, [
      {id: 'ansa', description: null, country: 'it'},
      {id: 'bloomberg', description: 'Business and financial news.', country: 'us'},
    ])
  })
})
