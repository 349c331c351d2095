/** Which redirects are followed: those within the origin that was asked. A key never leaves its origin. */
export const mostRedirects = 5

/** The address of the next hop; undefined when it has another origin, or cannot be asked. */
export function withinOrigin(from: URL, location: string): URL | undefined {
  if (!URL.canParse(location, from.href)) return undefined
  const to = new URL(location, from.href)
  if (to.origin !== from.origin || to.username !== '' || to.password !== '') return undefined
  to.hash = ''
  return to
}

/** Where a redirect leads, in words: the origin alone, because the rest of an address may quote the key. */
export function locationOf(from: URL, location: string): string {
  if (!URL.canParse(location, from.href)) return 'no address'
  const {origin, protocol} = new URL(location, from.href)
  if (origin === from.origin) return 'an address with a password'
  return origin === 'null' ? `an address of the protocol ${protocol.slice(0, 20)}` : origin
}
