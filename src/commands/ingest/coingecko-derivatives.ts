import {coingeckoDerivatives} from '../../lib/collectors/coingecko-derivatives.js'
import {ingestCommand} from '../../lib/command/ingest-command.js'

export default class IngestCoingeckoDerivatives extends ingestCommand(coingeckoDerivatives) {}
