/**
 * One run of `fin simulate`: reads its flags, prints its messages, and runs another program against the
 * simulator.
 */
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {constants} from 'node:os'
import {inventedKey, type Config} from '../lib/config.js'
import {NeedsPerson} from '../lib/errors.js'
import {instantFrom} from '../lib/instant.js'
import {faultFromText, type Fault} from './faults.js'
import {clockMs} from './clock.js'
import {allStubs, type Simulator, type SimulatorOptions} from './server.js'

interface Log {
  warn(text: string): void
  notice(text: string): void
  detail(text: string): void
}

interface SimulateFlags {
  port: number
  seed?: number | undefined
  at?: string | undefined
  rate?: string | undefined
  stepped: boolean
  settle: number
  fault?: string[] | undefined
  'trades-per-second'?: string | undefined
  outliers?: string | undefined
  'allow-host'?: string[] | undefined
}

/** Options of the simulator from the flags. Throws NeedsPerson for an invalid flag. */
export function optionsFrom(flags: SimulateFlags, config: Config, log: Log, now: Date): SimulatorOptions {
  const rate = flags.stepped ? 0 : Number(flags.rate ?? 1)
  if (!(rate >= 0 && rate <= 1e7))
    throw new NeedsPerson(`--rate ${flags.rate} is not a rate`, {
      nextStep: 'Give a number of simulated seconds per real second, such as 60.',
    })
  const tradesPerSecond = Number(flags['trades-per-second'] ?? 1)
  if (!(tradesPerSecond >= 0 && tradesPerSecond <= 1_000))
    throw new NeedsPerson(`--trades-per-second ${flags['trades-per-second']} is not a rate`, {
      nextStep: 'Give a number of trades per symbol from 0 to 1,000, such as 0.5.',
    })
  const percent = flags.outliers ?? '0%'
  const outliers = /^\d{1,2}(\.\d{1,6})?%$/.test(percent) ? Number(percent.slice(0, -1)) / 100 : NaN
  if (!(outliers <= 0.5))
    throw new NeedsPerson(`--outliers ${flags.outliers} is not a share of trades`, {
      nextStep: 'Give a percentage from 0% to 50%, such as 0.5%.',
    })
  return {
    port: flags.port,
    rate,
    tradesPerSecond,
    outliers,
    settleMs: flags.settle,
    env: config.env,
    hosts: flags['allow-host'] ?? [],
    faults: (flags.fault ?? []).map(knownFault),
    ...(flags.seed === undefined ? {} : {seed: flags.seed}),
    ...(flags.at === undefined ? {} : {at: new Date(clockMs(instantFrom(flags.at, now, 'at').getTime()))}),
    onRequest: ({provider, credential, method, path, status, refused, fault}) =>
      log.detail(
        `${provider} ${credential}: ${method} ${path} ${status}${refused ? ' (refused)' : ''}${fault === null ? '' : ` (fault: ${fault})`}`,
      ),
    onUnknown: (text) => log.warn(text),
  }
}

/** Throws NeedsPerson for an unknown provider, because its fault would never be injected. */
function knownFault(text: string): Fault {
  const fault = faultFromText(text)
  const names = allStubs().map(({provider}) => provider.name)
  if (fault.provider !== '*' && !names.includes(fault.provider))
    throw new NeedsPerson(`--fault ${text} does not name a provider of the simulator`, {
      nextStep: `Use one of: ${names.join(', ')}, or * for all.`,
    })
  return fault
}

/**
 * Environment variables with which a program uses the simulator: its address, and an invented secret for each
 * credential. The secrets are not valid anywhere else.
 */
function environmentFor(url: string): Record<string, string> {
  const variables = allStubs().flatMap(({provider}) => Object.values(provider.credentials ?? {}))
  return {
    FIN_SIMULATOR_URL: url,
    ...Object.fromEntries(variables.map((variable) => [variable, inventedKey(variable)])),
  }
}

/** Prints export lines for a shell on stdout, and their explanation on stderr. */
export function announce(simulator: Simulator, log: Log) {
  const {instant, rate} = simulator.clock.state()
  log.notice(
    `The simulator serves ${allStubs()
      .map(({provider}) => provider.name)
      .join(', ')} at ${simulator.url}.`,
  )
  log.notice(
    `Its clock ${rate === 0 ? `is at ${instant} and advances in steps` : `started at ${instant}${rate === 1 ? '' : `, ${rate} times as fast`}`}; its seed is ${simulator.scenario.seed}.`,
  )
  log.notice(
    'Run these lines in another terminal, then run fin as usual. Any key works. Ctrl-C ends the simulator.',
  )
  process.stdout.write(
    `${Object.entries(environmentFor(simulator.url))
      .map(([name, value]) => `export ${name}=${value}`)
      .join('\n')}\n`,
  )
}

export async function untilStopped(stop: AbortSignal): Promise<void> {
  if (!stop.aborted) await once(stop, 'abort')
}

/**
 * Runs a program with the simulator in its environment, and returns its exit code. `fin` stands for the
 * running program.
 */
export async function runAgainst(
  simulator: Simulator,
  command: readonly string[],
  stop: AbortSignal,
): Promise<number> {
  const [name, ...args] = command
  if (name === undefined)
    throw new NeedsPerson('no command follows --', {
      nextStep: 'Write it like: fin simulate -- fin ingest cpi',
    })
  const [file, ...rest] =
    name === 'fin' && process.argv[1] !== undefined
      ? ([process.execPath, ...process.execArgv, process.argv[1], ...args] as const)
      : ([name, ...args] as const)
  const child = spawn(file, rest, {stdio: 'inherit', env: {...process.env, ...environmentFor(simulator.url)}})
  const onStop = () => {
    const signal = (stop.reason as {exitCode?: number} | undefined)?.exitCode === 130 ? 'SIGINT' : 'SIGTERM'
    // A terminal sends its interrupt to both processes itself.
    if (signal === 'SIGTERM' || !process.stdin.isTTY) child.kill(signal)
  }
  stop.addEventListener('abort', onStop, {once: true})
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    return code ?? 128 + (signal === null ? 0 : constants.signals[signal])
  } catch (error) {
    throw new NeedsPerson(`cannot run ${name}`, {
      cause: error,
      nextStep: `Check that ${name} is installed and can be run here.`,
    })
  } finally {
    stop.removeEventListener('abort', onStop)
  }
}
