import {queryCommand} from '../../lib/cli/query-command.js'

export default class QueryGaps extends queryCommand('gaps') {}
