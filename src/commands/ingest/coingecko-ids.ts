import {coingeckoIds} from '../../lib/collectors/coingecko-ids.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestCoingeckoIds extends ingestCommand(coingeckoIds) {}
