import {ipoCalendar} from '../../lib/collectors/ipo-calendar.js'
import {ingestCommand} from '../../lib/command/ingest-command.js'

export default class IngestIpoCalendar extends ingestCommand(ipoCalendar) {}
