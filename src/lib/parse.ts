/** Pure helpers for parse functions. */
import type {Rejected} from './define.js'
import {messageOf, UnexpectedBody} from './errors.js'

type Item = Readonly<Record<string, unknown>>

/** The value of a field. Throws when it is absent; null is a value. */
export function must(item: unknown, field: string): unknown {
  if (!isItem(item)) throw new Error(`expected an object with "${field}", got ${describe(item)}`)
  const value = Object.hasOwn(item, field) ? item[field] : undefined
  if (value === undefined) throw new Error(`field "${field}" is missing`)
  return value
}

/** The descriptive fields of answers: those that an item lacked, and those that an item had. */
export interface FieldsRead {
  missing: Set<string>
  present: Set<string>
}

let reading: FieldsRead | undefined

/** Runs `parse`, and also returns the descriptive fields that it has read with `described`. */
export function readingFields<Result>(parse: () => Result): {result: Result; fields: FieldsRead} {
  const before = reading
  const fields: FieldsRead = {missing: new Set(), present: new Set()}
  reading = fields
  try {
    return {result: parse(), fields}
  } finally {
    reading = before
  }
}

/** Records that an answer has a descriptive field, or lacks it. The run reports a field that each lacks. */
export function noteField(field: string, isPresent: boolean): void {
  reading?.[isPresent ? 'present' : 'missing'].add(field)
}

/**
 * The value of a descriptive field, as `read` converts it; such a field does not identify its item. Undefined
 * if the item lacks the field: the stored value then stays. The run reports a field that every item lacks.
 * Throws for anything but an object, and what `read` throws.
 */
export function described<T>(item: unknown, field: string, read: (value: unknown) => T): T | undefined {
  if (isItem(item) && (!Object.hasOwn(item, field) || item[field] === undefined)) {
    noteField(field, false)
    return undefined
  }
  const value = must(item, field)
  noteField(field, true)
  return read(value)
}

/** The value of a text or number field as text. Throws if it is absent, null or of another type. */
export function text(item: unknown, field: string): string {
  const value = must(item, field)
  if (typeof value !== 'string') throw new Error(`field "${field}" is ${describe(value)}, expected text`)
  return value
}

/** Like `text`, but trimmed; throws for blank text. */
export function filled(item: unknown, field: string): string {
  const value = text(item, field).trim()
  if (value === '') throw new Error(`field "${field}" is empty`)
  return value
}

/** Text, not trimmed; a boolean as `true` or `false`; null for anything else or blank. */
export function textOrNull(value: unknown): string | null {
  if (typeof value === 'boolean') return String(value)
  if (typeof value !== 'string') return null
  return value.trim() === '' ? null : value
}

/** Trimmed text; null if absent, blank, or a "no value" marker such as "None" or "-". */
export function wordsOrNull(value: unknown): string | null {
  const found = textOrNull(value)
  return found === null || sentinels.has(found.trim().toLowerCase()) ? null : found.trim()
}

/** The markers that providers write for "no value". */
const sentinels = new Set(['', '.', '-', 'none', 'n/a', 'nan', 'null', 'na', '#n/a'])
/** Nearly every number that a provider sends. */
const plainDecimal = /^\d{1,15}(\.\d{1,15})?$/
const decimalPattern = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,5})?$/i
/** The most characters of a number. No provider sends more; a pattern may need the square of the length. */
const longestNumber = 1_000

/**
 * A decimal as text, exactly as sent ("-0" becomes "0"); null for null and the documented sentinels.
 * Thousands separators and a closing percent sign are accepted. Throws for anything else, so that the item is
 * rejected.
 */
export function decimal(value: unknown): string | null {
  if (value === null) return null
  if (typeof value !== 'string') throw new Error(`expected a number, got ${describe(value)}`)
  if (plainDecimal.test(value)) return value
  if (value.length > longestNumber) throw new Error(`"${clip(value)}" is too long for a number`)
  const trimmed = value.trim().replace(/%$/, '')
  if (sentinels.has(trimmed.toLowerCase())) return null
  const plain = /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(trimmed) ? trimmed.replaceAll(',', '') : trimmed
  if (!decimalPattern.test(plain)) throw new Error(`"${clip(value)}" is not a number`)
  return plain.startsWith('-') && isZero(plain) ? plain.slice(1) : plain
}

