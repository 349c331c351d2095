/** What a run would ask, without asking. */
import type {AnyCollector, HttpRequest, Limit} from '../define.js'
import {credentialsOf} from '../config.js'
import {counted, grouped} from '../counted.js'
import {accessOf, countedAs, generalLabels} from '../limits/access.js'
import {costOf} from '../limits/places.js'
import {chosenBy, ownKey, sourceOf} from './collect.js'
import type {Context} from './context.js'
import {saidOf} from './nothing-due.js'
import type {CollectOptions} from './options.js'
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
export async function planRun(
  collector: AnyCollector,
  options: CollectOptions,
  context: Context,
): Promise<Plan> {
  const {name, source} = sourceOf(collector, options.provider)
  const {provider} = source
  const now = context.clock.now()
  const at = options.at ?? now
  const {group, token: key} = chosenBy(collector, options.token)
  // throws for a credential that the provider does not have
  if (key !== undefined) countedAs(provider, context.config, key)
  const {due, states, left, held, firing} = await agenda(
    collector,
    name,
    {...options, group},
    {...context, now, at},
  )
  const token = key ?? ownKey(source, context.config)
  const set = credentialsOf(provider, context.config).map(({label}) => label)
  const labels = token === undefined ? generalLabels(set) : set.filter((label) => label === token)
  const keys =
    labels.length > 0
      ? labels.join(', ')
      : provider.keyless || !provider.credentials
        ? 'none needed'
        : `none set: ${Object.values(provider.credentials).join(' or ')}`
  const requests: PlannedRequest[] = []
  const asked: HttpRequest[] = []
  for (const batch of batches(due, source.batch ?? 1)) {
    const [first] = batch
    if (first === undefined) continue
    const request = source.request(first, states.get(first.target)?.cursor ?? null, {
      targets: batch,
      at: now,
      firing: firing ?? at,
    })
    asked.push(request)
    requests.push({
      request: `GET ${provider.baseUrl}${request.path}${queryText(request)}`,
      targets:
        batch.length <= 3
          ? batch.map(({target}) => target).join(', ')
          : `${first.target} and ${batch.length - 1} more`,
      keys: request.credential ?? keys,
      cost: costText(request),
    })
  }
  const canAsk =
    labels.length > 0 || (token === undefined && (provider.keyless === true || !provider.credentials))
  const access = canAsk ? accessOf(provider, context.config, token) : undefined
  const costs = (access?.limits ?? provider.limits).flatMap((limit) =>
    priceOf(provider.name, limit, asked, access?.labels.length ?? 1),
  )
  return {requests, tables: collector.tables, left, costs: [...costs, ...saidOf(held)]}
}

/**
 * `newsapi: 26 of 100 requests per 12 hours and 2 keys`: a credential's limit is there once for each key, an
 * address's once, and one of a single key is spent by what must or may use that key.
 */
function priceOf(provider: string, limit: Limit, asked: readonly HttpRequest[], keys: number): string[] {
  const own =
    limit.only === undefined
      ? asked
      : asked.filter(({credential}) => credential === undefined || credential === limit.only)
  if (limit.only !== undefined && own.length === 0) return []
  const price = own.reduce((sum, request) => sum + costOf(limit, request.cost), 0)
  const isEach = limit.of === 'credential' && limit.only === undefined && keys > 1
  const places = limit.requests * (isEach ? keys : 1)
  const amount =
    limit.unit === 'usd'
      ? `at most $${price.toFixed(2)} of $${places.toFixed(2)}`
      : `${grouped(price)} of ${counted(places, limit.unit === 'posts' ? 'post' : 'request')}`
  return [
    `${provider}: ${amount} per ${limit.per} and ${limit.only !== undefined ? `key ${limit.only}` : isEach ? `${keys} keys` : limit.of}`,
  ]
}

function queryText({query = {}}: HttpRequest): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined)
  const text = new URLSearchParams(
    pairs.map(([name, value]): [string, string] => [name, String(value)]),
  ).toString()
  return text === '' ? '' : `?${text.length > 200 ? `${text.slice(0, 197)}...` : text}`
}

function costText({cost = {}}: HttpRequest): string {
  return [
    '1 request',
    ...Object.entries(cost).map(([unit, amount]) =>
      unit === 'usd' ? `at most $${amount}` : `at most ${amount} ${unit}`,
    ),
  ].join(', ')
}
