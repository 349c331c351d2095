import type {Proxy} from '../proxy.js'

/**
 * The reason for a failed connection, as text for the user, by the code of the system's or the library's
 * error.
 */
export const networkReasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name cannot be looked up',
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'the network has no route to it',
  ENETUNREACH: 'the network has no route to it',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'it cannot be reached in time',
  UND_ERR_CONNECT_TIMEOUT: 'it cannot be reached in time',
  UND_ERR_SOCKET: 'the connection broke off',
}

/** Why there was no connection to a proxy, as text, by the code of the error. */
export function reasonOfProxy({shown}: Proxy, code: string, message: string): string {
  const why = code.startsWith('HPE_') ? 'it does not answer as an HTTP proxy' : networkReasons[code]
  return `the proxy (${shown}): ${why ?? `the connection failed (${code || message})`}`
}

/**
 * The message for a certificate that is not accepted, which only a person can fix; undefined for every other
 * code.
 */
export function certificateRefused(code: string): {why: string; nextStep: string} | undefined {
  if (!/^(CERT_|ERR_TLS_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)) return undefined
  return {
    why: `its certificate is not accepted (${code})`,
    nextStep:
      'Check the clock of this machine and whether a proxy intercepts the connection. If it does, name the file of its certificate in NODE_EXTRA_CA_CERTS.',
  }
}
