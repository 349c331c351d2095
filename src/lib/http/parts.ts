/** What the door is handed: the ledger, the pace and the log, as far as it uses them. Limits reach http/ as an argument. */
import type {HttpRequest, Provider, Refusal} from '../define.js'

export interface Reservation {
  /** Label of the credential, or `keyless`. */
  readonly label: string
  /** Waits until the request may be sent. */
  started(): Promise<void>
  finish(how: {outcome: 'answered' | 'refused' | 'failed'; status?: number; note?: string}): Promise<void>
  /** The request was not sent: its place is free again. */
  giveBack(): Promise<void>
}

export interface Ledger {
  reserve(ask: {
    provider: Provider
    unit: string
    target?: string
    cost?: HttpRequest['cost']
    runId?: string | null
    wait?: boolean
    only?: string
    stop?: AbortSignal
  }): Promise<Reservation>
  /** Remembers what the provider said about a credential, so that the next process knows. */
  rest(provider: Provider, label: string, refusal: Refusal): Promise<void>
}

export interface Pace {
  run<T>(provider: Provider, label: string, work: () => Promise<T>): Promise<T>
}

export interface Log {
  warn(text: string): void
  notice(text: string): void
  detail(text: string): void
}
