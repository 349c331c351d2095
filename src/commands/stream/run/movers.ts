import {runStreamCommand} from '../../../lib/cli/stream-command.js'
import {movers} from '../../../lib/feeds/movers.js'

export default class StreamRunMovers extends runStreamCommand(movers) {}
