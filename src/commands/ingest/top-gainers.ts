import {topGainers} from '../../lib/collectors/top-gainers.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestTopGainers extends ingestCommand(topGainers) {}
