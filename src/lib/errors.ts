/** The next step for the user, and the circumstances of an error. */
export interface ErrorFacts {
  /** Name of the provider. */
  provider?: string | undefined
  /** Target of the request: a symbol, coin, series, page. */
  target?: string | undefined
  /** One sentence: what the user can do now. */
  nextStep?: string | undefined
  cause?: unknown
}

/**
 * The base of every error that fin throws on purpose. The subclass determines what happens next, not the
 * origin of the error. `exitCode` is the exit code of a run without any success.
 */
export abstract class FinError extends Error {
  abstract readonly exitCode: 0 | 1 | 2
  readonly provider: string | undefined
  readonly target: string | undefined
  readonly nextStep: string | undefined
  /** Label of the only credential that the error concerns; other credentials may still be usable. */
  credential: string | undefined

  constructor(message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : {cause: facts.cause})
    this.name = new.target.name
    this.provider = facts.provider
    this.target = facts.target
    this.nextStep = facts.nextStep
  }
}

/** The network, a 5xx or a "slow down": the same request may succeed later. */
export class TryLater extends FinError {
  /** 2 if the command could not start, so that nothing was done. */
  readonly exitCode: 1 | 2
  /** Earliest instant at which another request makes sense, if the provider stated one. */
  readonly until: Date | undefined
  constructor(message: string, facts: ErrorFacts & {until?: Date | undefined; atStart?: boolean} = {}) {
    super(message, facts)
    this.exitCode = facts.atStart ? 2 : 1
    this.until = facts.until
  }
}

/** A window of the provider's limit has no free slot: the run ends, and stored data is unchanged. */
export class QuotaSpent extends FinError {
  readonly exitCode = 0
  /** When the next slot is free; absent if unknown. */
  readonly until: Date | undefined
  constructor(message: string, facts: ErrorFacts & {until?: Date | undefined} = {}) {
    super(message, facts)
    this.until = facts.until
  }
}

/**
 * The provider does not know the target. Its state becomes `unknown`, and it is due again after 30 days. A
 * run with no other result fails with 1.
 */
export class SkipTarget extends FinError {
  readonly exitCode = 1
}

/** A credential is missing or refused, access is not granted, or a setting is wrong: a person must act. */
export class NeedsPerson extends FinError {
  readonly exitCode = 2
  /** True if only this request was refused: the credential is valid, and other requests may succeed. */
  readonly ofRequest: boolean
  constructor(message: string, facts: ErrorFacts & {ofRequest?: boolean} = {}) {
    super(message, facts)
    this.ofRequest = facts.ofRequest ?? false
  }
}

/** The answer differs from the provider's documentation; its body is stored in `rejected_rows`. */
export class UnexpectedBody extends FinError {
  readonly exitCode = 1
  /** The answer as text, redacted and bounded; absent if there was none. */
  readonly body: string | undefined
  constructor(message: string, facts: ErrorFacts & {body?: string | undefined} = {}) {
    super(message, facts)
    this.body = facts.body
  }
}

/**
 * No row of an answer could be stored, because each item was rejected. The items are in `rejected_rows`, so
 * the answer itself is not stored again.
 */
export class NothingStored extends UnexpectedBody {}

/** The next step after a live answer that is not understood. */
export const recordIt =
  'See the raw answer with: fin runs --rejected --json (of a dry run: add --record DIR). Nothing stored was changed.'

/** True for errors that fin throws on purpose. */
export function isFinError(error: unknown): error is FinError {
  return error instanceof FinError
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The message and the next step, in one line. */
export function inOneLine(error: FinError): string {
  if (error.nextStep === undefined) return error.message
  return `${error.message}${/[.!?]$/.test(error.message) ? '' : '.'} ${error.nextStep}`
}
