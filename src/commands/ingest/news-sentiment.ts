import {newsSentiment} from '../../lib/collectors/news-sentiment.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestNewsSentiment extends ingestCommand(newsSentiment) {}
