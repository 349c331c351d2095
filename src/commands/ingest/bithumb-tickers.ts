import {bithumbTickers} from '../../lib/collectors/bithumb-tickers.js'
import {ingestCommand} from '../../lib/command/ingest-command.js'

export default class IngestBithumbTickers extends ingestCommand(bithumbTickers) {}
