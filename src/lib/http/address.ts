/** Builds the address and headers of one request, to the provider or to the simulator. */
import type {Config} from '../config.js'
import type {HttpRequest, Provider} from '../define.js'
import {NeedsPerson} from '../errors.js'

export interface Prepared {
  url: URL
  headers: Record<string, string>
}

export interface PrepareOptions {
  provider: Provider
  config: Config
  request: HttpRequest
  secret: string | undefined
}

/** The contact in the User-Agent if FIN_CONTACT is not set. */
const noContact = 'private use, operator set no contact'

/**
 * Adds the sign-in, the headers and `FIN_SIMULATOR_URL`: `<url>/<provider name><the provider's whole path>`.
 */
export function prepare({provider, config, request, secret}: PrepareOptions): Prepared {
  const contact = (config.env['FIN_CONTACT'] ?? noContact).replace(/[^\x20-\x7e]/g, '').slice(0, 200)
  const open = lowerCase({'user-agent': 'fin/0.1', accept: '*/*', ...provider.headers, ...request.headers})
  for (const [name, value] of Object.entries(open)) open[name] = value.replaceAll('{contact}', contact)
  const signed =
    secret === undefined || !provider.authorize
      ? {...request, headers: open}
      : provider.authorize({...request, headers: open}, secret)
  const headers = lowerCase(signed.headers ?? {})
  for (const value of Object.values(headers))
    if (/[^\x20-\x7e\x80-\xff]/.test(value))
      throw new NeedsPerson(`${provider.name}: a header or key holds characters that cannot be sent`, {
        provider: provider.name,
        nextStep: `Check ${Object.values(provider.credentials ?? {}).join(', ') || 'the settings'} for stray characters.`,
      })
  return {url: addressOf(provider, config.simulatorUrl, signed), headers}
}

export function addressOf(provider: Provider, simulatorUrl: string | undefined, request: HttpRequest): URL {
  const own = new URL(provider.baseUrl)
  const base =
    simulatorUrl === undefined
      ? provider.baseUrl
      : `${simulatorUrl}/${provider.name}${own.pathname.replace(/\/+$/, '')}`
  const url = new URL(base + request.path)
  // A target with dots and slashes must not lead out of the provider's path.
  if (
    !request.path.startsWith('/') ||
    url.origin !== new URL(base).origin ||
    !url.pathname.startsWith(new URL(base).pathname)
  )
    throw new Error(`${provider.name}: "${request.path}" is not a path below ${provider.baseUrl}`)
  for (const [name, value] of Object.entries(request.query ?? {}))
    if (value !== undefined) url.searchParams.append(name, String(value))
  return url
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
