import {federalFundsRate} from '../../lib/collectors/federal-funds-rate.js'
import {ingestCommand} from '../../lib/command/ingest-command.js'

export default class IngestFederalFundsRate extends ingestCommand(federalFundsRate) {}
