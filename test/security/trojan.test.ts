/**
 * A function or operator that another role makes in the schema of the tables is never called. For each one of
 * PostgreSQL that fin uses, this test makes others of the same name with other types of arguments. Then it
 * looks which of them the server would call in each statement.
 */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {basename, join} from 'node:path'
import {after, before, describe, test} from 'node:test'
import pg from 'pg'
import {DatabaseClient} from '../../src/lib/db/client.js'
import {countRows, newestRows, selectEmpty, selectRows} from '../../src/lib/db/identifiers.js'
import {applySchema} from '../../src/lib/db/schema.js'
import {columns} from '../../src/lib/rows.js'
import {root} from '../paths.js'
import {fin, postgres, type Postgres} from '../servers.js'
import {filesBelow} from '../sources.js'

/** The types of arguments for which others are made. */
const types = [
  ...['text', 'varchar', 'integer', 'bigint', 'numeric', 'double precision', 'boolean'],
  ...['timestamptz', 'date', 'interval', 'jsonb', 'text[]', 'name'],
]
/** The first object that is not PostgreSQL's own. */
const firstOwn = 16_384
/** The functions of `initdb/`. */
const ownFunctions = ['bars_of_range', 'kimchi_premiums', 'market_quotes', 'notify_top_gainers_updated']

let server: Postgres
before(async () => {
  server = await postgres()
})
after(() => server.stop())

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new DatabaseClient({connectionString: url})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Every statement of `sql/`, and those that code builds. */
const statements = new Map([
  ...filesBelow('sql').map(
    (file) => [basename(file, '.sql'), readFileSync(join(root, file), 'utf8')] as const,
  ),
  ['selectRows', selectRows('cpi', ['date', 'cpi_value'], 'date')],
  ['countRows', countRows(Object.keys(columns))],
  ['selectEmpty', selectEmpty(Object.keys(columns))],
  ['newestRows', newestRows(new Map([['bithumb_ticker', 'quoted_at']]))],
])

/** The functions and operators that a statement calls, by their numbers; the error if it cannot be read. */
async function callsOf(
  client: pg.Client,
  text: string,
): Promise<{functions: number[]; operators: number[]; error?: string}> {
  const trees: string[] = []
  const listen = ({detail}: {detail?: string | undefined}) => trees.push(detail ?? '')
  client.on('notice', listen)
  let error: string | undefined
  try {
    await client.query('begin')
    await client.query(
      `set local debug_print_parse = on; set local debug_pretty_print = off; set local client_min_messages = log`,
    )
    trees.length = 0
    await client.query(`prepare called as ${text}`)
  } catch (thrown) {
    error = String(thrown)
  } finally {
    await client.query('rollback')
    await client.query('deallocate all')
    client.off('notice', listen)
  }
  const numbers = (pattern: RegExp) => [
    ...new Set(trees.flatMap((tree) => [...tree.matchAll(pattern)].map(([, number]) => Number(number)))),
  ]
  return {
    functions: numbers(/:(?:funcid|opfuncid|aggfnoid|winfnoid) (\d+)/g),
    operators: numbers(/:opno (\d+)/g),
    ...(error !== undefined && {error}),
  }
}

interface Callable {
  name: string
  args: string[]
  result: string
  variadic: boolean
}

/** Functions and operators by their numbers. */
async function describeAll(client: pg.Client, functions: number[], operators: number[]) {
  const found = await client.query<Callable>(
    `select proname::text as name, array(select format_type(t, null) from unnest(proargtypes) t) as args,
       format_type(prorettype, null) as result, provariadic <> 0 as variadic
     from pg_proc where oid = any ($1::oid[]) and prokind <> 'p'`,
    [functions],
  )
  const ops = await client.query<{name: string; result: string}>(
    `select distinct oprname::text as name, format_type(oprresult, null) as result from pg_operator
     where oid = any ($1::oid[]) and oprleft <> 0`,
    [operators],
  )
  return {functions: found.rows, operators: ops.rows}
}

