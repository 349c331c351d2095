import {queryCommand} from '../../lib/cli/query-command.js'

export default class QueryBithumbQuotes extends queryCommand('bithumb-quotes') {}
