import {consumeCommand} from '../../../lib/cli/stream-command.js'
import {sp500} from '../../../lib/feeds/sp500.js'

export default class StreamConsumeSp500 extends consumeCommand(sp500) {}
