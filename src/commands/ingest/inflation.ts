import {inflation} from '../../lib/collectors/inflation.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestInflation extends ingestCommand(inflation) {}
