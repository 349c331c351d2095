/**
 * Every job of a command: its declaration fits its tables and statements, and the invented answers become
 * exactly the rows of test/golden.
 */
import assert from 'node:assert/strict'
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {basename, join} from 'node:path'
import {describe, test} from 'node:test'
import {statement, type StatementName} from '../src/lib/db/statement.js'
import {UnexpectedBody} from '../src/lib/errors.js'
import {isItem, isRejected} from '../src/lib/parse.js'
import {keyOf} from '../src/lib/rowkeys.js'
import type {AnySource, Shaped} from '../src/lib/run/parsed.js'
import {ownColumns, type TableName} from '../src/lib/rows.js'
import {readCron} from '../src/lib/schedule/cron.js'
import {latestScheduledRun} from '../src/lib/schedule/scheduled-runs.js'
import {checkZone} from '../src/lib/zone.js'
import {root} from './paths.js'
import {
  broughtKey,
  furtherSymbol,
  golden,
  goldenFile,
  linesOf,
  mapOf,
  recordingsOf,
  requestOf,
  shapeOf,
  units,
  type GoldenLine,
  type Recording,
} from './recordings/units.js'

const all = await units()
const names = all.map(({unit}) => unit.name)
const rowsText = readFileSync(join(root, 'src', 'lib', 'rows.ts'), 'utf8')
const recorded = new Map(
  all.flatMap((one) =>
    one.kind === 'collector' ? [[one.unit.name, recordingsOf(one.unit, names)] as const] : [],
  ),
)

test('there are jobs, and every recording and golden file belongs to one', () => {
  assert.ok(all.length >= 10, names.join(', '))
  const used = new Set([...recorded.values()].flat().map(({name}) => `${name}.json`))
  for (const {kind, unit} of all) if (kind === 'mapper') used.add(`candidates/${unit.name}.json`)
  const folder = join(root, 'test', 'recordings')
  const files = readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter((file) =>
    file.endsWith('.json'),
  )
  assert.deepEqual(
    files.filter((file) => !used.has(file)),
    [],
  )
  const without = readdirSync(join(root, 'test', 'golden')).filter(
    (file) => !names.includes(basename(file, '.ndjson')),
  )
  assert.deepEqual(without, [])
})

