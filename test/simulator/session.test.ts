import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {test} from 'node:test'
import {root} from '../paths.js'

const simulate = (...args: string[]) => simulateEach([args])

/** Runs the command with each list of arguments, one after another in one process. */
const simulateEach = (lists: readonly string[][]) => {
  // The command as compiled beside the tests, without the launcher: it needs no build.
  const code = `const {default: Simulate} = await import(${JSON.stringify(join(root, 'dist', 'src', 'commands', 'simulate.js'))})
for (const args of JSON.parse(process.argv[1]))
  try { await Simulate.run(args, ${JSON.stringify(root)}) } catch (error) { console.error(error.message); console.error('exit ' + (process.exitCode = error.exitCode ?? 2)) }`
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', code, '--', JSON.stringify(lists)],
    {stdio: ['ignore', 'pipe', 'pipe'], env: {PATH: process.env['PATH']}},
  )
  const output = {stdout: '', stderr: ''}
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text
  })
  return {child, output, ended: once(child, 'close') as Promise<[number | null]>}
}

test('the simulator prints its settings, serves until a signal, and ends with 143 or 130', async () => {
  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    const {child, output, ended} = simulate(
      '--port',
      '0',
      '--seed',
      '3',
      '--at',
      '2026-11-23T06:00:00Z',
      '--stepped',
    )
    while (!/FRED_API_KEY=[0-9a-z]{32}\n/.test(output.stdout))
      await Promise.race([once(child.stdout, 'data'), ended.then(() => assert.fail(output.stderr))])
    const url = /^export FIN_SIMULATOR_URL=(http:\/\/127\.0\.0\.1:\d+)$/m.exec(output.stdout)?.[1]
    assert.ok(url, output.stdout)
    assert.deepEqual(await (await fetch(`${url}/clock`)).json(), {
      instant: '2026-11-23T06:00:00.000Z',
      rate: 0,
    })
    child.kill(signal)
    assert.deepEqual((await ended)[0], code, output.stderr)
  }
})

test("a command after -- runs with the simulator's address and credentials, and its exit code is passed on", async () => {
  const script = `const clock = await (await fetch(process.env.FIN_SIMULATOR_URL + '/clock')).json()
    console.log(clock.rate, process.env.ALPHA_VANTAGE_API_KEY_1.startsWith('simulated'), process.argv.slice(1).join(' ')); process.exitCode = 7`
  const {output, ended} = simulate(
    '--rate',
    '50',
    '--',
    process.execPath,
    '--input-type=module',
    '-e',
    script,
    '--',
    '--quiet',
    '--',
    'x',
  )
  assert.deepEqual((await ended)[0], 7, output.stderr)
  assert.equal(output.stdout, '50 true --quiet -- x\n')
})

test('an invalid flag and an unknown command are exit 2 with a message', async () => {
  const invalid = [
    [['--at', 'tomorrow'], /tomorrow/],
    [['--fault', 'bithumb:nonsense'], /is not a fault/],
    [['--trades-per-second', '-1'], /-1 is not a rate/],
    [['--outliers', '51%'], /51% is not a share of trades/],
    [['--outliers', '0.5'], /0\.5 is not a share of trades/],
    [['--fault', 'bithub:500'], /bithub:500 does not name a provider/],
    [['--', 'no-such-program-here'], /no-such-program-here/],
    [['--'], /no command follows/],
  ] as const
  const {output, ended} = simulateEach(invalid.map(([args]) => ['--port', '0', ...args]))
  await ended
  const messages = output.stderr.split(/^exit 2\n/m)
  assert.equal(messages.length, invalid.length + 1, output.stderr)
  for (const [at, [, words]] of invalid.entries()) assert.match(messages[at]!, words)
})
