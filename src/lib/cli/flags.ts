/** The flags of the commands that run a unit. They stand apart so that the work can import their types. */
import * as Flags from '@oclif/core/flags'
import type {InferredFlags} from '@oclif/core/interfaces'
import {messageFlags, outputFlags} from '../output/flags.js'

const scheduled = {
  at: Flags.string({
    summary: 'for which scheduled firing this run is; default: the latest',
    helpValue: 'INSTANT',
  }),
  'only-if-scheduled': Flags.boolean({summary: 'end at once with 0 unless a firing falls on this minute'}),
}

export const ingestFlags = {
  'dry-run': Flags.boolean({summary: 'ask and parse, print the rows, write nothing to the table'}),
  plan: Flags.boolean({summary: 'print the requests it would make and what they cost; ask nothing'}),
  input: Flags.string({
    summary: 'parse a saved answer instead of asking; - reads stdin',
    helpValue: 'FILE|-',
    exclusive: ['plan', 'record', 'wait'],
  }),
  target: Flags.string({
    summary: 'only these, due or not; - reads names from stdin',
    helpValue: 'ID',
    multiple: true,
    multipleNonGreedy: true,
  }),
  limit: Flags.integer({summary: 'at most N targets', helpValue: 'N', min: 1}),
  provider: Flags.string({summary: 'which source, where there are several', helpValue: 'NAME'}),
  token: Flags.string({summary: 'which credential, where a provider has several', helpValue: 'LABEL'}),
  ...scheduled,
  wait: Flags.boolean({summary: 'wait as long as the provider asks, instead of going on at the next firing'}),
  force: Flags.boolean({summary: 'ask also what is not due, and overrule the guard against shrunken lists'}),
  record: Flags.string({summary: 'keep the raw answers there, secrets removed', helpValue: 'DIR'}),
  ...outputFlags,
  ...messageFlags,
}
export type IngestFlags = InferredFlags<typeof ingestFlags>

export const mapFlags = {
  'dry-run': Flags.boolean({summary: 'print the rows, write nothing'}),
  ...scheduled,
  ...outputFlags,
  ...messageFlags,
}
export type MapFlags = InferredFlags<typeof mapFlags>

export const produceFlags = {
  to: Flags.string({
    summary: 'where the rows go: stdout, one JSON object a line',
    options: ['stdout'],
    required: true,
  }),
  input: Flags.string({
    summary: 'recorded frames instead of the socket, one a line or one document; - reads stdin',
    helpValue: 'FILE|-',
  }),
  target: Flags.string({
    summary: 'only these; default: all that are in the database',
    helpValue: 'ID',
    multiple: true,
    multipleNonGreedy: true,
    exclusive: ['input'],
  }),
  ...messageFlags,
}
export type ProduceFlags = InferredFlags<typeof produceFlags>
