/** Interface of a provider stub: the provider's paths, answers and refusals, with data of the scenario. */
import type {Limit, Provider} from '../lib/define.js'
import type {Scenario} from './scenario.js'

/** One request, as a stub receives it. */
export interface StubRequest {
  method: string
  /** Path after the provider's name: `/api/v3/global`. */
  path: string
  query: URLSearchParams
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>
  /** Arrival on the simulated clock. */
  atMs: number
  /** Secret of the credential in the request. */
  secret: string | undefined
  /** Requests left in the tightest limit after this one. */
  remaining: number
  /** Requests that this limit allows. */
  capacity: number
}

export interface Reply {
  status: number
  type: string
  text: string
  headers?: Readonly<Record<string, string>>
  /** Set if the body holds a list: the items that faults duplicate, reorder or corrupt. */
  list?: {
    items: readonly unknown[]
    render(items: readonly unknown[]): string
    /** Makes an item that no table accepts. `variant` counts up to select different defects. */
    corrupt(item: never, variant: number): unknown
  }
}

export interface ProviderStub {
  provider: Provider
  /** The secret in a request, if it has one. */
  secret(query: URLSearchParams, headers: StubRequest['headers']): string | undefined
  /** Throws `NotSimulated` for a request that this stub does not know. */
  answer(request: StubRequest, scenario: Scenario): Reply
  /**
   * Serves one connection to the provider's WebSocket at `path`. A number: the HTTP status with which the
   * provider refuses this secret. Undefined: no such socket.
   */
  socket?(path: string, scenario: Scenario, secret: string | undefined): SocketTalk | number | undefined
  /** The provider's own answer to too many requests. `untilMs`: when the limit allows a request again. */
  refuse(limit: Limit, untilMs: number, request: StubRequest): Reply
}

/** One WebSocket connection, as a stub serves it. Frames are sent as JSON. */
export interface SocketTalk {
  /** The kind of message that holds a frame. */
  form: 'binary' | 'text'
  /** True if a second connection with the same credential ends both. */
  isSole: boolean
  /** Answers a message. `close`: the code with which the server closes the connection. */
  receive(text: string, atMs: number): {frames: readonly unknown[]; close?: number}
  /**
   * Frames that are due at an instant of the simulated clock. Reading them may pause while the client reads
   * slowly, and messages may arrive meanwhile.
   */
  updates(atMs: number): Iterable<unknown>
  /** Symbols or codes that are subscribed now. */
  targets(): readonly string[]
}

/** A request that the simulator does not serve. The message names it; a stub never guesses an answer. */
export class NotSimulated extends Error {}

export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Reply {
  return {status, type: 'application/json; charset=utf-8', text: JSON.stringify(body), headers}
}

export function textReply(
  body: string,
  status = 200,
  type = 'text/plain; charset=utf-8',
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return {status, type, text: body, headers}
}

/** A reply whose body is a list of items. */
export function listReply<Item>(
  type: string,
  items: readonly Item[],
  render: (items: readonly Item[]) => string,
  corrupt: (item: Item, variant: number) => unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return {
    status: 200,
    type,
    text: render(items),
    headers,
    list: {items, render: render as (items: readonly unknown[]) => string, corrupt},
  }
}

/** A JSON array, or an object that `wrap` makes of it. */
export function jsonList<Item extends object>(
  items: readonly Item[],
  corrupt: (item: Item, variant: number) => unknown,
  wrap: (items: readonly Item[]) => unknown = (all) => all,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return listReply(
    'application/json; charset=utf-8',
    items,
    (all) => JSON.stringify(wrap(all)),
    corrupt,
    headers,
  )
}

/** Throws `NotSimulated` if the request has a parameter that the stub would silently ignore. */
export function onlyKnown(query: URLSearchParams, known: readonly string[]) {
  for (const name of query.keys())
    if (!known.includes(name)) throw new NotSimulated(`its parameter "${name}"`)
}
