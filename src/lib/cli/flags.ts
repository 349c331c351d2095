/**
 * The flags of the commands that run a job. They have a file of their own, so that cli/ingest.ts, map.ts,
 * cache.ts, produce.ts and consume.ts import only types from it.
 */
import * as Flags from '@oclif/core/flags'
import type {InferredFlags} from '@oclif/core/interfaces'
import {messageFlags, outputFlags} from '../output/flags.js'

const onlyIfScheduled = {
  'only-if-scheduled': Flags.boolean({
    summary: 'exit 0 immediately unless a run is scheduled for this minute',
  }),
}

const scheduled = {
  at: Flags.string({
    summary: 'act as the scheduled run of INSTANT (default: the most recent one)',
    helpValue: 'INSTANT',
  }),
  ...onlyIfScheduled,
}

export const ingestFlags = {
  'dry-run': Flags.boolean({
    summary: 'request and parse, print the rows on a terminal or in a format, write nothing to the table',
  }),
  plan: Flags.boolean({summary: 'print the requests it would send and their cost; send nothing'}),
  input: Flags.string({
    summary: 'parse a saved answer instead of sending a request; - reads stdin',
    helpValue: 'FILE|-',
    exclusive: ['plan', 'record', 'wait'],
  }),
  target: Flags.string({
    summary: 'request only these targets, due or not; - reads them from stdin',
    helpValue: 'ID',
    multiple: true,
    multipleNonGreedy: true,
  }),
  limit: Flags.integer({summary: 'request at most N targets', helpValue: 'N', min: 1}),
  provider: Flags.string({summary: 'choose the source, if the job has several', helpValue: 'NAME'}),
  token: Flags.string({summary: 'choose the credential, if the provider has several', helpValue: 'LABEL'}),
  ...scheduled,
  wait: Flags.boolean({
    summary: 'wait as long as the provider requires, instead of resuming at the next scheduled run',
  }),
  force: Flags.boolean({
    summary: 'request targets that are not due, and accept a list that shrank by more than a fifth',
  }),
  record: Flags.string({
    summary: 'write a recording of each answer to DIR, without secrets',
    helpValue: 'DIR',
  }),
  ...outputFlags,
  ...messageFlags,
}
export type IngestFlags = InferredFlags<typeof ingestFlags>

export const mapFlags = {
  'dry-run': Flags.boolean({summary: 'print the rows on a terminal or in a format, write nothing'}),
  ...scheduled,
  ...outputFlags,
  ...messageFlags,
}
export type MapFlags = InferredFlags<typeof mapFlags>

export const cacheFlags = {
  'dry-run': Flags.boolean({summary: 'print the rows on a terminal or in a format, write nothing'}),
  force: Flags.boolean({summary: 'work in every minute'}),
  at: Flags.string({
    summary: 'with --dry-run: print the values of INSTANT (default: now)',
    helpValue: 'INSTANT',
    dependsOn: ['dry-run'],
  }),
  ...onlyIfScheduled,
  ...outputFlags,
  ...messageFlags,
}
export type CacheFlags = InferredFlags<typeof cacheFlags>

export const mapRangeFlags = {
  since: Flags.string({
    summary:
      'begin with INSTANT: 2026-05-18, 2026-05-18T06:00:00Z, 24h or 7d (default: a day before the end)',
    helpValue: 'INSTANT',
  }),
  until: Flags.string({summary: 'end before INSTANT (default: now)', helpValue: 'INSTANT'}),
  target: Flags.string({
    summary: 'recompute only these symbols and markets',
    helpValue: 'ID',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'dry-run': Flags.boolean({summary: 'print the rows on a terminal or in a format, write nothing'}),
  ...outputFlags,
  ...messageFlags,
}
export type MapRangeFlags = InferredFlags<typeof mapRangeFlags>

const healthPort = {
  'health-port': Flags.integer({
    summary: 'serve /healthz, /readyz and /metrics at this port; 0: any free port',
    helpValue: 'PORT',
    min: 0,
    max: 65_535,
  }),
}

/** The flags that all commands of streams have. */
export const streamFlags = {...healthPort, ...messageFlags}
export type StreamFlags = InferredFlags<typeof streamFlags>

const targets = {
  target: Flags.string({
    summary: 'subscribe only to these (default: all that the database lists)',
    helpValue: 'ID',
    multiple: true,
    multipleNonGreedy: true,
  }),
}

/** The flags of commands that receive a feed. */
const receiving = {
  ...targets,
  shard: Flags.string({
    summary: 'subscribe to one part of the targets: the third of ten, or that of the pod',
    helpValue: '3/10|auto',
    exclusive: ['target'],
  }),
  token: Flags.string({
    summary: 'choose the credential (default: the first that no other process uses)',
    helpValue: 'LABEL',
  }),
}

const filter = {
  filter: Flags.string({
    summary: 'keep only the rows of these targets, or only regular trades',
    helpValue: 'ID|regular',
    multiple: true,
    multipleNonGreedy: true,
  }),
}

export const produceFlags = {
  to: Flags.string({
    summary:
      'send frames to Kafka, or print rows, one JSON object per line (default: kafka if KAFKA_BROKERS is set)',
    options: ['kafka', 'stdout'],
  }),
  input: Flags.string({
    summary: 'read recorded frames instead of the socket: one per line, or one document; - reads stdin',
    helpValue: 'FILE|-',
    exclusive: ['target', 'shard', 'token'],
  }),
  ...receiving,
  ...filter,
  ...streamFlags,
}
export type ProduceFlags = InferredFlags<typeof produceFlags>

const latest = {latest: Flags.boolean({summary: 'also write the key latest:... of each target to Redis'})}

export const consumeFlags = {
  from: Flags.string({
    summary:
      'read messages of Kafka, or rows, one JSON object per line (default: kafka if KAFKA_BROKERS is set)',
    options: ['kafka', 'stdin'],
  }),
  ...filter,
  ...latest,
  ...streamFlags,
}
export type ConsumeFlags = InferredFlags<typeof consumeFlags>

export const runFlags = {
  ...receiving,
  filter: Flags.string({
    summary: 'store only regular trades',
    options: ['regular'],
    multiple: true,
    multipleNonGreedy: true,
  }),
  ...latest,
  ...streamFlags,
}
export type RunFlags = InferredFlags<typeof runFlags>

export const repairFlags = {
  since: Flags.string({
    summary: 'repair only gaps that began at INSTANT or later: 2026-05-18, 24h or 7d',
    helpValue: 'INSTANT',
  }),
  limit: Flags.integer({summary: 'repair at most N gaps, the oldest first', helpValue: 'N', min: 1}),
  'dry-run': Flags.boolean({
    summary: 'print the gaps that it would repair and the requests; send and write nothing',
  }),
  ...onlyIfScheduled,
  ...outputFlags,
  ...messageFlags,
}
export type RepairFlags = InferredFlags<typeof repairFlags>
