/** Carries out `fin replay`. */
import {loadConfig} from '../config.js'
import type {AnyCollector} from '../define.js'
import {NeedsPerson} from '../errors.js'
import {createLog} from '../output/log.js'
import {chooseFormat, printRows} from '../output/rows.js'
import {stopOnSignal} from '../interrupt.js'
import {openContext} from '../run/context.js'
import {replay, type Replayed} from '../run/replay.js'

export interface ReplayFlags {
  unit?: string | undefined
  id?: readonly string[] | undefined
  limit: number
  'dry-run': boolean
  dismiss: boolean
  json: boolean
  ndjson: boolean
  csv: boolean
  quiet: boolean
  verbose: boolean
}

/** Prints the result of each row, and returns 1 if a row is still rejected or its job is unknown. */
export async function replayAndPrint(
  collectors: ReadonlyMap<string, AnyCollector>,
  flags: ReplayFlags,
  version: string,
): Promise<number> {
  for (const id of flags.id ?? []) {
    if (!/^\d{1,18}$/.test(id))
      throw new NeedsPerson(`--id "${id}" is not a number`, {
        nextStep: 'Take the id from: fin runs --rejected',
      })
  }
  const config = loadConfig()
  const log = createLog({quiet: flags.quiet, verbose: flags.verbose})
  const context = await openContext({config, log, stop: stopOnSignal(), version})
  const counts = new Map<Replayed['result'], number>()
  const missed = new Set(flags.id?.map((id) => id.replace(/^0+(?=\d)/, '')))
  try {
    const options = {
      unit: flags.unit,
      ids: flags.id,
      limit: flags.limit,
      dryRun: flags['dry-run'],
      dismiss: flags.dismiss,
    }
    const counted = async function* () {
      for await (const one of replay(collectors, options, context)) {
        counts.set(one.result, (counts.get(one.result) ?? 0) + 1)
        missed.delete(one.id)
        yield one
      }
    }
    await printRows(counted(), {
      format: chooseFormat(flags, process.stdout.isTTY),
      zone: config.zone,
      empty: 'no rejected row is open',
    })
  } finally {
    await context.close()
  }
  if (missed.size > 0)
    log.warn(`no rejected row is open under ${[...missed].join(', ')}: settled already, or never stored`)
  if (counts.size > 0) log.notice([...counts].map(([result, count]) => `${count} ${result}`).join(', '))
  return counts.has('still refused') || counts.has('no such unit') ? 1 : 0
}
