import {cpi} from '../../lib/collectors/cpi.js'
import {IngestCommand} from '../../lib/command/ingest-command.js'

export default class IngestCpi extends IngestCommand {
  static override collector = cpi
}
