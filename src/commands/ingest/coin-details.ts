import {coinDetails} from '../../lib/collectors/coin-details.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestCoinDetails extends ingestCommand(coinDetails) {}
