/** One role makes fin's tables, and another one with grants runs fin. */
import assert from 'node:assert/strict'
import {after, before, describe, test} from 'node:test'
import pg from 'pg'
import {applySchema} from '../../src/lib/db/schema.js'
import {fin, postgres, type Postgres} from '../servers.js'

describe('a role that does not own the tables', () => {
  const [owner, runner, mallory] = ['owner', 'runner', 'mallory'].map((name) => `${name}_${process.pid}`)
  let server: Postgres
  let admin: pg.Client
  let env: {DATABASE_URL: string}

  before(async () => {
    server = await postgres()
    const url = new URL(await server.database('second_role'))
    admin = new pg.Client(url.href)
    await admin.connect()
    await admin.query(`create role ${owner}; create role ${mallory}`)
    await admin.query(`create role ${runner} login password 'secret'`)
    await admin.query(`grant create, usage on schema public to ${owner}, ${mallory}`)
    await admin.query(`set role ${owner}`)
    await applySchema(admin, 'real')
    await admin.query(`grant select, insert, update, delete on all tables in schema public to ${runner}`)
    await admin.query(`grant usage on all sequences in schema public to ${runner}`)
    await admin.query('reset role')
    url.username = runner!
    url.password = 'secret'
    env = {DATABASE_URL: url.href}
  })
  after(async () => {
    for (const role of [mallory, runner, owner]) {
      await admin.query(`drop owned by ${role} cascade`)
      await admin.query(`drop role ${role}`)
    }
    await admin.end()
    await server.stop()
  })

  const rights = async () => {
    const {stdout} = await fin(['doctor', '--ndjson'], {env})
    assert.match(stdout, /"check":"database".*"state":"ok"/)
    return stdout.split('\n').filter((line) => line.includes('"check":"rights"'))
  }

  test('is warned of a third role, not of the owner', async () => {
    const found = await rights()
    assert.equal(found.length, 1, found.join('\n'))
    assert.match(found[0]!, new RegExp(`the role ${mallory} may create functions`))
    await admin.query(`revoke create on schema public from ${mallory}`)
    assert.deepEqual(await rights(), [])
  })

  test('is not warned of the owner of a schema', async () => {
    await admin.query(
      `revoke create on schema public from ${owner}; create schema own authorization ${owner}`,
    )
    await admin.query(`alter role ${runner} set search_path = own; grant usage on schema own to ${runner}`)
    assert.deepEqual(await rights(), [])
    await admin.query(`alter role ${runner} reset search_path`)
  })

  test('is warned of a function of a third role, also where that role owns the table', async () => {
    await admin.query(`grant create on schema public to ${mallory}; set role ${mallory}`)
    await admin.query(
      `create function public.planted() returns trigger language plpgsql as $$ begin return new; end $$`,
    )
    await admin.query(`reset role; revoke create on schema public from ${mallory}`)
    await admin.query('create trigger planted before insert on cpi execute function planted()')
    for (const role of [owner, mallory]) {
      await admin.query(`alter table cpi owner to ${role}`)
      const found = await rights()
      assert.equal(found.length, 1, found.join('\n'))
      assert.match(found[0]!, new RegExp(`cpi uses the function planted\\(\\) of the role ${mallory}`))
    }
  })
})
