/** The driver's cursor, which ships without types. */
import {createRequire} from 'node:module'
import type pg from 'pg'
import {types} from './values.js'

interface Cursor<R> extends pg.Submittable {
  read(count: number): Promise<R[]>
  close(): Promise<void>
}

type CursorClass = new <R>(text: string, values: unknown[], config: {types: pg.CustomTypesConfig}) => Cursor<R>

const DriverCursor = createRequire(import.meta.url)('pg-cursor') as CursorClass

/** Starts the statement on the client; its rows are read in portions. */
export function openCursor<R>(client: pg.ClientBase, text: string, params: readonly unknown[]): Cursor<R> {
  return client.query(new DriverCursor<R>(text, [...params], {types}))
}
