import {queryCommand} from '../../lib/cli/query-command.js'

export default class QueryMarketHours extends queryCommand('market-hours') {}
