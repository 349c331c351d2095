import {queryCommand} from '../../lib/cli/query-command.js'

export default class QueryNewsYield extends queryCommand('news-yield') {}
