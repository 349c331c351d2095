import {truthTags} from '../../lib/collectors/truth-tags.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestTruthTags extends ingestCommand(truthTags) {}
