/** Requests the data of a feed while its socket brings none. */
import {pause} from '../clock.js'
import {openClient} from '../http/client.js'
import {messageOf} from '../errors.js'
import type {AnyFeed} from '../define-feed.js'
import type {StreamCounts} from '../health/counts.js'
import {frameIds} from '../transport/frame-ids.js'
import type {Listener} from '../transport/socket.js'
import type {WantedTargets} from '../transport/subscription.js'
import type {Context} from './context.js'

export interface FeedRequests {
  context: Context
  targets: WantedTargets
  listener: Listener
  counts: StreamCounts
  stop: AbortSignal
}

/**
 * Requests all targets at the interval of the feed, as long as the socket is silent and the listener has
 * room, until `stop`. Each answer becomes a frame. A failure is reported once, and the next request follows
 * at the interval.
 */
export async function requestWhileSilent(
  feed: AnyFeed,
  {context, targets, listener, counts, stop}: FeedRequests,
): Promise<void> {
  const {config, clock, log} = context
  const {request, batch, everyMs, silentMs} = feed.fallback!
  const idOf = frameIds()
  let isSilent = false
  let hasFailed = false
  let dataMs = clock.elapsedMs()
  let known = counts.lastEventMs

  async function requestAll() {
    const client = openClient({
      provider: feed.provider,
      config,
      clock,
      log,
      stop,
      job: feed.name,
      ledger: await context.ledger(),
      pace: await context.pace(),
    })
    const names = targets.list()
    for (let from = 0; from < names.length && !listener.isFull(); from += batch) {
      const {answer, body} = await client.request(request(names.slice(from, from + batch)))
      const bytes = Buffer.from(answer.text)
      listener.add({bytes, id: idOf(JSON.stringify(body)), at: clock.now()}, bytes.length)
    }
  }

  while (!stop.aborted) {
    await pause(isSilent ? everyMs : Math.min(1_000, silentMs), stop).catch(() => {})
    if (stop.aborted) return
    if (counts.lastEventMs !== known) {
      known = counts.lastEventMs
      dataMs = clock.elapsedMs()
      if (isSilent) log.notice(`${feed.name}: the socket brings data again`)
      isSilent = false
    }
    // A full queue does not read the socket, so nothing shows that this is silent.
    if (listener.isFull()) dataMs = clock.elapsedMs()
    if (listener.isFull() || clock.elapsedMs() - dataMs < silentMs) continue
    if (!isSilent)
      log.warn(`${feed.name}: the socket is silent, so the quotes are requested every ${everyMs / 1000} s`)
    isSilent = true
    try {
      await requestAll()
      hasFailed = false
    } catch (error) {
      if (!hasFailed && !stop.aborted)
        log.warn(`${feed.name}: the quotes cannot be requested: ${messageOf(error)}`)
      hasFailed = true
    }
  }
}
