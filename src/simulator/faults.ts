/** Injected faults: how a provider or the network can damage an answer. */
import {NeedsPerson} from '../lib/errors.js'
import type {Reply} from './stub.js'
import {stream} from './random.js'

/** Kinds that affect an answer, or the handshake and the first frame of a socket. */
const answerKinds = [
  '429',
  '500',
  'slow',
  'cut',
  'garbage',
  'html',
  'blocked',
  'forbidden',
  'duplicates',
  'out-of-order',
  'empty',
  'one-bad-item',
] as const

/** Kinds that affect open sockets: one stays open and is silent, or the connection breaks. */
const socketKinds = ['hang', 'drop'] as const
export type SocketFaultKind = (typeof socketKinds)[number]

const faultKinds = [...answerKinds, ...socketKinds] as const
export type FaultKind = (typeof faultKinds)[number]

export interface Fault {
  /** A provider's name, or `*` for all of them. */
  provider: string
  kind: FaultKind
  /** Inject it into this many requests or open sockets, then stop. Default without `probability`: once. */
  times?: number
  /**
   * Probability of injection for each request, 0 to 1; of a kind for open sockets, for each one and second.
   * It is drawn from the seed, so every simulation affects the same requests.
   */
  probability?: number
  /** Inject it only into requests whose path and query contain this text. */
  path?: string
  /** Duration of a `slow` answer in real milliseconds; default 3,000. */
  ms?: number
}

export interface Faults {
  add(fault: Fault): void
  clear(): void
  list(): readonly Fault[]
  /** The fault to inject into this request, if any; at most one. `variant` counts its injections. */
  inject(provider: string, path: string): {fault: Fault; variant: number} | undefined
  /** The fault to inject into an open socket in this second, if any. */
  injectOpen(provider: string, path: string): SocketFaultKind | undefined
}

const isSocketKind = (kind: FaultKind): kind is SocketFaultKind =>
  (socketKinds as readonly FaultKind[]).includes(kind)

export function createFaults(seed: number, first: readonly Fault[] = []): Faults {
  let faults: {fault: Fault; left: number; draws: number; injections: number}[] = []
  const add = (fault: Fault) => {
    faults.push({
      fault,
      left: fault.times ?? (fault.probability === undefined ? 1 : Infinity),
      draws: 0,
      injections: 0,
    })
  }
  for (const fault of first) add(fault)
  const next = (provider: string, path: string, isOpen: boolean) => {
    for (const one of faults) {
      const {fault} = one
      if (
        isSocketKind(fault.kind) !== isOpen ||
        (fault.provider !== '*' && fault.provider !== provider) ||
        !path.includes(fault.path ?? '')
      )
        continue
      if (
        fault.probability !== undefined &&
        stream(seed, 'fault', fault.provider, fault.kind).uniform(one.draws++) >= fault.probability
      )
        continue
      if (--one.left === 0) faults = faults.filter((other) => other !== one)
      return {fault, variant: one.injections++}
    }
    return undefined
  }
  return {
    add,
    clear: () => {
      faults = []
    },
    list: () => faults.map(({fault, left}) => ({...fault, ...(left < Infinity ? {times: left} : {})})),
    inject: (provider, path) => next(provider, path, false),
    injectOpen(provider, path) {
      const kind = next(provider, path, true)?.fault.kind
      return kind !== undefined && isSocketKind(kind) ? kind : undefined
    },
  }
}

/**
 * Parses `coingecko:500:3` (three times), `coingecko:500:10%` or `bithumb:slow` (once). Throws NeedsPerson.
 */
export function faultFromText(text: string): Fault {
  const [provider = '', kind = '', amount, ...rest] = text.split(':')
  const times = amount !== undefined && /^\d{1,9}$/.test(amount) ? Number(amount) : undefined
  const percent =
    amount !== undefined && /^\d+(\.\d+)?%$/.test(amount) ? Number(amount.slice(0, -1)) : undefined
  if (rest.length > 0 || provider === '') throw wrong(text)
  if (amount !== undefined && times === undefined && percent === undefined)
    throw wrong(text, `"${amount}" is neither a number of times nor a percentage`)
  if (percent !== undefined && !(percent > 0 && percent <= 100))
    throw wrong(text, `${amount} is not between 0% and 100%`)
  return checked(
    {
      provider,
      kind,
      ...(times === undefined ? {} : {times}),
      ...(percent === undefined ? {} : {probability: percent / 100}),
    },
    text,
  )
}

