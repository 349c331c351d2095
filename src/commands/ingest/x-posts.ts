import {xPosts} from '../../lib/collectors/x-posts.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestXPosts extends ingestCommand(xPosts) {}
