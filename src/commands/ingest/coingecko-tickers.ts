import {coingeckoTickers} from '../../lib/collectors/coingecko-tickers.js'
import {ingestCommand} from '../../lib/command/ingest-command.js'

export default class IngestCoingeckoTickers extends ingestCommand(coingeckoTickers) {}
