/**
 * Truth Social through whole runs: no post is skipped, counts are refreshed, each account is looked up once,
 * and no request is sent while the provider blocks this address.
 */
import assert from 'node:assert/strict'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, describe, test} from 'node:test'
import {truthPosts} from '../../src/lib/collectors/truth-posts.js'
import {truthTags} from '../../src/lib/collectors/truth-tags.js'
import {truthTrends} from '../../src/lib/collectors/truth-trends.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {checkCredentials} from '../../src/lib/report/doctor/credentials.js'
import {collectSaved} from '../../src/lib/run/saved.js'
import {quotaRows} from '../../src/lib/report/quota-status.js'
import {truthSocial} from '../../src/lib/providers/truth-social.js'
import {textOf} from '../../src/lib/providers/truth-social/text.js'
import {dayMs, hourMs} from '../../src/lib/time.js'
import {moments, seeded, runAndKill} from '../fault/kills.js'
import {status} from '../../src/simulator/stubs/truth-status.js'
import {full} from '../size.js'
import {generous, move, openSetup, type TestSetup} from './setup.js'

const folders: string[] = []
after(async () => {
  for (const folder of folders) rmSync(folder, {recursive: true, force: true})
})

const begin = '2026-11-23T21:10:00Z'
const open = async (env: Record<string, string> = {}) => {
  return openSetup({at: new Date(begin), env: {...generous, ...env}, simulated: generous})
}
/** A user's own list; the lines written there replace ours. */
const ownList = (...lines: string[]) => {
  const folder = mkdtempSync(join(tmpdir(), 'fin-truth-'))
  folders.push(folder)
  const write = (...rows: string[]) =>
    writeFileSync(
      join(folder, 'truth-accounts.csv'),
      ['username,account_id,account_type,market_influence', ...rows, ''].join('\n'),
    )
  write(...lines)
  return {env: {FIN_CONFIG_DIR: folder}, write, folder}
}
const requestedPaths = (setup: TestSetup) =>
  setup.simulator.log.requests({provider: 'truth-social'}).map(({path}) => path)
const nowOf = (setup: TestSetup) => setup.simulator.clock.nowMs()
/** Posts that the scenario's account shows between two instants, oldest first; replies are not requested. */
const postsShown = (setup: TestSetup, username: string, fromMs: number, toMs = nowOf(setup)) => {
  const {truths} = setup.simulator.scenario
  return truths
    .between(truths.byName(username)!, fromMs, toMs, nowOf(setup))
    .filter(({kind}) => kind !== 'reply')
}
const ids = async (setup: TestSetup, username: string) =>
  (
    await setup.rows('select id from truth_social_posts where username = $1 order by length(id), id', [
      username,
    ])
  ).map(({id}) => String(id))
const cursorOf = async (setup: TestSetup, target: string) =>
  (
    await setup.rows(`select cursor from target_state where unit = 'truth-posts' and target = $1`, [target])
  )[0]?.['cursor'] as Record<string, unknown> | undefined
const everyone = ['realDonaldTrump', 'WhiteHouse', 'DonaldJTrumpJr']

