/** The column with the time of an event. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {eventTime, type CatalogColumn} from '../../src/lib/db/time-column.js'
import {openForFile, type Opened} from '../limits/settings.js'

let opened: Opened
openForFile((given) => (opened = given))

const column = (column_name: string, changes: Partial<CatalogColumn> = {}): CatalogColumn => ({
  table_name: 't',
  is_view: false,
  column_name,
  type: 'timestamp with time zone',
  is_required: true,
  has_default: false,
  is_partition_key: false,
  is_primary_key: false,
  ...changes,
})

test('a time in the key that a default fills is not the time of the event', () => {
  const standIn = {is_primary_key: true, has_default: true}
  assert.equal(eventTime([column('valid_until', standIn), column('collected_at')]), 'collected_at')
  assert.equal(
    eventTime([column('expiry', standIn), column('updated_at', {has_default: true})]),
    'updated_at',
  )
  assert.equal(eventTime([column('traded_at', {is_primary_key: true}), column('seen_at')]), 'traded_at')
  assert.equal(eventTime([column('at', {...standIn, is_partition_key: true}), column('seen_at')]), 'at')
})

test('no table has an event time that may be infinite', async () => {
  const catalog = await opened.database.query<CatalogColumn>('select_columns', [null])
  const of = (table: string) => eventTime(catalog.filter(({table_name}) => table_name === table))
  assert.equal(of('coingecko_derivatives'), 'collected_at')
  for (const table of new Set(catalog.map(({table_name}) => table_name)))
    assert.doesNotMatch(of(table) ?? '', /expir|valid_until/, table)
})
