import {earningsCalendar} from '../../lib/collectors/earnings-calendar.js'
import {ingestCommand} from '../../lib/command/ingest-command.js'

export default class IngestEarningsCalendar extends ingestCommand(earningsCalendar) {}
