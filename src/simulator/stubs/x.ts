import {x} from '../../lib/providers/x.js'
import {type StubRequest, type ProviderStub, json, NotSimulated} from '../stub.js'
import {rates, tooManyRequests, tokenRefusal, usageCapped} from './x-problems.js'
import {timelineReply} from './x-timeline.js'
import {type Usage, usersByReply} from './x-users.js'

/**
 * Stub of X. It accepts any app token, unless the token contains `revoked` (401), `nocredits` (402),
 * `notenrolled` (403) or `usagecapped` (429).
 */
export function xStub(): ProviderStub {
  const usages = new Map<string, Usage>()
  const usageOf = ({secret = '', atMs}: StubRequest): Usage => {
    const month = new Date(atMs).toISOString().slice(0, 7)
    const known = usages.get(secret)
    const usage = known?.month === month ? known : {month, posts: 0, users: 0}
    usages.set(secret, usage)
    return usage
  }
  return {
    provider: x,
    secret: (_query, headers) => /^Bearer (\S+)$/.exec(headers['authorization'] ?? '')?.[1],
    answer(request, scenario) {
      if (request.method !== 'GET') throw new NotSimulated('this method')
      const no = tokenRefusal(request.secret)
      if (no) return no
      const usage = usageOf(request)
      const userId = /^\/2\/users\/(\d+)\/tweets$/.exec(request.path)?.[1]
      if (userId !== undefined) return timelineReply(userId, request, scenario, usage)
      if (request.path === '/2/users/by') return usersByReply(request, scenario, usage)
      if (request.path === '/2/usage/tweets')
        return json(
          {
            data: {
              project_usage: String(usage.posts),
              users: String(usage.users),
              cap_reset_day: 1,
              project_cap: '3000000',
            },
          },
          200,
          rates(request),
        )
      throw new NotSimulated('this path')
    },
    refuse(limit, untilMs, request) {
      if (limit.per !== 'month') return tooManyRequests(limit.requests, untilMs)
      return usageCapped(
        {account_id: 0, product_name: 'standard-basic', period: 'Monthly', scope: 'Product'},
        rates(request),
      )
    },
  }
}
