import {queryCommand} from '../../lib/cli/query-command.js'

export default class QuerySeriesAsOf extends queryCommand('series-as-of') {}
