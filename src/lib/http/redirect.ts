/**
 * Decides which redirects are followed: only those within the requested origin. A credential never leaves it.
 */
export const mostRedirects = 5

/** The address of the next hop; undefined if it has another origin or cannot be requested. */
export function withinOrigin(from: URL, location: string): URL | undefined {
  if (!URL.canParse(location, from.href)) return undefined
  const to = new URL(location, from.href)
  if (to.origin !== from.origin || to.username !== '' || to.password !== '') return undefined
  to.hash = ''
  return to
}

/**
 * The destination of a redirect as text: only its origin, because the rest of the address may hold the
 * secret.
 */
export function locationOf(from: URL, location: string): string {
  if (!URL.canParse(location, from.href)) return 'an invalid address'
  const {origin, protocol} = new URL(location, from.href)
  if (origin === from.origin) return 'an address with a password'
  return origin === 'null' ? `an address of the protocol ${protocol.slice(0, 20)}` : origin
}
