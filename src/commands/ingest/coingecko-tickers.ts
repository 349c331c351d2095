import {coingeckoTickers} from '../../lib/collectors/coingecko-tickers.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestCoingeckoTickers extends ingestCommand(coingeckoTickers) {}
