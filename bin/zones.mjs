// Writes the table of zones that src/lib/zone-table.ts reads: what luxon says, and with which edition of the
// zone database.
import {renameSync, writeFileSync} from 'node:fs'
import {IANAZone} from 'luxon'

const minuteMs = 60_000
const stepMs = 10 * 86_400_000 // no zone changes its clock twice within ten days
const [fromMs, toMs] = [Date.UTC(2020, 0, 1), Date.UTC(2040, 0, 1)]

export function writeZones(file) {
  const names = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])]
  writeFileSync(
    `${file}.new`,
    `${process.versions.tz} ${fromMs} ${toMs}\n${names.map((name) => `${name} ${lineOf(IANAZone.create(name)).join(' ')}\n`).join('')}end\n`,
  )
  renameSync(`${file}.new`, file)
}

function lineOf(zone) {
  const line = [zone.offset(fromMs)]
  for (let at = fromMs; at < toMs; at += stepMs) {
    const end = Math.min(at + stepMs, toMs)
    if (zone.offset(end) === line.at(-1)) continue
    let [before, after] = [at / minuteMs, end / minuteMs]
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2)
      if (zone.offset(middle * minuteMs) === line.at(-1)) before = middle
      else after = middle
    }
    line.push(after, zone.offset(after * minuteMs))
  }
  return line
}
