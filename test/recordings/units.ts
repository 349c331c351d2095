/**
 * Every unit, as oclif's own command list yields it, and the answers that we wrote for it: what the tests of
 * units and statements share.
 */
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {basename, join} from 'node:path'
import {Plugin, type Interfaces} from '@oclif/core'
import {parse} from 'csv-parse/sync'
import type {
  AnyCollector,
  AnyMapper,
  AnyTarget,
  From,
  HttpRequest,
  RangeMapper,
  Rejected,
} from '../../src/lib/define.js'
import {addressOf} from '../../src/lib/http/address.js'
import {readSaved} from '../../src/lib/http/saved.js'
import {keys, type TableName} from '../../src/lib/rows.js'
import {parsePage, shape, type AnySource, type Shaped} from '../../src/lib/run/parsed.js'
import {notStored} from '../../src/lib/run/store.js'
import {root} from '../paths.js'

export interface CollectorUnit {
  kind: 'collector'
  commandId: string
  unit: AnyCollector
}

export interface MapperUnit {
  kind: 'mapper'
  commandId: string
  unit: AnyMapper
}

/**
 * Loads every command from its own file, so that a unit shares its modules with the tests, which the bundle
 * does not. Commands without a unit are left out, and mappers of ranges, which have no pure function.
 */
export async function units(): Promise<(CollectorUnit | MapperUnit)[]> {
  const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Interfaces.PJSON
  pjson.oclif.commands = {strategy: 'pattern', target: './dist/src/commands'}
  const plugin = new Plugin({root, pjson, isRoot: true, ignoreManifest: true, errorOnManifestCreate: true})
  await plugin.load()
  const {commands} = plugin
  const found: (CollectorUnit | MapperUnit)[] = []
  for (const command of commands) {
    const {collector, mapper} = (await command.load()) as {
      collector?: AnyCollector
      mapper?: AnyMapper | RangeMapper
    }
    if (collector) found.push({kind: 'collector', commandId: command.id, unit: collector})
    if (mapper && 'map' in mapper) found.push({kind: 'mapper', commandId: command.id, unit: mapper})
  }
  return found.sort((a, b) => (a.unit.name < b.unit.name ? -1 : 1))
}

/**
 * The natural key in columns that a row brings: a hash is made by the database of its url, a calendar has its
 * key among the current rows.
 */
export function broughtKey(table: TableName): readonly string[] {
  return table === 'earnings_calendar'
    ? ['symbol', 'fiscal_date_ending']
    : keys[table].map((column) => (column === 'url_hash' ? 'url' : column))
}

const folder = join(root, 'test', 'recordings')

/** One answer that we wrote, read as `--input` reads it. */
export interface Recording {
  /** `fred/cpi`. */
  name: string
  unit: AnyCollector
  sourceName: string
  source: AnySource
  url: URL
  targets: readonly AnyTarget[]
  asks: Asks
  body: unknown
  from: From<AnyTarget>
}

/**
 * The recordings of a collector: `<provider>/<unit>[-<variant>].json`. Throws when one answers a request that
 * the unit does not make.
 */
export function recordingsOf(unit: AnyCollector, all: readonly string[]): Recording[] {
  return Object.entries(unit.sources).flatMap(([sourceName, source]) => {
    const {name: provider} = (source as AnySource).provider
    if (!existsSync(join(folder, provider))) return []
    return readdirSync(join(folder, provider))
      .sort()
      .filter((file) => unitOf(file, all) === unit.name)
      .map((file) => read(unit, sourceName, source as AnySource, `${provider}/${basename(file, '.json')}`))
  })
}

/**
 * The unit with the longest name that the file begins with, so that `cpi-core` would not be a variant of
 * `cpi`.
 */
function unitOf(file: string, all: readonly string[]): string | undefined {
  const stem = basename(file, '.json')
  return all
    .filter((name) => stem === name || stem.startsWith(`${name}-`))
    .sort((a, b) => b.length - a.length)[0]
}

function read(unit: AnyCollector, sourceName: string, source: AnySource, name: string): Recording {
  const text = readFileSync(join(folder, `${name}.json`), 'utf8')
  const said = JSON.parse(text) as Said
  const url = new URL(said.request.url)
  const at = new Date(said.headers?.date ?? '2026-11-23T00:00:00Z')
  const asks = {cursor: said.cursor ?? null, at, scheduledAt: new Date(said.scheduledAt ?? at)}
  const targets = targetsOf(unit, source, url, said.targets, asks)
  if (targets === undefined) throw new Error(`${name}: ${unit.name} never asks for ${url.href}`)
  const {answer, body} = readSaved(source.provider, text, {as: requestOf(source, targets, asks).as})
  const filled =
    typeof body === 'string' ? body.replace('<!-- further members -->', furtherMembers(body)) : body
  return {
    name,
    unit,
    sourceName,
    source,
    url,
    targets,
    asks,
    body: filled,
    from: {target: targets[0]!, targets, at: answer.at, lists: shippedLists(unit)},
  }
}