describe('posts', () => {
  test('the first run begins seven days before its scheduled instant, and looks up only accounts without an id, once', async () => {
    const setup = await open()
    const run = await setup.collect(truthPosts)
    assert.deepEqual([run.outcome, run.exit_code, run.targets_done], ['done', 0, 3])
    const fromMs = Date.parse('2026-11-16T21:08:00Z')
    for (const username of everyone)
      assert.deepEqual(
        await ids(setup, username),
        postsShown(setup, username, fromMs).map(({id}) => id),
        username,
      )
    assert.ok((await ids(setup, 'realDonaldTrump')).length > 80, 'several pages')
    const lookups = () =>
      requestedPaths(setup)
        .filter((path) => path.includes('lookup'))
        .map((path) => path.split('acct=')[1])
    assert.deepEqual(lookups(), ['WhiteHouse', 'DonaldJTrumpJr'])
    assert.match(
      requestedPaths(setup)[0]!,
      new RegExp(
        `/accounts/107780257626128497/statuses\\?exclude_replies=true&limit=40&min_id=${BigInt(fromMs) << 16n}$`,
      ),
    )
    for (let hours = 0; hours < 3; hours++) {
      await move(setup, hourMs)
      assert.equal((await setup.collect(truthPosts)).exit_code, 0)
    }
    assert.equal(lookups().length, 2, 'the ids of the look-ups are remembered')
    assert.deepEqual(
      await setup.rows(
        'select distinct username, account_type, market_influence from truth_social_posts order by 3 desc',
      ),
      [
        {username: 'realDonaldTrump', account_type: 'individual', market_influence: 10},
        {username: 'WhiteHouse', account_type: 'government', market_influence: 9},
        {username: 'DonaldJTrumpJr', account_type: 'individual', market_influence: 7},
      ],
    )
    const [{credential}] = (await setup.rows('select distinct credential from provider_requests')) as [
      {credential: string},
    ]
    assert.equal(credential, 'keyless')
  })

  test('after a missed week one run stores everything once and in order, also when it is stopped between two pages', async () => {
    const setup = await open()
    await setup.collect(truthPosts)
    const startMs = nowOf(setup)
    await move(setup, 7 * dayMs)
    setup.simulator.faults.add({
      provider: 'truth-social',
      kind: 'garbage',
      path: '/accounts/107780257626128497/statuses',
      times: 1,
    })
    const before = requestedPaths(setup).length
    const broken = await setup.collect(truthPosts, {names: ['realDonaldTrump']})
    assert.equal(broken.exit_code, 1)
    const stopped = await cursorOf(setup, 'realdonaldtrump')
    assert.equal(requestedPaths(setup).length, before + 1)
    await move(setup, hourMs)
    assert.equal((await setup.collect(truthPosts)).exit_code, 0)
    for (const username of everyone) {
      const since = postsShown(setup, username, startMs).map(({id}) => id)
      assert.deepEqual(
        (await ids(setup, username)).filter((id) => Number(BigInt(id) >> 16n) >= startMs),
        since,
        username,
      )
      assert.equal((await cursorOf(setup, username.toLowerCase()))?.['min_id'], since.at(-1))
    }
    assert.notDeepEqual(await cursorOf(setup, 'realdonaldtrump'), stopped)
    const emitted: string[] = []
    await move(setup, 7 * dayMs)
    await setup.collect(truthPosts, {
      names: ['realDonaldTrump'],
      emit: (rows) => {
        if (rows.length > 0)
          emitted.push(
            rows
              .map((row) => (row as {id: string}).id)
              .toSorted()
              .join(),
          )
      },
    })
    assert.ok(
      emitted.length > 2 && emitted.every((page, index) => index === 0 || emitted[index - 1]! < page),
      'page by page, the oldest first',
    )
  })

  test('a stored page stays when the next one fails, and the next run resumes after it', async () => {
    const list = ownList('realDonaldTrump,107780257626128497,individual,10')
    const setup = await open(list.env)
    const firstFrom = BigInt(Date.parse('2026-11-16T21:08:00Z')) << 16n
    const {truths} = setup.simulator.scenario
    const all = postsShown(setup, 'realDonaldTrump', Date.parse('2026-11-16T21:08:00Z')).map(({id}) => id)
    setup.simulator.faults.add({provider: 'truth-social', kind: 'empty', path: `min_id=${all[39]}`, times: 4})
    const broken = await setup.collect(truthPosts)
    assert.deepEqual([broken.exit_code, broken.rows_inserted], [1, 40])
    assert.deepEqual(await cursorOf(setup, 'realdonaldtrump'), {min_id: all[39]})
    setup.simulator.faults.clear()
    await move(setup, hourMs)
    await setup.collect(truthPosts)
    assert.ok(truths.byName('REALDONALDTRUMP'))
    assert.deepEqual((await ids(setup, 'realDonaldTrump')).slice(0, all.length), all)
    assert.equal(
      requestedPaths(setup).filter((path) => path.endsWith(`min_id=${firstFrom}`)).length,
      1,
      'the first page is not requested again',
    )
  })

  test('counts are refreshed at 1, 6 and 24 hours and then no more; deleted posts cost no further requests; edits are stored too', async () => {
    const list = ownList('realDonaldTrump,107780257626128497,individual,10')
    const setup = await open(list.env)
    await setup.collect(truthPosts)
    const seen = new Map<string, number[]>()
    const counts = async () => {
      for (const {id, favourites_count} of await setup.rows(
        `select id, favourites_count from truth_social_posts where kind <> 'reblog'`,
      )) {
        const known = seen.get(String(id)) ?? []
        if (known.at(-1) !== favourites_count) seen.set(String(id), [...known, Number(favourites_count)])
      }
    }
    const startMs = nowOf(setup)
    // every day: the hours at which the posts of the first seven hours are refreshed
    const runsAt = full ? Array.from({length: 36}, (_, n) => n + 1) : [1, 5, 6, 7, 8, 11, 13, 29, 30, 31, 32]
    for (const hours of runsAt) {
      await move(setup, startMs + hours * hourMs - nowOf(setup))
      const {min_id: before} = (await cursorOf(setup, 'realdonaldtrump')) as {min_id: string}
      const run = await setup.collect(truthPosts)
      assert.equal(run.exit_code, 0)
      assert.ok(
        BigInt((await cursorOf(setup, 'realdonaldtrump'))!['min_id'] as string) >= BigInt(before),
        'the cursor never goes back',
      )
      await counts()
    }
    const {truths} = setup.simulator.scenario
    const young = postsShown(setup, 'realDonaldTrump', startMs, startMs + (full ? 10 : 7) * hourMs).filter(
      ({kind}) => kind !== 'reblog',
    )
    assert.ok(young.length > 0)
    for (const one of young) {
      const [{favourites_count, collected_at}] = (await setup.rows(
        'select favourites_count, collected_at from truth_social_posts where id = $1',
        [one.id],
      )) as [{favourites_count: number; collected_at: Date}]
      const ageMs = collected_at.getTime() - one.atMs
      assert.ok(
        ageMs >= 24 * hourMs && ageMs < 25 * hourMs,
        `${one.id} was last seen ${ageMs / hourMs} hours after it was posted`,
      )
      assert.equal(favourites_count, truths.likes(one, collected_at.getTime()))
      assert.ok(seen.get(one.id)!.length >= 4, 'first seen, 1 h, 6 h, 24 h')
    }
    // a week without posts to refresh: each run sends one request or, with new posts, two
    await move(setup, 7 * dayMs)
    await setup.collect(truthPosts)
    const before = requestedPaths(setup).length
    await move(setup, hourMs)
    await setup.collect(truthPosts)
    assert.ok(requestedPaths(setup).length - before <= 2)
    const edited = await setup.rows(
      `select id from truth_social_posts where clean_content like '%(Corrected.)%' and created_at > $1`,
      [begin],
    )
    assert.ok(edited.length > 0)
  })

  test('a late run refreshes once', async () => {
    const list = ownList('realDonaldTrump,107780257626128497,individual,10')
    const setup = await open(list.env)
    await setup.collect(truthPosts)
    await move(setup, 3 * dayMs)
    await setup.collect(truthPosts)
    const last = postsShown(
      setup,
      'realDonaldTrump',
      Date.parse(begin) - 20 * hourMs,
      Date.parse(begin),
    ).filter(({kind}) => kind !== 'reblog')
    for (const {id} of last) {
      const [row] = await setup.rows('select collected_at from truth_social_posts where id = $1', [id])
      assert.equal((row!['collected_at'] as Date).getTime(), nowOf(setup), id)
    }
    const at = nowOf(setup)
    const before = requestedPaths(setup).length
    await setup.collect(truthPosts, {force: true})
    assert.equal(requestedPaths(setup).length, before + 1, 'nothing is due any more')
    assert.equal(nowOf(setup), at)
  })

  test('suspended and unknown accounts are remembered, with a message that helps; an invalid list is reported with its lines', async () => {
    const list = ownList(
      'was_suspended,,individual,1',
      'no_such_one,,individual,1',
      'bad name,,individual,1',
      'WhiteHouse,12a,government,9',
      'HarborLedger,,business,3',
    )
    const setup = await open(list.env)
    const run = await setup.collect(truthPosts)
    assert.deepEqual([run.exit_code, run.targets_done], [0, 2])
    assert.match(
      run.complaints.join('\n'),
      /bad name: it is not the name.*\n.*whitehouse: its account_id is not a number/,
    )
    assert.match(run.complaints.join('\n'), /no_such_one\): record not found/)
    assert.deepEqual(await cursorOf(setup, 'was_suspended'), {
      account_id: setup.simulator.scenario.truths.byName('was_suspended')!.id,
      is_suspended: true,
    })
    assert.deepEqual(
      await setup.rows('select distinct username, account_type, market_influence from truth_social_posts'),
      [{username: 'HarborLedger', account_type: 'business', market_influence: 3}],
    )
    await move(setup, hourMs)
    const before = requestedPaths(setup).length
    const second = await setup.collect(truthPosts)
    assert.match(
      second.complaints.join('\n'),
      /was_suspended: Truth Social has suspended it; it is looked up again 30 days after 2026-11-23/,
    )
    assert.ok(
      !requestedPaths(setup)
        .slice(before)
        .some((path) => path.includes('lookup')),
    )
    await move(setup, 31 * dayMs)
    await setup.collect(truthPosts)
    assert.deepEqual(requestedPaths(setup).filter((path) => path.includes('lookup')).length, 3 + 2)
  })

  test('a look-up that is refused costs one request and only that account; its id in the list needs no look-up', async () => {
    const list = ownList('WhiteHouse,,government,9', 'realDonaldTrump,107780257626128497,individual,10')
    const setup = await open(list.env)
    setup.simulator.faults.add({provider: 'truth-social', kind: 'forbidden', path: 'lookup', times: 100})
    const run = await setup.collect(truthPosts)
    assert.deepEqual([run.outcome, run.exit_code, run.targets_done, run.targets_failed], ['partial', 1, 1, 1])
    assert.match(
      run.complaints.join(),
      /whitehouse.*authenticated user.*an account of truth-posts whose id is in truth-accounts.csv needs no look-up/,
    )
    assert.equal(requestedPaths(setup).filter((path) => path.includes('lookup')).length, 1)
    list.write(`WhiteHouse,${setup.simulator.scenario.truths.byName('WhiteHouse')!.id},government,9`)
    await move(setup, hourMs)
    assert.equal((await setup.collect(truthPosts)).exit_code, 0)
    assert.ok((await ids(setup, 'WhiteHouse')).length > 20)
  })
})

