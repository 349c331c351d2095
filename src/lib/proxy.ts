/**
 * The proxy of a connection: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, also in lower case. One rule decides
 * for HTTP and for WebSocket, because their libraries use different rules and do not read `.env`.
 */
import {isIP, isIPv6} from 'node:net'
import {NeedsPerson} from './errors.js'

type Environment = Readonly<Record<string, string | undefined>>

export interface Proxy {
  /** The variable that names it. */
  variable: string
  /** Its address without user name and password: `http://proxy.example.com:3128`. */
  origin: string
  /** `HTTPS_PROXY, proxy.example.com:3128`: what a message says about it. */
  shown: string
  /** Value of the header that signs in to it; a secret. */
  authorization: string | undefined
}

/** How a proxy refused a connection. */
export interface ProxyRefusal {
  why: string
  nextStep: string
  /** True if only a person can change it; false if the same connection may succeed later. */
  needsPerson: boolean
}

/** The variables that are read, as they are documented. */
export const proxyVariables = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'] as const

/** Entry of NO_PROXY by which this machine's own addresses go through the proxy, too, as in browsers. */
const withLoopback = '<-loopback>'

/** True for an address of this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

/**
 * The proxy for an address, or undefined for a direct connection. Throws NeedsPerson if the variable does not
 * hold the address of an HTTP proxy.
 */
export function proxyFor(target: URL, env: Environment): Proxy | undefined {
  const variable = proxyVariable(/^(https|wss):$/.test(target.protocol) ? 'https_proxy' : 'http_proxy', env)
  return variable === undefined || isExempt(target, env) ? undefined : readProxy(variable, env)
}

/** The proxies that are set, by the names of their variables; for `fin doctor`. */
export function setProxies(env: Environment): string[] {
  return ['https_proxy', 'http_proxy'].flatMap((name) => proxyVariable(name, env) ?? [])
}

/** The entries of NO_PROXY. */
export function exemptions(env: Environment): string[] {
  const variable = proxyVariable('no_proxy', env)
  return (variable === undefined ? '' : env[variable]!).split(/[\s,]+/).filter((entry) => entry !== '')
}

/** The lower-case name comes first, as in curl. */
function proxyVariable(name: string, env: Environment): string | undefined {
  return [name, name.toUpperCase()].find((one) => (env[one] ?? '').trim() !== '')
}

function isExempt(target: URL, env: Environment): boolean {
  const entries = exemptions(env).map((entry) => entry.toLowerCase())
  if (isLoopback(target.hostname) && !entries.includes(withLoopback)) return true
  const host = target.hostname.replace(/^\[|\]$/g, '')
  const port = target.port || (/^(https|wss):$/.test(target.protocol) ? '443' : '80')
  return entries.some((entry) => {
    if (entry === '*') return true
    const withPort = isIPv6(entry) ? null : /^(.+):(\d+)$/.exec(entry)
    if (withPort && withPort[2] !== port) return false
    const name = (withPort?.[1] ?? entry).replace(/^(\*?\.|\[)|\]$/g, '')
    return host === name || (name !== '' && isIP(host) === 0 && host.endsWith(`.${name}`))
  })
}