/** Lists of arguments that differ in one or two places, and any few for a function that takes any number. */
function variantsOf({args, variadic}: Callable): string[][] {
  const all = new Map<string, string[]>()
  const add = (list: string[]) => all.set(list.join(), list)
  if (variadic)
    for (let length = 1; length <= 4; length++)
      for (let at = 0; at < 4 ** length; at++)
        add(
          Array.from(
            {length},
            (_, place) => ['text', 'integer', 'timestamptz', 'jsonb'][Math.floor(at / 4 ** place) % 4]!,
          ),
        )
  const plain = args.map((type) => (/^any|^"any"|internal|variadic/.test(type) ? 'text' : type))
  for (let a = 0; a < plain.length; a++)
    for (let b = a; b < plain.length; b++)
      for (const first of types)
        for (const second of a === b ? [first] : types)
          add(plain.map((type, at) => (at === b ? second : at === a ? first : type)))
  if (plain.length === 1) for (const type of types) add([`${type.replace('[]', '')}[]`])
  return [...all.values()]
}

const quoted = (name: string) => pg.escapeIdentifier(name)

/** Makes the others in schema public. They fail when they are called. */
async function plant(client: pg.Client, used: Awaited<ReturnType<typeof describeAll>>): Promise<void> {
  const body = (result: string) =>
    `returns ${/^any|internal|trigger|"any"|record/.test(result) ? 'text' : result} language plpgsql immutable as $t$ begin raise exception 'a trojan was called'; end $t$`
  const steps = used.functions.flatMap((one) =>
    variantsOf(one).map(
      (args) => `create function public.${quoted(one.name)}(${args.join(', ')}) ${body(one.result)}`,
    ),
  )
  for (const {name, result} of used.operators)
    for (const left of types)
      for (const right of types) {
        const called = quoted(`trojan_${result}`)
        steps.push(
          `create function public.${called}(${left}, ${right}) ${body(result)}`,
          `create operator public.${name} (leftarg = ${left}, rightarg = ${right}, function = public.${called})`,
        )
      }
  // A list that PostgreSQL refuses, or that was made before, is left out.
  for (let at = 0; at < steps.length; at += 500)
    await client.query(
      `do $do$ declare step text; begin
         foreach step in array array[${steps
           .slice(at, at + 500)
           .map((step) => pg.escapeLiteral(step))
           .join(', ')}] loop
           begin execute step; exception when others then null; end;
         end loop;
       end $do$`,
    )
}

async function usedIn(client: pg.Client, texts: Iterable<string>) {
  const functions = new Set<number>()
  const operators = new Set<number>()
  for (const text of texts) {
    const calls = await callsOf(client, text)
    calls.functions.forEach((number) => functions.add(number))
    calls.operators.forEach((number) => operators.add(number))
  }
  const isPostgres = (number: number) => number < firstOwn
  return describeAll(client, [...functions].filter(isPostgres), [...operators].filter(isPostgres))
}

describe('a statement calls no function or operator of another schema', async () => {
  let client: pg.Client
  let planted = 0
  before(async () => {
    client = new DatabaseClient({connectionString: await server.withSchema('trojan')})
    await client.connect()
    const used = await usedIn(client, statements.values())
    assert.ok(used.functions.length > 30 && used.operators.length > 5, 'the calls were found')
    await plant(client, used)
    const {rows} = await client.query<{n: number}>(
      `select count(*)::integer n from pg_catalog.pg_proc where pronamespace = 'public'::regnamespace`,
    )
    planted = rows[0]!.n
  })
  after(() => client.end())

  for (const [name, text] of statements)
    test(name, async () => {
      assert.ok(planted > 1_000)
      const {functions, operators, error} = await callsOf(client, text)
      const own = (numbers: number[]) => numbers.filter((number) => number >= firstOwn)
      const {rows} = await client.query<{called: string}>(
        `select oid::regprocedure::text as called from pg_catalog.pg_proc
           where oid = any ($1::oid[]) and not (proname::text = any ($3::text[]))
         union all select oid::regoperator::text from pg_catalog.pg_operator where oid = any ($2::oid[])`,
        [own(functions), own(operators), ownFunctions],
      )
      assert.deepEqual(
        rows.map(({called}) => called),
        [],
        'write pg_catalog. in front, or cast to its types',
      )
      assert.equal(error, undefined)
    })

  for (const [table, sample] of Object.entries({
    sp500_websocket_trades: {symbol: 'A', trade_id: 't', price: 1, volume: 1, source: 's'},
    bithumb_ticker: {market: 'KRW-A', trade_price: 1},
  }))
    test(`the trigger that makes bars of ${table}`, async () => {
      const instant =
        table === 'bithumb_ticker' ? ['timestamp_field', 'quoted_at'] : ['timestamp_ms', 'traded_at']
      const names = [...Object.keys(sample), ...instant]
      const values = [...Object.values(sample), 1_795_791_600_000, '2026-11-27T15:00:00Z']
      const places = names.map((_, at) => `$${at + 1}`).join(', ')
      // The second row updates the bar of the first.
      for (const ms of [0, 1]) {
        values[names.length - 2] = 1_795_791_600_000 + ms
        values[names.length - 1] = `2026-11-27T15:00:00.00${ms}Z`
        await client.query(`insert into ${table} (${names.join(', ')}) values (${places})`, values)
      }
      const {rows} = await client.query('select trades from trade_bars where symbol = $1', [values[0]])
      assert.deepEqual(rows, [{trades: 2}])
    })
})

