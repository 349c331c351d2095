/**
 * Invalid answers of a provider, through the whole program. Expected: exit code 1, one message that names
 * provider and target and states the next step, stored rows unchanged, the answer rejected. The memory stays
 * within 50 MB of a good run.
 */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, before, describe, test} from 'node:test'
import {pause} from '../../src/lib/clock.js'
import {gzipSync} from 'node:zlib'
import {startSimulator, type Simulator} from '../../src/simulator/server.js'
import {credentials} from '../run/setup.js'
import {fin, type FinRun} from '../servers.js'
import {full, fullTest, inTurn} from '../size.js'
import {type Responder, type Hostile, startHostile} from './hostile.js'
import {megabyte, measure} from './memory.js'
import {openStored, type Stored} from './stored.js'

interface Case {
  job: string
  args: string[]
  table: string
  /** How every message about it begins. */
  subject: string
  isHtml?: boolean
  /** Puts one more item into the good body; `@` in it becomes the raw text given. */
  add?(body: unknown): unknown
}

const observation = (body: unknown) => ({
  ...(body as object),
  observations: [...(body as {observations: object[]}).observations, {date: '2150-01-01', value: '@'}],
})
const point = (body: unknown) => ({
  ...(body as object),
  data: [...(body as {data: object[]}).data, {date: '2150-01-01', value: '@'}],
})
const coin = (body: unknown) => {
  const coins = body as object[]
  return [...coins, {...coins[0], id: 'one-more', name: 'One more', current_price: '@'}]
}
const market = (body: unknown) => [
  ...(body as object[]),
  {market: 'KRW-MORE', korean_name: '@', english_name: 'One more'},
]

const cases: readonly Case[] = [
  {job: 'cpi', args: ['--target', 'CPIAUCNS'], table: 'cpi', subject: 'fred (CPIAUCNS)', add: observation},
  {
    job: 'inflation',
    args: ['--force', '--provider', 'alpha-vantage'],
    table: 'inflation',
    subject: 'alpha-vantage (',
    add: point,
  },
  {
    job: 'coingecko-ids',
    args: ['--target', '1'],
    table: 'coingecko_id_mapping',
    subject: 'coingecko (1)',
    add: coin,
  },
  {
    job: 'bithumb-markets',
    args: ['--force'],
    table: 'market_code_bithumb',
    subject: 'bithumb (bithumb-markets)',
    add: market,
  },
  {
    job: 'sp500-companies',
    args: ['--force'],
    table: 'sp500_companies',
    subject: 'wikipedia (sp500-companies)',
    isHtml: true,
  },
]

const json = {'content-type': 'application/json'}
const respondWith =
  (body: string | Buffer): Responder =>
  (_, response) =>
    response.writeHead(200, json).end(body)
const letters = Buffer.alloc(megabyte, 'a')
const zeros = gzipSync(Buffer.alloc(64 * megabyte, '0'), {level: 1})

/** Bodies that are wrong as a whole. Those with `text` are tried as a saved answer too. */
const wrongBodies: Record<
  string,
  {
    respond?: Responder
    text?: (good: string) => string
    message: RegExp
    forHtml?: RegExp
    isGoodHtml?: boolean
  }
