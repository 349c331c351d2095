import {companyNews} from '../../lib/collectors/company-news.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestCompanyNews extends ingestCommand(companyNews) {}
