/** What a run would ask, without asking. */
import type {Config} from '../config.js'
import type {AnyCollector, HttpRequest, Provider} from '../define.js'
import {accessOf, keyless, wholeAccess, type Access} from '../limits/access.js'
import {sourceOf, type CollectOptions} from './collect.js'
import type {Context} from './context.js'
import {agenda, batches} from './targets.js'

/** One request that a run would make; no part of it is secret. */
export interface PlannedRequest {
  request: string
  targets: string
  /** Labels of the keys that could be used. */
  keys: string
  cost: string
}

export interface Plan {
  requests: PlannedRequest[]
  tables: readonly string[]
  /** Due targets beyond --limit. */
  left: number
  /** In words: what it costs of each limit of the provider. */
  costs: string[]
}

/** Reads the state of the targets; takes no lock, reserves nothing. */
export async function planRun(collector: AnyCollector, options: CollectOptions, context: Context): Promise<Plan> {
  const {name, source} = sourceOf(collector, options.provider)
  const {provider} = source
  const now = context.clock.now()
  const {due, states, left} = await agenda(collector, name, context.database, options, {now, at: options.at ?? now})
  const {labels, limits} = accessFor(provider, context.config, options.token)
  const keys = labels[0] === keyless ? 'none needed' : labels.join(', ') || `none set: ${Object.values(provider.credentials ?? {}).join(' or ')}`
  const requests: PlannedRequest[] = []
  for (const batch of batches(due, source.batch ?? 1)) {
    const [first] = batch
    if (first === undefined) continue
    const request = source.request(first, states.get(first.target)?.cursor ?? null, batch)
    requests.push({
      request: `GET ${provider.baseUrl}${request.path}${queryText(request)}`,
      targets: batch.length <= 3 ? batch.map(({target}) => target).join(', ') : `${first.target} and ${batch.length - 1} more`,
      keys, cost: costText(request),
    })
  }
  const costs = limits.map((limit) => `${provider.name}: ${requests.length} of ${limit.requests.toLocaleString('en-US')} ${limit.unit ?? 'requests'} per ${limit.per} and ${limit.of}`)
  return {requests, tables: collector.tables, left, costs}
}

/** As the run would have it. Where no key is set the plan is made all the same, and says so. */
function accessFor(provider: Provider, config: Config, token: string | undefined): Pick<Access, 'labels' | 'limits'> {
  return token === undefined && wholeAccess(provider, config) === undefined ? {labels: [], limits: provider.limits} : accessOf(provider, config, token)
}

function queryText({query = {}}: HttpRequest): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined)
  const text = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, String(value)])).toString()
  return text === '' ? '' : `?${text.length > 200 ? `${text.slice(0, 197)}...` : text}`
}

function costText({cost = {}}: HttpRequest): string {
  return ['1 request', ...Object.entries(cost).map(([unit, amount]) => unit === 'usd' ? `at most $${amount}` : `at most ${amount} ${unit}`)].join(', ')
}
