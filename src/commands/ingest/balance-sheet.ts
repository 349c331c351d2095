import {balanceSheet} from '../../lib/collectors/balance-sheet.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestBalanceSheet extends ingestCommand(balanceSheet) {}
