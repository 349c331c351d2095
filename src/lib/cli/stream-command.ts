/**
 * The entry points of every feed: parse the flags and run the stream. The command file of a feed only names
 * it.
 */
import {Command} from '@oclif/core/command'
import type {AnyFeed} from '../define-feed.js'
import {consumeFlags, produceFlags, runFlags} from './flags.js'
import {jobClaims} from './jobs.js'

export abstract class ProduceCommand extends Command {
  static feed: AnyFeed
  static override baseFlags = produceFlags

  async run(): Promise<void> {
    const {feed} = this.ctor as typeof ProduceCommand
    const {flags} = await this.parse(this.ctor as typeof ProduceCommand)
    const {produce} = await import('./produce.js')
    const {commands, version} = this.config
    process.exitCode = await produce(feed, flags, version, () => jobClaims(commands))
  }
}

export abstract class ConsumeCommand extends Command {
  static consumes: AnyFeed
  static override baseFlags = consumeFlags

  async run(): Promise<void> {
    const {consumes} = this.ctor as typeof ConsumeCommand
    const {flags} = await this.parse(this.ctor as typeof ConsumeCommand)
    const {consume} = await import('./consume.js')
    const {commands, version} = this.config
    process.exitCode = await consume(consumes, flags, version, () => jobClaims(commands))
  }
}

export abstract class RunStreamCommand extends Command {
  static runs: AnyFeed
  static override baseFlags = runFlags

  async run(): Promise<void> {
    const {runs} = this.ctor as typeof RunStreamCommand
    const {flags} = await this.parse(this.ctor as typeof RunStreamCommand)
    const {runStream} = await import('./consume.js')
    const {commands, version} = this.config
    process.exitCode = await runStream(runs, flags, version, () => jobClaims(commands))
  }
}

/** The tables that a feed fills, as text. */
function tablesOf({table, newest}: AnyFeed): string {
  return newest ? `${table} and ${newest.table}` : table
}

function connectionText(feed: AnyFeed): string {
  const key = feed.secretParameter === undefined ? '' : ', with a key that no other connection uses'
  return `Keeps a connection to ${new URL(feed.socketUrl).host} open${key}, and connects again when it ends. SIGTERM stops it with exit code 0.`
}

/** The flags that the feed uses: only some have shards, or a key. `others`: more that it does not use. */
function usedFlags<T extends Readonly<Record<string, {exclusive?: string[]}>>>(
  feed: AnyFeed,
  flags: T,
  others: readonly string[] = [],
): T {
  const unused = new Set(others)
  if (!feed.isSharded) unused.add('shard')
  if (feed.secretParameter === undefined) unused.add('token')
  const isUsed = (name: string) => !unused.has(name)
  const used = Object.entries(flags).filter(([name]) => isUsed(name))
  return Object.fromEntries(
    used.map(([name, {exclusive, ...flag}]) => [
      name,
      exclusive ? {...flag, exclusive: exclusive.filter(isUsed)} : flag,
    ]),
  ) as T
}

/** A target for the examples. */
function exampleOf(feed: AnyFeed): string {
  return feed.name === 'bithumb' ? 'KRW-BTC' : 'AAPL'
}

/** `fin stream produce NAME`. Its help is derived from the declaration. */
export function produceCommand(feed: AnyFeed): typeof ProduceCommand {
  return class extends ProduceCommand {
    static override feed = feed
    static override baseFlags = usedFlags(feed, produceFlags)
    static override summary = `receive ${feed.summary}, and send them to Kafka or print them`
    static override description = [
      connectionText(feed),
      `Prints rows of ${feed.table}. Without --target it subscribes to the targets that the database lists. --input needs neither server nor network.`,
    ].join('\n')

    static override examples = [
      '<%= config.bin %> <%= command.id %> --to kafka',
      `<%= config.bin %> <%= command.id %> --to stdout --target ${exampleOf(feed)} | head -5`,
      '<%= config.bin %> <%= command.id %> --to stdout --input frames.ndjson',
    ]
  }
}

/** `fin stream consume NAME`. */
export function consumeCommand(feed: AnyFeed): typeof ConsumeCommand {
  return class extends ConsumeCommand {
    static override consumes = feed
    static override summary = `store ${feed.summary} from Kafka or stdin in PostgreSQL and Redis`
    static override description = [
      `Writes ${tablesOf(feed)}, and the newest values to Redis if REDIS_URL is set. Each row is stored once, also after a crash.`,
      'Several consumers share the partitions of the topic. SIGTERM stops it with exit code 0.',
    ].join('\n')

    static override examples = [
      '<%= config.bin %> <%= command.id %> --from kafka',
      `<%= config.bin %> stream produce ${feed.name} --to stdout | <%= config.bin %> <%= command.id %> --from stdin`,
    ]
  }
}

/** `fin stream run NAME`. */
export function runStreamCommand(feed: AnyFeed): typeof RunStreamCommand {
  return class extends RunStreamCommand {
    static override runs = feed
    static override baseFlags = usedFlags(feed, runFlags, feed.conditions ? [] : ['filter'])
    static override summary = `receive ${feed.summary}, and store them, without Kafka`
    static override description = [
      connectionText(feed),
      `Writes ${tablesOf(feed)}, and the newest values to Redis if REDIS_URL is set.`,
    ].join('\n')

    static override examples = [
      '<%= config.bin %> <%= command.id %>',
      `<%= config.bin %> <%= command.id %> --target ${exampleOf(feed)}`,
      '<%= config.bin %> <%= command.id %> --health-port 9100',
    ]
  }
}
