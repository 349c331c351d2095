/**
 * Prices that the simulator plants on request, with the truth about them: jumps that stay, symbols that move
 * little or much, and single wrong prices. Each is a function of (seed, symbol, instant).
 */
import {dayMs, minuteMs} from '../lib/time.js'
import {type Stream, stream} from './random.js'

/** The truth about a planted price. */
export interface Planted {
  /** The price is wrong by this fraction; 0: it is right. */
  error: number
  /** Instant of the newest jump of the symbol on this UTC day, and its size as a fraction. */
  jump: {ms: number; size: number} | null
  /** How much the symbol moves, in multiples of the usual. */
  movement: number
}

export interface Planting {
  /** How much the symbol moves, in multiples of the usual. */
  movement: number
  /** The factor of the jumps of the day up to an instant, and the newest of them. */
  levelAt(ms: number): {factor: number; jump: Planted['jump']}
  /** The error of the price of a trade: 0 for most. */
  errorOf(cell: number, n: number): number
}

/** One slot of the day has at most one jump. */
const slotMs = 5 * minuteMs
const jumpShare = 0.2
const jumpSizes = [0.02, 0.1] as const
const repeatedShare = 0.2
const errorSizes = [0.01, 0.5] as const
const movements = [1, 4, 12] as const

/** What is planted into the trades of a symbol. `share`: the fraction of trades with a wrong price. */
export function plantingOf(seed: number, symbol: string, share: number): Planting {
  const of = stream(seed, 'planted', symbol)
  const levels = new Map<number, {factor: number; jump: Planted['jump']}>()

  /** The level at the end of a slot: it follows from the slots of the day before it. */
  function endOf(slot: number): {factor: number; jump: Planted['jump']} {
    const known = levels.get(slot)
    if (known) return known
    const isFirst = (slot * slotMs) % dayMs === 0
    const before = isFirst ? {factor: 1, jump: null} : endOf(slot - 1)
    const jump = jumpOf(of, slot)
    const level = jump ? {factor: before.factor * (1 + jump.size), jump} : before
    if (levels.size > 1_000) levels.clear()
    levels.set(slot, level)
    return level
  }

  return {
    movement: of.pick(0, movements),
    levelAt(ms) {
      const slot = Math.floor(ms / slotMs)
      const end = endOf(slot)
      if (end.jump === null || end.jump.ms <= ms) return end
      return (slot * slotMs) % dayMs === 0 ? {factor: 1, jump: null} : endOf(slot - 1)
    },
    errorOf(cell, n) {
      // Some errors are those of all trades of a cell, because a wrong price is often reported several times.
      const ofCell = of.uniform(cell, 4) < share * repeatedShare
      if (!ofCell && of.uniform(cell, 4 * (n + 2)) >= share * (1 - repeatedShare)) return 0
      const lane = ofCell ? 4 : 4 * (n + 2)
      // Small errors are as frequent as large ones: the sizes are even on a logarithmic scale.
      const size = errorSizes[0] * (errorSizes[1] / errorSizes[0]) ** of.uniform(cell, lane + 1)
      return of.uniform(cell, lane + 2) < 0.5 ? -size : size
    },
  }
}

function jumpOf(of: Stream, slot: number): {ms: number; size: number} | undefined {
  if (of.uniform(slot, 1) >= jumpShare) return undefined
  const size = jumpSizes[0] + (jumpSizes[1] - jumpSizes[0]) * of.uniform(slot, 2)
  const ms = slot * slotMs + Math.floor(of.uniform(slot, 3) * slotMs)
  return {ms, size: of.uniform(slot, 4) < 0.5 ? size : 1 / (1 + size) - 1}
}
