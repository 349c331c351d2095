import {coingeckoGlobal} from '../../lib/collectors/coingecko-global.js'
import {IngestCommand} from '../../lib/command/ingest-command.js'

export default class IngestCoingeckoGlobal extends IngestCommand {
  static override collector = coingeckoGlobal
}
