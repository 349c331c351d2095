/** The hit rate of the Redis server, by its own counts. */
import {pause} from '../clock.js'
import {formatNumber} from '../text.js'
import {describeRedis} from './address.js'
import {readStats} from './server-stats.js'
import {reasonOfRedis} from './reasons.js'

/** The longest that a command waits for this line. */
const withinMs = 1_000

/**
 * One line about the server at `url`: its hit rate, or why it is unknown. It resolves within a second and
 * never throws. The server counts the look-ups of all its clients since its start.
 */
export async function hitRateText(url: string, stop: AbortSignal): Promise<string> {
  const late = new AbortController()
  const done = new AbortController()
  pause(withinMs, done.signal).then(
    () => late.abort(new Error('Command timed out')),
    () => {},
  )
  let where = 'Redis'
  try {
    where = `Redis at ${describeRedis(url)}`
    return `${where}: ${rateText(await readStats(url, AbortSignal.any([stop, late.signal])))}`
  } catch (error) {
    const isLate = late.signal.aborted
    return `${where} does not answer${isLate ? ' within a second' : `: ${whyOf(error as Error, url)}`}`
  } finally {
    done.abort()
  }
}

/** `93.4 % of look-ups by all clients of the server found a key (12,345 of 13,210 since its start)`. */
export function rateText(info: string): string {
  const countOf = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? NaN)
  const hits = countOf('keyspace_hits')
  const all = hits + countOf('keyspace_misses')
  if (Number.isNaN(all)) return 'the server states no hit rate'
  if (all === 0) return 'hit rate unknown, no client of the server has looked up a key since its start'
  const rate = (Math.floor((hits / all) * 1000) / 10).toFixed(1)
  return `hit rate ${rate} % (${formatNumber(hits)} of ${formatNumber(all)} look-ups, of all clients of the server since its start)`
}

function whyOf(error: Error, url: string): string {
  try {
    return reasonOfRedis(error, url).why
  } catch {
    return 'REDIS_URL is not the address of a Redis server'
  }
}
