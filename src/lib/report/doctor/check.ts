/** One thing that was looked at, and what to do about it. */
export interface Check {
  /** What was looked at: `database`, the variable of a credential, a provider that needs none. */
  check: string
  /** Whose credential it is; null for anything that is none. */
  provider: string | null
  /** `not set`: nothing is wrong, something cannot be used. `attention`: it works, not as it should. */
  state: 'ok' | 'not set' | 'attention' | 'broken'
  found: string
  next_step: string | null
}

export const ok = (check: string, found: string): Check => ({
  check,
  provider: null,
  state: 'ok',
  found,
  next_step: null,
})
export const notSet = (check: string, found: string, nextStep: string | null = null): Check => ({
  check,
  provider: null,
  state: 'not set',
  found,
  next_step: nextStep,
})
export const attention = (check: string, found: string, nextStep: string): Check => ({
  check,
  provider: null,
  state: 'attention',
  found,
  next_step: nextStep,
})
export const broken = (check: string, found: string, nextStep: string): Check => ({
  check,
  provider: null,
  state: 'broken',
  found,
  next_step: nextStep,
})
