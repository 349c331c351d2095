/** Flags that many commands share, with one name and one summary each. */
import * as Flags from '@oclif/core/flags'

/** The format of the rows on stdout; at most one may be given. */
export const outputFlags = {
  json: Flags.boolean({
    summary: 'print the rows as one JSON array',
    exclusive: ['ndjson', 'csv'],
    helpGroup: 'OUTPUT',
  }),
  ndjson: Flags.boolean({
    summary: 'print the rows as one JSON object per line',
    exclusive: ['json', 'csv'],
    helpGroup: 'OUTPUT',
  }),
  csv: Flags.boolean({
    summary: 'print the rows as CSV with a header line',
    exclusive: ['json', 'ndjson'],
    helpGroup: 'OUTPUT',
  }),
}

/** `--json` of a command that has no other format. */
export const jsonFlag = Flags.boolean({summary: 'print the result as JSON', helpGroup: 'OUTPUT'})

/** The amount of messages on stderr. */
export const messageFlags = {
  quiet: Flags.boolean({
    char: 'q',
    summary: 'print only warnings and errors',
    exclusive: ['verbose'],
    helpGroup: 'OUTPUT',
  }),
  verbose: Flags.boolean({
    char: 'v',
    summary: 'print every step, and errors with their stack',
    exclusive: ['quiet'],
    helpGroup: 'OUTPUT',
  }),
}
