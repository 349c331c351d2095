/** Carries out `fin replay`. */
import {loadConfig} from '../config.js'
import type {AnyCollector} from '../define.js'
import {NeedsPerson} from '../errors.js'
import {createLog} from '../output/log.js'
import {chooseFormat, printRows} from '../output/rows.js'
import {stopOnSignal} from '../interrupt.js'
import {formatNumber} from '../text.js'
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

/** The number of unsettled rows whose reasons are printed one by one. */
const shownReasons = 20
const noneOpen = 'no rejected row is open'
const unsettled: readonly Replayed['result'][] = ['still refused', 'no such unit']

/**
 * Replays the rows, and returns 1 if one is still rejected or its job is unknown. The result of each row is
 * printed in a format or in a dry run only; otherwise the summary is the output, with the reasons of rows
 * that stay open.
 */
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
  const stillOpen: Replayed[] = []
  const format = chooseFormat(flags, flags['dry-run'], 'none')
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
        if (unsettled.includes(one.result) && stillOpen.length < shownReasons) stillOpen.push(one)
        yield one
      }
    }
    if (format === 'none') for await (const one of counted()) log.detail(resultText(one))
    else await printRows(counted(), {format, zone: config.zone, empty: noneOpen})
  } finally {
    await context.close()
  }
  if (missed.size > 0)
    log.warn(`no rejected row is open under ${[...missed].join(', ')}: settled already, or never stored`)
  if (format === 'none') {
    for (const one of stillOpen) log.warn(resultText(one))
    const more = unsettled.reduce((sum, result) => sum + (counts.get(result) ?? 0), 0) - stillOpen.length
    if (more > 0) log.warn(`and ${formatNumber(more)} more; see: fin runs --rejected`)
    if (counts.size === 0 && missed.size === 0) log.notice(noneOpen)
  }
  if (counts.size > 0)
    log.notice(
      `${[...counts].map(([result, count]) => `${formatNumber(count)} ${result}`).join(', ')}${flags['dry-run'] ? '; nothing written (dry run)' : ''}`,
    )
  return stillOpen.length > 0 ? 1 : 0
}

function resultText({id, unit: job, target, result, reason}: Replayed): string {
  return `${[id, job, target].filter((part) => part !== null).join(' ')}: ${result}${reason === null ? '' : `: ${reason}`}`
}
