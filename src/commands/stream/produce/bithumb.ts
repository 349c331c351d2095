import {produceCommand} from '../../../lib/cli/produce-command.js'
import {bithumb} from '../../../lib/feeds/bithumb.js'

export default class StreamProduceBithumb extends produceCommand(bithumb) {}
