/**
 * The flags of the commands that run a job. They have a file of their own, so that cli/ingest.ts, map.ts and
 * produce.ts import only types from it.
 */
import * as Flags from '@oclif/core/flags'
import type {InferredFlags} from '@oclif/core/interfaces'
import {messageFlags, outputFlags} from '../output/flags.js'

const scheduled = {
  at: Flags.string({
    summary: 'act as the scheduled run of INSTANT (default: the most recent one)',
    helpValue: 'INSTANT',
  }),
  'only-if-scheduled': Flags.boolean({
    summary: 'exit 0 immediately unless a run is scheduled for this minute',
  }),
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
    summary: 'wait as long as the provider asks, instead of resuming at the next scheduled run',
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

export const produceFlags = {
  to: Flags.string({
    summary: 'write the rows to stdout, one JSON object per line',
    options: ['stdout'],
    required: true,
  }),
  input: Flags.string({
    summary: 'read recorded frames instead of the socket: one per line, or one document; - reads stdin',
    helpValue: 'FILE|-',
  }),
  target: Flags.string({
    summary: 'subscribe only to these (default: all that the database lists)',
    helpValue: 'ID',
    multiple: true,
    multipleNonGreedy: true,
    exclusive: ['input'],
  }),
  ...messageFlags,
}
export type ProduceFlags = InferredFlags<typeof produceFlags>
