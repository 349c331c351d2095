import {consumeCommand} from '../../../lib/cli/stream-command.js'
import {bithumb} from '../../../lib/feeds/bithumb.js'

export default class StreamConsumeBithumb extends consumeCommand(bithumb) {}
