/** The resources of one run: settings, the clock, and connections that are opened on first use. */
import {hostname} from 'node:os'
import type {Clock} from '../clock.js'
import type {Config} from '../config.js'
import type {Database} from '../db/database.js'
import type {JobClaim} from '../limits/claims.js'
import type {Ledger} from '../limits/ledger.js'
import type {Pace} from '../limits/pace.js'
import type {Log} from '../output/log.js'
import {openClockOf, reportSlow} from '../waits.js'

export interface Context {
  config: Config
  clock: Clock
  log: Log
  /** Aborted by SIGINT or SIGTERM. */
  stop: AbortSignal
  host: string
  pid: number
  version: string
  /** The database, opened once, schema checked. */
  database(): Promise<Database>
  /** The quota ledger in that database. */
  ledger(): Promise<Ledger>
  pace(): Promise<Pace>
  close(): Promise<void>
}

export interface ContextFacts {
  config: Config
  log: Log
  stop: AbortSignal
  version: string
  /** Loads the claims of all jobs on their providers' quotas; needed by a command that makes requests. */
  claims?: () => Promise<readonly JobClaim[]>
  /** A clock that the caller controls; default: the clock of the machine or of the simulator. */
  clock?: Clock
}

/** Only the embedded server is started and stopped by fin. */
function databaseText({databaseUrl}: Config): string {
  return databaseUrl === undefined
    ? 'waiting for the database: it starts, another fin process starts or stops it, or it answers slowly'
    : 'waiting for the database that DATABASE_URL names: it starts, or it answers slowly'
}

export async function openContext({
  config,
  log,
  stop,
  version,
  claims: load,
  clock: given,
}: ContextFacts): Promise<Context> {
  const clock = given ?? (await openClockOf(config, log, {stop}))
  let database: Promise<Database> | undefined
  let ledger: Promise<Ledger> | undefined
  let pace: Promise<Pace> | undefined
  let loaded: Promise<readonly JobClaim[]> | undefined
  const claims = () => {
    if (load === undefined) throw new Error('this command has no claims, so it must not send requests')
    return (loaded ??= load())
  }
  const context: Context = {
    config,
    clock,
    log,
    stop,
    version,
    host: hostname(),
    pid: process.pid,
    database: () =>
      (database ??= reportSlow(
        log,
        () => databaseText(config),
        import('../db/pool.js').then(({openDatabase}) => openDatabase(config, {log, stop})),
      )),
    ledger: () =>
      (ledger ??= Promise.all([import('../limits/ledger.js'), context.database()]).then(
        ([{openLedger}, opened]) =>
          openLedger({database: opened, clock, config, log, host: context.host, pid: context.pid, claims}),
      )),
    pace: () => (pace ??= import('../limits/pace.js').then(({createPace}) => createPace(clock, config))),
    async close() {
      const opened = await database?.catch(() => undefined)
      await opened?.close()
    },
  }
  return context
}
