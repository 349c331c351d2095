import {produceCommand} from '../../../lib/cli/stream-command.js'
import {sp500} from '../../../lib/feeds/sp500.js'

export default class StreamProduceSp500 extends produceCommand(sp500) {}