for (const one of all) {
  const {unit, kind, commandId} = one
  const shapes =
    one.kind === 'collector'
      ? recorded.get(unit.name)!.map((recording) => [recording.name, shapeOf(recording)] as const)
      : [[mapOf(one.unit).name, mapOf(one.unit).shaped] as const]
  const lines = shapes.flatMap(([name, shaped]) => linesOf(name, shaped))

  describe(unit.name, () => {
    test('turns its input into exactly the golden rows', () => {
      if (process.env['UPDATE_GOLDEN'] === '1')
        writeFileSync(goldenFile(unit.name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
      assert.ok(lines.length > 0, 'no recording')
      const expected = golden(unit.name)
      assert.deepEqual(lines.slice(0, expected.length), expected)
      assert.equal(lines.length, expected.length)
    })

    test('has one name: of the job, its file, its command and its help', () => {
      assert.equal(commandId, `${kind === 'collector' ? 'ingest' : 'map'}:${unit.name}`)
      assert.ok(existsSync(join(root, 'src', 'lib', `${kind}s`, `${unit.name}.ts`)))
      assert.match(unit.summary, /^[a-z].{10,}[^.]$/)
    })

    if (one.kind === 'collector')
      test('names the command that provides its targets', () => {
        const {targets, dependsOn = []} = one.unit
        const text = typeof targets === 'string' ? statement(targets as StatementName).text : ''
        const read = new Set([...text.matchAll(/(?:\bfrom|^join) (\w+)/gm)].map(([, table]) => table))
        const others = all.filter(
          (other) =>
            other.unit !== unit && (other.unit.tables as readonly string[]).some((table) => read.has(table)),
        )
        if (others.length > 0) assert.notDeepEqual(dependsOn, [])
        const providing = others.map((other) => `fin ${other.commandId.replace(':', ' ')}`)
        assert.deepEqual(
          dependsOn.filter((command) => command !== 'fin db init' && !providing.includes(command)),
          [],
        )
      })

    test('has statements that exist, and agree with its key and with the tables', () => {
      const named = Object.values(unit).filter(
        (value): value is StatementName =>
          typeof value === 'string' && /^(select|update|delete)_/.test(value),
      )
      for (const name of named) assert.doesNotThrow(() => statement(name), name)
      for (const table of unit.tables as readonly TableName[]) {
        const {conflict} = upsertOf(table)
        assert.deepEqual(conflict, broughtKey(table), `the key of ${table}`)
        if (table === unit.tables[0]) assert.deepEqual(conflict, unit.key, `the key of ${unit.name}`)
      }
    })

    test('writes every required column, and no other', () => {
      for (const table of unit.tables as readonly TableName[]) {
        const rows = lines.filter((line) => line.table === table).map(({row}) => row!)
        assert.ok(rows.length > 0, `no recording has a row of ${table}`)
        const {inserted} = upsertOf(table)
        const required = ownColumns[table].filter((column) => !optionalColumns(table).has(column))
        for (const row of rows) {
          assert.deepEqual(
            Object.keys(row).filter((column) => !ownColumns[table].includes(column)),
            [],
            'columns that the table does not take',
          )
          assert.deepEqual(
            Object.keys(row).filter((column) => !inserted.includes(column)),
            [],
            'columns that the upsert forgets',
          )
          assert.deepEqual(
            required.filter((column) => !(column in row)),
            [],
            'columns that are missing',
          )
          for (const [column, cell] of Object.entries(row))
            assert.ok(isStorable(cell), `${column}: ${String(cell)}`)
        }
      }
    })

    test('gives every row its key, each once', () => {
      for (const [name, {rows}] of shapes) {
        for (const table of unit.tables as readonly TableName[]) {
          const own = rows.get(table) ?? []
          const key = table === unit.tables[0] ? unit.key : broughtKey(table)
          for (const row of own)
            for (const column of key)
              assert.notEqual((row as Record<string, unknown>)[column] ?? null, null, `${name}: ${column}`)
          assert.equal(new Set(own.map((row) => keyOf(row, key))).size, own.length, name)
        }
      }
    })

    test('has a readable schedule', () => {
      for (const {cron, zone} of unit.schedule ?? []) {
        assert.ok(readCron(cron).minutes.length > 0)
        checkZone(zone)
      }
      if (unit.schedule)
        assert.ok(latestScheduledRun(unit.schedule, new Date('2026-11-23T00:00:00Z')), 'it never runs')
    })

    if (one.kind === 'collector') collectorTests(recorded.get(unit.name)!)
    else
      test('has a pure map function', () => {
        const {candidates, at} = mapOf(one.unit)
        const before = JSON.stringify(candidates)
        const run = () => JSON.stringify([...one.unit.map(deepFreeze(candidates), {at})])
        assert.equal(run(), run())
        assert.equal(JSON.stringify(candidates), before)
      })
  })
}

function collectorTests(own: readonly Recording[]): void {
  test('has a recording of each of its sources', () => {
    const [recording] = own
    assert.ok(recording)
    assert.deepEqual(
      [...new Set(own.map(({sourceName}) => sourceName))].sort(),
      Object.keys(recording.unit.sources).sort(),
    )
  })

  test('builds a request without a secret; the provider adds it', () => {
    for (const {source, targets, asks, name} of own) {
      const request = requestOf(source, targets, asks)
      const parameters = [...Object.keys(request.query ?? {}), ...Object.keys(request.headers ?? {})]
      assert.deepEqual(
        parameters.filter((parameter) => /key|token|secret|auth/i.test(parameter)),
        [],
        name,
      )
      const {authorize, credentials} = source.provider
      assert.equal(
        authorize === undefined,
        credentials === undefined,
        `${source.provider.name}: credentials and signing in belong together`,
      )
      if (authorize) assert.match(JSON.stringify(authorize(request, 'the-secret')), /the-secret/)
      assert.doesNotMatch(
        JSON.stringify(requestOf(source, targets, asks)),
        /the-secret/,
        'signing in changed the given request',
      )
    }
  })

  test('has a pure parse: the same result twice, and an unchanged answer', () => {
    for (const recording of own) {
      const {body, source, from} = recording
      const before = JSON.stringify(body)
      const run = () =>
        JSON.stringify([...(source.parse(deepFreeze(body), deepFreeze(from)) as Iterable<object>)])
      assert.equal(run(), run(), recording.name)
      assert.equal(JSON.stringify(body), before, recording.name)
    }
  })

  test('parses a single object of a list as that one row', () => {
    for (const recording of own) {
      const items = itemsOf(recording.body)
      if (items === undefined || dependsOnList.has(recording.unit.name)) continue
      const single = items.map((item) => yieldedBy({...recording, body: withContext(recording.body, item)}))
      assert.deepEqual(single.flat(), yieldedBy(recording), recording.name)
      assert.ok(single.every((some) => some.length > 0))
    }
  })

  test('makes no row of the answer of another endpoint', () => {
    for (const others of recorded.values())
      for (const other of others) {
        if (
          other.unit === own[0]!.unit ||
          sameEndpoint.some((names) => [other, own[0]!].every(({unit: {name}}) => names.includes(name)))
        )
          continue
        for (const source of Object.values(own[0]!.unit.sources) as AnySource[]) {
          if (saysOnlyDates(other.body) && saysOnlyDates(own.find((one) => one.source === source)?.body))
            continue
          assert.deepEqual(
            rowsOrRefusal(source, own[0]!, other),
            [],
            `${other.name} parsed by ${source.provider.name}`,
          )
        }
      }
  })
}

/** Jobs that request one endpoint for different reasons: no answer tells them apart. */
const sameEndpoint = [
  ['company-news', 'earnings-news'],
  ['truth-posts', 'truth-trends'],
]

/** Rows that a source makes of a foreign answer; none if the source refuses it, as it should. */
function rowsOrRefusal(source: AnySource, own: Recording, {body, from}: Recording): object[] {
  const {targets} = own.unit
  const target = typeof targets === 'object' ? {target: String(targets[0])} : null
  try {
    return [
      ...(source.parse(body, {target, targets: target ? [target] : [], at: from.at}) as Iterable<object>),
    ].filter((one) => !isRejected(one))
  } catch (error) {
    assert.ok(error instanceof UnexpectedBody, String(error))
    return []
  }
}

/**
 * True if an answer holds only dates and values: no part of it names its series, so its series cannot be
 * checked.
 */
function saysOnlyDates(body: unknown): boolean {
  return (
    (isItem(body) && 'observations' in body) ||
    (typeof body === 'string' && body.startsWith('timestamp,value')) ||
    (isItem(body) && 'data' in body && Array.isArray(body['data']))
  )
}

function yieldedBy({source, body, from}: Recording): object[] {
  return [...(source.parse(body, from) as Iterable<object>)]
}

/**
 * Jobs whose items do not name their list, their time or their place in the list, so that a single one is
 * refused.
 */
const dependsOnList = new Set(['top-gainers', 'truth-trends'])

/** One item, with the other parts of the answer that it needs. */
function withContext(body: unknown, item: unknown): unknown {
  return isItem(body) && 'includes' in body ? {data: item, includes: body['includes']} : item
}

/** The items of a list; undefined for an answer of several lists. */
function itemsOf(body: unknown): unknown[] | undefined {
  if (Array.isArray(body)) return body as unknown[]
  // a list of texts is a part of one object, not a list of them
  const lists = isItem(body)
    ? Object.values(body).filter((value): value is unknown[] => Array.isArray(value))
    : []
  return lists.length === 1 && lists[0]?.some(isItem) ? lists[0] : undefined
}

/** Columns of the insert list and of the conflict of an upsert file. */
function upsertOf(table: TableName): {inserted: string[]; conflict: string[]} {
  const {text} = statement(`upsert_${table}`)
  const listed = (pattern: RegExp) =>
    pattern
      .exec(text)?.[1]
      ?.split(',')
      .map((name) => name.trim()) ?? []
  const conflict = listed(/on conflict \((.+)\)(?: where .+)? do/)
    .filter((part) => !part.startsWith("'"))
    .map((part) => part.replace(/^\(coalesce\(/, '').replace('url_hash', 'url'))
  return {inserted: listed(new RegExp(`insert into ${table}(?: as \\w+)? \\(([^)]+)\\)`)), conflict}
}

/** Columns that a new row may omit, because the database has a default for them. */
function optionalColumns(table: TableName): Set<string> {
  const newRows = rowsText.slice(
    rowsText.indexOf('export interface NewRow {'),
    rowsText.indexOf('export interface ViewRow {'),
  )
  const [, fields] = new RegExp(`\\n {2}${table}: \\{\\n([\\s\\S]*?)\\n {2}\\}`).exec(newRows) ?? []
  assert.ok(fields, `NewRow has no ${table}`)
  return new Set([...fields.matchAll(/^ {4}(\w+)\?:/gm)].map(([, name]) => name!))
}

function isStorable(cell: unknown): boolean {
  if (cell === null || typeof cell === 'string' || typeof cell === 'boolean') return true
  if (typeof cell === 'number') return Number.isFinite(cell)
  return typeof cell === 'object' && Object.values(cell).every(isStorable)
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    Object.freeze(value)
    Object.values(value).forEach(deepFreeze)
  }
  return value
}

describe('oddities of the providers', () => {
  const rows = (job: string, recording: string): Record<string, unknown>[] =>
    golden(job)
      .filter((line) => line.recording === recording && line.row !== undefined)
      .map(({row}) => row as Record<string, unknown>)
  const of = (job: string, recording: string, column: string, value: unknown) =>
    rows(job, recording).find((row) => row[column] === value)!

  test('"." is null, and the digits stay as they were sent', () => {
    assert.equal(of('cpi', 'fred/cpi', 'date', '2025-10-01')['cpi_value'], null)
    assert.equal(of('cpi', 'alpha-vantage/cpi-csv', 'date', '2025-10-01')['cpi_value'], null)
    assert.equal(
      of('treasury-yield', 'fred/treasury-yield-daily', 'date', '2026-11-10')['yield_rate'],
      '4.6900000000',
    )
    assert.equal(of('federal-funds-rate', 'fred/federal-funds-rate-daily', 'date', '2026-11-04')['rate'], '0')
    assert.equal(
      of('bithumb-tickers', 'bithumb/bithumb-tickers', 'market', 'KRW-SHIB')['acc_trade_volume'],
      '12345678901234567890.123',
    )
    assert.equal(
      of('coingecko-global', 'coingecko/coingecko-global', 'markets', 1456)['total_market_cap_krw'],
      '2.70016521312815e+15',
    )
  })

  test('JSON and CSV of Alpha Vantage give the same rows', () => {
    for (const job of ['cpi', 'inflation', 'federal-funds-rate'])
      assert.deepEqual(rows(job, `alpha-vantage/${job}-csv`), rows(job, `alpha-vantage/${job}`), job)
  })

  test('the nine hours that Bithumb is ahead are subtracted, but not once Bithumb has fixed them', () => {
    const ahead = of('bithumb-tickers', 'bithumb/bithumb-tickers', 'market', 'KRW-BTC')
    const fixed = of('bithumb-tickers', 'bithumb/bithumb-tickers-mended', 'market', 'KRW-BTC')
    assert.deepEqual(
      [ahead['quoted_at'], ahead['trade_timestamp']],
      ['2026-11-16T23:40:01.250Z', '1794872401250'],
    )
    assert.deepEqual(
      [fixed['quoted_at'], fixed['trade_timestamp']],
      ['2026-11-16T23:40:02.300Z', '1794872401250'],
    )
    assert.equal(
      of('bithumb-tickers', 'bithumb/bithumb-tickers', 'market', 'KRW-NIGHT')['quoted_at'],
      '2026-12-31T23:59:59.999Z',
    )
    const neither = golden('bithumb-tickers').filter(
      ({recording}) => recording === 'bithumb/bithumb-tickers-neither',
    )
    assert.deepEqual(
      neither.map((line: GoldenLine) => /not 9 or 0 hours/.test(line.rejected ?? '')),
      [true],
    )
  })

  test('the list of members is read by header text, complete and clean', () => {
    const [now, former] = recorded
      .get('sp500-companies')!
      .map((recording): [string, Shaped] => [recording.name, shapeOf(recording)])
      .sort(([a], [b]) => a.length - b.length)
    for (const [, {rows: byTable}] of [now!, former!]) {
      const further = (byTable.get('sp500_companies') ?? []).filter((row) =>
        String((row as {symbol: string}).symbol).startsWith(furtherSymbol),
      )
      assert.equal(further.length, 480)
    }
    assert.deepEqual(rows('sp500-companies', former![0]), rows('sp500-companies', now![0]).slice(0, 3))
    const text = JSON.stringify(golden('sp500-companies'))
    assert.doesNotMatch(text, /\[\d+\]|&amp;|\\n|\u00a0|reports/)
  })

  test('a list of an implausible length is refused', () => {
    const recording = recorded.get('sp500-companies')!.find(({name}) => name === 'wikipedia/sp500-companies')
    const page = String(recording!.body)
    const cut = (n: number) =>
      page.replace(new RegExp(`(<tr><td>${furtherSymbol}\\d+[\\s\\S]*?</tr>\\s*){${n}}`), '')
    assert.throws(
      () => yieldedBy({...recording!, body: cut(9)}),
      (error) => error instanceof UnexpectedBody && /has 479 rows/.test(error.message),
    )
    const listed = yieldedBy({...recording!, body: cut(8)}).filter((row) => !('table' in row))
    assert.equal(listed.length, 480)
    const twice = page.replace(`<td>${furtherSymbol}7\n`, `<td>${furtherSymbol}8\n`)
    assert.throws(() => yieldedBy({...recording!, body: twice}), /twice/)
    assert.throws(
      () => yieldedBy({...recording!, body: page.replaceAll('>Security', '>Name')}),
      /no column "Security"/,
    )
    assert.equal(
      yieldedBy({...recording!, body: page.replaceAll('>Founded', '>Since')}).length,
      yieldedBy(recording!).length,
    )
  })

  test('an answer that names another series or has a finer interval is refused', () => {
    const refuses = (job: string, recording: string, target: string | null) => {
      const found = [...recorded.values()].flat().find(({name}) => name === recording)!
      const {unit: collector} = all.find((one) => one.unit.name === job && one.kind === 'collector') as {
        unit: Recording['unit']
      }
      for (const source of Object.values(collector.sources) as AnySource[]) {
        assert.throws(
          () => [
            ...(source.parse(found.body, {
              target: target === null ? null : {target},
              targets: [],
              at: found.from.at,
            }) as Iterable<object>),
          ],
          UnexpectedBody,
          `${recording} as ${job} ${target ?? ''} by ${source.provider.name}`,
        )
      }
    }
    refuses('inflation', 'alpha-vantage/cpi', 'FPCPITOTLZGUSA')
    refuses('cpi', 'alpha-vantage/inflation', 'CPIAUCNS')
    refuses('federal-funds-rate', 'alpha-vantage/treasury-yield', 'FEDFUNDS')
    refuses('treasury-yield', 'alpha-vantage/federal-funds-rate', '10year')
    refuses('treasury-yield', 'alpha-vantage/treasury-yield', '10year')
    refuses('treasury-yield', 'alpha-vantage/treasury-yield-daily', '10year')
    refuses('federal-funds-rate', 'fred/federal-funds-rate-daily', null)
    refuses('treasury-yield', 'fred/treasury-yield-daily', '10year')
    refuses('inflation', 'fred/cpi', null)
    refuses('inflation', 'alpha-vantage/cpi-csv', null)
  })
})
