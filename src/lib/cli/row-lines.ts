/** Reads rows from stdin: one JSON object a line, as `fin stream produce --to stdout` prints them. */
import {plainCode} from '../codes.js'
import type {AnyFeed} from '../define-feed.js'
import {isItem} from '../parse.js'
import {keys, ownColumns} from '../rows.js'
import {farFuture, isOfFarFuture} from '../run/frame-rows.js'
import type {Delivery, StreamRow} from '../sinks/delivery.js'
import {BadJson} from '../json.js'
import {frameValue, linesOf, mostFrameBytes} from '../transport/frames.js'
import {readBytes} from './input.js'

/**
 * A delivery for each line, until the end or a signal. A line that is not a row of the feed's table is
 * rejected. `targets`: only rows of these.
 */
export async function* rowDeliveries(
  feed: AnyFeed,
  {targets, now, stop}: {targets: ReadonlySet<string> | undefined; now(): Date; stop: AbortSignal},
): AsyncGenerator<Delivery> {
  let number = 0
  try {
    for await (const line of linesOf(readBytes('-', stop))) {
      number++
      if (line.toString('latin1').trim() === '') continue
      const delivery = {at: now(), bytes: line.length, rows: [], rejected: []}
      const found = rowOf(feed, line, delivery.at)
      if ('row' in found) {
        if (!targets || targets.has(String(found.row[feed.about]))) yield {...delivery, rows: [found.row]}
      } else
        yield {
          ...delivery,
          rejected: [{rejected: found.why, item: line.toString('utf8', 0, 1_000), place: `line ${number}`}],
        }
    }
  } catch (error) {
    if (!stop.aborted) throw error
  }
}

function rowOf(feed: AnyFeed, line: Buffer, at: Date): {row: StreamRow} | {why: string} {
  if (line.length > mostFrameBytes) return {why: `the line is longer than ${mostFrameBytes / 1e6} MB`}
  let row: unknown
  try {
    row = frameValue(line)
  } catch (error) {
    if (!(error instanceof BadJson)) throw error
    return {why: `the line cannot be read: ${error.message}`}
  }
  if (!isItem(row)) return {why: 'the line is not a JSON object'}
  const known: readonly string[] = ownColumns[feed.table]
  const unknown = Object.keys(row).find((name) => !known.includes(name))
  if (unknown !== undefined) return {why: `the table ${feed.table} has no column "${unknown.slice(0, 60)}"`}
  const needed: readonly string[] = [feed.about, feed.live.instant, ...keys[feed.table]]
  const missing = needed.find((name) => typeof row[name] !== 'string')
  if (missing !== undefined) return {why: `column "${missing}" is missing`}
  const about = String(row[feed.about])
  if (about.trim() === '') return {why: `column "${feed.about}" is empty`}
  if (about !== plainCode(about))
    return {
      why: `column "${feed.about}" has a blank at an end, an invisible character, or a dash other than "-"`,
    }
  if (isOfFarFuture(feed, row, at)) return {why: farFuture}
  const withNul = Object.keys(row).find((name) => hasNul(row[name]))
  return withNul === undefined ? {row} : {why: `column "${withNul}" holds a NUL character`}
}

/** True for a text or a list of texts that PostgreSQL cannot store. */
function hasNul(value: unknown): boolean {
  return Array.isArray(value) ? value.some(hasNul) : typeof value === 'string' && value.includes('\0')
}
