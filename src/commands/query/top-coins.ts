import {queryCommand} from '../../lib/cli/query-command.js'

export default class QueryTopCoins extends queryCommand('top-coins') {}
