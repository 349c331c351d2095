/**
 * A client of pg whose every transaction begins with the settings that fin depends on. Nothing is set for
 * the session, because behind a connection pooler two transactions may run in two sessions.
 */
import pg from 'pg'
import {acceptedMethods, refuseOpenSignIn, wireOf} from './sign-in.js'
import {statement} from './statement.js'

type Done = (error: Error | null, result?: unknown) => void
type Query = (config: unknown, values?: unknown, done?: unknown) => unknown

/**
 * The client for pools and single connections. Every transaction is "read committed". A password is never
 * sent where others could read it.
 */
export class DatabaseClient extends pg.Client {
  constructor(settings: pg.ClientConfig = {}) {
    super(settings)
    refuseOpenSignIn(this, acceptedMethods(settings.connectionString))
  }

  override query = ((config: string | object, values?: unknown, done?: Done) => {
    const query = super.query.bind(this) as Query
    const begin = () =>
      `begin isolation level read committed; ${statement('select_transaction_settings').text}`
    if (this.getTransactionStatus() !== 'I' || (typeof config === 'object' && 'submit' in config))
      return query(config, values, done)
    if (config === 'begin') return query(begin(), values, done)

    /** A single statement: a transaction of its own. */
    const single = async (parameters: unknown) => {
      await query(begin())
      try {
        const result = await query(config, parameters)
        await query('commit')
        return result
      } catch (error) {
        // The error of the statement matters more than that of a lost connection.
        await Promise.resolve(query('rollback')).catch(() => {})
        throw error
      }
    }
    const resolved = typeof values === 'function' ? (values as Done) : done
    if (!resolved) return single(values)
    return single(typeof values === 'function' ? undefined : values).then(
      (result) => resolved(null, result),
      (error: Error) => resolved(error),
    )
  }) as pg.Client['query']

  /** Closes the socket when the sign-in fails. Otherwise the process would wait until the server gives up. */
  override connect = ((done?: (error?: Error) => void) => {
    const connect = super.connect.bind(this) as (done: (error?: Error) => void) => void
    const closed = (resolved: (error?: Error) => void) => (error?: Error) => {
      if (error) wireOf(this).stream.destroy()
      resolved(error)
    }
    if (done) return connect(closed(done))
    return new Promise<this>((resolve, reject) => {
      connect(closed((error) => (error ? reject(error) : resolve(this))))
    })
  }) as pg.Client['connect']
}
