/** The counts and complaints of one collector run. Only the functions of this file change a tally. */
import {inOneLine, NeedsPerson, type FinError, type QuotaSpent, type SkipTarget} from '../errors.js'
import {noCounts, type RunCounts} from './job-runs.js'
import type {FieldsRead} from '../parse.js'
import type {Ended} from './ended.js'
import type {SecondaryRows, StoreResult} from './store.js'

export interface Tally {
  /** Rows and targets. The API client counts the requests. */
  counts: RunCounts
  /** Why single targets or items failed, as text for a person. */
  complaints: string[]
  /** Why batches failed; each reason names its provider and target. */
  failures: string[]
  /** Batches that failed since the last one that was answered. */
  failedInARow: number
  /** Targets that the provider does not know. */
  unknown: number
  /** The latest refusal that concerned a single request. */
  refused: NeedsPerson | undefined
  /** Errors that concern one credential each, while others could still be used. */
  ofCredentials: (QuotaSpent | NeedsPerson)[]
  /** Rows of secondary tables, by name. */
  secondary: Map<string, SecondaryRows>
  /** The descriptive fields that the answers had and lacked. */
  fields: FieldsRead
  /** Stored rows that the answers ended. */
  ended?: Ended[]
}

export function newTally(complaints: readonly string[] = []): Tally {
  return {
    counts: noCounts(),
    complaints: [...complaints],
    failures: [],
    failedInARow: 0,
    unknown: 0,
    refused: undefined,
    ofCredentials: [],
    secondary: new Map(),
    fields: {missing: new Set(), present: new Set()},
  }
}

export function addComplaint(tally: Tally, ...complaints: readonly string[]): void {
  tally.complaints.push(...complaints)
}

/** Adds the rows of one page. */
export function addPage(tally: Tally, page: Omit<StoreResult, 'good' | 'rejectedOfPrimary'>): void {
  const {counts, secondary} = tally
  if (page.ended?.length) tally.ended = [...(tally.ended ?? []), ...page.ended]
  counts.rows_received += page.received
  counts.rows_inserted += page.inserted
  counts.rows_updated += page.updated
  counts.rows_rejected += page.rejected
  for (const [table, {rows, changed}] of page.secondary) {
    const known = secondary.get(table) ?? {rows: 0, changed: 0}
    secondary.set(table, {rows: known.rows + rows, changed: known.changed + changed})
  }
}

/** Adds the descriptive fields of one page. */
export function addFields({fields}: Tally, {missing, present}: FieldsRead): void {
  for (const field of missing) fields.missing.add(field)
  for (const field of present) fields.present.add(field)
}

/** The descriptive fields that no answer of the run had, although at least one was read. */
export function driftOf({missing, present}: FieldsRead): string[] {
  return [...missing].filter((field) => !present.has(field)).sort()
}

/** The report of the fields that a provider no longer sends; undefined: none. */
export function driftText(source: string, fields: readonly string[]): string | undefined {
  if (fields.length === 0) return undefined
  const names = fields.map((field) => `"${field}"`).join(', ')
  return `${source}: no item of its answers has ${names} any more; the rows are stored without, and what is known stays`
}

/** Adds an answer that could not be parsed and was stored whole as rejected. */
export function addRejectedBody({counts}: Tally): void {
  counts.rows_rejected += 1
}

export function addAnswered(tally: Tally, targets: number): void {
  tally.counts.targets_done += targets
  tally.failedInARow = 0
}

export function addFailed(tally: Tally, targets: number, error: FinError): void {
  tally.counts.targets_failed += targets
  tally.failedInARow += 1
  tally.failures.push(error.message)
  if (error instanceof NeedsPerson) tally.refused = error
  addComplaint(tally, inOneLine(error))
}

export function addUnknown(tally: Tally, error: SkipTarget): void {
  tally.unknown += 1
  addComplaint(tally, error.message)
}

/** A spent quota is reported when the run ends, a refusal at once and only once. */
export function addOfCredential(tally: Tally, error: QuotaSpent | NeedsPerson): void {
  const isNew = !tally.ofCredentials.some(({message}) => message === error.message)
  if (error instanceof NeedsPerson && isNew) addComplaint(tally, inOneLine(error))
  tally.ofCredentials.push(error)
}

export function restartFailures(tally: Tally): void {
  tally.failedInARow = 0
}
