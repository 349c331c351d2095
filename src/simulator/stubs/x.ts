import {x} from '../../lib/providers/x.js'
import {type Ask, type Face, json, NotSimulated} from '../stub.js'
import {rates, tooManyRequests, turnedAway, usageCapped} from './x-problems.js'
import {timeline} from './x-timeline.js'
import {type Usage, usersBy} from './x-users.js'

/**
 * X with app tokens, any of which is taken. What a token's name holds makes it refused: `revoked` (401),
 * `nocredits` (402), `notenrolled` (403), `usagecapped` (429).
 */
export function xFace(): Face {
  const usages = new Map<string, Usage>()
  const usageOf = ({secret = '', atMs}: Ask): Usage => {
    const month = new Date(atMs).toISOString().slice(0, 7)
    const known = usages.get(secret)
    const usage = known?.month === month ? known : {month, posts: 0, users: 0}
    usages.set(secret, usage)
    return usage
  }
  return {
    provider: x,
    secret: (_query, headers) => /^Bearer (\S+)$/.exec(headers['authorization'] ?? '')?.[1],
    answer(ask, world) {
      if (ask.method !== 'GET') throw new NotSimulated('this method')
      const no = turnedAway(ask.secret)
      if (no) return no
      const usage = usageOf(ask)
      const userId = /^\/2\/users\/(\d+)\/tweets$/.exec(ask.path)?.[1]
      if (userId !== undefined) return timeline(userId, ask, world, usage)
      if (ask.path === '/2/users/by') return usersBy(ask, world, usage)
      if (ask.path === '/2/usage/tweets')
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
          rates(ask),
        )
      throw new NotSimulated('this path')
    },
    refuse(limit, untilMs, ask) {
      if (limit.per !== 'month') return tooManyRequests(limit.requests, untilMs)
      return usageCapped(
        {account_id: 0, product_name: 'standard-basic', period: 'Monthly', scope: 'Product'},
        rates(ask),
      )
    },
  }
}
