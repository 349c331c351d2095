import {queryCommand} from '../../lib/cli/query-command.js'

export default class QueryBithumbMovers extends queryCommand('bithumb-movers') {}
