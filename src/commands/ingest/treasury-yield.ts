import {treasuryYield} from '../../lib/collectors/treasury-yield.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestTreasuryYield extends ingestCommand(treasuryYield) {}
