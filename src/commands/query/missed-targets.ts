import {queryCommand} from '../../lib/cli/query-command.js'

export default class QueryMissedTargets extends queryCommand('missed-targets') {}
