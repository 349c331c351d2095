import {earningsNews} from '../../lib/collectors/earnings-news.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestEarningsNews extends ingestCommand(earningsNews) {}
