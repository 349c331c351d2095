/** A server that may be missing: `test('...', {skip: server.skipReason}, ...)`. */
export interface Optional {
  /** `redis://...`, or `host:port` of a Kafka broker; empty when it is missing. */
  url: string
  /** Which one it is, in words. */
  how: string
  skipReason: string | false
  stop(): Promise<void>
}

export function missing(skipReason: string): Optional {
  return {url: '', how: 'none', skipReason, stop: async () => {}}
}

/**
 * The server named by an environment variable, when it answers. bin/test starts each server once and hands it
 * down like this, with `FIN_TEST_<variable>` saying which one it is, or with `FIN_TEST_<variable>_SKIP`
 * saying why there is none.
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
