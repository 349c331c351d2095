import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, describe, test} from 'node:test'
import {xPosts} from '../../src/lib/collectors/x-posts.js'
import {xProfiles} from '../../src/lib/collectors/x-profiles.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {quotaRows} from '../../src/lib/report/quota-status.js'
import {x} from '../../src/lib/providers/x.js'
import {wrongAccount} from '../../src/lib/providers/x/accounts.js'
import {planRun} from '../../src/lib/run/plan.js'
import {collectSaved} from '../../src/lib/run/saved.js'
import {dayMs} from '../../src/lib/time.js'
import {openX} from './x-settings.js'
import {move, type TestSetup} from './setup.js'
import {fullTest} from '../size.js'

const folders: string[] = []
after(async () => {
  for (const folder of folders) rmSync(folder, {recursive: true, force: true})
})
/** A Friday in Seoul, at the opening of the first window. */
const begin = '2026-10-01T17:00:00Z'
const open = async (plan = 'pay-per-use', more: Record<string, string> = {}) => {
  return openX(
    begin,
    plan,
    plan === 'pay-per-use' && !('X_USD_PER_MONTH_2' in more) ? '500' : undefined,
    more,
  )
}
/** A user's own list; the lines written there replace ours. */
const ownList = (...lines: string[]) => {
  const folder = mkdtempSync(join(tmpdir(), 'fin-x-'))
  folders.push(folder)
  const write = (...rows: string[]) =>
    writeFileSync(
      join(folder, 'x-accounts.csv'),
      ['username,group,category,frequency,priority,credential', ...rows, ''].join('\n'),
    )
  write(...lines)
  return {env: {FIN_CONFIG_DIR: folder}, write}
}
const requestedPaths = (setup: TestSetup) =>
  setup.simulator.log
    .requests({provider: 'x'})
    .filter(({provider}) => provider === 'x')
    .map(({path}) => path)
const stored = async (setup: TestSetup, handle: string) =>
  (
    await setup.rows(
      'select tweet_id from x_posts where lower(source_account) = $1 order by length(tweet_id), tweet_id',
      [handle.toLowerCase()],
    )
  ).map((row) => String(row['tweet_id']))
/** Posts of the scenario's account after an instant, oldest first, as X shows them now. */
const posted = (setup: TestSetup, handle: string, afterMs: number) => {
  const {accounts} = setup.simulator.scenario
  return accounts
    .timeline(accounts.byHandle(handle)!, setup.simulator.clock.nowMs(), 3200)
    .filter(({atMs}) => atMs > afterMs)
    .map(({id}) => id)
    .reverse()
}
const msOf = (id: string) => Number((BigInt(id) >> 22n) + 1_288_834_974_657n)

describe('profiles', () => {
  test('take one request for all handles, in any case; unknown and suspended ones are remembered and requested again a month later', async () => {
    const list = ownList(
      'ELONMUSK,primary,core_investors,daily,1,2',
      'elonMusk,secondary,media,daily,2,1',
      'no_such_one,primary,media,daily,1,2',
      '@was_suspended,primary,media,daily,1,2',
      'no handle,primary,media,daily,1,2',
    )
    const setup = await open('pay-per-use', list.env)
    const run = await setup.collect(xProfiles)
    assert.deepEqual([run.outcome, run.exit_code, run.rows_inserted, run.requests], ['done', 0, 3, 1])
    assert.match(run.complaints.join(), /no handle: it is not a handle/)
    assert.deepEqual(
      await setup.rows(
        'select username, handle, category, status, user_id is not null as has_id from x_user_profiles order by handle',
      ),
      [
        {
          username: 'elonmusk',
          handle: 'elonmusk',
          category: 'core_investors',
          status: 'active',
          has_id: true,
        },
        {
          username: 'no_such_one',
          handle: 'no_such_one',
          category: 'media',
          status: 'not_found',
          has_id: false,
        },
        {
          username: 'was_suspended',
          handle: 'was_suspended',
          category: 'media',
          status: 'suspended',
          has_id: false,
        },
      ],
    )
    await move(setup, 29 * dayMs)
    assert.equal((await setup.collect(xProfiles)).outcome, 'nothing due')
    list.write(
      'elonmusk,primary,core_investors,daily,1,2',
      'saylor,primary,crypto,daily,1,2',
      'no_such_one,primary,media,daily,1,2',
    )
    assert.equal((await setup.collect(xProfiles)).targets_done, 1, 'a new account is requested at once')
    assert.match(requestedPaths(setup).at(-1)!, /usernames=saylor&/)
    await move(setup, 2 * dayMs)
    assert.equal((await setup.collect(xProfiles)).targets_done, 2)
  })

  test('keep the known id of an account that gave up its name or is suspended', async () => {
    const list = ownList(
      'elonmusk,primary,core_investors,daily,1,2',
      'was_suspended,primary,media,daily,1,2',
      'no_such_one,primary,media,daily,1,2',
    )
    const setup = await open('pay-per-use', list.env)
    await setup.rows(
      `insert into x_user_profiles (username, handle, user_id) values ('no_such_one', 'no_such_one', $1), ('was_suspended', 'was_suspended', '77')`,
      [setup.simulator.scenario.accounts.byHandle('saylor')!.id],
    )
    await setup.collect(xProfiles)
    assert.deepEqual(
      await setup.rows(
        `select handle, status, user_id is not null as has_id from x_user_profiles where handle <> 'elonmusk' order by 1`,
      ),
      [
        {handle: 'no_such_one', status: 'not_found', has_id: true},
        {handle: 'was_suspended', status: 'suspended', has_id: true},
      ],
    )
    const run = await setup.collect(xPosts)
    assert.equal(run.targets_done, 2, 'a renamed account is still found by its id')
    assert.match(run.complaints.join(), /was_suspended: X has suspended it/)
    assert.deepEqual(
      await setup.rows(`select distinct username from x_posts where source_account = 'no_such_one'`),
      [{username: 'saylor'}],
    )
  })
})

