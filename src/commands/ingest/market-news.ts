import {marketNews} from '../../lib/collectors/market-news.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestMarketNews extends ingestCommand(marketNews) {}
