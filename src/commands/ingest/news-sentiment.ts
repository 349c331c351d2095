import {newsSentiment} from '../../lib/collectors/news-sentiment.js'
import {ingestCommand} from '../../lib/command/ingest-command.js'

export default class IngestNewsSentiment extends ingestCommand(newsSentiment) {}
