import {truthTrends} from '../../lib/collectors/truth-trends.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestTruthTrends extends ingestCommand(truthTrends) {}
