import {marketNewsFinnhub} from '../../lib/collectors/market-news-finnhub.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestMarketNewsFinnhub extends ingestCommand(marketNewsFinnhub) {}
