import {runStreamCommand} from '../../../lib/cli/stream-command.js'
import {bithumb} from '../../../lib/feeds/bithumb.js'

export default class StreamRunBithumb extends runStreamCommand(bithumb) {}
