/**
 * Runs named statements on a pool: single, in transactions, and as streams of batches.
 */
import type pg from 'pg'
import type {DatabaseConnection} from './connection.js'
import {rowsInBatches} from './cursor.js'
import {readableInRun} from '../postgres-errors.js'
import type {Database, Transaction} from './database.js'
import {lockerOn} from './job-lock.js'
import {statement, type StatementName} from './statement.js'
import type {DataOrigin} from './origin.js'

type Run = <R>(on: pg.Pool | pg.ClientBase, name: StatementName, params?: readonly unknown[]) => Promise<R[]>

/** The `Database` of an open pool. */
export function databaseOn(
  pool: pg.Pool,
  {where, embedded}: DatabaseConnection,
  origin: DataOrigin,
): Database {
  const run: Run = async <R>(
    on: pg.Pool | pg.ClientBase,
    name: StatementName,
    params: readonly unknown[] = [],
  ) => {
    try {
      return (await on.query(statement(name).text, [...params])).rows as R[]
    } catch (error) {
      throw readableInRun(error, where, embedded !== undefined)
    }
  }
  const connect = () =>
    pool.connect().catch((error: unknown) => {
      throw readableInRun(error, where, embedded !== undefined)
    })
  const query: Database['query'] = (name, params) => run(pool, name, params)
  const locks = lockerOn({query})
  return {
    origin,
    pool,
    lock: locks.lock,
    query,
    async transaction(work) {
      const client = await connect()
      let broken: Error | undefined
      try {
        // Two results: that of `begin`, and that of select_transaction_settings.
        const begun = (await client.query('begin')) as unknown as pg.QueryResult<{pid: number}>[]
        const result = await work(transactionOn(client, run, begun[1]!.rows[0]!.pid))
        const {command} = await client.query('commit')
        if (command !== 'COMMIT')
          throw new Error(
            'a statement of the transaction failed and its error was ignored: nothing was stored',
          )
        return result
      } catch (error) {
        await client.query('rollback').catch((lost: Error) => {
          broken = lost
        })
        throw readableInRun(error, where, embedded !== undefined)
      } finally {
        client.release(broken)
      }
    },
    async *stream<R>(name: StatementName, params: readonly unknown[] = [], batch = 1000) {
      try {
        yield* rowsInBatches<R>(connect, statement(name).text, params, batch)
      } catch (error) {
        throw readableInRun(error, where, embedded !== undefined)
      }
    },
    async close() {
      await locks.close()
      if (!pool.ending) await pool.end()
    },
  }
}

function transactionOn(client: pg.PoolClient, run: Run, pid: number): Transaction {
  return {
    client,
    pid,
    query: (name, params) => run(client, name, params),
    async prepared(name, params) {
      // Behind a connection pooler another process of the server answers than the one that the sign-in named.
      const isPooled = pid !== (client as pg.PoolClient & {processID: number}).processID
      const {text} = statement(name)
      const {rowCount} = await client.query({
        text,
        values: [...params],
        ...(isPooled ? {} : {name: `fin_${name}`}),
      })
      return rowCount ?? 0
    },
    // savepoints of one name nest: a rollback or release applies to the innermost one
    async savepoint(work) {
      await client.query('savepoint step')
      try {
        const result = await work()
        await client.query('release savepoint step')
        return result
      } catch (error) {
        await client.query('rollback to savepoint step')
        await client.query('release savepoint step')
        throw error
      }
    },
  }
}
