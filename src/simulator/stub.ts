/** What a provider's face is: the provider's own paths, answers and refusals, drawn from the world. */
import type {Limit, Provider} from '../lib/define.js'
import type {World} from './scenario.js'

/** One request, as a face sees it. */
export interface Ask {
  method: string
  /** Below the provider's name: `/api/v3/global`. */
  path: string
  query: URLSearchParams
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>
  /** When it arrived, on the simulated clock. */
  atMs: number
  /** The key that came with it. */
  secret: string | undefined
  /** Requests of the tightest limit that are still free after this one. */
  remaining: number
  /** The number of that limit. */
  capacity: number
}

export interface Reply {
  status: number
  type: string
  text: string
  headers?: Readonly<Record<string, string>>
  /** Set when the body holds a list: what faults double, shuffle or spoil. */
  list?: {
    items: readonly unknown[]
    render(items: readonly unknown[]): string
    /** The item as no table would accept it; `variant` counts up, so that several kinds of bad come. */
    spoil(item: never, variant: number): unknown
  }
}

export interface Face {
  provider: Provider
  /** The key in a request, if one came. */
  secret(query: URLSearchParams, headers: Ask['headers']): string | undefined
  /** Throws `NotSimulated` for what this face does not know. */
  answer(ask: Ask, world: World): Reply
  /** What whoever connects to the provider's WebSocket at `path` talks to; undefined: there is none. */
  socket?(path: string, world: World): SocketTalk | undefined
  /** The provider's own words for "too often". `untilMs`: when there is room again. */
  refuse(limit: Limit, untilMs: number, ask: Ask): Reply
}

/** One connection, as a face sees it. Frames are sent as JSON in binary messages. */
export interface SocketTalk {
  /** Answers a message. `close`: the code with which the server ends it. */
  receive(text: string, atMs: number): {frames: readonly unknown[]; close?: number}
  /** What is new at an instant of the simulated clock. */
  news(atMs: number): readonly unknown[]
}

/** A request that the simulator does not serve: an error that names it, never a guess. */
export class NotSimulated extends Error {}

export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Reply {
  return {status, type: 'application/json; charset=utf-8', text: JSON.stringify(body), headers}
}

export function text(
  body: string,
  status = 200,
  type = 'text/plain; charset=utf-8',
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return {status, type, text: body, headers}
}

/** A reply whose body is made of items. */
export function listReply<Item>(
  type: string,
  items: readonly Item[],
  render: (items: readonly Item[]) => string,
  spoil: (item: Item, variant: number) => unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return {
    status: 200,
    type,
    text: render(items),
    headers,
    list: {items, render: render as (items: readonly unknown[]) => string, spoil},
  }
}

/** A JSON array, or an object made of it by `wrap`. */
export function jsonList<Item extends object>(
  items: readonly Item[],
  spoil: (item: Item, variant: number) => unknown,
  wrap: (items: readonly Item[]) => unknown = (all) => all,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return listReply(
    'application/json; charset=utf-8',
    items,
    (all) => JSON.stringify(wrap(all)),
    spoil,
    headers,
  )
}

/** Throws `NotSimulated` when the request has a parameter that the face would silently ignore. */
export function onlyKnown(query: URLSearchParams, known: readonly string[]) {
  for (const name of query.keys())
    if (!known.includes(name)) throw new NotSimulated(`its parameter "${name}"`)
}
