/**
 * Controls of a simulation over HTTP: its clock, its log and its injected faults. These requests do not count
 * against any provider's limits.
 */
import type {IncomingMessage} from 'node:http'
import {NeedsPerson} from '../lib/errors.js'
import {hourMs, secondMs} from '../lib/time.js'
import {json, type Reply} from './stub.js'
import {faultFrom, type Faults} from './faults.js'
import type {ConnectionLog} from './connections.js'
import type {RequestLog} from './log.js'
import type {Scenario} from './scenario.js'
import type {InventedTrade} from './trades.js'
import {type ClockChange, clockMs, type SharedClock} from './clock.js'

interface Controlled {
  clock: SharedClock
  faults: Faults
  log: RequestLog
  connections: ConnectionLog
  scenario: Scenario
}

const controlNames: readonly string[] = ['clock', 'log', 'faults', 'sockets', 'trades']

/** True for the first part of a control's path. */
export function isControlName(name: string): boolean {
  return controlNames.includes(name)
}

const maxBodyLength = 100_000
/** Longest interval of GET /trades, and the most trades of an answer. */
const [longestMs, mostTrades] = [hourMs, 100_000]

/**
 * Answers a request to the controls: GET /clock; POST /clock {instant?, rate?, advanceMs?}; POST /clock/sleep
 * {until}; GET /log?provider=&after=; GET /log/summary; GET /sockets?provider=&after=; GET
 * /trades?symbol=&from=&to=; GET, POST and DELETE /faults. `gone` is aborted when the caller disconnects.
 * Throws NeedsPerson for an invalid body or query.
 */
export async function answerControl(
  request: IncomingMessage,
  url: URL,
  gone: AbortSignal,
  {clock, faults, log, connections, scenario}: Controlled,
): Promise<Reply> {
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /clock':
      return json(clock.state())
    case 'POST /clock':
      clock.change(changeFrom(await bodyOf(request)))
      return json(clock.state())
    case 'POST /clock/sleep': {
      const {until} = await bodyOf(request)
      await clock.sleep(instantMsOf(until, 'until'), gone)
      return json(clock.state())
    }
    case 'GET /log':
      return json(log.requests(filterFrom(url.searchParams)))
    case 'GET /sockets':
      return json(connections.connections(filterFrom(url.searchParams)))
    case 'GET /trades':
      return json(tradesFor(url.searchParams, scenario))
    case 'GET /log/summary':
      return json(log.summary())
    case 'GET /faults':
      return json(faults.list())
    case 'POST /faults':
      faults.add(faultFrom(await bodyOf(request)))
      return json(faults.list())
    case 'DELETE /faults':
      faults.clear()
      return json([])
    default:
      return json({error: `the simulator does not know ${request.method} ${url.pathname}`}, 501)
  }
}

function filterFrom(query: URLSearchParams) {
  const after = Number(query.get('after') ?? 0)
  return {provider: query.get('provider') ?? undefined, after: Number.isNaN(after) ? 0 : after}
}

/** The trades of a symbol, in the spelling of the index, after `from` and up to `to`. */
function tradesFor(query: URLSearchParams, {trades}: Scenario): InventedTrade[] {
  const [fromMs, toMs] = [instantMsOf(query.get('from'), 'from'), instantMsOf(query.get('to'), 'to')]
  if (toMs - fromMs > longestMs) throw new NeedsPerson('the interval is longer than an hour')
  const found: InventedTrade[] = []
  for (let ms = fromMs; ms < toMs && found.length <= mostTrades; ms += secondMs)
    found.push(...trades(query.get('symbol') ?? '', ms, Math.min(ms + secondMs, toMs)))
  if (found.length > mostTrades) throw new NeedsPerson('the interval has more than 100,000 trades')
  return found
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > maxBodyLength) throw new NeedsPerson('the body is too long')
  }
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body))
      return body as Record<string, unknown>
  } catch {
    // The error below covers it.
  }
  throw new NeedsPerson('the body is not a JSON object')
}

function changeFrom({instant, rate, advanceMs}: Record<string, unknown>): ClockChange {
  if (rate !== undefined && !(typeof rate === 'number' && rate >= 0 && rate <= 1e7))
    throw new NeedsPerson('rate is not a number from 0 to 10,000,000')
  if (
    advanceMs !== undefined &&
    !(typeof advanceMs === 'number' && advanceMs >= 0 && Number.isFinite(advanceMs))
  )
    throw new NeedsPerson('advanceMs is not a number of milliseconds')
  return {
    ...(instant === undefined ? {} : {instantMs: instantMsOf(instant, 'instant')}),
    ...(rate === undefined ? {} : {rate}),
    ...(advanceMs === undefined ? {} : {advanceMs}),
  }
}

/** Milliseconds of an ISO instant with its offset, the one form that programs send. */
function instantMsOf(value: unknown, name: string): number {
  const ms = typeof value === 'string' && /Z$|[+-]\d\d:?\d\d$/.test(value) ? Date.parse(value) : NaN
  if (Number.isNaN(ms)) throw new NeedsPerson(`${name} is not an instant like 2026-11-23T06:00:00Z`)
  return clockMs(ms)
}
