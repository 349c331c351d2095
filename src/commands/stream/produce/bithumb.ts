import {produceCommand} from '../../../lib/cli/stream-command.js'
import {bithumb} from '../../../lib/feeds/bithumb.js'

export default class StreamProduceBithumb extends produceCommand(bithumb) {}
