import {bithumbMarkets} from '../../lib/collectors/bithumb-markets.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestBithumbMarkets extends ingestCommand(bithumbMarkets) {}
