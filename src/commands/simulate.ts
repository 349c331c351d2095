import {Command} from '@oclif/core/command'
import {realClock} from '../lib/clock.js'
import * as Flags from '@oclif/core/flags'
import {loadConfig} from '../lib/config.js'
import {messageFlags} from '../lib/output/flags.js'
import {createLog} from '../lib/output/log.js'
import {stopOnSignal} from '../lib/interrupt.js'

export default class Simulate extends Command {
  static override summary =
    'serve every provider on this machine, from a small invented world: no key and no network needed'
  static override description = `The simulator answers as the providers do, holds to their limits with their own refusals, and serves the clock that fin follows.
It listens on 127.0.0.1 only. Point fin at it with FIN_SIMULATOR_URL; keys may be anything then, and its data goes to a database of its own.

With -- COMMAND it starts on a free port, runs the command against itself (address and keys set), and ends with the command's exit code.

While it runs: GET /clock tells the time, POST /clock {"advanceMs": 3600000} moves it; GET /log and /log/summary tell what was asked;
POST /faults {"provider": "coingecko", "kind": "500", "times": 3} makes trouble. SIGINT and SIGTERM end it cleanly (130, 143).`
  static override usage = ['simulate [FLAGS]', 'simulate [FLAGS] -- COMMAND [ARGUMENTS]']
  static override examples = [
    '<%= config.bin %> simulate',
    '<%= config.bin %> simulate -- <%= config.bin %> ingest cpi',
    '<%= config.bin %> simulate --port 4010 --seed 7 --at 2026-11-23T06:00:00Z --stepped',
    '<%= config.bin %> simulate --fault coingecko:429:2 --fault bithumb:slow:10%',
  ]
  static override flags = {
    port: Flags.integer({
      summary: 'port on 127.0.0.1; 0: a free one (always so with -- COMMAND)',
      default: 4010,
      min: 0,
      max: 65_535,
    }),
    seed: Flags.integer({summary: 'which world: the same seed gives the same answers at the same instants'}),
    at: Flags.string({
      summary: 'instant at which its clock begins, such as 2026-11-23T06:00:00Z; default: now',
    }),
    rate: Flags.string({summary: 'simulated seconds per real second; default: 1', exclusive: ['stepped']}),
    stepped: Flags.boolean({
      summary: 'the clock stands, and goes on by itself to the next instant that somebody waits for',
    }),
    settle: Flags.integer({
      summary:
        'of --stepped: real milliseconds without a request before it goes on; more where many processes share few processors',
      default: 10,
      min: 1,
      max: 60_000,
    }),
    fault: Flags.string({
      summary: 'PROVIDER:KIND, PROVIDER:KIND:TIMES or PROVIDER:KIND:10%',
      multiple: true,
      multipleNonGreedy: true,
    }),
    ...messageFlags,
  }

  async run(): Promise<void> {
    // What follows -- is another program's, flags included.
    const split = this.argv.indexOf('--')
    const command = split === -1 ? [] : this.argv.slice(split + 1)
    const {flags} = await this.parse(Simulate, split === -1 ? this.argv : this.argv.slice(0, split))
    const {optionsFrom, runAgainst, announce, untilStopped} = await import('../simulator/session.js')
    const {startSimulator} = await import('../simulator/server.js')
    const log = createLog({quiet: flags.quiet, verbose: flags.verbose})
    const options = optionsFrom(flags, loadConfig(), log, realClock.now())
    const stop = stopOnSignal()
    const simulator = await startSimulator(split === -1 ? options : {...options, port: 0})
    try {
      if (split === -1) {
        announce(simulator, log)
        await untilStopped(stop)
      } else process.exitCode = await runAgainst(simulator, command, stop)
    } finally {
      await simulator.close()
    }
  }
}
