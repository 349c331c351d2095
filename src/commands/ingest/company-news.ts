import {companyNews} from '../../lib/collectors/company-news.js'
import {ingestCommand} from '../../lib/command/ingest-command.js'

export default class IngestCompanyNews extends ingestCommand(companyNews) {}
