import {truthPosts} from '../../lib/collectors/truth-posts.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestTruthPosts extends ingestCommand(truthPosts) {}