> = {
  'an answer that ends in the middle': {
    text: (good) => good.slice(0, good.length / 2),
    message: /ends in the middle|not valid JSON/,
    forHtml: /the page was cut/,
  },
  HTML: {
    text: () =>
      '<!DOCTYPE html><html><head><title>Just a \u001b[31mmoment</title></head><body></body></html>',
    message: /HTML instead of JSON/,
    forHtml: /no table/,
  },
  'an empty answer': {text: () => '', message: /the answer is empty/},
  'an answer of blanks': {text: () => ' \r\n ', message: /the answer is empty/},
  'JSON of depth 100,000': {
    text: () => '['.repeat(100_000) + ']'.repeat(100_000),
    message: /nests deeper/,
    forHtml: /no table/,
  },
  'a bare NUL': {text: (good) => good.replace('"', '\u0000"'), message: /not valid JSON/, isGoodHtml: true},
  NaN: {
    text: () => '{"observations":[{"date":"2150-01-01","value":NaN}]}',
    message: /not valid JSON/,
    forHtml: /no table/,
  },
  Infinity: {text: () => '[{"market":-Infinity}]', message: /not valid JSON/, forHtml: /no table/},
  'an answer of another endpoint': {
    text: () => '{"geodata":{"lat":1.5,"lon":2}}',
    message: /expected|another endpoint/,
    forHtml: /no table/,
  },
  'bytes that are not UTF-8': {
    respond: respondWith(Buffer.from([0x5b, 0x22, 0xff, 0xfe, 0x22, 0x5d])),
    message: /not valid UTF-8/,
  },
  '50 MB': {
    text: () => `["${'a'.repeat(50 * megabyte)}"]`,
    respond: (_, response) => {
      response.writeHead(200, json).write('["')
      let left = 50
      const more = () => {
        while (left-- > 0) if (!response.write(letters)) return response.once('drain', more)
        return response.end('"]')
      }
      more()
    },
    message: /larger than/,
  },
  'a gzip bomb': {
    respond: (_, response) => {
      response.writeHead(200, {...json, 'content-encoding': 'gzip'})
      for (let i = 0; i < 16; i++) response.write(zeros)
      response.end()
    },
    message: /larger than/,
  },
  'a redirect to itself': {
    respond: (request, response) => response.writeHead(302, {location: request.url}).end(),
    message: /redirects more than/,
  },
}

/**
 * One bad item among good ones. The text stands in a number field, or in a name if the job has no such field.
 */
const badItems: Record<string, {raw: string; jobs?: readonly string[]}> = {
  'a number of 10,000 digits': {raw: '9'.repeat(10_000), jobs: ['cpi', 'inflation', 'coingecko-ids']},
  '1e400': {raw: '1e400', jobs: ['cpi', 'inflation', 'coingecko-ids']},
  'Infinity as text': {raw: '"Infinity"', jobs: ['cpi', 'inflation', 'coingecko-ids']},
  'a number with an exponent of 10 digits': {raw: '1e9999999999', jobs: ['cpi', 'coingecko-ids']},
  'an escaped NUL': {raw: '"a\\u0000b"'},
  'a lone surrogate': {raw: '"a\\ud83db"'},
  'an object': {raw: '{"a":[1]}'},
}

let simulator: Simulator
let hostile: Hostile
let stored: Stored
let env: Record<string, string>
let folder: string
const good = new Map<string, string>()
const peaks = new Map<string, number>()
let slowRun: Promise<FinRun> | undefined
let slowServer: Hostile

/** The answer of the simulator to the same request. */
const goodAnswer =
  (job: string): Responder =>
  (request, response) => {
    void fetch(`${simulator.url}${request.url}`, {
      headers: {'x-cg-demo-api-key': 'CG-key-number-one', 'user-agent': request.headers['user-agent'] ?? ''},
    }).then(async (answer) => {
      good.set(job, await answer.text())
      response
        .writeHead(answer.status, {'content-type': answer.headers.get('content-type') ?? ''})
        .end(good.get(job))
    })
  }

before(async () => {
  simulator = await startSimulator({
    at: new Date('2026-11-23T21:00:00Z'),
    rate: 1000,
    env: {COINGECKO_REQUESTS_PER_MINUTE: '1000'},
  })
  hostile = await startHostile()
  slowServer = await startHostile()
  stored = await openStored()
  folder = mkdtempSync(join(tmpdir(), 'fin-test-bodies-'))
  env = {
    ...credentials,
    FIN_CONTACT: 'someone@example.org',
    DATABASE_URL: stored.url,
    FIN_SIMULATOR_URL: hostile.url,
    ALPHA_VANTAGE_REQUESTS_PER_DAY: '1000',
    COINGECKO_REQUESTS_PER_MINUTE: '1000',
  }
  // One byte a second at first, then an answer that ends the run. It takes the whole deadline, so it runs in
  // parallel with the other tests.
  slowServer.answer((_, response, count) => {
    if (count > 1) return response.writeHead(200, json).end('{"observations":[')
    response.writeHead(200, json)
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    void (async () => {
      for (;;) {
        response.write(' ')
        await pause(1000, gone.signal)
      }
    })().catch(() => {})
  })
  if (full)
    slowRun = fin(['ingest', 'federal-funds-rate', '--verbose'], {
      env: {...env, FIN_SIMULATOR_URL: slowServer.url},
    })
})
after(async () => {
  await slowRun?.catch(() => undefined)
  await Promise.all([simulator.close(), hostile.close(), slowServer.close(), stored.close()])
  rmSync(folder, {recursive: true, force: true})
})

