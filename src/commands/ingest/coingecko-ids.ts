import {coingeckoIds} from '../../lib/collectors/coingecko-ids.js'
import {IngestCommand} from '../../lib/command/ingest-command.js'

export default class IngestCoingeckoIds extends IngestCommand {
  static override collector = coingeckoIds
}
