import {federalFundsRate} from '../../lib/collectors/federal-funds-rate.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestFederalFundsRate extends ingestCommand(federalFundsRate) {}
