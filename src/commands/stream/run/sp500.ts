import {runStreamCommand} from '../../../lib/cli/stream-command.js'
import {sp500} from '../../../lib/feeds/sp500.js'

export default class StreamRunSp500 extends runStreamCommand(sp500) {}