describe('a killed run', () => {
  test('keeps rows and cursor together at any moment, so nothing is missing and nothing doubled', async () => {
    const setup = await open(ownList('realDonaldTrump,107780257626128497,individual,10').env)
    const first = await runAndKill(['ingest', 'truth-posts'], setup.env)
    assert.equal(first.code, 0, first.stderr)
    let killed = 0
    for (const afterMs of moments(full ? 6 : 3, first.ms * 0.2, first.ms, seeded(7))) {
      await move(setup, 7 * dayMs)
      killed += (await runAndKill(['ingest', 'truth-posts'], setup.env, afterMs)).wasKilled ? 1 : 0
      const have = await ids(setup, 'realDonaldTrump')
      const reached = (await cursorOf(setup, 'realdonaldtrump'))!['min_id'] as string
      assert.ok(have.includes(reached) && BigInt(have.at(-1)!) <= BigInt(reached))
    }
    const last = await runAndKill(['ingest', 'truth-posts'], setup.env)
    assert.equal(last.code, 0, last.stderr)
    assert.ok(killed > 0)
    const stored = new Set(await ids(setup, 'realDonaldTrump'))
    const missing = postsShown(setup, 'realDonaldTrump', Date.parse('2026-11-16T21:08:00Z')).filter(
      ({id}) => !stored.has(id),
    )
    assert.deepEqual(missing, [])
  })
})

