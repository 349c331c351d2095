import {treasuryYield} from '../../lib/collectors/treasury-yield.js'
import {IngestCommand} from '../../lib/command/ingest-command.js'

export default class IngestTreasuryYield extends IngestCommand {
  static override collector = treasuryYield
}