describe("a list of one's own", () => {
  const good = {
    username: 'one',
    group: 'primary',
    category: 'media',
    frequency: 'daily',
    priority: '1',
    credential: '2',
    max_results: '',
  }
  test('is reported with the account of an invalid value; a fault of one account alone is not reported here', () => {
    for (const [wrong, message] of [
      [{group: 'Primary'}, /"one" has the group "Primary": write primary or secondary/],
      [{group: ''}, /group/],
      [{priority: 'high'}, /priority "high": write a whole number/],
      [{priority: ''}, /priority/],
      [{priority: '1.5'}, /priority/],
      [{credential: '5'}, /credential "5": write 1, 2, 3, 4/],
      [{credential: 'X_BEARER_TOKEN_1'}, /credential/],
      [{max_results: '4'}, /max_results "4": write 5 to 100, or leave it empty/],
      [{max_results: '101'}, /max_results/],
      [{max_results: 'all'}, /max_results/],
    ] as const)
      assert.match(wrongAccount([good, {...good, ...wrong}]) ?? 'nothing', message)
    const fine = [
      good,
      {...good, max_results: '5'},
      {...good, max_results: '100'},
      {...good, credential: ''},
      {...good, username: 'no handle'},
      {...good, frequency: 'hourly'},
    ]
    assert.equal(wrongAccount(fine), undefined)
    assert.equal(wrongAccount([{username: 'one', category: 'media'}]), undefined, 'profiles need no more')
  })

  test('with an invalid value ends a run before its first request, with the name of the file', async () => {
    const setup = await open(
      'pay-per-use',
      ownList('elonmusk,primary,core_investors,daily,1,2', 'saylor,third,crypto,daily,1,1').env,
    )
    for (const run of [() => setup.collect(xProfiles), () => setup.collect(xPosts)])
      await assert.rejects(
        run(),
        (error) =>
          error instanceof NeedsPerson &&
          /x-accounts\.csv: the account "saylor" has the group "third"/.test(error.message),
      )
    assert.deepEqual(requestedPaths(setup), [])
  })
})

