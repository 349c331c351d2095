import {coingeckoDerivatives} from '../../lib/collectors/coingecko-derivatives.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestCoingeckoDerivatives extends ingestCommand(coingeckoDerivatives) {}
