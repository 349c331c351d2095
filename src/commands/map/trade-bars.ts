import {mapRangeCommand} from '../../lib/cli/map-command.js'
import {tradeBars} from '../../lib/mappers/trade-bars.js'

export default class MapTradeBars extends mapRangeCommand(tradeBars) {}
