/**
 * The real recordings, if they are present: each parses through the real collector into rows that the tables
 * accept, each error into its refusal.
 */
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import type {Database} from '../src/lib/db/database.js'
import type {AnyCollector, HttpRequest} from '../src/lib/define.js'
import {UnexpectedBody} from '../src/lib/errors.js'
import {loadConfig} from '../src/lib/config.js'
import {openDatabase} from '../src/lib/db/pool.js'
import {readSaved} from '../src/lib/http/saved.js'
import {parsePage} from '../src/lib/run/parsed.js'
import {sourceOf} from '../src/lib/run/collect.js'
import {storeTarget} from '../src/lib/run/store.js'
import {fixture, fixtureNames, fixturesSkip} from './fixtures.js'
import {good, refused} from './recorded-answers.js'
import {shippedLists} from './recordings/units.js'
import {postgres, type Postgres} from './servers.js'

const at = new Date('2026-11-23T00:00:00Z')

let database: Database
let server: Postgres

before(async () => {
  server = await postgres()
  database = await openDatabase(loadConfig({DATABASE_URL: await server.withSchema('recorded')}, '/'))
})
after(async () => {
  await database.close()
  await server.stop()
})

for (const {file, collector, provider, target, rows, cells = {}} of good) {
  test(`${file} becomes rows of ${collector.tables[0]}`, {skip: fixturesSkip}, async () => {
    const {shaped, at: answeredAt} = parsed(file, collector, provider, target)
    const main = shaped.rows.get(collector.tables[0]) ?? []
    assert.deepEqual(shaped.rejected, [])
    assert.equal(main.length, rows)
    for (const [index, expected] of Object.entries(cells)) {
      const row = main.at(Number(index)) as Record<string, unknown>
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, row[name]])), expected)
    }
    const given = {
      collector,
      shaped,
      origin: {job: collector.name, source: 'saved', target, runId: null, receivedAt: answeredAt},
      states: [],
      settles: false,
      isWhole: true,
      force: true,
    }
    const stored = await storeTarget(database, given)
    assert.equal(stored.rejected, 0)
    assert.deepEqual(stored.good.length, rows)
    const again = await storeTarget(database, given)
    assert.deepEqual([again.inserted, again.updated], [0, 0])
  })
}

test('every recording of Truth Social is in one of the lists above', {skip: fixturesSkip}, () => {
  const listed = new Set([...good, ...refused].map(({file}) => file))
  assert.deepEqual(
    fixtureNames('truthsocial').filter((name) => !name.endsWith('.headers.json') && !listed.has(name)),
    [],
  )
})

test('every recording of X is in one of the lists above', {skip: fixturesSkip}, () => {
  const listed = new Set([...good, ...refused].map(({file}) => file))
  assert.deepEqual(
    fixtureNames('x').filter((name) => !name.endsWith('.headers.json') && !listed.has(name)),
    [],
  )
})

for (const {file, collector, provider, target, says} of refused) {
  test(`${file} gives ${collector.name} no row`, {skip: fixturesSkip}, () => {
    assert.throws(
      () => parsed(file, collector, provider, target),
      (error) => error instanceof UnexpectedBody && says.test(error.message),
    )
  })
}

function parsed(
  file: string,
  collector: AnyCollector,
  provider: string | undefined,
  target: string | undefined,
) {
  const {source} = sourceOf(collector, provider)
  const named = {
    target: target ?? (Array.isArray(collector.targets) ? String(collector.targets[0]) : collector.name),
  }
  const request: HttpRequest = source.request(named, null, {targets: [named], at, scheduledAt: at})
  const {answer, body} = readSaved(source.provider, fixture(file), {as: request.as, at})
  const from = {
    target: target === undefined ? null : named,
    targets: [named],
    at,
    lists: shippedLists(collector),
  }
  return {shaped: parsePage(collector, source, {body, text: answer.text}, from), at: answer.at}
}
