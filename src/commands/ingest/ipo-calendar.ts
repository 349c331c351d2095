import {ipoCalendar} from '../../lib/collectors/ipo-calendar.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestIpoCalendar extends ingestCommand(ipoCalendar) {}
