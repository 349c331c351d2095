import {runStreamCommand} from '../../../lib/cli/stream-command.js'
import {etf} from '../../../lib/feeds/etf.js'

export default class StreamRunEtf extends runStreamCommand(etf) {}