test('text of posts has one line for each break, entities decoded once, whole addresses and no quoted line; hostile HTML is rejected at once', () => {
  const link = (href: string, text: string) => `<a href="${href}" rel="nofollow">${text}</a>`
  const cases: [html: string, expected: string | null][] = [
    ['<p>a</p>\n<p>b<br>c<br/><br />d</p>', 'a\nb\nc\n\nd'],
    ['<p>a&nbsp;&amp;lt; b</p>', 'a &lt; b'],
    ['no tags &amp; no end', 'no tags & no end'],
    ['1 < 2', '1 < 2'],
    [
      link(
        'https://a.example/x?y=1&amp;z=2',
        '<span class="invisible">https://</span><span class="ellipsis">a.example/</span><span class="invisible">x?y=1&amp;z=2</span>',
      ),
      'https://a.example/x?y=1&z=2',
    ],
    [link('https://a.example/x', 'read this'), 'read this (https://a.example/x)'],
    [link('javascript:void(0)', 'here'), 'here'],
    [
      '<span class="h-card"><a href="https://truthsocial.com/@Ab" class="u-url mention">@<span>Ab</span></a></span> yes',
      '@Ab yes',
    ],
    ['<p>Right.<span class="quote-inline"><br/>RT: https://truthsocial.com/@a/1</span></p>', 'Right.'],
    ['<p>&lt;b&gt;</p><script>x</script><!-- c -->', '<b>'],
    ['<p></p>', null],
    ['', null],
    ['<p> <br/> </p>', null],
  ]
  for (const [html, expected] of cases) assert.equal(textOf(html), expected, html)
  const from = performance.now()
  assert.throws(() => textOf('<div>'.repeat(15_000)), /nests deeper/)
  assert.throws(() => textOf('<p>'.repeat(100_000)), /longer than/)
  textOf('<a'.repeat(49_000))
  assert.ok(performance.now() - from < 5000)
})

