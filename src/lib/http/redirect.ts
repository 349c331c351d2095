/**
 * Which redirects are followed: few, over http(s) only, and never from a public host into a private network.
 */
import {lookup as systemLookup} from 'node:dns/promises'
import {BlockList, isIP} from 'node:net'

export const mostRedirects = 5

const privateNets = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  privateNets.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  privateNets.addSubnet(net, bits, 'ipv6')

type Lookup = (host: string) => Promise<readonly {address: string}[]>

/**
 * Where a redirect leads, or why it is not followed. A name is looked up when a public host points to another
 * host, because a public name may stand for a private address.
 */
export async function redirectTarget(
  from: URL,
  location: string,
  lookup: Lookup = resolve,
): Promise<URL | {refused: string}> {
  if (!URL.canParse(location, from.href)) return {refused: 'a redirect to no address'}
  const to = new URL(location, from.href)
  if (to.protocol !== 'https:' && to.protocol !== 'http:')
    return {refused: `a redirect to the protocol ${to.protocol.slice(0, 20)}`}
  if (from.protocol === 'https:' && to.protocol === 'http:')
    return {refused: 'a redirect to an unencrypted address'}
  if (to.username !== '' || to.password !== '') return {refused: 'a redirect to an address with a password'}
  if (
    to.hostname !== from.hostname &&
    (await isPrivate(to.hostname, lookup)) &&
    !(await isPrivate(from.hostname, lookup))
  )
    return {refused: 'a redirect into a private network'}
  to.hash = ''
  return to
}

/**
 * True for loopback, link-local and private addresses, names that only a local resolver knows, and names that
 * resolve to such.
 */
export async function isPrivate(hostname: string, lookup: Lookup = resolve): Promise<boolean> {
  const host = hostname
    .replace(/^\[|\]$/g, '')
    .toLowerCase()
    .replace(/\.$/, '')
  if (isIP(host) !== 0) return isPrivateAddress(host)
  if (!host.includes('.') || /\.(localhost|local|internal|intranet|lan|home|home\.arpa)$/.test(host))
    return true
  const found = await lookup(host).catch(() => [])
  return found.some(({address}) => isPrivateAddress(address))
}

function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/i.exec(address)
  if (mapped?.[1]) return privateNets.check(mapped[1], 'ipv4')
  if (mapped) {
    const [high, low] = [parseInt(mapped[2]!, 16), parseInt(mapped[3]!, 16)]
    return privateNets.check(`${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`, 'ipv4')
  }
  return privateNets.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

function resolve(host: string): Promise<{address: string}[]> {
  return systemLookup(host, {all: true})
}
