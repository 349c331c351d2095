import {marketNews} from '../../lib/collectors/market-news.js'
import {ingestCommand} from '../../lib/command/ingest-command.js'

export default class IngestMarketNews extends ingestCommand(marketNews) {}