/** A collector's lists as they ship. */
export function shippedLists({lists = {}}: AnyCollector): NonNullable<From<AnyTarget>['lists']> {
  return Object.fromEntries(
    Object.entries(lists).map(([name, {shipped}]) => [
      name,
      shipped === undefined
        ? []
        : (parse(readFileSync(join(root, 'src', 'lib', shipped), 'utf8'), {
            columns: true,
            comment: '#',
            trim: true,
          }) as Record<string, string>[]),
    ]),
  )
}

/**
 * What a recording says beside the answer: the targets with their columns, the cursor and the firing, where
 * the request depends on them.
 */
interface Said {
  request: {url: string}
  headers?: {date?: string}
  targets?: (string | AnyTarget)[]
  cursor?: unknown
  scheduledAt?: string
}

/** What a request was made from beside its targets. */
export interface Asks {
  cursor: unknown
  at: Date
  scheduledAt: Date
}

export function requestOf(
  source: AnySource,
  targets: readonly AnyTarget[],
  {cursor, at, scheduledAt}: Asks,
): HttpRequest {
  return source.request(targets[0]!, cursor, {targets, at, scheduledAt})
}

/**
 * The targets whose request has this address: those that the recording or the unit names, or what the address
 * names, alone or together.
 */
function targetsOf(
  unit: AnyCollector,
  source: AnySource,
  url: URL,
  said: (string | AnyTarget)[] = [unit.name],
  asks: Asks,
): AnyTarget[] | undefined {
  const listed = typeof unit.targets === 'object' ? (unit.targets as readonly string[]) : []
  const named = [...url.searchParams.values()].map((value) => value.split(','))
  const candidates = [said, ...listed.map((name) => [name]), ...named]
  return candidates
    .map((names) => names.map((name) => (typeof name === 'string' ? {target: name} : name)))
    .find((targets) => {
      try {
        return (
          comparable(addressOf(source.provider, undefined, requestOf(source, targets, asks))) ===
          comparable(url)
        )
      } catch {
        return false // the name is not one that the unit knows
      }
    })
}

/** An address without its key; the order of parameters says nothing. */
function comparable(url: URL): string {
  const params = [...url.searchParams]
    .filter(([name]) => !/^(api_?key|token)$/.test(name))
    .map(([name, value]) => `${name}=${value}`)
    .sort()
  return `${url.origin}${url.pathname} ${params.join(' ')}`
}

/**
 * Rows of the constituents table that bring it to a length that is believed; in the order of the columns of
 * this page.
 */
function furtherMembers(page: string): string {
  const hasFilings = page.includes('<th>SEC filings')
  return Array.from({length: 480}, (_, n) => {
    const cells = [
      `${furtherSymbol}${n}`,
      `Further ${n}`,
      ...(hasFilings ? ['reports'] : []),
      'Utilities',
      'Water Utilities',
      'Camden, New Jersey',
      '2016-03-04',
      String(n).padStart(10, '0'),
      '1886',
    ]
    return `<tr>${cells.map((cell) => `<td>${cell}\n</td>`).join('')}</tr>`
  }).join('\n')
}

/** How the symbols of those rows begin. */
export const furtherSymbol = 'ZZZ'

export function shapeOf({unit, source, body, from}: Recording): Shaped {
  return oncePerKey(unit, parsePage(unit, source, {body, text: ''}, from))
}

/** As the rows are stored: of those with one key the last. */
function oncePerKey(unit: AnyCollector | AnyMapper, shaped: Shaped): Shaped {
  return {...shaped, rows: new Map(shaped.rows).set(unit.tables[0], [...notStored(unit, shaped).good])}
}

/** The candidates that we wrote for a mapper, through its pure function. */
export function mapOf(unit: AnyMapper): {candidates: object[]; at: Date; shaped: Shaped; name: string} {
  const name = `candidates/${unit.name}`
  const {at, candidates} = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as {
    at: string
    candidates: object[]
  }
  const from = {at: new Date(at)}
  return {
    name,
    candidates,
    at: from.at,
    shaped: oncePerKey(unit, shape(unit.tables, [unit.map(candidates, from)])),
  }
}

export interface GoldenLine {
  recording: string
  table?: string
  row?: Readonly<Record<string, unknown>>
  rejected?: string
}

export const goldenFile = (name: string) => join(root, 'test', 'golden', `${name}.ndjson`)

export function golden(name: string): GoldenLine[] {
  return readFileSync(goldenFile(name), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as GoldenLine)
}

/** What a recording becomes, line by line; the members that only fill up the list are left out. */
export function linesOf(recording: string, {rows, rejected}: Shaped): GoldenLine[] {
  const accepted = [...rows].flatMap(([table, some]) =>
    some.map((row) => ({recording, table, row: row as Readonly<Record<string, unknown>>})),
  )
  return [
    ...accepted.filter(({row}) => !String(row['symbol'] ?? '').startsWith(furtherSymbol)),
    ...rejected.map((one: Rejected) => ({recording, rejected: one.rejected})),
  ]
}
