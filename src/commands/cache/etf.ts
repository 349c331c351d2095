import {cacheCommand} from '../../lib/cli/cache-command.js'
import {etf} from '../../lib/caches/etf.js'

export default class CacheEtf extends cacheCommand(etf) {}
