/**
 * One use of `fin simulate`: what its flags mean, what it tells the person, and how it runs another program
 * against itself.
 */
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {constants} from 'node:os'
import {inventedKey, type Config} from '../lib/config.js'
import {NeedsPerson} from '../lib/errors.js'
import {instantFrom} from '../lib/instant.js'
import {faultFromText, type Fault} from './faults.js'
import {allFaces, type Simulator, type SimulatorOptions} from './server.js'

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
}

/** Throws NeedsPerson for a flag that means nothing. */
export function optionsFrom(flags: SimulateFlags, config: Config, log: Log, now: Date): SimulatorOptions {
  const rate = flags.stepped ? 0 : Number(flags.rate ?? 1)
  if (!(rate >= 0 && rate <= 1e7))
    throw new NeedsPerson(`--rate ${flags.rate} is no rate`, {
      nextStep: 'Give a number of simulated seconds per real second, such as 60.',
    })
  return {
    port: flags.port,
    rate,
    settleMs: flags.settle,
    env: config.env,
    faults: (flags.fault ?? []).map(knownFault),
    ...(flags.seed === undefined ? {} : {seed: flags.seed}),
    ...(flags.at === undefined ? {} : {at: instantFrom(flags.at, now, 'at')}),
    onRequest: ({provider, credential, method, path, status, refused, fault}) =>
      log.detail(
        `${provider} ${credential}: ${method} ${path} ${status}${refused ? ' (refused)' : ''}${fault === null ? '' : ` (fault: ${fault})`}`,
      ),
    onUnknown: (text) => log.warn(text),
  }
}

/** A slip of the pen in the name would make a fault that never strikes. */
function knownFault(text: string): Fault {
  const fault = faultFromText(text)
  const names = allFaces().map(({provider}) => provider.name)
  if (fault.provider !== '*' && !names.includes(fault.provider))
    throw new NeedsPerson(`--fault ${text} names no provider of the simulator`, {
      nextStep: `Use one of: ${names.join(', ')}, or * for all.`,
    })
  return fault
}

/**
 * What a program needs to use the simulator: its address, and a key for each credential that is worth nothing
 * elsewhere.
 */
function environmentFor(url: string): Record<string, string> {
  const variables = allFaces().flatMap(({provider}) => Object.values(provider.credentials ?? {}))
  return {
    FIN_SIMULATOR_URL: url,
    ...Object.fromEntries(variables.map((variable) => [variable, inventedKey(variable)])),
  }
}

/** Lines for a shell on stdout; what they are for, on stderr. */
export function announce(simulator: Simulator, log: Log) {
  const {instant, rate} = simulator.clock.state()
  log.notice(
    `The simulator serves ${allFaces()
      .map(({provider}) => provider.name)
      .join(', ')} at ${simulator.url}.`,
  )
  log.notice(
    `Its clock ${rate === 0 ? `stands at ${instant}` : `began at ${instant}${rate === 1 ? '' : `, ${rate} times as fast`}`}; its seed is ${simulator.world.seed}.`,
  )
  log.notice('In another terminal (keys may be anything), then run fin as usual. Ctrl-C ends it.')
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
 * Runs a program with the simulator in its environment, and returns its exit code. `fin` means this very
 * program.
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
    // A terminal sends its interrupt to both already.
    if (signal === 'SIGTERM' || !process.stdin.isTTY) child.kill(signal)
  }
  stop.addEventListener('abort', onStop, {once: true})
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    return code ?? 128 + (signal === null ? 0 : constants.signals[signal])
  } catch (error) {
    throw new NeedsPerson(`cannot run ${name}`, {
      cause: error,
      nextStep: `Is ${name} installed, and can it be run here?`,
    })
  } finally {
    stop.removeEventListener('abort', onStop)
  }
}