/** Reads the proxy of a variable. Throws NeedsPerson, which never quotes the value. */
export function readProxy(variable: string, env: Environment): Proxy {
  const value = (env[variable] ?? '').trim()
  const address = value.includes('://') ? value : `http://${value}`
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new NeedsPerson(`${variable} is not the address of an HTTP proxy`, {
      nextStep: `Set it like ${variable}=http://proxy.example.com:3128, with the special characters of a password percent-encoded, or unset it.`,
    })
  const {username, password, host, origin} = url
  return {
    variable,
    origin,
    shown: `${variable}, ${host}`,
    authorization:
      username === '' && password === ''
        ? undefined
        : `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`,
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The meaning of the status with which a proxy refused to connect to `target`. */
export function proxyRefusal(proxy: Proxy, status: number, target: URL): ProxyRefusal {
  const name = `the proxy (${proxy.shown})`
  if (status === 407)
    return {
      why: `${name} ${proxy.authorization === undefined ? 'requires a user name and a password' : 'refuses the user name or the password'} (HTTP 407)`,
      nextStep: `Set them like ${proxy.variable}=http://user:password@proxy.example.com:3128`,
      needsPerson: true,
    }
  if (status >= 500 || status === 429)
    return {
      why: `${name} cannot connect to ${target.host} now (HTTP ${status})`,
      nextStep: 'Run it again later, or contact the operator of the proxy.',
      needsPerson: false,
    }
  return {
    why: `${name} does not allow a connection to ${target.host} (HTTP ${status})`,
    nextStep: `Its operator must allow ${target.host}. If it can be reached without the proxy, add it to NO_PROXY.`,
    needsPerson: true,
  }
}

/** The proxy refused the tunnel (`status`), or there was no connection to it (`code`). */
export class NoTunnel extends Error {
  constructor(
    readonly status: number | undefined,
    /** The code of the system's or the library's error. */
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

type Undici = typeof import('undici')
type ConnectOptions = import('undici').Dispatcher.ConnectOptions

/** One per proxy, so that tunnels are used again. */
const dispatchers = new Map<string, import('undici').ProxyAgent>()

/**
 * The `fetch` for a proxy: that of undici, which is loaded only for it; for no proxy, that of Node. The two
 * must not be mixed, because a dispatcher of one version may not fit the fetch of another.
 */
export async function fetchThrough(proxy: Proxy | undefined): Promise<typeof fetch> {
  if (proxy === undefined) return fetch
  const undici = await import('undici')
  const key = `${proxy.origin} ${proxy.authorization ?? ''}`
  const request = async (input: string | URL, init: RequestInit = {}) => {
    const dispatcher = dispatchers.get(key) ?? dispatcherOf(undici, proxy)
    dispatchers.set(key, dispatcher)
    // undici does not end a CONNECT that the proxy never answers, which would keep the process alive.
    const onAbort = () => {
      dispatchers.delete(key)
      void dispatcher.destroy()
    }
    init.signal?.addEventListener('abort', onAbort, {once: true})
    try {
      return await undici.fetch(input, {...init, dispatcher} as unknown as import('undici').RequestInit)
    } finally {
      init.signal?.removeEventListener('abort', onAbort)
    }
  }
  return request as unknown as typeof fetch
}

function dispatcherOf(undici: Undici, {origin, authorization}: Proxy): import('undici').ProxyAgent {
  /**
   * The connections to the proxy. Its errors are NoTunnel, because undici's own lose the status, and let it
   * connect again and again to a proxy that closes its connections.
   */
  class ToProxy extends undici.Pool {
    override async connect(options: ConnectOptions): Promise<never> {
      const answer = await super.connect(options).catch((error: NodeJS.ErrnoException) => {
        const {code = error.name === 'HTTPParserError' ? 'HPE_' : '', message} = error
        throw new NoTunnel(undefined, code === 'UND_ERR_SOCKET' ? 'ECONNRESET' : code, message)
      })
      if (answer.statusCode === 200) return answer as never
      answer.socket.on('error', () => {}).destroy()
      throw new NoTunnel(answer.statusCode, '', `HTTP ${answer.statusCode}`)
    }
  }
  return new undici.ProxyAgent({
    uri: origin,
    clientFactory: (url, options) => new ToProxy(url, options),
    ...(authorization === undefined ? {} : {token: authorization}),
  })
}

/** The agent of a WebSocket that connects through a proxy. `signal` closes its socket. */
export async function agentThrough(proxy: Proxy, signal: AbortSignal) {
  const {HttpsProxyAgent} = await import('https-proxy-agent')
  return new HttpsProxyAgent(proxy.origin, {
    signal,
    headers: proxy.authorization === undefined ? {} : {'Proxy-Authorization': proxy.authorization},
  })
}
