import {isFinError} from '../../errors.js'

/** The result of one check, with its next step. */
export interface Check {
  /** The subject: `database`, the variable of a credential, or a provider that needs no credential. */
  check: string
  /** The provider of a credential; null for any other check. */
  provider: string | null
  /** `not set`: no error, but a feature cannot be used. `attention`: it works, but not as it should. */
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

/** The next step that an error names, or the given one. */
export const nextStepOf = (error: unknown, byDefault: string) =>
  isFinError(error) && error.nextStep !== undefined ? error.nextStep : byDefault