/** Parses a fault as sent to `/faults`. Throws NeedsPerson. */
export function faultFrom(body: unknown): Fault {
  return checked((body ?? {}) as Record<string, unknown>, JSON.stringify(body ?? null))
}

/** The fault with these properties. `text` is the form in which it was given. Throws NeedsPerson. */
function checked(
  {provider, kind, times, probability, path, ms}: Record<string, unknown>,
  text: string,
): Fault {
  const isAmount = (value: unknown, most: number) =>
    value === undefined || (typeof value === 'number' && value > 0 && value <= most)
  const problems: readonly (readonly [isRight: boolean, problem: string])[] = [
    [typeof provider === 'string', 'the provider is missing'],
    [
      faultKinds.includes(kind as FaultKind),
      kind === undefined || kind === ''
        ? 'the kind is missing'
        : `the kind ${JSON.stringify(kind)} is not known`,
    ],
    [
      isAmount(times, 1e9) && (times === undefined || Number.isInteger(times)),
      'the number of times is not a whole number from 1 to 1,000,000,000',
    ],
    [isAmount(probability, 1), 'the probability is not between 0 and 1'],
    [isAmount(ms, 600_000), 'ms is not between 0 and 600,000'],
    [path === undefined || typeof path === 'string', 'the path is not a text'],
  ]
  const found = problems.find(([isRight]) => !isRight)
  if (found) throw wrong(text, found[1])
  return {provider, kind, times, probability, path, ms} as Fault
}

function wrong(text: string, problem?: string): NeedsPerson {
  const because = problem === undefined ? '' : `: ${problem}`
  return new NeedsPerson(`"${text.slice(0, 80)}" is not a fault${because}`, {
    nextStep: `Write PROVIDER:KIND, PROVIDER:KIND:TIMES or PROVIDER:KIND:10%, with KIND one of ${faultKinds.join(', ')}.`,
  })
}

const page =
  '<!DOCTYPE html>\n<html><head><title>Attention Required!</title></head><body><h1>One more step</h1><p>The page could not be shown.</p></body></html>\n'

const blocked =
  '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and cookies to continue</noscript><script src="/cdn-cgi/challenge-platform/x"></script></body></html>\n'

/** The answer with the fault applied. The server itself applies `429`, `slow` and `cut`. */
export function faulted(reply: Reply, kind: FaultKind, variant: number): Reply {
  const {list} = reply
  if (kind === '500')
    return {status: 500, type: 'application/json; charset=utf-8', text: '{"error":"Internal Server Error"}'}
  if (kind === 'garbage')
    return {...reply, text: `${reply.text.slice(0, Math.floor(reply.text.length * 0.6))}\u0000\uFFFD{]`}
  if (kind === 'html') return {...reply, type: 'text/html; charset=utf-8', text: page}
  if (kind === 'blocked') return {status: 403, type: 'text/html; charset=UTF-8', text: blocked}
  if (kind === 'forbidden')
    return {
      status: 403,
      type: 'application/json; charset=utf-8',
      text: '{"error":"This method requires an authenticated user"}',
    }
  if (kind === 'empty') return {...reply, text: ''}
  if (list === undefined || list.items.length === 0) return reply
  const {items, render, corrupt} = list
  if (kind === 'duplicates')
    return {...reply, text: render([...items, ...items.slice(0, Math.ceil(items.length / 3))])}
  if (kind === 'out-of-order') return {...reply, text: render(items.toReversed())}
  if (kind === 'one-bad-item') {
    const middle = Math.floor(items.length / 2)
    return {
      ...reply,
      text: render(items.map((item, index) => (index === middle ? corrupt(item as never, variant) : item))),
    }
  }
  return reply
}
