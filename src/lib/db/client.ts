/**
 * A client of pg whose every transaction begins with the settings that fin depends on. Nothing is set for
 * the session, because behind a connection pooler two transactions may run in two sessions.
 */
import type {Duplex} from 'node:stream'
import pg from 'pg'
import {statement} from './statement.js'

/** The methods of the driver's query that its types leave out. */
interface DriverQuery extends pg.Submittable {
  prepare(connection: Wire): void
  handleDataRow(message: unknown): void
  handleCommandComplete(message: unknown, connection: Wire): void
}

interface Wire {
  parse(query: {text: string}): void
  bind(query: object): void
  execute(query: object): void
}

type Done = (error: Error | null, result: unknown) => void

const DriverQuery = pg.Query as unknown as new (config: object, values: unknown, done: Done) => DriverQuery

const settings = () => statement('select_transaction_settings').text

/** A single statement. The settings go before it, in the same implicit transaction and round trip. */
class PinnedQuery extends DriverQuery {
  #settles = true

  override prepare(connection: Wire) {
    connection.parse({text: settings()})
    connection.bind({})
    connection.execute({})
    super.prepare(connection)
  }

  override handleDataRow(message: unknown) {
    if (!this.#settles) super.handleDataRow(message)
  }

  override handleCommandComplete(message: unknown, connection: Wire) {
    if (this.#settles) this.#settles = false
    else super.handleCommandComplete(message, connection)
  }
}

type Query = (config: unknown, values?: unknown, done?: unknown) => unknown

/** The client for pools and single connections. `begin` starts a transaction of "read committed". */
export class Client extends pg.Client {
  override query = ((config: string | object, values?: unknown, done?: Done) => {
    const query = super.query.bind(this) as Query
    if (this.getTransactionStatus() !== 'I' || (typeof config === 'object' && 'submit' in config))
      return query(config, values, done)
    if (config === 'begin') return query(`begin isolation level read committed; ${settings()}`, values, done)
    const extended = {...(typeof config === 'string' ? {text: config} : config), queryMode: 'extended'}
    const pinned = (parameters: unknown, resolved: Done) =>
      query(new PinnedQuery(extended, parameters, resolved))
    if (typeof values === 'function') return pinned(undefined, values as Done)
    if (done) return pinned(values, done)
    return new Promise((resolve, reject) => {
      pinned(values, (error, result) => (error ? reject(error) : resolve(result)))
    })
  }) as pg.Client['query']

  /** Closes the socket when the sign-in fails. Otherwise the process would wait until the server gives up. */
  override connect = ((done?: (error?: Error) => void) => {
    const connect = super.connect.bind(this) as (done: (error?: Error) => void) => void
    const closed = (resolved: (error?: Error) => void) => (error?: Error) => {
      if (error) (this as unknown as {connection: {stream: Duplex}}).connection.stream.destroy()
      resolved(error)
    }
    if (done) return connect(closed(done))
    return new Promise<this>((resolve, reject) => {
      connect(closed((error) => (error ? reject(error) : resolve(this))))
    })
  }) as pg.Client['connect']
}
