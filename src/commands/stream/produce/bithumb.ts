import {produceCommand} from '../../../lib/command/produce-command.js'
import {bithumb} from '../../../lib/feeds/bithumb.js'

export default class StreamProduceBithumb extends produceCommand(bithumb) {}
