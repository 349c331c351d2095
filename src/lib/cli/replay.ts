/** Carries out `fin replay`. */
import {loadConfig} from '../config.js'
import type {Queries} from '../db/database.js'
import {NeedsPerson} from '../errors.js'
import {createLog} from '../output/log.js'
import {chooseFormat, printRows} from '../output/rows.js'
import {safeLine} from '../output/safe.js'
import {stopOnSignal} from '../interrupt.js'
import {formatNumber, shownTarget} from '../text.js'
import {openContext} from '../run/context.js'
import {replay, type Replayable, type Replayed} from '../run/replay.js'

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
 * Replays the rows, and returns the exit code: 1 if a row stays open, because it is rejected again or fin has
 * no such job any more. Throws NeedsPerson for a job or a number that does not exist. With a format or in a
 * dry run it prints the result of each row, otherwise a summary and the reasons of rows that stay open.
 */
export async function replayAndPrint(
  jobs: Replayable,
  flags: ReplayFlags,
  version: string,
  requireJob: (queries: Queries, job: string) => Promise<void>,
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
  let replayed = 0
  try {
    if (flags.unit !== undefined) await requireJob(await context.database(), flags.unit)
    const options = {
      unit: flags.unit,
      ids: flags.id,
      limit: flags.limit,
      dryRun: flags['dry-run'],
      dismiss: flags.dismiss,
    }
    const counted = async function* () {
      for await (const one of replay(jobs, options, context)) {
        counts.set(one.result, (counts.get(one.result) ?? 0) + 1)
        missed.delete(one.id)
        replayed += 1
        if (unsettled.includes(one.result) && stillOpen.length < shownReasons) stillOpen.push(one)
        yield format === 'table' && one.target !== null ? {...one, target: shownTarget(one.target)} : one
      }
    }
    if (format === 'none') for await (const one of counted()) log.detail(resultText(one))
    else await printRows(counted(), {format, zone: config.zone, empty: noneOpen})
  } finally {
    await context.close()
  }
  // Beyond the limit it is not known whether a row is open.
  const isMissed = missed.size > 0 && replayed < flags.limit
  if (format === 'none') {
    for (const one of stillOpen) log.warn(resultText(one))
    const more = unsettled.reduce((sum, result) => sum + (counts.get(result) ?? 0), 0) - stillOpen.length
    if (more > 0) log.warn(`and ${formatNumber(more)} more; see: fin runs --rejected`)
    if (counts.size === 0 && !isMissed) log.notice(noneOpen)
  }
  if (counts.size > 0)
    log.notice(
      `${[...counts].map(([result, count]) => `${formatNumber(count)} ${result}`).join(', ')}${flags['dry-run'] ? '; nothing written (dry run)' : ''}`,
    )
  if (isMissed)
    throw new NeedsPerson(
      `no rejected row is open under ${[...missed].join(', ')}: settled already, or never stored`,
      {nextStep: 'See: fin runs --rejected'},
    )
  const [one, ...others] = stillOpen
  if (one === undefined) return 0
  log.warn(`update fin, or settle them: fin replay --id ${others.length === 0 ? one.id : 'N'} --dismiss`)
  return 1
}

function resultText({id, unit: job, target, result, reason}: Replayed): string {
  const about = [id, job, ...(target === null ? [] : [shownTarget(target)])].join(' ')
  return safeLine(`${about}: ${result}${reason === null ? '' : `: ${reason}`}`)
}
