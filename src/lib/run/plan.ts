/** Lists the requests that a run would make, and their cost, without making them. */
import type {AnyCollector, AnyTarget, HttpRequest, Limit, Provider} from '../define.js'
import {credentialsOf, type Config} from '../config.js'
import {pluralize, formatNumber} from '../text.js'
import {accessOf, countedAs, generalLabels} from '../limits/access.js'
import {costOf} from '../limits/slots.js'
import {chosenBy, dedicatedCredential, sourceOf} from './collect.js'
import type {Context} from './context.js'
import {messagesOf} from './nothing-due.js'
import type {CollectOptions} from './options.js'
import {planRunTargets, batches} from './targets.js'

/** One request that a run would make. It contains no secret. */
export interface PlannedRequest {
  request: string
  targets: string
  /** Labels of the credentials that could be used. */
  keys: string
  cost: string
}

export interface RequestPlan {
  requests: PlannedRequest[]
  tables: readonly string[]
  /** Due targets beyond --limit. */
  left: number
  /** The cost of the run against each limit of the provider, as text. */
  costs: string[]
}

/** Reads the state of the targets; takes no lock, reserves nothing. */
export async function planRun(
  collector: AnyCollector,
  options: CollectOptions,
  context: Context,
): Promise<RequestPlan> {
  const {name, source} = sourceOf(collector, options.provider)
  const {provider} = source
  const now = context.clock.now()
  const at = options.at ?? now
  const {group, token: selected} = chosenBy(collector, options.token)
  // throws for a credential that the provider does not have
  if (selected !== undefined) countedAs(provider, context.config, selected)
  const {due, states, left, blockedOrDeferred, scheduledAt} = await planRunTargets(
    collector,
    name,
    {...options, group},
    {...context, now, at},
  )
  const batchRequests = [...batches(due, source.batch ?? 1)].map((batch): BatchRequest => {
    const [first] = batch as [AnyTarget, ...AnyTarget[]]
    const cursor = states.get(first.target)?.cursor ?? null
    return {
      batch,
      request: source.request(first, cursor, {targets: batch, at: now, scheduledAt: scheduledAt ?? at}),
    }
  })
  const token = selected ?? dedicatedCredential(source, context.config)
  const {text, limits, credentials} = usable(provider, context.config, token)
  return {
    requests: batchRequests.map((one) => planned(provider, one, text)),
    tables: collector.tables,
    left,
    costs: [
      ...limits.flatMap((limit) =>
        costsOf(
          provider.name,
          limit,
          batchRequests.map(({request}) => request),
          credentials,
        ),
      ),
      ...messagesOf(blockedOrDeferred),
    ],
  }
}

interface BatchRequest {
  batch: readonly AnyTarget[]
  request: HttpRequest
}

/** The credentials that could be used, as text and as a number, and the limits that then apply. */
function usable(
  provider: Provider,
  config: Config,
  token: string | undefined,
): {text: string; limits: readonly Limit[]; credentials: number} {
  const set = credentialsOf(provider, config).map(({label}) => label)
  const labels = token === undefined ? generalLabels(set) : set.filter((label) => label === token)
  const needsNone = provider.keyless !== undefined || !provider.credentials
  const access =
    labels.length > 0 || (token === undefined && needsNone) ? accessOf(provider, config, token) : undefined
  const none = needsNone
    ? 'none needed'
    : `none set: ${Object.values(provider.credentials ?? {}).join(' or ')}`
  return {
    text: labels.length > 0 ? labels.join(', ') : none,
    limits: access?.limits ?? provider.limits,
    credentials: access?.labels.length ?? 1,
  }
}

function planned({baseUrl}: Provider, {batch, request}: BatchRequest, labels: string): PlannedRequest {
  const names = batch.map(({target}) => target)
  return {
    request: `GET ${baseUrl}${request.path}${queryText(request)}`,
    targets: names.length <= 3 ? names.join(', ') : `${names[0]} and ${names.length - 1} more`,
    keys: request.credential ?? labels,
    cost: costText(request),
  }
}

/**
 * `newsapi: 26 of 100 requests per 12 hours and 2 keys`. A limit of a credential counts once for each
 * credential, a limit of the address counts once. A request counts against the limit of a single credential
 * if it must or may use that credential.
 */
function costsOf(
  provider: string,
  limit: Limit,
  requests: readonly HttpRequest[],
  credentials: number,
): string[] {
  const counted =
    limit.credential === undefined
      ? requests
      : requests.filter(({credential}) => credential === undefined || credential === limit.credential)
  if (limit.credential !== undefined && counted.length === 0) return []
  const cost = counted.reduce((sum, request) => sum + costOf(limit, request.cost), 0)
  const isEach = limit.of === 'credential' && limit.credential === undefined && credentials > 1
  const allowed = limit.requests * (isEach ? credentials : 1)
  const amount =
    limit.unit === 'usd'
      ? `at most $${cost.toFixed(2)} of $${allowed.toFixed(2)}`
      : `${formatNumber(cost)} of ${pluralize(allowed, limit.unit === 'posts' ? 'post' : 'request')}`
  return [
    `${provider}: ${amount} per ${limit.per} and ${limit.credential !== undefined ? `key ${limit.credential}` : isEach ? `${credentials} keys` : limit.of}`,
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
