/** Answers in CSV: their end, the number of cells of a line, and a refusal in the shape of CSV. */
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'
import {cpi} from '../../src/lib/collectors/cpi.js'
import {earningsCalendar} from '../../src/lib/collectors/earnings-calendar.js'
import {ipoCalendar} from '../../src/lib/collectors/ipo-calendar.js'
import type {AnyCollector} from '../../src/lib/define.js'
import {UnexpectedBody} from '../../src/lib/errors.js'
import {alphaVantage} from '../../src/lib/providers/alpha-vantage.js'
import {csvItems, wholeLine} from '../../src/lib/providers/alpha-vantage/csv.js'
import {collectSaved} from '../../src/lib/run/saved.js'
import {dayMs, hourMs} from '../../src/lib/time.js'
import {openSetup, type TestSetup} from './setup.js'

const at = new Date('2026-11-23T21:00:00Z')
const answerOf = (text: string) => ({status: 200, headers: {}, text, json: undefined, at})
const saved = (setup: TestSetup, collector: AnyCollector, text: string) =>
  collectSaved(collector, text, {command: 'test'}, setup.context)
const listings = 'symbol,name,ipoDate,priceRangeLow,priceRangeHigh,currency,exchange\n'
const listing = (n: number) =>
  `NEW${String.fromCharCode(65 + n)},NEW ${n} INC,2026-12-${10 + n},10,12,USD,NASDAQ`
const many = Array.from({length: 16}, (_, n) => listing(n))

describe('the end of an answer in CSV', () => {
  const whole = `${listings}${many.join('\n')}\n`
  const good: [string, string][] = [
    ['with its last line feed', whole],
    ['with CRLF', whole.replaceAll('\n', '\r\n')],
    ['without a last line feed, but with a last cell that others have too', whole.trimEnd()],
    ['a bare header', listings],
    ['empty lines at its end', `${whole}\n\n`],
    ['several lines with too few cells, one of them the last', `${listings}A,B\n${listing(1)}\nC,D\n`],
    ['a last line with too many cells', `${whole}BIG,BIG, INC,2026-12-10,10,12,USD,NYSE\n`],
  ]
  for (const [name, text] of good)
    test(`is there: ${name}`, () => {
      assert.doesNotThrow(() => csvItems(text, ['symbol', 'ipoDate']))
    })
  const cut: [string, string][] = [
    ['in the middle of a line', whole.slice(0, -30)],
    ['in the last cell', whole.slice(0, -4)],
    ['in a quoted name', `${listings}${listing(1)}\nOTH,"OTHER, IN`],
    ['in the header', listings.trimEnd()],
    ['and closed by an editor', `${whole.slice(0, -30)}\n`],
    ['in a number', 'timestamp,value\n2026-10-01,331.4\n2026-09-01,330.'],
  ]
  for (const [name, text] of cut)
    test(`is missing: cut ${name}`, () => {
      assert.throws(
        () => csvItems(text, [text.split(',')[0]!]),
        (error) => error instanceof UnexpectedBody && /the answer was cut/.test(error.message),
      )
    })

  test('no cut of a calendar but one at a line feed is taken for the whole', () => {
    const dates = ['2026-12-01,10,12,USD,NYSE', '2026-12-02,1,2,EUR,NASDAQ', '2026-12-03,3,4,USD,NYSE MKT']
    const text = `${listings}${dates.map((rest, n) => `S${n},NAME ${n},${rest}`).join('\n')}\n`
    const accepted = Array.from({length: text.length - listings.length}, (_, n) =>
      text.slice(0, listings.length + n),
    )
      .filter((part) => {
        try {
          csvItems(part, ['symbol', 'ipoDate'])
          return true
        } catch {
          return false
        }
      })
      .map((part) => part.slice(-10))
    // "NYSE" of "NYSE MKT" is an exchange of its own: only the line feed would tell
    assert.deepEqual(accepted, [',exchange\n', ',USD,NYSE\n', 'UR,NASDAQ\n', '4,USD,NYSE'])
  })

  for (const collector of [earningsCalendar, ipoCalendar] as AnyCollector[])
    test(`${collector.name}: a cut answer stores nothing, and its target stays due`, async () => {
      const setup = await openSetup()
      const [name, source] = Object.entries(collector.sources)[0]!
      const parse = (body: unknown, from: never) =>
        source.parse(String(body).slice(0, Math.floor(String(body).length / 2)) as never, from)
      const broken = {...collector, sources: {[name]: {...source, parse}}}
      const run = await setup.collect(broken)
      assert.deepEqual([run.outcome, run.exit_code, run.rows_inserted, run.targets_done], ['failed', 1, 0, 0])
      assert.match(run.complaints.join(), /the answer was cut/)
      setup.simulator.clock.change({advanceMs: hourMs})
      await setup.context.clock.refresh()
      const again = await setup.collect(collector)
      assert.deepEqual([again.outcome, again.exit_code, again.targets_done], ['done', 0, 1])
    })

  test('a macro series in CSV is cut like any other', async () => {
    const setup = await openSetup()
    const text = 'timestamp,value\n2026-10-01,331.4\n2026-09-01,330.'
    const run = await collectSaved(cpi, text, {command: 'test', provider: 'alpha-vantage'}, setup.context)
    assert.deepEqual([run.outcome, run.rows_inserted], ['failed', 0])
    assert.match(run.message ?? '', /the answer was cut/)
  })
})

