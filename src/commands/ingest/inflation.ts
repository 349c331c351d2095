import {inflation} from '../../lib/collectors/inflation.js'
import {IngestCommand} from '../../lib/command/ingest-command.js'

export default class IngestInflation extends IngestCommand {
  static override collector = inflation
}
