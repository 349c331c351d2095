import {ingestCommand} from '../../lib/cli/ingest-command.js'
import {macroVintages} from '../../lib/collectors/macro-vintages.js'

export default class IngestMacroVintages extends ingestCommand(macroVintages) {}
