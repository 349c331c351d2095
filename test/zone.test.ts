import assert from 'node:assert/strict'
import {copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {test} from 'node:test'
import {pathToFileURL} from 'node:url'
import fc from 'fast-check'
import {IANAZone} from 'luxon'
import {wallClock, zoneShown} from '../src/lib/output/cell.js'
import {minuteMs} from '../src/lib/time.js'
import {isInTable, tableOffsetMs, zoneOfMachine} from '../src/lib/zone-table.js'
import {checkZone, offsetMs} from '../src/lib/zone.js'
import {root} from './paths.js'

const [fromMs, toMs] = [Date.UTC(2020, 0, 1), Date.UTC(2040, 0, 1)]
const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')]

test('the table says of every zone what luxon says: each week, and on both sides of each change', () => {
  let changes = 0
  for (const name of zones) {
    const zone = IANAZone.create(name)
    let before = tableOffsetMs(name, fromMs)
    for (let at = fromMs; at < toMs; at += 7 * 86_400_000) {
      const found = tableOffsetMs(name, at)
      assert.equal(found, zone.offset(at) * minuteMs, `${name} at ${new Date(at).toISOString()}`)
      if (found !== before) {
        const change = firstWith(found, at, (ms) => tableOffsetMs(name, ms))
        assert.equal(zone.offset(change) * minuteMs, found, `${name} from ${new Date(change).toISOString()}`)
        assert.equal(
          zone.offset(change - 1) * minuteMs,
          before,
          `${name} until ${new Date(change).toISOString()}`,
        )
        changes++
      }
      before = found
    }
  }
  assert.ok(zones.length > 400 && changes > 4000, `${zones.length} zones, ${changes} changes`)
})

/** The minute within the week before `at` from which on an offset holds. */
function firstWith(
  offset: number | undefined,
  at: number,
  offsetAt: (ms: number) => number | undefined,
): number {
  let [before, after] = [at / minuteMs - 7 * 1440, at / minuteMs]
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (offsetAt(middle * minuteMs) === offset) after = middle
    else before = middle
  }
  return after * minuteMs
}

test('both changes of New York, to the millisecond', () => {
  const spring = Date.UTC(2026, 2, 8, 7)
  const autumn = Date.UTC(2026, 10, 1, 6)
  assert.deepEqual(
    [spring - 1, spring, autumn - 1, autumn].map((ms) => tableOffsetMs('America/New_York', ms)! / 3_600_000),
    [-5, -4, -4, -5],
  )
})

test('what is not in the table, luxon is asked: other instants, other names', () => {
  for (const ms of [fromMs - 1, toMs, Date.UTC(1988, 6, 1)]) {
    assert.equal(tableOffsetMs('Asia/Seoul', ms), undefined)
    assert.equal(offsetMs('Asia/Seoul', ms), IANAZone.create('Asia/Seoul').offset(ms) * minuteMs)
  }
  assert.equal(offsetMs('asia/seoul', fromMs), 9 * 60 * minuteMs)
  for (const name of ['Nowhere', 'Asia/Seoul 540\nAsia/Tokyo', '', 'Asia', process.versions['tz']!]) {
    assert.equal(isInTable(name), false)
    assert.throws(() => {
      checkZone(name)
    }, /there is no time zone/)
  }
})

test('a table that is cut off, of another edition or missing is none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fin-zones-'))
  const start = join(root, 'dist', 'start', 'zones')
  const text = readFileSync(start, 'latin1')
  const seoul = text.indexOf('\nAsia/Seoul ')
  const cases: readonly [text: string | undefined, isTable: boolean][] = [
    [text, true],
    [undefined, false],
    ['', false],
    [text.slice(0, seoul + 15), false],
    [text.replace(/^\S+/, '1999a'), false],
    [text.slice(0, text.indexOf('\n', seoul + 1) + 1), false],
  ]
  try {
    for (const [at, [found, isTable]] of cases.entries()) {
      const [code, data] = [join(folder, `${at}`, 'src', 'lib'), join(folder, `${at}`, 'start')]
      mkdirSync(code, {recursive: true})
      mkdirSync(data)
      writeFileSync(join(code, 'package.json'), '{"type": "module"}')
      copyFileSync(join(root, 'dist', 'src', 'lib', 'zone-table.js'), join(code, 'zone-table.js'))
      if (found !== undefined) writeFileSync(join(data, 'zones'), found)
      const copy = (await import(
        pathToFileURL(join(code, 'zone-table.js')).href
      )) as typeof import('../src/lib/zone-table.js')
      assert.equal(
        copy.tableOffsetMs('Asia/Seoul', fromMs),
        isTable ? 9 * 60 * minuteMs : undefined,
        `case ${at}`,
      )
    }
  } finally {
    rmSync(folder, {recursive: true})
  }
})

test('a wall clock reads the same, whoever tells it', () => {
  const told = (zone: string, at: Date) =>
    new Intl.DateTimeFormat('sv-SE', {dateStyle: 'short', timeStyle: 'medium', timeZone: zone}).format(at)
  const instant = fc.integer({min: fromMs, max: toMs - 1}).map((ms) => new Date(ms))
  fc.assert(
    fc.property(fc.constantFrom(...zones), instant, (zone, at) => wallClock(at, zone) === told(zone, at)),
    {numRuns: 2000},
  )
  for (const zone of zones)
    assert.equal(
      zoneShown(zone),
      new Intl.DateTimeFormat('sv-SE', {timeZone: zone}).resolvedOptions().timeZone,
    )
  for (const at of [new Date('1907-01-01T00:00:00Z'), new Date(Date.UTC(57_742, 2, 7))])
    for (const zone of ['UTC', 'Asia/Seoul']) assert.equal(wallClock(at, zone), told(zone, at))
  assert.deepEqual(
    [zoneShown('Nowhere'), wallClock(new Date('2026-01-02T03:04:05Z'), 'Nowhere')],
    ['UTC', '2026-01-02 03:04:05'],
  )
})

test("the machine's zone is that of its link, and else what Node says", () => {
  const folder = mkdtempSync(join(tmpdir(), 'fin-zone-'))
  const node = Intl.DateTimeFormat().resolvedOptions().timeZone
  try {
    const linked = (name: string) => {
      const [file, link] = [join(folder, 'zoneinfo', name), join(folder, name.replaceAll('/', '-'))]
      mkdirSync(dirname(file), {recursive: true})
      writeFileSync(file, '')
      symlinkSync(file, link)
      return zoneOfMachine(link)
    }
    assert.equal(linked('Etc/UTC'), 'UTC')
    assert.equal(linked('Asia/Seoul'), 'Asia/Seoul')
    assert.equal(linked('Nowhere/Land'), node)
    assert.equal(zoneOfMachine(join(folder, 'none')), node)
    assert.equal(zoneOfMachine(folder), node)
    if (process.env['TZ'] === undefined) assert.equal(zoneOfMachine(), node)
  } finally {
    rmSync(folder, {recursive: true})
  }
})