describe('a blocked address', () => {
  test('is reported once, is not tried again before the end of its cooldown, and has a longer cooldown each time', async () => {
    const setup = await open()
    setup.simulator.faults.add({provider: 'truth-social', kind: 'blocked', times: 100})
    const failsWith = (error: unknown) =>
      error instanceof NeedsPerson &&
      /blocks this address.*Just a moment/.test(error.message) &&
      /--input FILE/.test(error.nextStep ?? '')
    await assert.rejects(setup.collect(truthPosts), failsWith)
    assert.equal(requestedPaths(setup).length, 1, 'no second request')
    for (const collector of [truthPosts, truthTrends, truthTags]) {
      const blocked = await setup.collect(collector)
      assert.deepEqual([blocked.outcome, blocked.exit_code, blocked.requests], ['quota spent', 0, 0])
      assert.match(blocked.message!, /fin does not contact it until then: it blocks this address/)
      assert.doesNotMatch(blocked.message!, /quota/)
    }
    const rows = await quotaRows(
      await setup.context.database(),
      setup.context.config,
      [truthSocial],
      () => 0,
      nowOf(setup),
    )
    assert.deepEqual([...new Set(rows.map(({state}) => state))], ['blocked'])
    const checks = await checkCredentials(
      setup.context.config,
      [truthSocial],
      await setup.context.database(),
      new Date(nowOf(setup)),
    )
    assert.match(JSON.stringify(checks), /blocked by the provider until 2026-11-23T22:10.*--input FILE/)
    const cooldownHours = async () => {
      const [{hours}] = (await setup.rows(
        'select extract(epoch from until - since) / 3600 as hours from credential_rests',
      )) as [{hours: string}]
      return Number(hours)
    }
    const cooldowns = [await cooldownHours()]
    for (const expected of [2, 4, 8, 16, 24, 24]) {
      await move(setup, cooldowns.at(-1)! * hourMs + 1)
      await assert.rejects(setup.collect(truthTrends), failsWith)
      cooldowns.push(await cooldownHours())
      assert.equal(cooldowns.at(-1), expected)
    }
    assert.equal(requestedPaths(setup).length, 7)
    setup.simulator.faults.clear()
    await move(setup, 25 * hourMs)
    assert.equal((await setup.collect(truthPosts)).exit_code, 0)
    await move(setup, 10 * dayMs)
    setup.simulator.faults.add({provider: 'truth-social', kind: 'html', times: 1})
    await assert.rejects(
      setup.collect(truthPosts, {force: true}),
      /blocks this address: a page \("Attention Required!"\)/,
    )
    assert.equal(await cooldownHours(), 1, 'after a long time the cooldowns begin anew')
  })

  test('with a token signs its requests, is refused for ever once the token is revoked, and is blocked all the same', async () => {
    const signed = await open({TRUTH_SOCIAL_TOKEN: 'simulated-good-token'})
    assert.equal((await signed.collect(truthTags)).exit_code, 0)
    assert.deepEqual(await signed.rows('select distinct credential from provider_requests'), [
      {credential: '1'},
    ])
    const revoked = await open({TRUTH_SOCIAL_TOKEN: 'simulated-revoked-token'})
    for (let n = 0; n < 2; n++) await assert.rejects(revoked.collect(truthTags), /revoked/)
    assert.equal(requestedPaths(revoked).length, 1)
    const blocked = await open({TRUTH_SOCIAL_TOKEN: 'simulated-blocked-token'})
    await assert.rejects(blocked.collect(truthTags), /Access denied/)
    assert.equal((await blocked.collect(truthTags)).requests, 0)
    assert.equal(requestedPaths(blocked).length, 1)
  })

  test('few requests left slow the run down', async () => {
    const setup = await open()
    const source = {...truthTrends.sources['truth-social']!}
    const provider = {...source.provider, accounting: {holdsUntil: () => new Date(nowOf(setup) + 20_000)}}
    const slow = {...truthTrends, sources: {'truth-social': {...source, provider}}}
    const from = nowOf(setup)
    assert.equal((await setup.collect(slow as typeof truthTrends)).exit_code, 0)
    assert.ok(nowOf(setup) - from >= 20_000)
  })
})

