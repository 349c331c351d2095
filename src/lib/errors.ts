/** What a person is told next, and what else is known about where it happened. */
export interface ErrorFacts {
  /** Whom we asked: a provider's name. */
  provider?: string | undefined
  /** What we asked about: a symbol, coin, series, page. */
  target?: string | undefined
  /** One sentence: what the reader can do now. */
  nextStep?: string | undefined
  cause?: unknown
}

/**
 * Every error that fin throws on purpose. The subclass says what happens next, not where the error came from;
 * `exitCode` is what the process ends with when nothing better happened in the run.
 */
export abstract class FinError extends Error {
  abstract readonly exitCode: 0 | 1 | 2
  readonly provider: string | undefined
  readonly target: string | undefined
  readonly nextStep: string | undefined
  /** Label of the one key that it is about, where others may still be asked with. */
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
  /** 2 where nothing was done yet: the command could not start. */
  readonly exitCode: 1 | 2
  /** Earliest instant at which asking again makes sense, when the provider said so. */
  readonly until: Date | undefined
  constructor(message: string, facts: ErrorFacts & {until?: Date | undefined; atStart?: boolean} = {}) {
    super(message, facts)
    this.exitCode = facts.atStart ? 2 : 1
    this.until = facts.until
  }
}

/** No place is left in a window of the provider's limit: the run ends, what was written stays. */
export class QuotaSpent extends FinError {
  readonly exitCode = 0
  /** When the next place is free; absent when nobody knows. */
  readonly until: Date | undefined
  constructor(message: string, facts: ErrorFacts & {until?: Date | undefined} = {}) {
    super(message, facts)
    this.until = facts.until
  }
}

/** The provider knows no such target: it is marked, the next one goes on. */
export class SkipTarget extends FinError {
  readonly exitCode = 0
}

/** A key is missing or refused, access is not granted, a setting is wrong: only a person can help. */
export class NeedsPerson extends FinError {
  readonly exitCode = 2
  /** Only this request was refused: the key is good, and others may be answered. */
  readonly ofRequest: boolean
  constructor(message: string, facts: ErrorFacts & {ofRequest?: boolean} = {}) {
    super(message, facts)
    this.ofRequest = facts.ofRequest ?? false
  }
}

/** The answer is not what the provider documents; the body is kept in `rejected_rows`. */
export class UnexpectedBody extends FinError {
  readonly exitCode = 1
  /** The answer as text, already redacted and bounded; absent when there was none. */
  readonly body: string | undefined
  constructor(message: string, facts: ErrorFacts & {body?: string | undefined} = {}) {
    super(message, facts)
    this.body = facts.body
  }
}

/** What helps where a live answer is not understood; who gave a saved one has it already. */
export const recordIt = 'Run it again with --record DIR to see the raw answer; nothing stored was changed.'

/** True for errors thrown on purpose, whichever copy of this module made them. */
export function isFinError(error: unknown): error is FinError {
  return error instanceof FinError
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** What happened and what to do, in one line. */
export function inOneLine(error: FinError): string {
  if (error.nextStep === undefined) return error.message
  return `${error.message}${/[.!?]$/.test(error.message) ? '' : '.'} ${error.nextStep}`
}
