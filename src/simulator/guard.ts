/**
 * Refuses requests that a web page may have sent through the browser of this machine's user. A page can reach
 * loopback addresses; by a name of its own that leads here, it can read the answers, too.
 */
import type {IncomingMessage} from 'node:http'
import {isLoopback} from '../lib/proxy.js'

export interface Barred {
  status: 403 | 415 | 421
  why: string
}

/**
 * The refusal of a request; undefined for one that is served. `hosts` names further hosts under which the
 * simulator is known. `isOpen`: serves the request to web pages too, because the answer holds only invented
 * data.
 */
export function barred(
  request: IncomingMessage,
  {hosts, isOpen}: {hosts: readonly string[]; isOpen: boolean},
): Barred | undefined {
  const {host = '', origin} = request.headers
  const name = host.toLowerCase().replace(/:\d+$/, '')
  if (!isLoopback(name) && !hosts.includes(name))
    return {
      status: 421,
      why: 'the host of the request is not 127.0.0.1, localhost or [::1]; start the simulator with --allow-host NAME if that name is yours',
    }
  if (isOpen) return undefined
  if (origin !== undefined)
    return {status: 403, why: 'the simulator refuses requests of web pages (header Origin)'}
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (request.method === 'POST' && type !== 'application/json')
    return {status: 415, why: 'send it with the header "content-type: application/json"'}
  return undefined
}
