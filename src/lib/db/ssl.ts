/** Gives `sslmode` of a database address the meaning that psql gives it; the driver's own is another one. */
import {once} from 'node:events'
import {accessSync, constants} from 'node:fs'
import {connect} from 'node:net'
import pg from 'pg'
import {deadline} from '../clock.js'
import {NeedsPerson} from '../errors.js'

const modes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify']
const fileSettings = ['sslrootcert', 'sslcert', 'sslkey']
const answerMs = 10_000

/**
 * The address for the driver. `prefer` and `allow` encrypt if the server offers it; they and `require` do not
 * check the certificate, unless `sslrootcert` names its authority. `PGSSLMODE` applies where the address
 * states none. Throws `NeedsPerson` for an unknown mode, and for a file that cannot be read.
 */
export async function withSslOfPsql(databaseUrl: string, environmentMode?: string): Promise<string> {
  const [address = '', query = ''] = splitOnce(databaseUrl, '?')
  const params = new URLSearchParams(query)
  const mode = params.get('sslmode') ?? environmentMode
  if (mode === undefined) return databaseUrl
  if (!modes.includes(mode))
    throw new NeedsPerson(`sslmode is "${/^[\w-]{1,20}$/.test(mode) ? mode : '...'}" in DATABASE_URL`, {
      nextStep: `Set it to one of: ${modes.join(', ')}.`,
    })
  const system = params.get('sslrootcert') === 'system'
  if (system) params.delete('sslrootcert')
  checkFiles(params)
  const driverUrl = (driverMode: string, isLibpq: boolean) => {
    params.set('sslmode', driverMode)
    if (isLibpq) params.set('uselibpqcompat', 'true')
    else params.delete('uselibpqcompat')
    return `${address}?${params}`
  }
  const plain = driverUrl('disable', false)
  const {host, port} = new pg.Client(plain)
  // psql does not encrypt a connection to a socket of this machine either
  if (mode === 'disable' || host.startsWith('/')) return plain
  if (mode === 'no-verify') return driverUrl(mode, false)
  // without a file, the driver trusts the authorities of Node for `verify-ca`, and checks the name too
  if (system || mode === 'verify-full' || (mode === 'verify-ca' && !params.has('sslrootcert')))
    return driverUrl('verify-full', false)
  if (mode !== 'prefer' && mode !== 'allow') return driverUrl(mode, true)
  return (await offersSsl(host, port)) ? driverUrl('prefer', true) : plain
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function checkFiles(params: URLSearchParams): void {
  for (const name of fileSettings) {
    const file = params.get(name)
    if (file === null) continue
    try {
      accessSync(file, constants.R_OK)
    } catch (error) {
      throw new NeedsPerson(`${name} in DATABASE_URL names a file that cannot be read: ${file}`, {
        nextStep: 'Correct its path or its permissions.',
        cause: error,
      })
    }
  }
}

/** Asks the server as every driver does before it encrypts. False also if nobody answers. */
async function offersSsl(host: string, port: number): Promise<boolean> {
  const socket = connect({host, port})
  try {
    socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]))
    const [answer] = (await once(socket, 'data', {signal: deadline(answerMs)})) as [Buffer]
    return answer[0] === 'S'.charCodeAt(0)
  } catch {
    return false
  } finally {
    socket.on('error', () => {})
    socket.destroy()
  }
}
