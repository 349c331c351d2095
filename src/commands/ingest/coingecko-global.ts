import {coingeckoGlobal} from '../../lib/collectors/coingecko-global.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestCoingeckoGlobal extends ingestCommand(coingeckoGlobal) {}
