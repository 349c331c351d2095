import {truthPosts} from '../../lib/collectors/truth-posts.js'
import {ingestCommand} from '../../lib/command/ingest-command.js'

export default class IngestTruthPosts extends ingestCommand(truthPosts) {}