describe('posts', () => {
  test('of an account without a profile are left out with its name, the others are collected; without any profile the run fails', async () => {
    const setup = await open()
    const early = await setup.collect(xPosts, {token: 'primary'})
    assert.deepEqual([early.outcome, early.exit_code, early.requests], ['failed', 1, 0])
    assert.match(early.complaints.join(), /elonmusk, .* and 2 more: .*run fin ingest x-profiles first/)
    await setup.collect(xProfiles)
    await setup.rows(`delete from x_user_profiles where handle = 'raydalio'`)
    const run = await setup.collect(xPosts, {token: 'primary'})
    assert.deepEqual([run.outcome, run.exit_code], ['done', 0])
    assert.match(run.complaints.join(), /raydalio: its id is not known yet/)
    const targets = await setup.rows(
      `select distinct target from provider_requests where unit = 'x-posts' order by 1`,
    )
    assert.deepEqual(
      targets.map(({target}) => target),
      ['elonmusk', 'jimcramer', 'oracle', 'tim_cook'],
    )
    assert.ok(
      !requestedPaths(setup).some((path) => path.includes('by/username')),
      'the id comes from the table',
    )
    await assert.rejects(
      setup.collect(xPosts, {token: 'both'}),
      (error) => error instanceof NeedsPerson && /primary, secondary/.test(error.nextStep ?? ''),
    )
    await assert.rejects(
      setup.collect(xPosts, {names: ['sAyLoR'], token: 'primary'}),
      (error) =>
        error instanceof NeedsPerson &&
        error.message === 'x-posts: "sAyLoR" is in group secondary' &&
        /--token secondary/.test(error.nextStep ?? ''),
    )
    await assert.rejects(
      setup.collect(xPosts, {names: ['nobody_here'], token: 'primary'}),
      (error) => error instanceof NeedsPerson && /knows no target "nobody_here"/.test(error.message),
    )
    const named = await setup.collect(xPosts, {names: ['RAYDALIO']})
    assert.deepEqual([named.outcome, named.exit_code], ['failed', 1])
    assert.deepEqual(
      (await planRun(xPosts, {command: 'x', token: 'secondary', force: true}, setup.context)).requests
        .map(({keys}) => keys)
        .filter((key) => !['1', '3'].includes(key)),
      [],
    )
  })

  test('are stored whole: long posts, originals of reposts and quotes, entities decoded once, edited ones linked', async () => {
    const setup = await open()
    await setup.collect(xProfiles)
    await setup.collect(xPosts, {names: ['elonmusk', 'CNBC', 'WSJ']})
    const [found] =
      await setup.rows(`select count(*)::int as posts, bool_and(text !~ '&(amp|lt|gt);(?!lt;|gt;)' or text ~ '&lt;as always&gt;') as plain, max(length(text)) as longest,
      count(*) filter (where referenced_type = 'retweeted')::int as reposts, count(*) filter (where referenced_type is not null and referenced_text is null)::int as bare,
      count(*) filter (where referenced_type = 'retweeted' and (text ~ '^RT @' or text <> referenced_text))::int as cut,
      count(*) filter (where jsonb_array_length(edit_history_tweet_ids) > 1)::int as edited, bool_and(jsonb_typeof(cashtags -> 0 -> 'start') is distinct from 'string') as numbers from x_posts`)
    assert.deepEqual(
      [found!['posts'], found!['plain'], found!['bare'], found!['cut'], found!['numbers']],
      [150, true, 0, 0, true],
    )
    assert.ok(
      Number(found!['longest']) > 280 && Number(found!['reposts']) > 3 && Number(found!['edited']) > 0,
      JSON.stringify(found),
    )
    assert.deepEqual(
      await setup.rows(
        'select count(*)::int as n from x_posts p join x_posts_history h using (tweet_id) where h.like_count = p.like_count',
      ),
      [{n: 150}],
    )
    const {coins, members} = setup.simulator.scenario
    const known = [...coins(Date.parse(begin)), ...members(Date.parse(begin))].map(({symbol}) =>
      symbol.toUpperCase(),
    )
    const tags = await setup.rows(
      `select distinct upper(tag ->> 'tag') as tag from x_posts cross join jsonb_array_elements(cashtags) as tag`,
    )
    assert.ok(tags.length > 20 && tags.every(({tag}) => known.includes(String(tag))))
  })

  test('of a target stopped between two pages are completed first, nothing is billed twice, nothing is left out', async () => {
    const setup = await open()
    await setup.collect(xProfiles)
    await setup.collect(xPosts, {names: ['elonmusk']})
    const [first] = (await stored(setup, 'elonmusk')).slice(-1)
    await move(setup, 7 * dayMs)
    setup.simulator.faults.add({provider: 'x', kind: 'garbage', path: 'pagination_token', times: 1})
    const broken = await setup.collect(xPosts, {names: ['elonmusk']})
    assert.deepEqual([broken.exit_code, broken.rows_inserted], [1, 50])
    const cursor = async () =>
      (
        await setup.rows(`select cursor from target_state where unit = 'x-posts' and target = 'elonmusk'`)
      )[0]!['cursor'] as Record<string, string>
    assert.equal((await cursor())['since_id'], first)
    await move(setup, 3 * 3_600_000)
    const before = requestedPaths(setup).length
    const rest = await setup.collect(xPosts, {names: ['elonmusk']})
    assert.equal(rest.exit_code, 0)
    assert.match(requestedPaths(setup)[before]!, new RegExp(`since_id=${first}&until_id=`))
    await setup.collect(xPosts, {names: ['elonmusk']})
    assert.deepEqual((await stored(setup, 'elonmusk')).slice(49), [
      first,
      ...posted(setup, 'elonmusk', msOf(first!)),
    ])
    const [cost] = await setup.rows(
      `select sum(posts)::int as posts from provider_requests where target = 'elonmusk' and outcome = 'answered'`,
    )
    const [have] = await setup.rows(`select count(*)::int as n from x_posts`)
    assert.ok(Number(cost!['posts']) < Number(have!['n']) * 1.5, 'originals come along, posts come once')
    assert.deepEqual(Object.keys(await cursor()), ['since_id'])
  })

  fullTest('of a missed week are stored once by one run of each group', {timeout: 600_000}, async () => {
    const setup = await open()
    await setup.collect(xProfiles)
    await setup.collect(xPosts, {force: true})
    const startMs = setup.simulator.clock.nowMs()
    await move(setup, 7 * dayMs)
    for (const token of ['primary', 'secondary'])
      assert.equal((await setup.collect(xPosts, {token})).exit_code, 0)
    for (const {target} of await setup.rows(`select target from target_state where unit = 'x-posts'`)) {
      const ids = await stored(setup, String(target))
      assert.deepEqual(
        ids.filter((id) => msOf(id) > startMs),
        posted(setup, String(target), startMs),
        String(target),
      )
    }
    assert.deepEqual(await setup.rows('select distinct collection_source from x_posts order by 1'), [
      {collection_source: 'primary'},
      {collection_source: 'secondary'},
    ])
  })

  fullTest('that X no longer offers are a gap with its bounds', {timeout: 600_000}, async () => {
    const setup = await open('pay-per-use', ownList('elonmusk,primary,core_investors,daily,1,2').env)
    await setup.collect(xProfiles)
    await setup.collect(xPosts)
    const [first] = (await stored(setup, 'elonmusk')).slice(-1)
    await move(setup, 150 * dayMs)
    const run = await setup.collect(xPosts)
    assert.equal(run.exit_code, 0)
    assert.match(
      run.complaints.join(),
      /elonmusk: the provider no longer offers some of the items since the last run/,
    )
    const ids = await stored(setup, 'elonmusk')
    assert.equal(ids.length, 50 + 3200)
    const [gap] = await setup.rows(
      (await import('../../src/lib/db/statement.js')).statement('select_gaps').text,
      ['any'],
    )
    assert.deepEqual(
      [gap!['target'], gap!['detail']],
      ['elonmusk', `what came between ${first} and ${ids[50]}`],
    )
    assert.ok((gap!['ended_at'] as Date).getTime() - (gap!['began_at'] as Date).getTime() > 5 * dayMs)
    await move(setup, dayMs)
    await setup.collect(xPosts)
    assert.equal(
      (
        await setup.rows((await import('../../src/lib/db/statement.js')).statement('select_gaps').text, [
          'any',
        ])
      ).length,
      1,
    )
  })
})

