/** Durations in milliseconds, and the day of an instant. */
export const secondMs = 1_000
export const minuteMs = 60 * secondMs
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs
/** The most that the clocks of two machines may differ. */
export const toleratedAheadMs = minuteMs

/** `2026-11-23`: the day in UTC. */
export function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
