/** Alpha Vantage's answer with the movers of the last completed session, and its time. */
import {isoDay} from '../../lib/time.js'
import {type StubRequest, listReply, onlyKnown, type Reply} from '../stub.js'
import {moversAt} from '../movers.js'
import type {Scenario} from '../scenario.js'

const names = ['top_gainers', 'top_losers', 'most_actively_traded'] as const

export function moversReply(request: StubRequest, scenario: Scenario): Reply {
  onlyKnown(request.query, ['function', 'apikey'])
  const members = scenario.members(request.atMs).map(({symbol}) => symbol)
  const {sessionMs, gainers, losers, active} = moversAt(scenario.seed, request.atMs, members)
  const items = [gainers, losers, active].flatMap((list, index) =>
    list.map((item) => ({list: names[index]!, item})),
  )
  const head = {
    metadata: 'Top gainers, losers, and most actively traded US tickers',
    last_updated: `${isoDay(sessionMs)} 16:16:00 US/Eastern`,
  }
  const render = (all: readonly {list: string; item: object}[]) =>
    JSON.stringify(
      {
        ...head,
        ...Object.fromEntries(
          names.map((name) => [name, all.filter(({list}) => list === name).map(({item}) => item)]),
        ),
      },
      null,
      4,
    )
  return listReply('application/json', items, render, ({list, item}, variant) => ({
    list,
    item: variant % 2 === 0 ? {...item, price: '-1'} : {...item, volume: 'many'},
  }))
}
