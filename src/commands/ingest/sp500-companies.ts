import {sp500Companies} from '../../lib/collectors/sp500-companies.js'
import {IngestCommand} from '../../lib/command/ingest-command.js'

export default class IngestSp500Companies extends IngestCommand {
  static override collector = sp500Companies
}
