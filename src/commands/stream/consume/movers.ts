import {consumeCommand} from '../../../lib/cli/stream-command.js'
import {movers} from '../../../lib/feeds/movers.js'

export default class StreamConsumeMovers extends consumeCommand(movers) {}
