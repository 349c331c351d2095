import {earningsCalendar} from '../../lib/collectors/earnings-calendar.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestEarningsCalendar extends ingestCommand(earningsCalendar) {}
