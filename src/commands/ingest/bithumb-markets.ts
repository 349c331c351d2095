import {bithumbMarkets} from '../../lib/collectors/bithumb-markets.js'
import {IngestCommand} from '../../lib/command/ingest-command.js'

export default class IngestBithumbMarkets extends IngestCommand {
  static override collector = bithumbMarkets
}
