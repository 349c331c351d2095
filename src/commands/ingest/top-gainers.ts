import {topGainers} from '../../lib/collectors/top-gainers.js'
import {ingestCommand} from '../../lib/command/ingest-command.js'

export default class IngestTopGainers extends ingestCommand(topGainers) {}
