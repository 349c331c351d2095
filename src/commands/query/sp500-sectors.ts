import {queryCommand} from '../../lib/cli/query-command.js'

export default class QuerySp500Sectors extends queryCommand('sp500-sectors') {}
