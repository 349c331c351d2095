import {consumeCommand} from '../../../lib/cli/stream-command.js'
import {etf} from '../../../lib/feeds/etf.js'

export default class StreamConsumeEtf extends consumeCommand(etf) {}
