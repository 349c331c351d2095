import {cacheCommand} from '../../lib/cli/cache-command.js'
import {sp500} from '../../lib/caches/sp500.js'

export default class CacheSp500 extends cacheCommand(sp500) {}
