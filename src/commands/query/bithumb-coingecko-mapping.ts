import {queryCommand} from '../../lib/cli/query-command.js'

export default class QueryBithumbCoingeckoMapping extends queryCommand('bithumb-coingecko-mapping') {}
