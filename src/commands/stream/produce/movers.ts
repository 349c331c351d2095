import {produceCommand} from '../../../lib/cli/stream-command.js'
import {movers} from '../../../lib/feeds/movers.js'

export default class StreamProduceMovers extends produceCommand(movers) {}
