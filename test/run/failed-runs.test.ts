/** The reason for which targets failed, in the run ledger. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {coingeckoIds} from '../../src/lib/collectors/coingecko-ids.js'
import {cpi} from '../../src/lib/collectors/cpi.js'
import type {AnyCollector} from '../../src/lib/define.js'
import {fin} from '../servers.js'
import {full} from '../size.js'
import {generous, openSetup} from './setup.js'

const cases: [AnyCollector, string, '500' | 'garbage' | 'html', RegExp][] = [
  [cpi, 'fred', '500', /^1 of 1 target failed: fred \(CPIAUCNS\): .*500/],
  [cpi, 'fred', 'garbage', /^1 of 1 target failed: fred \(CPIAUCNS\): .*JSON/],
  [coingeckoIds, 'coingecko', 'html', /failed.*: coingecko \(1\): .*; coingecko \(2\): /],
]
for (const [collector, provider, kind, says] of cases)
  test(`fin runs tells why ${collector.name} failed: ${kind}`, async () => {
    const setup = await openSetup({env: generous, simulated: generous})
    setup.simulator.faults.add({provider, kind, times: 100})
    const run = await setup.collect(collector, {force: true})
    assert.equal(run.exit_code, 1)
    assert.doesNotMatch(
      run.message ?? '',
      /coingecko \(1\)|fred/,
      'the summary does not repeat what was reported',
    )
    const {env} = setup
    const looks = [
      ['runs', '--failed'],
      ['runs', 'show', run.runId ?? ''],
    ]
    // every day: both commands for one reason
    for (const args of full || kind === 'html' ? looks : looks.slice(0, 1)) {
      const [found] = JSON.parse((await fin([...args, '--json'], {env})).stdout) as {message: string}[]
      assert.match(found?.message ?? '', says)
      const {stdout} = await fin(args, {env})
      assert.ok(stdout.includes(found!.message), stdout)
    }
  })
