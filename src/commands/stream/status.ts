import * as Flags from '@oclif/core/flags'
import {ReadCommand} from '../../lib/cli/read-command.js'
import {createLog} from '../../lib/output/log.js'
import type {StreamStatus} from '../../lib/report/stream-status.js'
import {ageText} from '../../lib/text.js'

export default class StreamStatusCommand extends ReadCommand {
  static override summary = 'show the producers and consumer groups of the streams, their lag and gaps'
  static override description = `Prints a row for each producer (frames a second) and each consumer group (rows a second). gaps are those of the last day, repaired those of them that fin stream repair has filled.
connecting: without a connection; it tries again. stopped: not seen for 10 seconds. lag: messages that are not stored; it needs KAFKA_BROKERS.
fin query gaps lists each open gap with the reason, fin export stream_gaps all, and fin runs --rejected each rejected item.`

  static override examples = [
    '<%= config.bin %> stream status',
    {
      description: 'For a monitor: exit 1 and print only the reasons if there are any',
      command: '<%= config.bin %> stream status --check --quiet',
    },
  ]

  static override flags = {
    check: Flags.boolean({
      summary: 'exit 1 if a stream of the last day is stopped, not connected, or lags by a minute or more',
    }),
  }

  override async run(): Promise<void> {
    const {flags} = await this.parse(StreamStatusCommand)
    await this.within(flags, async ({clock, config, database, log}) => {
      const {readStreams} = await import('../../lib/report/stream-status.js')
      const opened = await database()
      await clock.refresh()
      const now = clock.now()
      const {statuses, away} = await readStreams(opened, config, now)
      const wrong = statuses.filter(({why}) => why !== null)
      const isOnlyWrong = flags.check && flags.quiet
      const isData = flags.json || flags.ndjson || flags.csv
      if (isData) await this.print(isOnlyWrong ? wrong : statuses, flags, config.zone)
      else if (!isOnlyWrong)
        await this.print(
          statuses.map((status) => shown(status, now)),
          flags,
          config.zone,
          {
            numeric: new Set([
              'for',
              'per_s',
              'newest',
              'lag',
              'rejected',
              'gaps',
              'repaired',
              'gap_time',
              'reconnects',
            ]),
            keep: ['role', 'state', 'for', 'lag', 'gaps', 'rejected'],
            empty: 'no stream has run yet; fin stream run bithumb starts one',
          },
        )
      if (away !== undefined) log.warn(`the lag is not known: ${away}`)
      // The reasons are the answer of --check, so --quiet leaves them.
      const said = isOnlyWrong ? createLog({quiet: false, verbose: false}) : log
      for (const {why} of wrong) said.notice(why!)
      if (flags.check && (wrong.length > 0 || away !== undefined)) process.exitCode = 1
    })
  }
}

/** The columns of a table. The other formats print every column, with instants instead of ages. */
function shown(status: StreamStatus, now: Date): object {
  const {feed, role, shard, state, lag, rejected, gaps, repaired, gap_seconds, reconnects, members, host} =
    status
  const age = (instant: string | null) =>
    instant === null ? null : ageText(now.getTime() - Date.parse(instant))
  return {
    feed: shard === null || shard.endsWith('/1') ? feed : `${feed} ${shard}`,
    ...{role, state},
    for: age(status.since),
    per_s: status.per_second,
    newest: age(status.last_event_at),
    ...{lag, gaps, repaired: Number(gaps) === 0 ? null : repaired, rejected},
    gap_time: Number(gaps) === 0 || gap_seconds === null ? null : ageText(Number(gap_seconds) * 1000),
    ...{reconnects, members, host},
  }
}
