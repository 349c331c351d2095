import {queryCommand} from '../../lib/cli/query-command.js'

export default class QueryMembersAsOf extends queryCommand('members-as-of') {}
