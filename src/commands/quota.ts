import * as Flags from '@oclif/core/flags'
import {jobClaims, jobProviders} from '../lib/cli/jobs.js'
import {ReadCommand} from '../lib/cli/read-command.js'
import {inOneLine} from '../lib/errors.js'
import {loadLines} from '../lib/schedule/lines.js'

export default class Quota extends ReadCommand {
  static override summary = 'show what each provider still allows: spent, left, and when it resets'
  static override description = `Prints one row per credential and window. still_needed: the scheduled requests until the window ends.
state: ready, full (nothing left now), wait or spent (the provider refused), blocked (the provider blocks this address), refused (until the key is changed), no key, misconfigured (see fin doctor).`

  static override usage =
    'quota [--provider NAME [--plan | --retry LABEL] | --forget-future [--dry-run]] [--json | --ndjson | --csv] [-v | -q]'
  static override examples = [
    '<%= config.bin %> quota',
    '<%= config.bin %> quota --provider coingecko --plan',
    {
      description: 'Count the rows in the future that a fast clock wrote, before dropping them',
      command: '<%= config.bin %> quota --forget-future --dry-run',
    },
    {
      description: 'Try a refused key again, after its provider fixed it',
      command: '<%= config.bin %> quota --provider fred --retry 1',
    },
  ]

  static override flags = {
    provider: Flags.string({summary: 'show only this provider', helpValue: 'NAME'}),
    plan: Flags.boolean({
      summary: 'show how the quota of the day and month is divided among the jobs, and why',
      exclusive: ['retry'],
    }),
    'forget-future': Flags.boolean({
      summary: 'drop reservations, cooldowns and successes in the future, which a fast clock wrote',
      exclusive: ['plan', 'provider', 'retry'],
    }),
    'dry-run': Flags.boolean({
      summary: 'count the rows of --forget-future, and drop nothing (default: drop)',
      dependsOn: ['forget-future'],
    }),
    retry: Flags.string({
      summary: 'end the cooldown of this credential',
      helpValue: 'LABEL',
      dependsOn: ['provider'],
    }),
  }

  override async run(): Promise<void> {
    const {flags} = await this.parse(Quota)
    const providers = await jobProviders(this.config.commands, flags.provider)
    await this.within(flags, async ({clock, config, database, ledger, log}) => {
      const queries = await database()
      if (flags.retry !== undefined) await (await ledger()).endCooldown(providers[0]!, flags.retry)
      await clock.refresh()
      const atMs = clock.now().getTime()
      if (flags['forget-future']) {
        const {forgetFuture, futureText, readFuture} = await import('../lib/limits/future.js')
        const {requireNotBehind} = await import('../lib/db/server-clock.js')
        // A clock that is behind would drop what other machines wrote with a right clock.
        await requireNotBehind(queries, clock)
        const isDry = flags['dry-run'] === true
        const future = await (isDry ? readFuture : forgetFuture)(queries, clock.now())
        log.notice(`${isDry ? 'would drop' : 'dropped'} ${futureText(future)} of the future`)
      }
      if (flags.plan) {
        const {quotaAllocation} = await import('../lib/report/quota-allocation.js')
        const {misconfigured} = await import('../lib/limits/access.js')
        const claims = await jobClaims(this.config.commands)
        const allocations = []
        for (const provider of providers) {
          const wrong = misconfigured(provider, config)
          const allocation = wrong
            ? {rows: [], lines: []}
            : await quotaAllocation(queries, config, provider, claims, atMs)
          if (allocation) allocations.push(allocation)
          if (!wrong) continue
          log.error(inOneLine(wrong))
          process.exitCode = 1
        }
        for (const line of allocations.flatMap(({lines}) => lines)) log.notice(line)
        await this.print(
          allocations.flatMap(({rows}) => rows),
          flags,
          config.zone,
          {
            empty:
              allocations.length > 0
                ? 'no job has an allocation'
                : `Nothing has to be divided: ${flags.provider} limits no day and no month.`,
          },
        )
        return
      }
      const {quotaRows} = await import('../lib/report/quota-status.js')
      const {scheduledDemand} = await import('../lib/cli/demand.js')
      const claims = await jobClaims(this.config.commands)
      const lines = await loadLines(
        this.config.commands.filter(({pluginName}) => pluginName === this.config.name),
      )
      const rows = await quotaRows(queries, config, providers, scheduledDemand(lines, claims, config), atMs)
      await this.print(rows, flags, config.zone, {keep: ['left', 'state']})
    })
  }
}