/** A fraction as text. A percentage is divided by a hundred, without rounding: "3.08%" is "0.0308". */
export function fraction(value: unknown): string | null {
  const found = decimal(value)
  if (found === null || typeof value !== 'string' || !value.trim().endsWith('%')) return found
  const [, sign = '', whole = '', part = ''] = /^([+-]?)(\d*)\.?(\d*)$/.exec(found) ?? []
  if (whole + part === '') throw new Error(`"${clip(value)}" is not a percentage`)
  const digits = whole.padStart(3, '0')
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}${part}`
}

/** `decimal` of a field that may be absent: absent is null. */
export function decimalOrNull(value: unknown): string | null {
  return value === undefined ? null : decimal(value)
}

/** `decimal` of a field in which the provider writes 0 for an unknown price or amount: 0 becomes null. */
export function positive(value: unknown): string | null {
  const found = decimal(value)
  return found !== null && isZero(found) ? null : found
}

/** True for a decimal whose digits before the exponent are all 0. */
function isZero(number: string): boolean {
  return !/[1-9]/.test(number.replace(/e.*$/i, ''))
}

/** An integer as text of any size; null for null and sentinels. */
export function integer(value: unknown): string | null {
  const found = decimal(value)
  if (found === null || /^\d{1,15}$/.test(found)) return found
  if (!/^[+-]?\d+(\.0*)?$/.test(found)) throw new Error(`"${clip(found)}" is not a whole number`)
  return found.replace(/\.0*$/, '').replace(/^\+/, '')
}

/** An integer that fits a JavaScript number exactly; null for null and sentinels. */
export function count(value: unknown): number | null {
  const found = integer(value)
  if (found === null) return null
  const n = Number(found)
  if (!Number.isSafeInteger(n)) throw new Error(`${clip(found)} is too large for a count`)
  return n
}

export function flag(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null
}

/** `2026-05-18T07:00:00.000Z` from an ISO 8601 instant with a zone. Throws for an instant without a zone. */
export function isoTime(value: unknown): string | null {
  if (value === null) return null
  if (typeof value !== 'string') throw new Error(`expected an instant, got ${describe(value)}`)
  if (
    !/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s?(Z|[+-]\d\d:?\d\d)$/i.test(value) ||
    !sameDay(value.slice(0, 10))
  )
    throw new Error(`"${clip(value)}" is not an instant with a zone`)
  return instant(Date.parse(value), value)
}

/** ISO instant from epoch seconds. */
export function epochSeconds(value: unknown): string | null {
  const n = count(value)
  return n === null ? null : instant(n * 1000, value)
}

/** ISO instant from epoch milliseconds. */
export function epochMs(value: unknown): string | null {
  const n = count(value)
  return n === null ? null : instant(n, value)
}

/** An existing calendar day `YYYY-MM-DD`; null for null, sentinels and `0000-00-00`. */
export function day(value: unknown): string | null {
  if (value === null) return null
  if (typeof value !== 'string') throw new Error(`expected a date, got ${describe(value)}`)
  const trimmed = value.trim()
  if (sentinels.has(trimmed.toLowerCase()) || trimmed === '0000-00-00') return null
  if (!/^\d{4}-\d\d-\d\d$/.test(trimmed) || !sameDay(trimmed))
    throw new Error(`"${clip(value)}" is not a date`)
  return trimmed
}

function sameDay(iso: string): boolean {
  const ms = Date.parse(`${iso}T00:00:00Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(iso)
}

/** The second of the latest instant and its text up to the point: the instants of a frame are near. */
let latest = {second: NaN, text: ''}

/** ISO instant from epoch milliseconds. Throws for a number that is not an instant; `sent` is its text. */
export function instant(ms: number, sent: unknown = ms): string {
  if (Number.isNaN(ms) || Math.abs(ms) > 8.64e15) throw new Error(`"${clip(String(sent))}" is not an instant`)
  const whole = Math.trunc(ms)
  const second = Math.floor(whole / 1000)
  if (second !== latest.second) latest = {second, text: new Date(second * 1000).toISOString().slice(0, -4)}
  return `${latest.text}${String(whole - second * 1000).padStart(3, '0')}Z`
}

/**
 * The items in the body of a list endpoint: an array, an object with the array in `field`, or a single item
 * (an object with `itemField`). Throws `UnexpectedBody` for anything else, such as an answer of another
 * endpoint.
 */
export function list(body: unknown, itemField: string, field?: string): unknown[] {
  const has = (value: unknown, name: string): value is Item => isItem(value) && Object.hasOwn(value, name)
  const inside = field !== undefined && has(body, field) ? body[field] : body
  const items = Array.isArray(inside) ? (inside as unknown[]) : has(inside, itemField) ? [inside] : undefined
  if (items === undefined)
    throw new UnexpectedBody(`expected a list of items with "${itemField}", got ${describe(body)}`)
  if (items.length > 0 && !items.some((item) => has(item, itemField)))
    throw new UnexpectedBody(
      `no item of the list has "${itemField}": is this the answer of another endpoint?`,
    )
  return items
}

/**
 * Turns each item into a row; undefined skips the item. An item for which `toRow` throws is rejected, with
 * the reason.
 */
export function* each<Item, Row extends object>(
  items: Iterable<Item>,
  toRow: (item: Item, index: number) => Row | undefined,
): Generator<Row | Rejected> {
  let index = 0
  for (const item of items) {
    try {
      const row = toRow(item, index++)
      if (row !== undefined) yield row
    } catch (error) {
      if (error instanceof UnexpectedBody) throw error
      yield {rejected: messageOf(error), item}
    }
  }
}

export function isRejected(value: object): value is Rejected {
  return 'rejected' in value && 'item' in value
}

export function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A short description of a value for a message: its kind, never its whole content. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (isItem(value)) {
    const names = Object.keys(value).slice(0, 4)
    return `an object with ${names.map((name) => `"${clip(name)}"`).join(', ') || 'no fields'}`
  }
  return typeof value === 'string' ? `text "${clip(value)}"` : `a ${typeof value}`
}

/** A value for a message, cut at 60 characters. */
export function clip(value: string): string {
  return value.length > 60 ? `${value.slice(0, 57)}...` : value
}
