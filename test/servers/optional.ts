/** A server that may be missing: `test('...', {skip: server.skipReason}, ...)`. */
export interface Optional {
  /** `redis://...`, or `host:port` of a Kafka broker; empty if it is missing. */
  url: string
  /** A description of the chosen server. */
  how: string
  skipReason: string | false
  stop(): Promise<void>
}

export function missing(skipReason: string): Optional {
  return {url: '', how: 'none', skipReason, stop: async () => {}}
}

/**
 * The server named by an environment variable, if it answers. bin/test starts each server once and passes it
 * on like this. `FIN_TEST_<variable>` describes it, or `FIN_TEST_<variable>_SKIP` says why there is none.
 */
export async function given(
  variable: string,
  answers: (url: string) => Promise<boolean>,
): Promise<Optional | undefined> {
  const skip = process.env[`FIN_TEST_${variable}_SKIP`]
  if (skip) return missing(skip)
  const url = process.env[variable]
  if (!url || !(await answers(url))) return undefined
  return {url, how: process.env[`FIN_TEST_${variable}`] ?? variable, skipReason: false, stop: async () => {}}
}