const rejectedRows = (job: string) =>
  stored.rows<{kind: string; reason: string; item: string}>(
    `select kind, reason, item from rejected_rows
    where unit = $1 and table_name is distinct from 'macro_vintages' order by id`,
    [job],
  )

function assertReported(run: FinRun, {subject}: Case, message: RegExp) {
  assert.equal(run.signal, null)
  assert.equal(run.code, 1, run.stderr)
  assert.doesNotMatch(run.stderr, /^\s+at .+:\d+:\d+\)?$/m, 'stderr shows a stack trace')
  assert.doesNotMatch(run.stderr, /unexpected:/, 'stderr shows an unexpected error')
  assert.ok(!(run.stderr + run.stdout).includes('\u001b'), 'the output shows a raw terminal escape')
  assert.match(run.stderr, message)
  assert.ok(run.stderr.includes(subject), `${run.stderr} does not name ${subject}`)
  assert.match(
    run.stderr,
    /run it again|run again|Save (an|the) answer|Give |Look at|See them with|asks again/i,
    'no next step',
  )
}

// In a run of every day each mistake is tried on one collector, and each mistake on another one.
for (const one of cases) {
  describe(`fin ingest ${one.job} ${one.args.join(' ')}`, () => {
    const command = ['ingest', one.job, ...one.args]

    before(async () => {
      hostile.answer(goodAnswer(one.job))
      const runs = [await measure(command, {env})]
      if (full) runs.push(await measure(command, {env}))
      for (const run of runs) assert.equal(run.code, 0, run.stderr)
      peaks.set(one.job, Math.max(...runs.map(({peak}) => peak)))
    })

    for (const [index, [name, {respond, text, message, forHtml, isGoodHtml}]] of Object.entries(
      wrongBodies,
    ).entries()) {
      // a browser drops a NUL in HTML, and so does the parser of the page
      const open = cases.filter(({isHtml}) => !(isHtml && isGoodHtml))
      if (!inTurn(open, index).includes(one)) continue
      test(`${name} changes no stored row`, async (t) => {
        hostile.answer(respond ?? respondWith(text!(good.get(one.job)!)))
        await stored.rows('delete from rejected_rows')
        const before = await stored.digest(one.table)
        const run = await measure(command, {env})
        assertReported(run, one, one.isHtml ? (forHtml ?? message) : message)
        assert.equal(await stored.digest(one.table), before)
        const kept = await rejectedRows(one.job)
        assert.equal(kept.length, 1)
        assert.equal(kept[0]?.kind, 'body')
        assert.ok(kept[0].reason.length > 5)
        assert.ok(kept[0].item.length <= 1_000_000)
        if (text && !name.includes('MB'))
          assert.ok(
            kept[0].item.startsWith(text(good.get(one.job)!).slice(0, 200).replaceAll('\u0000', '\\u0000')),
          )
        const more = (run.peak - peaks.get(one.job)!) / megabyte
        t.diagnostic(`${more.toFixed(1)} MB more than a good run`)
        assert.ok(more <= 50, `${more.toFixed(1)} MB more than a good run`)
      })

      if (text) {
        test(`${name} as a saved answer stores no row`, async (t) => {
          const file = join(folder, 'saved')
          writeFileSync(file, text(good.get(one.job)!))
          const target = one.args[0] === '--target' ? one.args : one.args.slice(1)
          for (const extra of inTurn([['--dry-run', '--ndjson'], []], index)) {
            const before = await stored.digest(one.table)
            const run = await measure(['ingest', one.job, ...target, '--input', file, ...extra], {
              env: extra.length > 0 ? {} : env,
            })
            assertReported(
              run,
              {...one, subject: one.subject.split(' ')[0]!},
              one.isHtml ? (forHtml ?? message) : message,
            )
            assert.equal(run.stdout, '')
            assert.equal(await stored.digest(one.table), before)
            const more = (run.peak - peaks.get(one.job)!) / megabyte
            t.diagnostic(`${more.toFixed(1)} MB more than a good run`)
            assert.ok(more <= 50, `${more.toFixed(1)} MB more than a good run`)
          }
        })
      }
    }

    for (const [index, [name, {raw, jobs}]] of Object.entries(badItems).entries()) {
      const open = cases.filter(({job, add}) => add && (!jobs || jobs.includes(job)))
      if (!inTurn(open, index).includes(one)) continue
      test(`${name} in one item rejects only that item`, async () => {
        const body = JSON.stringify(one.add!(JSON.parse(good.get(one.job)!))).replace('"@"', () => raw)
        hostile.answer(respondWith(body))
        const [before, rejectedBefore] = [
          await stored.digest(one.table),
          (await rejectedRows(one.job)).length,
        ]
        const run = await fin(command, {env})
        assertReported(run, {...one, subject: one.job}, /1 rejected/)
        assert.equal(await stored.digest(one.table), before)
        const kept = (await rejectedRows(one.job)).slice(rejectedBefore)
        assert.equal(kept.length, 1)
        assert.ok(kept[0]?.kind === 'item' || kept[0]?.kind === 'row')
        assert.ok(kept[0].reason.length > 5)
      })
    }
  })
}