describe('a credential that is not set', () => {
  test('is reported, and the other accounts are requested', async () => {
    const setup = await open('pay-per-use', {X_BEARER_TOKEN_3: '', X_BEARER_TOKEN_4: ''})
    await setup.collect(xProfiles)
    const run = await setup.collect(xPosts, {token: 'primary'})
    assert.deepEqual([run.outcome, run.exit_code, run.targets_done > 0], ['partial', 1, true])
    assert.match(run.complaints.join(), /the requested key 4 is not set\. Set X_BEARER_TOKEN_4/)
    const left = await setup.collect(xPosts, {token: 'primary'}).catch((error: unknown) => error)
    assert.ok(left instanceof NeedsPerson, 'nothing else is due: a person must act')
  })

  test("a month's dollars that do not pay for one request are reported with their amount", async () => {
    const setup = await open(
      'pay-per-use',
      Object.fromEntries(['1', '2', '3', '4'].map((label) => [`X_USD_PER_MONTH_${label}`, '0.1'])),
    )
    await setup.rows(
      `insert into x_user_profiles (username, handle, user_id) values ('elonmusk', 'elonmusk', $1)`,
      [setup.simulator.scenario.accounts.byHandle('elonmusk')!.id],
    )
    const failed = await setup.collect(xPosts, {names: ['elonmusk']}).catch((error: unknown) => error)
    assert.ok(failed instanceof NeedsPerson)
    assert.match(failed.message, /may cost \$0\.\d+, more than x allows at all \(\$0\.1 a month\)/)
    assert.match(failed.nextStep!, /X_USD_PER_MONTH_\d/)
  })
})

