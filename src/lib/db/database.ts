/** The interface of the program to its database: named statements, transactions, cursors and locks. */
import type pg from 'pg'
import type {Clock} from '../clock.js'
import type {StatementName} from './statement.js'
import type {DataOrigin} from './origin.js'

export interface Queries {
  /** Runs `sql/<name>.sql`. JSON parameters are passed as text; lists become PostgreSQL arrays. */
  query<R = Record<string, unknown>>(name: StatementName, params?: readonly unknown[]): Promise<R[]>
}

/** A transaction. It runs one statement at a time, because it is one connection. */
export interface Transaction extends Queries {
  /** Undoes the statements of `work`, and only those, if it throws. */
  savepoint<T>(work: () => Promise<T>): Promise<T>
  /**
   * Runs a statement that is sent often: the server parses it once for each connection. Behind a connection
   * pooler it is parsed each time. Returns the number of rows that it wrote or read.
   */
  prepared(name: StatementName, params: readonly unknown[]): Promise<number>
  /** The process of the server that runs it, also behind a connection pooler. */
  pid: number
  client: pg.PoolClient
}

export interface Lock {
  /** Aborted, with a `TryLater`, if this process stood still for so long that another one took the lock. */
  lost: AbortSignal
  /**
   * Aborted shortly before another process may take the lock, because the database did not answer. When it
   * answers again, the lock is renewed if no other process has taken it.
   */
  expiring: AbortSignal
  release(): Promise<void>
}

/** The clock of the run, and how it waits until a lock of another host is known to be held or ended. */
export interface LockOptions {
  /** The clock of the run, which is compared with that of the database server; absent: not compared. */
  clock?: Clock
  stop: AbortSignal
  /** Called once if a process of another host has the lock. Whether it lives is known within 30 seconds. */
  onWait?(host: string): void
}

export interface Database extends Queries {
  origin: DataOrigin
  /** Commits if `work` resolves, rolls back if it throws. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Rows in batches, read on demand, so that memory stays constant. */
  stream<R>(name: StatementName, params?: readonly unknown[], batch?: number): AsyncIterable<R[]>
  /**
   * Takes a lock that ends with this process; undefined if another process holds it. Throws NeedsPerson if
   * the clock of the run is ahead of the server's by more than a minute.
   */
  lock(key: string, options?: LockOptions): Promise<Lock | undefined>
  pool: pg.Pool
  close(): Promise<void>
}
