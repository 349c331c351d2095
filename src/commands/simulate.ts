import {Command} from '@oclif/core/command'
import {realClock} from '../lib/clock.js'
import * as Flags from '@oclif/core/flags'
import {loadConfig} from '../lib/config.js'
import {messageFlags} from '../lib/output/flags.js'
import {createLog} from '../lib/output/log.js'
import {stopOnSignal} from '../lib/interrupt.js'

export default class Simulate extends Command {
  static override summary =
    'serve every provider on this machine, with invented data; needs no key and no network'
  static override description = `The simulator answers as the providers do, enforces their limits with their own refusals, and serves the clock that fin follows.
It listens on 127.0.0.1 only. FIN_SIMULATOR_URL makes fin use it: no real key is sent to it, and its data goes to a database of its own.

With -- COMMAND it starts on a free port, runs the command against itself, and ends with the exit code of the command.

It serves the WebSockets of bithumb and finnhub too. Shares and funds trade round the clock on every day, so that each hour has trades.

While it runs: GET /clock returns the time, POST /clock {"advanceMs": 3600000} advances it. GET /log and /log/summary list the requests.
GET /sockets lists the WebSocket connections with their subscriptions. GET /trades?symbol=AAPL&from=INSTANT&to=INSTANT lists the trades of up to an hour.
POST /faults {"provider": "coingecko", "kind": "500", "times": 3} injects faults. A POST needs the header content-type: application/json.
The faults hang and drop affect open WebSocket connections: one stays open and is silent, or it breaks. Their percentage counts per connection and second.
Requests of web pages are refused, and those to a host that is not 127.0.0.1, localhost or [::1]. SIGINT and SIGTERM end it cleanly (130, 143).`
  static override usage = ['simulate [FLAGS]', 'simulate [FLAGS] -- COMMAND [ARGUMENTS]']
  static override examples = [
    '<%= config.bin %> simulate',
    '<%= config.bin %> simulate -- <%= config.bin %> ingest cpi',
    '<%= config.bin %> simulate --port 4010 --seed 7 --at 2026-11-23T06:00:00Z --stepped',
    '<%= config.bin %> simulate --fault coingecko:429:2 --fault bithumb:slow:10%',
  ]
  static override flags = {
    port: Flags.integer({
      summary: 'listen on this port of 127.0.0.1; 0 chooses a free one, as -- COMMAND does',
      default: 4010,
      min: 0,
      max: 65_535,
    }),
    seed: Flags.integer({
      summary: 'choose the invented data: the same seed gives the same answers at the same instants',
    }),
    at: Flags.string({
      summary: 'start the clock at this instant, such as 2026-11-23T06:00:00Z (default: now)',
    }),
    rate: Flags.string({
      summary: 'advance the clock by this many seconds per real second (default: 1)',
      exclusive: ['stepped'],
    }),
    stepped: Flags.boolean({
      summary: 'stop the clock, and advance it to the next instant that a process waits for',
    }),
    settle: Flags.integer({
      summary:
        'with --stepped: advance the clock after this many real milliseconds without a request; raise it on a busy machine',
      default: 10,
      min: 1,
      max: 60_000,
    }),
    fault: Flags.string({
      summary: 'inject a fault: PROVIDER:KIND, PROVIDER:KIND:TIMES or PROVIDER:KIND:10%',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'trades-per-second': Flags.string({
      summary: 'mean number of trades per symbol and second on the WebSocket of finnhub (default: 1)',
    }),
    outliers: Flags.string({
      summary:
        'plant a wrong price into this share of these trades, and jumps of prices; GET /trades names them',
      helpValue: '0.5%',
    }),
    'allow-host': Flags.string({
      summary: 'also answer requests to this host: a name under which a forwarder passes them on',
      helpValue: 'NAME',
      multiple: true,
      multipleNonGreedy: true,
    }),
    ...messageFlags,
  }

  async run(): Promise<void> {
    // Everything after -- belongs to another program, flags included.
    const separator = this.argv.indexOf('--')
    const hasCommand = separator !== -1
    const command = hasCommand ? this.argv.slice(separator + 1) : []
    const {flags} = await this.parse(Simulate, hasCommand ? this.argv.slice(0, separator) : this.argv)
    const {optionsFrom, runAgainst, announce, untilStopped} = await import('../simulator/session.js')
    const {startSimulator} = await import('../simulator/server.js')
    const log = createLog({quiet: flags.quiet, verbose: flags.verbose})
    const options = optionsFrom(flags, loadConfig(), log, realClock.now())
    const stop = stopOnSignal()
    const simulator = await startSimulator(hasCommand ? {...options, port: 0} : options)
    try {
      if (hasCommand) process.exitCode = await runAgainst(simulator, command, stop)
      else {
        announce(simulator, log)
        await untilStopped(stop)
      }
    } finally {
      await simulator.close()
    }
  }
}
