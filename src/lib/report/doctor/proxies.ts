/** Checks the proxies that are set: their variables, and whether they accept connections. */
import {once} from 'node:events'
import {connect} from 'node:net'
import {deadline} from '../../clock.js'
import type {Config} from '../../config.js'
import {isFinError, messageOf} from '../../errors.js'
import {networkReasons} from '../../http/network-reasons.js'
import {exemptions, isLoopback, type Proxy, readProxy, setProxies} from '../../proxy.js'
import {broken, ok, type Check} from './check.js'

const timeoutMs = 5000

/** One check for each variable that names a proxy. It sends nothing to a provider. */
export function checkProxies({env}: Config): Promise<Check[]> {
  const exempt = exemptions(env)
  const without = exempt.length === 0 ? '' : `; not used for ${exempt.join(', ')}`
  return Promise.all(
    setProxies(env).map(async (variable) => {
      try {
        const proxy = readProxy(variable, env)
        const signIn =
          proxy.authorization === undefined
            ? ''
            : `, with a sign-in${isOpen(proxy) ? ' that is not encrypted' : ''}`
        const why = await unreachableReason(proxy)
        return why === undefined
          ? ok('proxy', `${variable}: ${proxy.origin}${signIn}${without}`)
          : broken('proxy', `${variable}: ${proxy.origin}: ${why}`, `Correct ${variable}, or unset it.`)
      } catch (error) {
        const nextStep = (isFinError(error) ? error.nextStep : undefined) ?? `Correct ${variable}.`
        return broken('proxy', messageOf(error), nextStep)
      }
    }),
  )
}

/** True if others on the network can read what is sent to the proxy itself. */
function isOpen({origin}: Proxy): boolean {
  const {protocol, hostname} = new URL(origin)
  return protocol === 'http:' && !isLoopback(hostname)
}

/** Why no connection to a proxy can be opened; undefined if it can. */
async function unreachableReason({origin}: Proxy): Promise<string | undefined> {
  const {hostname, port, protocol} = new URL(origin)
  const host = hostname.replace(/^\[|\]$/g, '')
  const socket = connect({host, port: Number(port || (protocol === 'https:' ? 443 : 80))})
  const signal = deadline(timeoutMs)
  try {
    await once(socket, 'connect', {signal})
    return undefined
  } catch (error) {
    if (signal.aborted) return `it cannot be reached within ${timeoutMs / 1000} s`
    return networkReasons[(error as NodeJS.ErrnoException).code ?? ''] ?? messageOf(error)
  } finally {
    socket.on('error', () => {}).destroy()
  }
}