test('a number smaller than any double is stored as it is, not as zero', async () => {
  hostile.answer(
    respondWith(
      '{"observations":[{"date":"2151-01-01","value":"1e-400"},{"date":"2152-01-01","value":-0.0},{"date":"2153-01-01","value":"12345678901234567890.12345678901234567890"}]}',
    ),
  )
  const run = await fin(['ingest', 'inflation', '--target', 'FPCPITOTLZGUSA'], {env})
  assert.equal(run.code, 0, run.stderr)
  const [row] = await stored.rows(
    `select inflation_rate = '1e-400'::numeric and inflation_rate > 0 as is_exact from inflation where date = '2151-01-01'`,
  )
  assert.deepEqual(row, {is_exact: true})
  const exact = await stored.rows(
    `select inflation_rate::text as text from inflation where date in ('2152-01-01', '2153-01-01') order by date`,
  )
  assert.match(String(exact[0]?.['text']), /^0(\.0)?$/)
  assert.equal(exact[1]?.['text'], '12345678901234567890.12345678901234567890')
})

test('a saved list that is too short changes nothing, and its run is closed', async () => {
  const file = join(folder, 'short')
  writeFileSync(file, '[{"market":"KRW-BTC","korean_name":"비트코인","english_name":"Bitcoin"}]')
  const before = await stored.digest('market_code_bithumb')
  const run = await fin(['ingest', 'bithumb-markets', '--input', file], {env})
  assert.equal(run.code, 1, run.stderr)
  assert.match(run.stderr, /bithumb.*more than a fifth.*--force/)
  assert.equal(await stored.digest('market_code_bithumb'), before)
  assert.deepEqual(
    await stored.rows(
      `select outcome, exit_code from job_runs where unit = 'bithumb-markets' order by id desc limit 1`,
    ),
    [{outcome: 'failed', exit_code: 1}],
  )
})

fullTest('an answer of one byte a second ends at the deadline', {timeout: 60_000}, async () => {
  const run = (await slowRun)!
  assertReported(run, {...cases[0]!, subject: 'fred (FEDFUNDS)'}, /no complete answer within 30 s/)
  assert.equal(slowServer.asked.length, 2)
  assert.deepEqual(await stored.rows('select 1 from federal_funds_rate'), [])
})
