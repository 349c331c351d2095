import {coingeckoIds} from '../../lib/collectors/coingecko-ids.js'
import {ingestCommand} from '../../lib/command/ingest-command.js'

export default class IngestCoingeckoIds extends ingestCommand(coingeckoIds) {}
