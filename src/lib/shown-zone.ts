/**
 * The time zone in which instants are shown, by `FIN_TIME_ZONE` and `TZ`. `TZ` has more forms than the name
 * of a zone: `:Asia/Seoul`, a path, and the rules of POSIX.
 */
import {realpathSync} from 'node:fs'

type Environment = Readonly<Record<string, string | undefined>>

/** A variable whose value is not used, and the zone used instead. */
export interface WrongZone {
  variable: string
  value: string
  used: string
}

/**
 * The zone of FIN_TIME_ZONE, else of TZ, else of this machine. A value that is not a zone is reported, and
 * the next one is used; finally UTC.
 */
export function shownZone(env: Environment, warn: (text: string) => void): string {
  const {zone, wrong} = readZones(env)
  for (const one of wrong) warn(wrongZoneText(one))
  return zone
}

/** The zone to use, and the variables that name none. */
export function readZones(env: Environment): {zone: string; wrong: WrongZone[]} {
  const failed: Omit<WrongZone, 'used'>[] = []
  let zone: string | undefined
  for (const variable of ['FIN_TIME_ZONE', 'TZ']) {
    const value = env[variable]
    if (value === undefined) continue
    zone = zoneNamed(value)
    if (zone !== undefined) break
    failed.push({variable, value})
  }
  const used = zone ?? (env['TZ'] === undefined ? zoneOfMachine() : 'UTC')
  return {zone: used, wrong: failed.map((one) => ({...one, used}))}
}

export function wrongZoneText({variable, value, used}: WrongZone): string {
  return `${variable} is "${value}", which is not the name of a time zone; times are shown in ${used}`
}

/** The name of a zone in the zone database, from any form of `TZ`; undefined if there is none for it. */
function zoneNamed(value: string): string | undefined {
  const text = value.trim().replace(/^:/, '')
  const name = (text.startsWith('/') ? targetOf(text) : text)
    .replace(/^.*\/zoneinfo\//, '')
    .replace(/^(posix|right)\//, '')
  if (isZone(name)) return name
  // The rules of POSIX: some begin with a known name (`EST5EDT,M3.2.0,M11.1.0`), some have a fixed offset.
  const [standard = ''] = name.split(',')
  if (isZone(standard)) return standard
  const [, sign = '', hours] = /^(?:[A-Za-z]{3,}|<[\w+-]{3,}>)([+-]?)(\d{1,2})(?::?00)?$/.exec(name) ?? []
  if (hours === undefined) return undefined
  const fixed = Number(hours) === 0 ? 'UTC' : `Etc/GMT${sign || '+'}${Number(hours)}`
  return isZone(fixed) ? fixed : undefined
}

/** What a path leads to, since /etc/localtime is a link to the file of a zone. */
function targetOf(path: string): string {
  try {
    return path.includes('/zoneinfo/') ? path : realpathSync(path)
  } catch {
    return path
  }
}

function isZone(name: string): boolean {
  if (name === 'UTC') return true
  // Some versions of Node accept an offset like +09:00, too.
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', {timeZone: name})
    return true
  } catch {
    return false
  }
}

/** The zone of this machine; UTC if the system does not name one. */
function zoneOfMachine(): string {
  // The types say that there is always one, but Node knows none for some values of TZ.
  const {timeZone} = Intl.DateTimeFormat().resolvedOptions() as {timeZone?: string}
  return timeZone === undefined || timeZone === 'Etc/Unknown' ? 'UTC' : timeZone
}
