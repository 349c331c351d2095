/** `fin stream produce bithumb --to stdout | fin stream consume bithumb --from stdin`, as two processes. */
import assert from 'node:assert/strict'
import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {text} from 'node:stream/consumers'
import {after, test} from 'node:test'
import {join} from 'node:path'
import {tmpdir} from 'node:os'
import {realClock} from '../../src/lib/clock.js'
import {bithumbMarkets} from '../../src/lib/collectors/bithumb-markets.js'
import {root} from '../paths.js'
import {openSetup} from '../run/setup.js'
import {eventually} from './running.js'

const children: ChildProcess[] = []
after(() => {
  for (const child of children) child.kill('SIGKILL')
})

test(
  'what a producer prints into a pipe is stored, and both end with 0 on SIGTERM of the producer',
  {timeout: 90_000},
  async () => {
    const setup = await openSetup({at: realClock.now(), rate: 1})
    await setup.collect(bithumbMarkets)
    const env = {PATH: process.env['PATH'], HOME: tmpdir(), FIN_EMBEDDED: 'never', ...setup.env}
    const run = (args: readonly string[], stdin: 'ignore' | NonNullable<ChildProcess['stdout']>) => {
      const child = spawn(process.execPath, [join(root, 'bin', 'run.js'), 'stream', ...args], {
        env,
        stdio: [stdin, args[0] === 'produce' ? 'pipe' : 'ignore', 'pipe'],
      })
      children.push(child)
      return {child, said: text(child.stderr!), ended: once(child, 'exit') as Promise<[number | null]>}
    }
    const producer = run(['produce', 'bithumb', '--to', 'stdout'], 'ignore')
    const consumer = run(['consume', 'bithumb', '--from', 'stdin'], producer.child.stdout!)
    const count = async (sql: string) => Number((await setup.rows(sql))[0]?.['n'])
    const markets = await count(`select count(*) as n from market_code_bithumb where delisted_at is null`)
    assert.ok(markets > 0)
    await eventually(
      'a quote of each market',
      async () => (await count('select count(*) as n from bithumb_ticker_latest')) === markets,
      60_000,
      () => '',
    )
    producer.child.kill('SIGTERM')
    const [[producerCode], [consumerCode]] = await Promise.all([producer.ended, consumer.ended])
    assert.equal(producerCode, 0, await producer.said)
    assert.equal(consumerCode, 0, await consumer.said)
  },
)
