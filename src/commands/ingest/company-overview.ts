import {companyOverview} from '../../lib/collectors/company-overview.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestCompanyOverview extends ingestCommand(companyOverview) {}
