import {truthTrends} from '../../lib/collectors/truth-trends.js'
import {ingestCommand} from '../../lib/command/ingest-command.js'

export default class IngestTruthTrends extends ingestCommand(truthTrends) {}
