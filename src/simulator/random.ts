/**
 * Random values without state: each is a function of (seed, names, counter). A new entity draws from its own
 * stream and changes no existing value. Any instant is evaluated directly, without the instants before it.
 */
import {dayMs} from '../lib/time.js'

/** Random values of one entity. `n` and `lane` are counters: equal counters always give the same value. */
export interface Stream {
  /** In [0, 1). */
  uniform(n: number, lane?: number): number
  /** A whole number from `low` to `high`, both included. */
  whole(n: number, low: number, high: number, lane?: number): number
  /** One item of a non-empty list. */
  pick<Item>(n: number, items: readonly Item[], lane?: number): Item
  /** Smooth noise in (-1, 1) over `x`: a random value per whole number, interpolated smoothly. */
  noise(x: number, lane: number): number
}

/** Finalizer of MurmurHash3: each input bit changes half of the output bits on average. */
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
 * Periods of the octaves of `wander`, each a quarter of the previous one: from four years to half a minute.
 */
const periodsMs = Array.from({length: 12}, (_, octave) => (1460 * dayMs) / 4 ** octave)

/**
 * Value of a random walk at an instant, near zero on average. Its change over a day is about `perDay`, and
 * grows with the square root of the time. `widest` bounds the amplitude of each octave. It takes constant
 * time: twelve octaves of smooth noise.
 */
export function wander(of: Stream, atMs: number, perDay: number, widest = 0.8): number {
  let sum = 0
  for (let octave = 0; octave < periodsMs.length; octave++) {
    const period = periodsMs[octave] as number
    sum += Math.min(widest, perDay * Math.sqrt(period / dayMs)) * of.noise(atMs / period, octave)
  }
  return sum
}
