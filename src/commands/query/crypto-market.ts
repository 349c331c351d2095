import {queryCommand} from '../../lib/cli/query-command.js'

export default class QueryCryptoMarket extends queryCommand('crypto-market') {}