describe('a role that may create in the schema', () => {
  const role = `mallory_${process.pid}`
  let url: string
  before(async () => {
    url = await server.database('trojan_role')
    await connected(url, async (client) => {
      await client.query(`create role ${role}`)
      await client.query(`grant create on schema public to ${role}, public`)
    })
  })
  after(() =>
    connected(url, async (client) => {
      await client.query(`drop owned by ${role} cascade`)
      await client.query(`drop role ${role}`)
    }),
  )

  test('cannot put a function into a view: db init refuses it by name', async () => {
    const views = await connected(await server.withSchema('trojan_views'), async (client) => {
      const {rows} = await client.query<{text: string}>(
        `select pg_get_viewdef(oid) as text from pg_class where relkind = 'v' and relnamespace = 'public'::regnamespace`,
      )
      return usedIn(
        client,
        rows.map(({text}) => text),
      )
    })
    await connected(url, async (client) => {
      await client.query(`set role ${role}`)
      await plant(client, views)
    })
    const refused = await fin(['db', 'init'], {env: {DATABASE_URL: url}})
    assert.equal(refused.code, 2, refused.stderr)
    assert.match(
      refused.stderr,
      new RegExp(`would use the (function|operator) .* of the role ${role}\\n\\s+Drop that`),
    )
    await connected(url, (client) => client.query(`drop owned by ${role} cascade`))
  })

  test('has its functions called by no run, whatever the search_path, and doctor warns of the role', async () => {
    const name = new URL(url).pathname.slice(1)
    await connected(url, (client) => applySchema(client, 'real'))
    await connected(url, async (client) => {
      await client.query(`grant create on schema public to ${role}, public`)
      await client.query(`alter database ${quoted(name)} set search_path = public, pg_catalog`)
      await client.query(`set role ${role}`)
      const trojan = (args: string) =>
        `create function public.${args} language plpgsql as $$ begin raise exception 'a trojan was called'; end $$`
      for (const args of [
        'hashtextextended(text, integer) returns bigint',
        'set_config(text, text, boolean) returns text',
        'make_interval(secs integer) returns interval',
        'clock_timestamp() returns timestamptz',
        'jsonb_to_recordset(text) returns setof record',
        'current_setting(text) returns text',
      ])
        await client.query(trojan(args))
    })
    const env = {DATABASE_URL: url, FRED_API_KEY: '0123456789abcdef0123456789abcdef'}
    const input = '{"observations":[{"date":"2026-01-01","value":"101.5"}]}'
    for (const args of [
      ['ingest', 'cpi', '--input', '-'],
      ['status'],
      ['quota'],
      ['runs'],
      ['db', 'status'],
    ]) {
      const done = await fin(args, {env, input})
      assert.doesNotMatch(done.stderr, /trojan/)
      assert.equal(done.code, 0, `${args.join(' ')}: ${done.stderr}`)
    }
    const checks = (await fin(['doctor', '--ndjson'], {env})).stdout
    assert.match(checks, new RegExp(`the role ${role} may create functions in the schema public`))
    assert.match(checks, new RegExp(`revoke create on schema public from ${role};`))
    assert.match(checks, /revoke create on schema public from public;/)
    await connected(url, (client) => client.query(`revoke create on schema public from ${role}, public`))
    assert.doesNotMatch((await fin(['doctor', '--ndjson'], {env})).stdout, /may create functions/)
  })
})