describe('saved posts', () => {
  test('are a list, one status, or one a line, without a target; weights come from the list; an older answer changes nothing', async () => {
    const list = ownList('realDonaldTrump,107780257626128497,individual,4')
    const setup = await open(list.env)
    const {truths} = setup.simulator.scenario
    const posts = [
      ...postsShown(setup, 'realDonaldTrump', nowOf(setup) - dayMs),
      ...postsShown(setup, 'PrairieWire', nowOf(setup) - dayMs).slice(0, 3),
    ]
    const saved = (atMs: number) => posts.map((one) => status(one, setup.simulator.scenario, atMs))
    const give = (text: string) =>
      collectSaved(truthPosts, text, {command: 'fin ingest truth-posts --input'}, setup.context)
    const lines = saved(nowOf(setup))
      .map((one) => JSON.stringify(one))
      .join('\n')
    const run = await give(`${lines}\n`)
    assert.deepEqual([run.exit_code, run.rows_inserted], [0, posts.length])
    assert.deepEqual(
      await setup.rows('select distinct username, market_influence from truth_social_posts order by 2'),
      [
        {username: 'PrairieWire', market_influence: 0},
        {username: 'realDonaldTrump', market_influence: 4},
      ],
    )
    const [first] = saved(nowOf(setup))
    assert.deepEqual(
      [
        (await give(JSON.stringify(first))).outcome,
        (await give(JSON.stringify(saved(nowOf(setup))))).outcome,
      ],
      ['unchanged', 'unchanged'],
    )
    const truth = setup.simulator.scenario.truths.byName('realDonaldTrump')!
    const account = await (
      await fetch(`${setup.simulator.url}/truth-social/api/v1/accounts/lookup?acct=${truth.username}`)
    ).text()
    const lookedUp = await give(account)
    assert.deepEqual([lookedUp.exit_code, lookedUp.outcome, lookedUp.rows_received], [1, 'failed', 0])
    assert.match(
      lookedUp.message!,
      /truth-social: it is an account, the answer to a look-up, and has no posts\. Give the answer that lists the posts/,
    )
    const old = {
      request: {url: 'https://truthsocial.com/api/v1/statuses/1'},
      status: 200,
      headers: {date: 'Mon, 23 Nov 2026 01:00:00 GMT'},
      body: saved(Date.parse('2026-11-23T01:00:00Z')),
    }
    assert.equal((await give(JSON.stringify(old))).outcome, 'unchanged')
    assert.ok(posts.length > 6 && truths.byId('107780257626128497'))
    assert.deepEqual(
      await setup.rows('select count(*)::int as n from target_state'),
      [{n: 0}],
      'the cursors are not changed',
    )
    assert.equal((await give(`${lines}\n{"id": `)).exit_code, 1)
  })
})

