/** What was asked of the simulator: the newest requests, and sums over all of them. Never a key. */
import {createHash} from 'node:crypto'
import type {Limiter, Peak} from './limits.js'

export interface LoggedRequest {
  /** Counts up from 1 in the order of arrival. */
  n: number
  provider: string
  /** `key 1` is the first key that this provider saw; `keyless`: none came. */
  credential: string
  /** First digits of the key's digest: tells that two processes used the same one. */
  digest: string | null
  /** When it arrived, on the simulated clock. */
  instant: string
  method: string
  /** With its query, without the key. */
  path: string
  status: number
  /** Over a limit, or struck by the fault 429. */
  refused: boolean
  fault: string | null
}

export interface Summary {
  provider: string
  credential: string
  requests: number
  refused: number
  statuses: Record<string, number>
}

export interface RequestLog {
  /** Label and digest of a key. */
  credential(provider: string, secret: string | undefined): {credential: string; digest: string | null}
  add(request: Omit<LoggedRequest, 'n'>): LoggedRequest
  requests(filter?: {provider?: string | undefined; after?: number | undefined}): LoggedRequest[]
  summary(): {requests: Summary[]; limits: Peak[]; unknown: string[]}
  /** Remembers a request that nobody serves. */
  unknown(what: string): void
}

const mostKept = 100_000
const secretParameters = /([?&](?:apikey|api_key|x_cg_demo_api_key|token|key)=)[^&]*/gi

/** The path without what a key could be in. */
export function withoutKey(path: string): string {
  return path.replace(secretParameters, '$1***')
}

export function createRequestLog(limiter: Limiter): RequestLog {
  let kept: LoggedRequest[] = []
  let count = 0
  const keys = new Map<string, {credential: string; digest: string}>()
  const keysOf = new Map<string, number>()
  const sums = new Map<string, Summary>()
  const unknown = new Set<string>()
  return {
    credential(provider, secret) {
      if (secret === undefined) return {credential: 'keyless', digest: null}
      const digest = createHash('sha256').update(secret).digest('hex').slice(0, 8)
      const name = `${provider} ${digest}`
      let known = keys.get(name)
      if (!known) {
        const order = (keysOf.get(provider) ?? 0) + 1
        keysOf.set(provider, order)
        known = {credential: `key ${order}`, digest}
        keys.set(name, known)
      }
      return known
    },
    add(request) {
      const logged = {n: ++count, ...request, path: withoutKey(request.path)}
      kept.push(logged)
      if (kept.length > mostKept * 1.2) kept = kept.slice(-mostKept)
      const name = `${request.provider} ${request.credential}`
      const sum = sums.get(name) ?? {
        provider: request.provider,
        credential: request.credential,
        requests: 0,
        refused: 0,
        statuses: {},
      }
      sums.set(name, sum)
      sum.requests++
      if (request.refused) sum.refused++
      sum.statuses[request.status] = (sum.statuses[request.status] ?? 0) + 1
      return logged
    },
    requests: ({provider, after} = {}) =>
      kept.filter((one) => (provider === undefined || one.provider === provider) && one.n > (after ?? 0)),
    summary: () => ({requests: [...sums.values()], limits: limiter.peaks(), unknown: [...unknown]}),
    unknown: (what) => {
      if (unknown.size < 1000) unknown.add(what)
    },
  }
}
