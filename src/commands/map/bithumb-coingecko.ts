import {mapCommand} from '../../lib/cli/map-command.js'
import {bithumbCoingecko} from '../../lib/mappers/bithumb-coingecko.js'

export default class MapBithumbCoingecko extends mapCommand(bithumbCoingecko) {}
