import {federalFundsRate} from '../../lib/collectors/federal-funds-rate.js'
import {IngestCommand} from '../../lib/command/ingest-command.js'

export default class IngestFederalFundsRate extends IngestCommand {
  static override collector = federalFundsRate
}
