import {sp500Companies} from '../../lib/collectors/sp500-companies.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestSp500Companies extends ingestCommand(sp500Companies) {}
