import {truthSocial} from '../../lib/providers/truth-social.js'
import {dayMs, minuteMs} from '../../lib/time.js'
import {
  type StubRequest,
  type ProviderStub,
  json,
  jsonList,
  NotSimulated,
  onlyKnown,
  type Reply,
} from '../stub.js'
import type {Scenario} from '../scenario.js'
import {account, status, tagObject} from './truth-status.js'

/** Requests in a window of five minutes, as the rate limit headers state. */
const allowed = 300
const windowMs = 5 * minuteMs

/**
 * Stub of Truth Social, with and without a token. A token is refused if it contains `revoked` (401) or
 * `blocked` (a block page). A look-up without a token is answered; the fault `forbidden` refuses it.
 */
export function truthSocialStub(): ProviderStub {
  const used = new Map<string, {window: number; requests: number}>()
  const rates = ({secret = '', atMs}: StubRequest): Record<string, string> => {
    const window = Math.floor(atMs / windowMs)
    const known = used.get(secret)
    const now = known?.window === window ? known : {window, requests: 0}
    now.requests++
    used.set(secret, now)
    return {
      'x-ratelimit-limit': String(allowed),
      'x-ratelimit-remaining': String(Math.max(0, allowed - now.requests)),
      'x-ratelimit-reset': isoMicro((window + 1) * windowMs),
    }
  }
  return {
    provider: truthSocial,
    secret: (_query, headers) => /^Bearer (\S+)$/.exec(headers['authorization'] ?? '')?.[1],
    answer(request, scenario) {
      if (request.method !== 'GET') throw new NotSimulated('this method')
      if (/revoked/.test(request.secret ?? '')) return json({error: 'The access token was revoked'}, 401)
      if (/blocked/.test(request.secret ?? ''))
        return {status: 403, type: 'text/html; charset=UTF-8', text: accessDenied}
      const headers = rates(request)
      const accountId = /^\/api\/v1\/accounts\/(\d+)\/statuses$/.exec(request.path)?.[1]
      if (accountId !== undefined) return statuses(accountId, request, scenario, headers)
      if (request.path === '/api/v1/accounts/lookup') return lookup(request, scenario, headers)
      if (request.path === '/api/v1/truth/trending/truths') return trending(request, scenario, headers)
      if (request.path === '/api/v1/trends') return tags(request, scenario, headers)
      throw new NotSimulated('this path')
    },
    refuse(_limit, untilMs) {
      return json({error: 'Too many requests'}, 429, {
        'x-ratelimit-limit': String(allowed),
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': isoMicro(untilMs),
      })
    },
  }
}

const accessDenied =
  '<!DOCTYPE html>\n<html class="no-js" lang="en-US">\n<head>\n<title>Access denied | truthsocial.com used Cloudflare to restrict access</title>\n</head>\n<body><h1>Error 1015</h1></body>\n</html>\n'
const notFound = (headers: Record<string, string>) => json({error: 'record not found'}, 404, headers)

/** An instant with microseconds, the format of the rate limit headers. */
function isoMicro(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z')
}

function lookup({query, atMs}: StubRequest, scenario: Scenario, headers: Record<string, string>): Reply {
  onlyKnown(query, ['acct'])
  const found = scenario.truths.byName(query.get('acct') ?? '')
  return found ? json(account(found, atMs), 200, headers) : notFound(headers)
}

function corrupt(item: object, variant: number): object {
  return [
    {...item, id: 'abc'},
    {...item, content: null},
    {...item, created_at: 'yesterday'},
    {...item, favourites_count: -5},
  ][variant % 4]!
}

/** Posts of an account, newest first. With `min_id`: the oldest posts after it, also newest first. */
function statuses(
  accountId: string,
  {query, atMs}: StubRequest,
  scenario: Scenario,
  headers: Record<string, string>,
): Reply {
  onlyKnown(query, ['exclude_replies', 'limit', 'min_id', 'max_id', 'since_id'])
  const owner = scenario.truths.byId(accountId)
  if (!owner || owner.isSuspended) return notFound(headers)
  const limit = Math.min(Number(query.get('limit') ?? 20) || 20, 40)
  const [minId, maxId, sinceId] = ['min_id', 'max_id', 'since_id'].map((name) => query.get(name) ?? undefined)
  const msOf = (id: string) => Number(BigInt(id) >> 16n)
  const lowest = minId ?? sinceId
  const fromMs = lowest === undefined ? atMs - 400 * dayMs : msOf(lowest)
  const all = scenario.truths
    .between(owner, fromMs, maxId === undefined ? atMs : msOf(maxId), atMs)
    .filter(
      ({id, kind}) =>
        (lowest === undefined || BigInt(id) > BigInt(lowest)) &&
        (maxId === undefined || BigInt(id) < BigInt(maxId)) &&
        (query.get('exclude_replies') !== 'true' || kind !== 'reply'),
    )
  const page = (minId === undefined ? all.slice(-limit) : all.slice(0, limit)).reverse()
  const own = `https://truthsocial.com/api/v1/accounts/${accountId}/statuses?exclude_replies=true`
  const links =
    page.length === 0
      ? {}
      : {link: `<${own}&max_id=${page.at(-1)!.id}>; rel="next", <${own}&min_id=${page[0]!.id}>; rel="prev"`}
  return jsonList(
    page.map((one) => status(one, scenario, atMs)),
    corrupt,
    undefined,
    {...headers, ...links},
  )
}

function trending({query, atMs}: StubRequest, scenario: Scenario, headers: Record<string, string>): Reply {
  onlyKnown(query, ['limit', 'offset'])
  const limit = Number(query.get('limit') ?? 10)
  if (!(limit >= 1 && limit < 20)) throw new NotSimulated(`a limit of ${query.get('limit')}`)
  const offset = Number(query.get('offset') ?? 0) || 0
  return jsonList(
    scenario.truths
      .trending(atMs)
      .slice(offset, offset + limit)
      .map((one) => status(one, scenario, atMs)),
    corrupt,
    undefined,
    headers,
  )
}

function tags({query, atMs}: StubRequest, scenario: Scenario, headers: Record<string, string>): Reply {
  onlyKnown(query, [])
  const all = scenario.truths.tags
    .map((one) => tagObject(one, atMs))
    .sort((a, b) => b.recent_history[0]! - a.recent_history[0]! || (a.name < b.name ? -1 : 1))
  const corruptTag = (item: object, variant: number) =>
    variant % 2 === 0 ? {...item, history: []} : {...item, recent_statuses_count: -1}
  return jsonList(all.slice(0, 20), corruptTag, undefined, headers)
}
