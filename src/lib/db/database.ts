/** What the program may do with its database: named statements, transactions, cursors and locks. */
import type pg from 'pg'
import type {StatementName} from './statement.js'
import type {World} from './origin.js'

export interface Queries {
  /** Runs `sql/<name>.sql`. JSON parameters are passed as text; lists become PostgreSQL arrays. */
  query<R = Record<string, unknown>>(name: StatementName, params?: readonly unknown[]): Promise<R[]>
}

/** One statement at a time: it is one connection. */
export interface Transaction extends Queries {
  /** Undoes what `work` did when it throws, and only that. */
  savepoint<T>(work: () => Promise<T>): Promise<T>
  client: pg.PoolClient
}

export interface Lock {
  release(): Promise<void>
}

export interface Database extends Queries {
  world: World
  /** Commits when `work` resolves, undoes everything when it throws. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Rows in batches, read as they are asked for: memory stays constant. */
  stream<R>(name: StatementName, params?: readonly unknown[], batch?: number): AsyncIterable<R[]>
  /**
   * A lock of this process on a connection of its own, gone with the process; undefined when held elsewhere.
   */
  lock(key: string): Promise<Lock | undefined>
  pool: pg.Pool
  close(): Promise<void>
}
