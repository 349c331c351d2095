import type {TestContext} from 'node:test'
import type {Answer} from '../../src/lib/define.js'
import {jsonOrUndefined} from '../../src/lib/json.js'
import {type Simulator, type SimulatorOptions, startSimulator} from '../../src/simulator/server.js'

export interface Requested extends Answer {
  /** Read by the native parser: for tests that compare values. */
  body: unknown
}

export interface Running extends Simulator {
  request(path: string, headers?: Record<string, string>): Promise<Requested>
  post(path: string, body: unknown): Promise<unknown>
}

export const start = new Date('2026-11-23T06:00:00Z')
export const fredKey = 'a'.repeat(32)
export const agent = {'user-agent': 'fin-test/1.0 (test@example.com)'}

/**
 * A simulator on a standing clock that stops with the test. `settleMs` is long, so that only the test moves
 * the time.
 */
export async function simulated(t: TestContext, options: SimulatorOptions = {}): Promise<Running> {
  const simulator = await startSimulator({at: start, rate: 0, settleMs: 60_000, ...options})
  t.after(() => simulator.close())
  return {
    ...simulator,
    async request(path, headers = {}) {
      const answer = await fetch(`${simulator.url}${path}`, {headers: {...agent, ...headers}})
      const text = await answer.text()
      const at = new Date(simulator.clock.nowMs())
      return {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        text,
        get json() {
          return jsonOrUndefined(text)
        },
        body: native(text),
        at,
      }
    },
    async post(path, body) {
      return (await posted(`${simulator.url}${path}`, body)).json()
    },
  }
}

/** Sends a control of the simulator, as JSON. */
export function posted(url: string, body: unknown): Promise<Response> {
  const headers = {'content-type': 'application/json'}
  return fetch(url, {method: 'POST', body: JSON.stringify(body), headers})
}

function native(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
