import assert from 'node:assert/strict'
import {test} from 'node:test'
import fc from 'fast-check'
import {IANAZone} from 'luxon'
import {loadConfig} from '../src/lib/config.js'
import {wallClock, zoneShown} from '../src/lib/output/cell.js'
import {hourMs} from '../src/lib/time.js'
import {checkZone, offsetMs, offsetsAround} from '../src/lib/zone.js'

const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')]

test('the offsets of both clock changes of New York are right to the millisecond', () => {
  const spring = Date.UTC(2026, 2, 8, 7)
  const autumn = Date.UTC(2026, 10, 1, 6)
  assert.deepEqual(
    [spring - 1, spring, autumn - 1, autumn].map((ms) => offsetMs('America/New_York', ms) / hourMs),
    [-5, -4, -4, -5],
  )
})

test('the offsets around a day differ only where the clock changes near it', () => {
  const day = Date.UTC(2026, 2, 8) / (24 * hourMs)
  const around = (zone: string, of: number) => offsetsAround(zone, of).map((ms) => ms / hourMs)
  assert.deepEqual(around('America/New_York', day), [-5, -4])
  assert.deepEqual(around('America/New_York', day + 10), [-4, -4])
  assert.deepEqual(around('Asia/Seoul', day), [9, 9])
  assert.deepEqual(around('America/New_York', day), [-5, -4], 'a second call')
})

test('a zone name is accepted in any case, and a name that is not in the zone database is refused', () => {
  assert.equal(offsetMs('asia/seoul', 0), 9 * hourMs)
  for (const name of ['Nowhere', 'Asia/Seoul\nAsia/Tokyo', '', 'Asia'])
    for (const call of [() => checkZone(name), () => offsetMs(name, 0)])
      assert.throws(call, /is not a time zone/)
})

test('an offset equals that of luxon, also on the days around a change', () => {
  const day = fc.integer({min: Date.UTC(1980, 0, 1), max: Date.UTC(2040, 0, 1)})
  fc.assert(
    fc.property(fc.constantFrom(...zones), day, fc.integer({min: 0, max: 96}), (zone, ms, hours) => {
      const at = ms + hours * hourMs
      return offsetMs(zone, at) === IANAZone.create(zone).offset(at) * 60_000
    }),
    {numRuns: 5000},
  )
  for (const zone of ['America/New_York', 'Europe/London', 'Africa/Casablanca', 'Australia/Lord_Howe'])
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += hourMs)
      assert.equal(offsetMs(zone, at), IANAZone.create(zone).offset(at) * 60_000, `${zone} at ${at}`)
})

test('a table shows the wall clock that the offset of luxon gives', () => {
  const instant = fc.integer({min: Date.UTC(1980, 0, 1), max: Date.UTC(2040, 0, 1)}).map((ms) => new Date(ms))
  fc.assert(
    fc.property(fc.constantFrom(...zones), instant, (zone, at) => {
      const wall = new Date(at.getTime() + offsetMs(zone, at.getTime()))
      return wallClock(at, zone) === wall.toISOString().slice(0, 19).replace('T', ' ')
    }),
    {numRuns: 2000},
  )
  assert.equal(zoneShown('asia/seoul'), 'Asia/Seoul')
  assert.deepEqual(
    [zoneShown('Nowhere'), wallClock(new Date('2026-01-02T03:04:05Z'), 'Nowhere')],
    ['UTC', '2026-01-02 03:04:05'],
  )
})

test('the zone of the user is that of the setting, then of TZ, then of the machine', () => {
  const machine = Intl.DateTimeFormat().resolvedOptions().timeZone
  assert.equal(loadConfig({FIN_TIME_ZONE: 'Asia/Seoul', TZ: 'Asia/Tokyo'}).zone, 'Asia/Seoul')
  assert.equal(loadConfig({TZ: 'Asia/Tokyo'}).zone, 'Asia/Tokyo')
  if (machine !== 'Etc/Unknown') assert.equal(loadConfig({}).zone, machine)
})