test('a line with a comma too many or too few says how many cells it has', () => {
  const items = csvItems(`a,b,c\n1,2,3,4\n1,2\n1,"2,3\n1,2,3\n`, ['a'])
  const reasons = items.map((item) => {
    try {
      return wholeLine(item)
    } catch (error) {
      return (error as Error).message
    }
  })
  assert.deepEqual(reasons, [
    'the line has 4 cells, the header has 3',
    'the line has 2 cells, the header has 3',
    'the line has a quote without its end',
    {a: '1', b: '2', c: '3'},
  ])
})

describe('a refusal in the shape of CSV', () => {
  const reports = 'symbol,name,reportDate,fiscalDateEnding,estimate,currency,timeOfTheDay\n'
  const refusals: [string, string, string, number | undefined][] = [
    ['Information', `${reports}I,n,f,o,r,m,a\r\n`, 'spent', hourMs],
    ['Note', `${listings}N,o,t,e\n`, 'spent', hourMs],
    ['Error Message', `${listings}E,r,r,o,r, ,M\n`, 'stop', undefined],
    ['two columns', 'timestamp,value\r\nI,n\r\n', 'spent', hourMs],
    ['a whole word', 'a,b,c,d,e,f,g,h,i,j,k\nI,n,f,o,r,m,a,t,i,o,n\n', 'spent', hourMs],
    ['its text', 'Note\n"Our rate limit is 25 requests per day, thank you"\n', 'spent', dayMs],
    ['another text', '"Error Message"\nthe parameter apikey is invalid or missing.\n', 'stop', undefined],
  ]
  for (const [name, text, next, ms] of refusals)
    test(`is recognised: ${name}`, () => {
      const found = alphaVantage.refusal?.(answerOf(text))
      assert.equal(found?.next, next)
      assert.equal(found.of ?? 'credential', 'credential')
      assert.equal(found.until?.getTime(), ms === undefined ? undefined : at.getTime() + ms)
    })
  const data = [
    `${listings}${listing(1)}\n`,
    `${listings}I,Intelsat,2026-12-01,1,2,USD,NYSE\n`,
    'timestamp,value\n2026-10-01,3\n',
    listings,
  ]
  for (const text of data)
    test(`is not seen in data: ${text.split('\n')[1]}`, () => {
      assert.equal(alphaVantage.refusal?.(answerOf(text)), undefined)
    })

  for (const collector of [earningsCalendar, ipoCalendar] as AnyCollector[])
    test(`${collector.name}: the credential cools down, the target stays due, and nobody asks with that credential`, async () => {
      // another program has used up the quota of the day
      const setup = await openSetup({simulated: {ALPHA_VANTAGE_REQUESTS_PER_DAY: '1'}})
      await fetch(
        `${setup.simulator.url}/alpha-vantage/query?function=CPI&apikey=${setup.env['ALPHA_VANTAGE_API_KEY_1']}`,
      )
      setup.simulator.clock.change({advanceMs: 5_000})
      await setup.context.clock.refresh()
      const run = await setup.collect(collector)
      assert.deepEqual(
        [run.outcome, run.rows_received, run.targets_done],
        ['quota spent', 0, 0],
        run.message ?? '',
      )
      assert.deepEqual(await setup.rows('select credential, kind from credential_rests'), [
        {credential: '1', kind: 'spent'},
      ])
      assert.deepEqual(await setup.rows('select target from target_state where last_success is not null'), [])
      const before = setup.simulator.log.requests({}).length
      assert.equal((await setup.collect(collector)).outcome, 'quota spent')
      assert.equal(setup.simulator.log.requests({}).length, before)
    })
})

describe('a calendar of listings that lacks more than a fifth', () => {
  test('is refused, and what is stored stays', async () => {
    const setup = await openSetup()
    await saved(setup, ipoCalendar, `${listings}${many.join('\n')}\n`)
    setup.simulator.clock.change({advanceMs: dayMs})
    await setup.context.clock.refresh()
    const run = await saved(setup, ipoCalendar, `${listings}${many.slice(0, 11).join('\n')}\n`)
    assert.equal(run.exit_code, 1)
    assert.match(run.message ?? '', /lacks 5 of 16 listings/)
    const some = await saved(setup, ipoCalendar, `${listings}${many.slice(0, 13).join('\n')}\n`)
    assert.equal(some.exit_code, 0, 'three listings were postponed')
    const rest = await saved(setup, ipoCalendar, `${listings}${many.slice(0, 12).join('\n')}\n`)
    assert.equal(rest.exit_code, 0, 'what the last calendar did not name is not missed again')
  })
})
