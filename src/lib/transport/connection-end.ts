/** Why a connection of a feed ended: an error that waiting fixes, or one that it does not. */
import type {AnyFeed} from '../define-feed.js'
import {messageOf, NeedsPerson, UnexpectedBody} from '../errors.js'
import {certificateRefused, networkReasons} from '../http/network-reasons.js'
import {bounded} from '../output/safe.js'
import type {Proxy, ProxyRefusal} from '../proxy.js'

/** Nothing came, or no data although the server kept the connection alive. */
export class Silence extends Error {
  constructor(
    why: string,
    /** When the last message, or the last data, arrived. */
    readonly since: Date,
  ) {
    super(why)
  }
}

/** The wait after a refusal: the server blocks an address for ten minutes if it continues to connect. */
export const refusedWaitMs = 60_000

/** The server refused to open or to continue a connection. */
export class Refused extends Error {
  constructor(
    why: string,
    readonly waitMs: number,
  ) {
    super(why)
  }
}

/** The error of a refusal that a frame states. */
export function refusedBy(feed: AnyFeed, {why, next}: {why: string; next: 'stop' | 'wait' | 'skip'}): Error {
  const text = `the server refuses: ${bounded(why, 300)}`
  if (next === 'wait') return new Refused(text, refusedWaitMs)
  return new UnexpectedBody(`${feed.provider.name}: ${text}`, {
    provider: feed.provider.name,
    nextStep: `Check ${feed.secretParameter === undefined ? '' : 'the key, and '}the names given with --target.`,
  })
}

/** Why a connection ended, as text. Throws the error if waiting does not fix it. */
export function temporaryReason(error: unknown, feed: AnyFeed, proxy: Proxy | undefined): string {
  const code = codeOf(error)
  const certificate = certificateRefused(code)
  if (certificate)
    throw new NeedsPerson(`${feed.name}: ${certificate.why}${proxy ? ` (${proxy.shown})` : ''}`, {
      nextStep: certificate.nextStep,
      cause: error,
    })
  if (isMistake(error)) throw error
  return networkReasons[code] ?? messageOf(error)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** True for an error that waiting does not fix: a setting, or a defect of fin. */
function isMistake(error: unknown): boolean {
  return (
    error instanceof NeedsPerson ||
    error instanceof UnexpectedBody ||
    error instanceof SyntaxError ||
    (error instanceof TypeError && !('code' in error))
  )
}

export function refusedByProxy(feed: AnyFeed, {why, nextStep, needsPerson}: ProxyRefusal): Error {
  return needsPerson ? new NeedsPerson(`${feed.name}: ${why}`, {nextStep}) : new Error(why)
}
