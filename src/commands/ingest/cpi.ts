import {cpi} from '../../lib/collectors/cpi.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestCpi extends ingestCommand(cpi) {}