describe('trends and tags', () => {
  test('keep ranks and counts over time; a post that left keeps its last rank with its instant', async () => {
    const setup = await open()
    const {truths} = setup.simulator.scenario
    const first = truths
      .trending(nowOf(setup))
      .slice(0, 20)
      .map(({id}) => id)
    await setup.collect(truthTrends)
    assert.deepEqual(
      (await setup.rows('select id from truth_social_trends order by trend_rank')).map(({id}) => id),
      first,
    )
    await move(setup, 12 * hourMs)
    await setup.collect(truthTrends)
    const second = truths
      .trending(nowOf(setup))
      .slice(0, 20)
      .map(({id}) => id)
    const newest =
      'select id, trend_rank, trend_score = favourites_count as is_likes from truth_social_trends where collected_at = (select max(collected_at) from truth_social_trends) order by trend_rank'
    assert.deepEqual(
      await setup.rows(newest),
      second.map((id, index) => ({id, trend_rank: index + 1, is_likes: true})),
    )
    const left = first.filter((id) => !second.includes(id))
    assert.ok(left.length > 0)
    assert.deepEqual(
      (
        await setup.rows(
          'select id, trend_rank from truth_social_trends where collected_at < $1 order by trend_rank',
          [new Date(nowOf(setup))],
        )
      ).map(({id, trend_rank}) => [id, trend_rank]),
      left.map((id) => [id, first.indexOf(id) + 1]),
    )
    assert.deepEqual(
      await setup.rows(
        'select count(*)::int as n, count(distinct collected_at)::int as instants from truth_social_trends_history',
      ),
      [{n: 40, instants: 2}],
    )
  })

  test('have a row for each tag and day of the provider, which the next day does not change; growth and score are those of the scenario', async () => {
    const setup = await open()
    await setup.collect(truthTags)
    const [bitcoin] = await setup.rows(`select * from truth_social_tags where name = 'Bitcoin'`)
    const today = Math.floor(nowOf(setup) / dayMs)
    const tag = setup.simulator.scenario.truths.tags.find(({name}) => name === 'Bitcoin')!
    const uses = [0, 1, 2, 3, 4, 5, 6].map((ago) => tag.uses(today - ago, nowOf(setup)))
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5, 6].map((ago) => bitcoin![`day_${ago}_uses`]),
      uses,
    )
    const average = uses.reduce((sum, n) => sum + n, 0) / 7
    const near = (column: string, value: number) =>
      assert.ok(
        Math.abs(Number(bitcoin![column]) - value) <= 0.005 + 1e-9,
        `${column} ${String(bitcoin![column])}, not ${value}`,
      )
    near('weekly_average', average)
    near('trend_score', (2 * uses[0]! ** 2) / (uses[0]! + average))
    if (uses[1]! > 0) near('growth_rate', ((uses[0]! - uses[1]!) / uses[1]!) * 100)
    await move(setup, 6 * hourMs)
    await setup.collect(truthTags)
    assert.deepEqual(
      (
        await setup.rows(
          `select collected_date::text as day from truth_social_tags where name = 'Bitcoin' order by 1`,
        )
      ).map(({day}) => day),
      ['2026-11-23', '2026-11-24'],
    )
    assert.deepEqual(
      (await setup.rows(`select * from truth_social_tags where name = 'Bitcoin' order by collected_date`))[0],
      bitcoin,
    )
  })

  test('take the categories of tags from a list that a user may edit; an invalid line is reported', async () => {
    const {env, folder} = ownList()
    writeFileSync(join(folder, 'truth-tag-words.csv'), 'word,category,market_relevance\n*coin,money,3\n')
    const setup = await open(env)
    await setup.collect(truthTags)
    assert.deepEqual(
      await setup.rows(
        `select name, tag_category, market_relevance from truth_social_tags where name in ('Bitcoin', 'BorderSecurity') order by 1`,
      ),
      [
        {name: 'Bitcoin', tag_category: 'money', market_relevance: 3},
        {name: 'BorderSecurity', tag_category: 'general', market_relevance: 0},
      ],
    )
    writeFileSync(join(folder, 'truth-tag-words.csv'), 'word,category,market_relevance\n*coin,money,high\n')
    await assert.rejects(
      setup.collect(truthTags, {force: true}),
      /market_relevance of "\*coin" is not a whole number/,
    )
  })
})

