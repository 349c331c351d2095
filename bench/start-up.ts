import {spawnSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {root} from '../test/paths.js'
import {median} from './figures.js'
import type {Figure} from './main.js'

const rounds = 25
const fin = join(root, 'bin', 'run.js')

/** Makes a minimal oclif program: one command that prints a word, with its manifest. */
function bareOclif(home: string): string {
  const folder = join(home, 'bare')
  mkdirSync(join(folder, 'commands'), {recursive: true})
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({
      name: 'bare',
      version: '1.0.0',
      type: 'module',
      oclif: {bin: 'bare', commands: {strategy: 'pattern', target: './commands'}},
    }),
  )
  writeFileSync(
    join(folder, 'commands', 'hello.js'),
    "import {Command} from '@oclif/core'\nexport default class Hello extends Command { async run() { this.log('hello') } }\n",
  )
  writeFileSync(
    join(folder, 'run.js'),
    "import {execute} from '@oclif/core'\nawait execute({dir: import.meta.url})\n",
  )
  const command = {
    aliases: [],
    args: {},
    flags: {},
    hasDynamicHelp: false,
    hiddenAliases: [],
    id: 'hello',
    pluginAlias: 'bare',
    pluginName: 'bare',
    pluginType: 'core',
    strict: true,
    isESM: true,
    relativePath: ['commands', 'hello.js'],
    enableJsonFlag: false,
  }
  writeFileSync(
    join(folder, 'oclif.manifest.json'),
    JSON.stringify({commands: {hello: command}, version: '1.0.0'}),
  )
  return join(folder, 'run.js')
}

/** Writes an answer of a provider with one row. */
function savedAnswer(home: string): string {
  const file = join(home, 'answer.json')
  writeFileSync(
    file,
    JSON.stringify({units: 'lin', count: 1, observations: [{date: '2026-10-01', value: '315.6'}]}),
  )
  return file
}

/** Writes recorded frames of Bithumb: two quotes. */
function recordedFrames(home: string): string {
  const file = join(home, 'frames.ndjson')
  const tradedMs = Date.UTC(2026, 9, 1, 6, 30)
  const times = {
    trade_date: '20261001',
    trade_time: '153000',
    trade_timestamp: tradedMs,
    timestamp: tradedMs + 200,
  }
  const frames = ['KRW-BTC', 'KRW-ETH'].map((code) => ({
    type: 'ticker',
    code,
    trade_price: 91_196_000,
    ...times,
  }))
  writeFileSync(file, frames.map((frame) => `${JSON.stringify(frame)}\n`).join(''))
  return file
}

/** Milliseconds of processor time of a process, in user and system mode, as the shell reports them. */
function processorTime(args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): number {
  const {stdout} = spawnSync(
    'bash',
    ['-c', '"$@" </dev/null >/dev/null 2>&1; times', 'bash', process.execPath, ...args],
    {env, cwd, encoding: 'utf8'},
  )
  const childTimes = stdout.trim().split('\n').at(-1) ?? ''
  return [...childTimes.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1000,
    0,
  )
}

/**
 * Measures the start-up of commands. The commands alternate, so that a slow moment of the machine affects
 * them all. The figures are medians of processor time, because other work of the machine has little effect
 * on it. No command may start slower than the bare oclif program: its ratio is at most 1. Only
 * `fin schedule render --check` takes longer, because it loads every job and renders every file.
 */
export function startUp(): Figure[] {
  const home = mkdtempSync(join(tmpdir(), 'fin-bench-'))
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    NO_COLOR: '1',
    FRED_API_KEY: 'none',
    FIN_EMBEDDED: 'never',
  }
  const bare = 'a bare oclif program with one command'
  const commands: Readonly<Record<string, readonly string[]>> = {
    [bare]: [bareOclif(home), 'hello'],
    'node -e 0': ['-e', '0'],
    'fin --version': [fin, '--version'],
    'fin --help': [fin, '--help'],
    'fin ingest cpi --help': [fin, 'ingest', 'cpi', '--help'],
    'fin query': [fin, 'query'],
    'fin autocomplete script bash': [fin, 'autocomplete', 'script', 'bash'],
    'fin schedule list': [fin, 'schedule', 'list'],
    'fin schedule list --csv': [fin, 'schedule', 'list', '--csv'],
    'fin schedule check --wrong': [fin, 'schedule', 'check', '--wrong'],
    'fin schedule render --check': [fin, 'schedule', 'render', '--check'],
    'fin query market-hours': [fin, 'query', 'market-hours'],
    'fin stream produce bithumb --input FILE --to stdout': [
      fin,
      'stream',
      'produce',
      'bithumb',
      '--input',
      recordedFrames(home),
      '--to',
      'stdout',
    ],
    'fin ingest cpi --input FILE --dry-run': [
      fin,
      'ingest',
      'cpi',
      '--input',
      savedAnswer(home),
      '--dry-run',
    ],
    'fin nonsense': [fin, 'nonsense'],
  }
  const times = new Map<string, number[]>()
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const [name, args] of Object.entries(commands)) {
        const ms = processorTime(args, env, home)
        if (round > 0) times.set(name, [...(times.get(name) ?? []), ms])
      }
    }
  } finally {
    rmSync(home, {recursive: true, force: true})
  }
  const bareTimes = times.get(bare)!
  return [...times]
    .filter(([name]) => name !== bare)
    .map(([name, ms]) => ({
      what: `start-up of \`${name}\``,
      figure: `${Math.round(median(ms))} ms, ratio ${median(ms.map((one, round) => one / bareTimes[round]!)).toFixed(2)}`,
      beside: `${bare}: ${Math.round(median(bareTimes))} ms (processor time, medians of ${rounds} rounds; the ratio is taken within each round)`,
    }))
}
