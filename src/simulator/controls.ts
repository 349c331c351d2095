/**
 * Controls of a simulation over HTTP: its clock, its log and its injected faults. These requests do not count
 * against any provider's limits.
 */
import type {IncomingMessage} from 'node:http'
import {NeedsPerson} from '../lib/errors.js'
import {json, type Reply} from './stub.js'
import {faultFrom, type Faults} from './faults.js'
import type {RequestLog} from './log.js'
import {type ClockChange, clockMs, type SharedClock} from './clock.js'

interface Controlled {
  clock: SharedClock
  faults: Faults
  log: RequestLog
}

const maxBodyLength = 100_000

/**
 * Answers a request to the controls: GET /clock; POST /clock {instant?, rate?, advanceMs?}; POST /clock/sleep
 * {until}; GET /log?provider=&after=; GET /log/summary; GET, POST and DELETE /faults. `gone` is aborted when
 * the caller disconnects. Throws NeedsPerson for an invalid body.
 */
export async function answerControl(
  request: IncomingMessage,
  url: URL,
  gone: AbortSignal,
  {clock, faults, log}: Controlled,
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
    case 'GET /log': {
      const after = Number(url.searchParams.get('after') ?? 0)
      return json(
        log.requests({
          provider: url.searchParams.get('provider') ?? undefined,
          after: Number.isNaN(after) ? 0 : after,
        }),
      )
    }
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
