/** A run tells which stored rows ended, as well as what changed. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {bithumbMarkets} from '../../src/lib/collectors/bithumb-markets.js'
import {earningsCalendar} from '../../src/lib/collectors/earnings-calendar.js'
import {sp500Companies} from '../../src/lib/collectors/sp500-companies.js'
import {summarize} from '../../src/lib/cli/run-output.js'
import type {AnyCollector} from '../../src/lib/define.js'
import type {Collected} from '../../src/lib/run/options.js'
import {openSetup} from './setup.js'

function summaryOf(name: string, result: Collected): string {
  const lines: string[] = []
  const note = (text: string) => void lines.push(text)
  summarize(name, result, {dryRun: false, log: {error: note, warn: note, notice: note, detail: note}})
  return lines.join('\n')
}

const cases: {collector: AnyCollector; before: string; ended: Collected['ended']; says: RegExp}[] = [
  {
    collector: bithumbMarkets,
    before: `insert into market_code_bithumb (market_code, quote, base, korean_name, english_name)
      select 'KRW-GONE' || n, 'KRW', 'GONE' || n, '없음', 'Gone' from generate_series(1, 7) n`,
    ended: Array.from({length: 7}, (_, n) => ({name: `KRW-GONE${n + 1}`, fate: 'delisted'})),
    says: / 0 new, 0 changed, 7 delisted \((KRW-GONE\d, ){4}KRW-GONE\d and 2 more\), 0 rejected/,
  },
  {
    collector: sp500Companies,
    before: `insert into sp500_companies (symbol, company_name) values ('ZZZQ', 'Left the index')`,
    ended: [{name: 'ZZZQ', fate: 'left'}],
    says: / 0 new, 0 changed, 1 left \(ZZZQ\), \d+ for sp500_membership, 0 rejected/,
  },
  {
    collector: earningsCalendar,
    before: `insert into earnings_calendar (symbol, company_name, report_date, fiscal_date_ending)
      select symbol, symbol, (select max(report_date) from earnings_calendar), '2031-12-31'
      from (values ('ZZZA'), ('ZZZB')) as gone (symbol)`,
    ended: ['ZZZA', 'ZZZB'].map((name) => ({name, fate: 'superseded'})),
    says: / 0 new, 0 changed, 2 superseded \(ZZZ[AB], ZZZ[AB]\), [\d,]+ for earnings_calendar_history, 0 rejected/,
  },
]

for (const {collector, before, ended, says} of cases)
  test(`${collector.name} names the rows that its list no longer has`, async () => {
    const setup = await openSetup()
    await setup.collect(collector)
    await setup.rows(before)
    const run = await setup.collect(collector, {force: true})
    assert.deepEqual(
      run.ended?.toSorted((a, b) => a.name.localeCompare(b.name)),
      ended,
    )
    assert.deepEqual([run.outcome, run.exit_code, run.rows_updated], ['done', 0, 0])
    assert.match(summaryOf(collector.name, run), says)
    const again = await setup.collect(collector, {force: true})
    assert.deepEqual([again.ended ?? [], again.outcome], [[], 'unchanged'])
    assert.match(summaryOf(collector.name, again), /nothing changed/)
  })
