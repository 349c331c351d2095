import {bithumbTickers} from '../../lib/collectors/bithumb-tickers.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestBithumbTickers extends ingestCommand(bithumbTickers) {}
