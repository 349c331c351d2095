import {queryCommand} from '../../lib/cli/query-command.js'

export default class QueryLatestMacro extends queryCommand('latest-macro') {}
