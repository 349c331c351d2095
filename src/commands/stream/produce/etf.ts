import {produceCommand} from '../../../lib/cli/stream-command.js'
import {etf} from '../../../lib/feeds/etf.js'

export default class StreamProduceEtf extends produceCommand(etf) {}
