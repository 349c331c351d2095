/**
 * Chance without state: every value is a function of (seed, names, counter). So an entity added later draws
 * from a stream of its own and changes nothing that was there, and any instant is evaluated without walking
 * up to it.
 */
import {dayMs} from '../lib/time.js'

/** The chance of one entity. `n` and `lane` are counters: the same ones always give the same value. */
export interface Stream {
  /** In [0, 1). */
  uniform(n: number, lane?: number): number
  /** A whole number from `low` to `high`, both included. */
  whole(n: number, low: number, high: number, lane?: number): number
  /** One of a list that is not empty. */
  pick<Item>(n: number, items: readonly Item[], lane?: number): Item
  /** Smooth noise in (-1, 1) over `x`: a value per whole number, joined without a corner. */
  noise(x: number, lane: number): number
}

/** The final mix of MurmurHash3: every bit of the input moves half the bits of the output. */
function mix(n: number): number {
  n = Math.imul(n ^ (n >>> 16), 0x85ebca6b)
  n = Math.imul(n ^ (n >>> 13), 0xc2b2ae35)
  return n ^ (n >>> 16)
}

/** FNV-1a over UTF-16 units. */
function hashText(text: string, start: number): number {
  let hash = start
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return mix(hash)
}

/** `stream(seed, 'coin', 'bitcoin')`: independent of every other name under the same seed. */
export function stream(seed: number, ...names: readonly (string | number)[]): Stream {
  const name = names.join('\u0000')
  const first = hashText(name, mix(seed | 0) ^ 0x811c9dc5)
  const second = hashText(name, mix((seed | 0) ^ 0x5bd1e995) ^ 0x2545f491)
  const bits = (n: number, lane: number) =>
    mix(mix(first ^ Math.imul(n, 0x9e3779b1)) ^ second ^ Math.imul(lane + 1, 0x27d4eb2f))
  const uniform = (n: number, lane = 0) => (bits(n, lane) >>> 0) / 4294967296
  const whole = (n: number, low: number, high: number, lane = 0) =>
    low + Math.floor(uniform(n, lane) * (high - low + 1))
  return {
    uniform,
    whole,
    pick: <Item>(n: number, items: readonly Item[], lane = 0) =>
      items[whole(n, 0, items.length - 1, lane)] as Item,
    noise(x, lane) {
      const left = Math.floor(x)
      const part = x - left
      const weight = part * part * (3 - 2 * part)
      const from = bits(left, lane) / 2147483648
      return from + (bits(left + 1, lane) / 2147483648 - from) * weight
    },
  }
}

/**
 * Periods of the octaves of a walk, each a quarter of the one before: from four years down to half a minute.
 */
const periodsMs = Array.from({length: 12}, (_, octave) => (1460 * dayMs) / 4 ** octave)

/**
 * A wandering value at an instant, near zero on average, whose change over a day is about `perDay` (as a
 * random walk's, it grows with the root of the time). Constant time: twelve octaves of smooth noise. No
 * octave swings more than `widest`.
 */
export function wander(of: Stream, atMs: number, perDay: number, widest = 0.8): number {
  let sum = 0
  for (let octave = 0; octave < periodsMs.length; octave++) {
    const period = periodsMs[octave] as number
    sum += Math.min(widest, perDay * Math.sqrt(period / dayMs)) * of.noise(atMs / period, octave)
  }
  return sum
}
