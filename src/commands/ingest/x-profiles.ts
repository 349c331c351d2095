import {xProfiles} from '../../lib/collectors/x-profiles.js'
import {ingestCommand} from '../../lib/cli/ingest-command.js'

export default class IngestXProfiles extends ingestCommand(xProfiles) {}