test('the page of the simulator has the form of the real one', async () => {
  const setup = await open()
  const answer = await fetch(
    `${setup.simulator.url}/truth-social/api/v1/accounts/107780257626128497/statuses?exclude_replies=true&limit=100`,
  )
  const page = (await answer.json()) as {id: string; created_at: string}[]
  assert.equal(page.length, 40, 'a larger limit is reduced')
  assert.ok(
    page.every(
      ({id, created_at}) => Number(BigInt(id) >> 16n) === Date.parse(created_at) && BigInt(id) > 2n ** 53n,
    ),
  )
  assert.match(
    answer.headers.get('link') ?? '',
    new RegExp(`max_id=${page.at(-1)!.id}>; rel="next", <.*min_id=${page[0]!.id}>; rel="prev"`),
  )
  assert.match(answer.headers.get('x-ratelimit-reset') ?? '', /^2026-11-23T21:15:00\.000000Z$/)
  assert.deepEqual(
    [answer.headers.get('x-ratelimit-limit'), answer.headers.get('x-ratelimit-remaining')],
    ['300', '299'],
  )
  const gone = await fetch(`${setup.simulator.url}/truth-social/api/v1/accounts/1/statuses`)
  assert.deepEqual([gone.status, await gone.json()], [404, {error: 'record not found'}])
  assert.ok(
    readFileSync(new URL('../../src/lib/collectors/truth-accounts.csv', import.meta.url), 'utf8').includes(
      '107780257626128497',
    ),
  )
})
