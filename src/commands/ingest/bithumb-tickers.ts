import {bithumbTickers} from '../../lib/collectors/bithumb-tickers.js'
import {IngestCommand} from '../../lib/command/ingest-command.js'

export default class IngestBithumbTickers extends IngestCommand {
  static override collector = bithumbTickers
}
