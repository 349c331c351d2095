/** Each command of a stream has the flags that its feed uses, and no others. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {fin} from '../servers.js'

test('--shard and --token are flags of the feeds that use them', async () => {
  for (const [feed, shard, token] of [
    ['sp500', true, true],
    ['movers', false, true],
    ['bithumb', false, false],
  ] as const) {
    const {stdout} = await fin(['stream', 'produce', feed, '--help'])
    assert.deepEqual([stdout.includes('--shard='), stdout.includes('--token=')], [shard, token], stdout)
  }
  for (const [command, feed, flag] of [
    ['produce', 'bithumb', '--token'],
    ['run', 'bithumb', '--shard'],
    ['run', 'etf', '--shard'],
    ['run', 'bithumb', '--filter'],
  ] as const) {
    const {code, stderr} = await fin(['stream', command, feed, flag, '1'])
    assert.equal(code, 2)
    assert.match(stderr, new RegExp(`there is no flag ${flag}`))
  }
})
