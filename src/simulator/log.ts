/** Log of requests to the simulator: the newest ones, and sums over all. It never holds a secret. */
import {createHash} from 'node:crypto'
import type {Limiter, Peak} from './limits.js'

export interface LoggedRequest {
  /** Counts up from 1 in the order of arrival. */
  n: number
  provider: string
  /** `key 1` is the first credential that this provider received; `keyless`: none. */
  credential: string
  /** First digits of the secret's digest. Equal digests show that two processes used the same secret. */
  digest: string | null
  /** Arrival on the simulated clock. */
  instant: string
  method: string
  /** Path and query, without the secret. */
  path: string
  status: number
  /** Over a limit, or the fault 429 was injected. */
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
  /** Label and digest of a secret. */
  credential(provider: string, secret: string | undefined): {credential: string; digest: string | null}
  add(request: Omit<LoggedRequest, 'n'>): LoggedRequest
  requests(filter?: {provider?: string | undefined; after?: number | undefined}): LoggedRequest[]
  summary(): {requests: Summary[]; limits: Peak[]; unknown: string[]}
  /** Stores a request that the simulator does not serve. */
  unknown(what: string): void
}

const maxStored = 100_000
const secretParameters = /([?&](?:apikey|api_key|x_cg_demo_api_key|token|key)=)[^&]*/gi

/** The path, with every parameter that can hold a secret masked. */
export function withoutSecret(path: string): string {
  return path.replace(secretParameters, '$1***')
}

export function createRequestLog(limiter: Limiter): RequestLog {
  let stored: LoggedRequest[] = []
  let count = 0
  const credentials = new Map<string, {credential: string; digest: string}>()
  const credentialCounts = new Map<string, number>()
  const sums = new Map<string, Summary>()
  const unknown = new Set<string>()
  return {
    credential(provider, secret) {
      if (secret === undefined) return {credential: 'keyless', digest: null}
      const digest = createHash('sha256').update(secret).digest('hex').slice(0, 8)
      const name = `${provider} ${digest}`
      let known = credentials.get(name)
      if (!known) {
        const order = (credentialCounts.get(provider) ?? 0) + 1
        credentialCounts.set(provider, order)
        known = {credential: `key ${order}`, digest}
        credentials.set(name, known)
      }
      return known
    },
    add(request) {
      const logged = {n: ++count, ...request, path: withoutSecret(request.path)}
      stored.push(logged)
      if (stored.length > maxStored * 1.2) stored = stored.slice(-maxStored)
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
      stored.filter((one) => (provider === undefined || one.provider === provider) && one.n > (after ?? 0)),
    summary: () => ({requests: [...sums.values()], limits: limiter.peaks(), unknown: [...unknown]}),
    unknown: (what) => {
      if (unknown.size < 1000) unknown.add(what)
    },
  }
}