describe('a saved timeline', () => {
  test('of another account is rejected', async () => {
    const setup = await open()
    const text = JSON.stringify({
      data: [{id: '1700000000000000001', text: 'a', author_id: '5', created_at: '2026-09-01T00:00:00.000Z'}],
      includes: {users: [{id: '5', username: 'LedgerLane', name: 'L'}]},
      meta: {result_count: 1},
    })
    const saved = (handle: string) =>
      collectSaved(xPosts, text, {command: 'fin ingest x-posts', names: [handle]}, setup.context)
    const other = await saved('saylor')
    assert.deepEqual([other.exit_code, other.rows_inserted], [1, 0])
    assert.match(other.message!, /posts of LedgerLane, not of saylor/)
    assert.equal((await saved('ledgerlane')).rows_inserted, 1)
  })
})

describe('plans', () => {
  test('legacy-free: a scheduled run takes the next account of each credential; --wait takes all in one run', async () => {
    const list = ownList(
      'elonmusk,primary,core_investors,daily,1,2',
      'jimcramer,primary,core_investors,daily,2,2',
      'oracle,primary,core_investors,daily,3,2',
      'RayDalio,primary,core_investors,daily,1,4',
      'tim_cook,primary,core_investors,daily,2,4',
      'saylor,secondary,crypto,daily,1,1',
      'Meta,secondary,corporate,daily,2,1',
      'CNBC,secondary,media,daily,2,3',
      'WSJ,secondary,media,daily,3,3',
    )
    const setup = await open('legacy-free', list.env)
    await setup.collect(xProfiles)
    await move(setup, 15 * 60_000)
    const at = async () => {
      const run = await setup.collect(xPosts, {token: 'primary'})
      await move(setup, 15 * 60_000)
      return [run.outcome, run.exit_code, run.targets_done]
    }
    assert.deepEqual(
      [await at(), await at(), await at(), await at()],
      [
        ['quota spent', 0, 2],
        ['quota spent', 0, 2],
        ['done', 0, 1],
        ['nothing due', 0, 0],
      ],
    )
    const waited = await setup.collect(xPosts, {token: 'secondary', wait: true, force: true})
    assert.deepEqual([waited.exit_code, waited.targets_done], [0, 4])
    assert.ok(setup.simulator.clock.nowMs() > Date.parse(begin) + 85 * 60_000)
    assert.deepEqual(
      setup.simulator.log.requests({}).filter(({refused}) => refused),
      [],
    )
  })

  test('pay-per-use without a limit of dollars requests nothing and names the setting; with one, quota shows posts and money', async () => {
    const bare = await open(
      'pay-per-use',
      Object.fromEntries(['1', '2', '3', '4'].map((label) => [`X_USD_PER_MONTH_${label}`, ''])),
    )
    await assert.rejects(
      bare.collect(xProfiles),
      (error) => error instanceof NeedsPerson && /X_USD_PER_MONTH_1/.test(error.nextStep ?? ''),
    )
    assert.deepEqual(requestedPaths(bare), [])
    const half = await open('pay-per-use', {X_USD_PER_MONTH_2: ''})
    await half.collect(xProfiles)
    const other = await half.collect(xPosts, {token: 'primary'})
    assert.deepEqual([other.outcome, other.exit_code], ['partial', 1])
    assert.match(other.complaints.join(), /no limit is set\. Set X_USD_PER_MONTH_2/)
    assert.equal(
      (await half.rows(`select from target_state where unit = 'x-posts'`)).length,
      2,
      'the accounts of the other credential are collected',
    )
    const setup = await open()
    await setup.collect(xProfiles)
    await setup.collect(xPosts, {names: ['elonmusk']})
    const rows = await quotaRows(
      await setup.context.database(),
      setup.context.config,
      [x],
      () => 0,
      setup.simulator.clock.nowMs(),
    )
    const money = rows.find(
      ({credential, window}) => credential === '2' && window?.startsWith('$500 a month'),
    )!
    const posts = rows.find(
      ({credential, window}) => credential === '2' && window?.startsWith('3,000,000 posts a month'),
    )!
    assert.ok(money.spent! > 0.25 && money.spent! < 0.7 && posts.spent! >= 50, JSON.stringify([money, posts]))
    assert.equal(
      Math.round(money.spent! * 1000),
      posts.spent! * 5 + 10,
      'the returned posts count, not the reserved ones',
    )
  })

  test('used-up credits stop one credential until the next month, a refused credential needs a person, the others are used', async () => {
    const setup = await open('pay-per-use', {X_BEARER_TOKEN_2: 'simulated-x-token-nocredits-2'})
    await setup.collect(xProfiles)
    const run = await setup.collect(xPosts, {token: 'primary', force: true})
    assert.deepEqual(
      [run.outcome, run.exit_code, run.next_at, run.targets_done],
      ['quota spent', 0, '2026-11-01T00:00:00.000Z', 3],
    )
    const before = requestedPaths(setup).length
    assert.equal(
      (await setup.collect(xPosts, {token: 'primary', names: ['elonmusk']})).outcome,
      'quota spent',
    )
    assert.equal(requestedPaths(setup).length, before, 'it is not requested again')

    const revoked = await open('pay-per-use', {X_BEARER_TOKEN_4: 'simulated-x-token-revoked-4'})
    await revoked.collect(xProfiles)
    const others = await revoked.collect(xPosts, {token: 'primary', force: true})
    assert.deepEqual([others.outcome, others.exit_code], ['partial', 1])
    assert.match(others.complaints.join(), /X_BEARER_TOKEN_4/)
    assert.equal(
      (await revoked.rows('select distinct source_account from x_posts')).length,
      4,
      'the accounts of the other credential are collected',
    )

    const capped = await open('pay-per-use', {X_BEARER_TOKEN_2: 'simulated-x-token-usagecapped'})
    await capped.collect(xProfiles)
    const stopped = await capped.collect(xPosts, {names: ['elonmusk']})
    assert.deepEqual(
      [stopped.outcome, stopped.next_at, stopped.requests],
      ['quota spent', '2026-11-01T00:00:00.000Z', 1],
    )
  })

  test('an account catches up on a missed weekday, and an interval counts from the last success, across the end of a year', async () => {
    const list = ownList(
      'elonmusk,primary,core_investors,every_2_days,1,2',
      'saylor,primary,crypto,weekdays:tue|fri,1,2',
      'tesla,primary,corporate,hourly,1,2',
    )
    const setup = await open('pay-per-use', list.env)
    const due = async (at: string) => {
      setup.simulator.clock.change({instantMs: Date.parse(at)})
      await setup.context.clock.refresh()
      const run = await setup.collect(xPosts, {token: 'primary'})
      assert.match(run.complaints.join(), /tesla: its frequency is none of daily/)
      return (
        await setup.rows(
          `select distinct target from provider_requests where unit = 'x-posts' and go_at >= $1 order by 1`,
          [at],
        )
      ).map(({target}) => target)
    }
    setup.simulator.clock.change({instantMs: Date.parse('2026-12-28T17:00:00Z')})
    await setup.collect(xProfiles)
    assert.deepEqual(await due('2026-12-28T17:00:00Z'), ['elonmusk', 'saylor'], 'a Tuesday in Seoul')
    assert.deepEqual(await due('2026-12-29T17:00:00Z'), [])
    assert.deepEqual(await due('2026-12-30T17:00:00Z'), ['elonmusk'])
    assert.deepEqual(await due('2026-12-31T17:00:00Z'), ['saylor'], 'a Friday, the first of January there')
    assert.deepEqual(await due('2027-01-01T17:00:00Z'), ['elonmusk'])
    assert.deepEqual(
      await due('2027-01-05T17:00:00Z'),
      ['elonmusk', 'saylor'],
      'Wednesday: the Tuesday was missed',
    )
    assert.deepEqual(await due('2027-01-06T17:00:00Z'), [])
    assert.deepEqual(await due('2027-01-07T17:00:00Z'), ['elonmusk', 'saylor'])
  })
})
