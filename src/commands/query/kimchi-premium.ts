import {queryCommand} from '../../lib/cli/query-command.js'

export default class QueryKimchiPremium extends queryCommand('kimchi-premium') {}
